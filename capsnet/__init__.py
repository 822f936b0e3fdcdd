"""A capsule network (Sabour, Frosst and Hinton 2017) that shows its own arithmetic.

Package map, in the order in which an image passes through it:

    data         datasets and their splits
    strokes      a drawing as pen strokes, compactly
    image        a drawing or a photo -> an MNIST-style 28x28 image
    config       every decision, as documented dataclass fields, and the named presets
    ops          squash, safe_norm
    layers       PrimaryCapsules, DigitCapsules
    routing      routing by agreement: one round, and the loop around it
    decoder      masking and the reconstruction network
    losses       margin loss, reconstruction loss
    model        CapsNet: call, trace, decode
    trace        CapsNetTrace, every intermediate of one forward pass as NumPy arrays
    reading      what ten lengths say: one digit, none, two
    serving      a network that answers many visitors
    misread      which bundled digits a checkpoint reads wrongly
    pose         tweaking pose vectors
    measures     how a picture is drawn: thickness, slant, width, height, size, position
    atlas        what each pose dimension of each digit does to those measures
    mistakes     famous wrong routings, to be looked at
    batches      shuffled, shifted training batches
    training     fit, resume
    progress     a training run on the terminal
    evaluation   accuracy, losses and confusion matrix of a network on a split
    checkpoints  save and load networks, read model cards
    card         publish a run: checkpoint, model card, history
    commands     what `python -m capsnet` does
    quiet        load TensorFlow without its start-up messages

Axes, always in this order:

    R   routing rounds (in front, where there is one)
    B   images
    I   primary capsules, 6 x 6 x 32 = 1152, flattened as (row, column, map)
    J   digit capsules, 10
    D   pose dimensions of a digit capsule, 16 (K: of a primary capsule, 8)

This module imports nothing, so `import capsnet` is instant; TensorFlow is loaded by
`capsnet.model` and whatever needs it.

Reference: Sabour, Frosst and Hinton, "Dynamic Routing Between Capsules", NIPS 2017,
https://arxiv.org/abs/1710.09829 ("the paper" throughout this package).
"""
