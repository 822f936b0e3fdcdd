"""What a network's answers are worth, and what its numbers mean.

routing_summaries  what a trace says of its routing: flow, vote cloud, entropies
prediction         what ten lengths say: one digit, none, two
evaluation         accuracy, losses and confusion matrix of a network on a split
pose               tweaking pose vectors
shape_measures     how a picture is drawn: thickness, slant, width, height, size, position
pose_atlas         what each pose dimension of each digit does to those measures
misclassified      which bundled digits a checkpoint reads wrongly
"""
