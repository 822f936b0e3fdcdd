"""Training: a run, its folder, and what comes of it.

the run's folder, which needs no TensorFlow
    run_lock            a file that one process holds
    history             its figures as tables: one row an epoch, and the curve within the epochs
    run_folder          its files, and how a trainer and its watchers speak through them
    run_checks          whether a run can begin there, or go on
    validation_pictures  some of the pictures that it is validated on, kept beside its network
    disk_room           the room that a run will take, checked before it begins
    provenance          what it recorded as it began
    snapshots           the pictures that are taken of it as it learns
    run_queue           one run at a time
    forecast            how long a run will take on this machine

training itself
    memory              keep what is freed, for the next step; or give it back
    batches             batches in an order that a resumed run sees again, and what validates it
    compiled_model      a network with losses, optimizer and schedule
    workers             which of several machines this one is
    distribution        several GPUs or machines; TensorBoard's logs
    callbacks           what happens after each epoch and step
    provenance_keeping  what a run began with: its images, its start, the machine
    train               train a network; go on with a run

what comes of it
    ancestry            the runs and checkpoints that a network came of
    averaging           the mean of several networks' weights
    publishing          a run's best network with its model card and history
"""
