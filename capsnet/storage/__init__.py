"""Networks and other files on the disk.

atomic_files        files that appear whole or not at all
checkpoint_safety   look into a checkpoint of any origin before anything is built from it
checkpoints         save, check and load networks
untrained           a network as it is before any training
trace_files         traces of many images in one file, a batch at a time
foreign_files       arrays from the files that other programs keep weights in
foreign_weights     other people's networks, brought to this one's order
exports             what browsers run of a network, kept beside its checkpoint
experiment_results  results of experiments, kept beside their checkpoint
model_card          the model card beside a checkpoint
"""
