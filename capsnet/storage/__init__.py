"""Networks and other files on the disk.

atomic_files       files that appear whole or not at all
checkpoint_safety  look into a checkpoint of any origin before anything is built from it
checkpoints        save, check and load networks
exports            what browsers run of a network, kept beside its checkpoint
model_card         the model card beside a checkpoint
"""
