"""What a network's answers are worth, and what its numbers mean.

routing_summaries  what a trace says of its routing: flow, vote cloud, entropies
prediction         what ten lengths say: one digit, none, two
evaluation         accuracy, losses and confusion matrix of a network on a split
suites             how a network answers to one digit, two, or none
part_votes         what single parts of a digit make of it, each for itself
pose               tweaking pose vectors
shape_measures     how a picture is drawn: thickness, slant, width, height, size, position
pose_atlas         what each pose dimension of each digit does to those measures
misclassified      which bundled digits a checkpoint reads wrongly
streaming          many images, batch by batch, with somebody who watches
forward            the compiled forward passes over many images
split_figures      accuracy, lengths, calibration, confusions from a split's lengths
transformations    images turned, moved, stretched, slanted, thickened, erased
equivariance       how a pose moves while its image is transformed
parse_tree         which parent each primary capsule has, and how stable that is
attack             white-box attacks, and their detection by the reconstruction
overlap            two digits on one sheet
layer_views        kernels, receptive fields, what a map answers to most
principal_axes     the axes along which real poses lie
real_poses         the real poses of one class: histograms, coordinates
comparison         two networks on the same images
worksheet          the numbers of a worksheet about one digit, and its key
record             couplings, lengths and poses of many images as one file
experiments        what the command `experiment` and the pages measure with all of these
"""
