"""Pure functions: arrays or a `CapsNetTrace` in, a `plotly.graph_objects.Figure` out.

    style            colours of two schemes, axes, rounds as frames, alt text
    lengths          each capsule's length by round; the lengths of one answer as bars
    coupling         mean coupling of each map with each class; the same while a network learns
    flow             bands from the maps to the classes, and what opposing votes take away
    votes            the votes for one class, on a plane or in space
    entropy          how decided the capsules are; how far the logits move
    learning         curves of a run, of several runs, of the runs behind the shipped network
    confusion        which classes are taken for which
    experiments      curves along a transformation, couplings side by side, calibration
    many_digits      a photo of many digits, each framed with its answer
    pose             what each pose dimension does, as measured and as pictures
    worksheet_page   a worksheet as a page to print
    files            a figure as HTML, SVG, PNG or PDF
    printing         a page as a PDF

Rounds are frames. `layout.meta` has each figure's `name` and `alt`, what it shows in words, and
each frame's. Values that are not finite are left out, and the title says how many. In a notebook:

    >>> from capsnet import figures
    >>> figures.lengths(trace).show()  # doctest: +SKIP

Nothing that computes, trains, stores or loads imports this package, or Plotly.
"""

from capsnet.figures.confusion import confusion, confusions
from capsnet.figures.coupling import coupling, coupling_while_learning
from capsnet.figures.entropy import entropy, logit_changes
from capsnet.figures.experiments import along, calibration, side_by_side
from capsnet.figures.files import write
from capsnet.figures.flow import flow
from capsnet.figures.learning import (
    ancestry,
    comparison,
    entropy_while_learning,
    far_off,
    learning_curves,
)
from capsnet.figures.lengths import capsule_lengths, lengths, lengths_by_round
from capsnet.figures.many_digits import many_digits
from capsnet.figures.pose import pose_atlas, pose_grid, pose_numbers
from capsnet.figures.style import themed
from capsnet.figures.votes import votes

__all__ = [
    "along",
    "ancestry",
    "calibration",
    "capsule_lengths",
    "comparison",
    "confusion",
    "confusions",
    "coupling",
    "coupling_while_learning",
    "entropy",
    "entropy_while_learning",
    "far_off",
    "flow",
    "learning_curves",
    "lengths",
    "lengths_by_round",
    "logit_changes",
    "many_digits",
    "pose_atlas",
    "pose_grid",
    "pose_numbers",
    "side_by_side",
    "themed",
    "votes",
    "write",
]
