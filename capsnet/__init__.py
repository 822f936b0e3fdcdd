"""A capsule network (Sabour, Frosst and Hinton 2017) that shows its own arithmetic.

Package map, in the order of imports: each part needs only those above it.

    config              every decision, as documented dataclass fields, and the named presets
    config_checks       what its fields may hold, and how they travel as JSON
    errors              the errors raised here; what a library's error says, in one line
    tensorflow_startup  load TensorFlow without its start-up messages
    ops                 squash, safe_norm
    devices             the accelerators that compute beside the processor
    routing             routing by agreement, and famous wrong routings
    network             layers, decoder, losses, CapsNet, its trace
    storage             checkpoints, their safety, model cards, files that appear whole
    data                pictures, datasets, drawings, augmentation
    analysis            prediction, evaluation, pose, pose atlas, misclassified digits
    training            train a network; a run's folder; what comes of a run
    figures             arrays or a trace in, a Plotly figure out
    cli                 `python -m capsnet`: a module for each command

Axes, always in this order:

    R   routing rounds (in front, where there is one)
    B   images
    I   primary capsules, 6 x 6 x 32 = 1152 in the paper, flattened as (row, column, map)
    J   digit capsules, 10
    D   pose dimensions of a digit capsule, 16 (K: of a primary capsule, 8)

This module imports nothing, so `import capsnet` is instant; TensorFlow is loaded by
`capsnet.network.model` and whatever needs it.

Reference: Sabour, Frosst and Hinton, "Dynamic Routing Between Capsules", NIPS 2017,
https://arxiv.org/abs/1710.09829 ("the paper" throughout this package).
"""
