"""Keras callbacks of a training run.

    monitor      progress and curve of a run while it trains; pause and stop; a loss that is NaN
    checkpoint   what a run keeps after every epoch: history, best network, state to resume from
    snapshots    what the network makes of the same ten pictures as it learns
    progress     a run on the terminal

`capsnet.training.train` hands them to Keras, the monitor first: it stops a run whose network has
become NaN before that network is kept.
"""
