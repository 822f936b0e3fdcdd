"""A capsule network (Sabour, Frosst and Hinton 2017) that shows its own arithmetic.

Package map, each part in the order in which to read it:

    what goes in
        config        every decision, as documented dataclass fields, and the named presets
        fields        what its fields may hold, and how they travel as JSON
        data          pictures, their splits, and the digits bundled here
        datasets      the datasets that have a name, and any .npz file like them
        strokes       a drawing as pen strokes, compactly
        image         a drawing or a photo -> an MNIST-style 28x28 image

    the network
        ops           squash, safe_norm
        convolution   a convolution whose gradients are fast on a processor; its fastest type here
        layers        PrimaryCapsules, DigitCapsules
        routing       routing by agreement: one round, and the loop around it
        mistakes      famous wrong routings, to be looked at
        decoder       masking and the reconstruction network
        losses        margin loss, reconstruction loss
        model         CapsNet: call, trace, decode
        checkpoints   save, check and load networks, read model cards
        untrusted     look into a checkpoint of any origin before anything is built from it

    what comes out
        trace         CapsNetTrace, every intermediate of one forward pass as NumPy arrays
        reading       what ten lengths say: one digit, none, two
        serving       a network that answers many visitors
        pose          tweaking pose vectors
        measures      how a picture is drawn: thickness, slant, width, height, size, position
        atlas         what each pose dimension of each digit does to those measures
        evaluation    accuracy, losses and confusion matrix of a network on a split
        misread       which bundled digits a checkpoint reads wrongly
        origin        what a run began with: its images, its start, the machine
        card          publish a run: checkpoint, model card, history

    training
        training      train a network; go on with a run
        batches       batches in an order that a resumed run sees again
        augmentation  shifted, turned, bent, thickened training images
        flourishes    bars for sevens, upstrokes for ones
        distribution  several GPUs or machines; TensorBoard's logs
        workers       which of several machines this one is
        callbacks     what happens after each epoch and step: checkpoint, monitor, diary, progress
        forecast      how long a run will take on this machine

    a run's folder, which needs no TensorFlow
        runs          its files, and how a trainer and its watchers speak through them
        claims        whether a run can begin there, or go on
        record        what it recorded as it began
        history       its figures as tables: one row an epoch, and the curve within the epochs
        diary         the pictures that its callback took
        run_queue     one run at a time
        locks         a file that one process holds
        files         files that appear whole or not at all

    the command line
        cli           `python -m capsnet`: a module for each command
        memory        keep what is freed, for the next step
        quiet         load TensorFlow without its start-up messages
        errors        what a library's error says, in one line

Axes, always in this order:

    R   routing rounds (in front, where there is one)
    B   images
    I   primary capsules, 6 x 6 x 32 = 1152 in the paper, flattened as (row, column, map)
    J   digit capsules, 10
    D   pose dimensions of a digit capsule, 16 (K: of a primary capsule, 8)

This module imports nothing, so `import capsnet` is instant; TensorFlow is loaded by
`capsnet.model` and whatever needs it.

Reference: Sabour, Frosst and Hinton, "Dynamic Routing Between Capsules", NIPS 2017,
https://arxiv.org/abs/1710.09829 ("the paper" throughout this package).
"""
