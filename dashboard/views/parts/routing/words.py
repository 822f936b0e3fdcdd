"""What Routing says: of each view, of one round in the paper's letters, of the mistakes.

The equations and their words are the routing's own: `capsnet.routing.base.RoutingWords`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from capsnet.analysis.prediction import are_digits
from capsnet.routing.registry import AGREEMENT, routing_class

if TYPE_CHECKING:
    from capsnet.config import CapsNetConfig

A_DIGIT = re.compile(r"\bdigit(s?)\b(?! capsule)")
"""A class, in the words below; "digit capsule" is what the paper calls one of any classes."""

MISTAKES = {
    "uniform": {
        "name": "no routing",
        "text": "c_ij stays 1/{classes}, so every round repeats the answer of round 1{right}.",
    },
    "wrong axis": {
        "name": "softmax over the wrong axis",
        "text": (
            "The shares add up to 1 over the {capsules} capsules i instead of the {count} digits "
            "j. Each s_j is then a mean of votes, and every length shrinks to almost nothing."
        ),
    },
    "shared logits": {
        "name": "logits shared by the batch",
        "text": (
            "One set of scores b_ij, the logits, serves this picture and {count} others. Each is "
            "routed by what the others agree on, so its answer depends on its neighbours."
        ),
    },
}

NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 10: "ten"}

OF_THE_ROUTING = ("length_equation", "length", "coupling", "output", "update")
"""Fields of `RoutingWords` that stand in braces below."""

WORDS: dict[str, dict[str, Any]] = {
    "lengths": {
        "title": "The answer: {count} lengths",
        "text": "Each digit j has a digit capsule, a vector v_j. {length}",
        "equation": "{length_equation}",
        "look": "Watch one line rise as shares gather behind it.",
    },
    "flow": {
        "title": "Flow: who feeds whom",
        "kinds": {
            "sum": {
                "text": (
                    "Every map, one kind of feature at {places} places, votes for all {count} "
                    "digits. A band is what its votes, times their shares c_ij, add to the length "
                    "of s_j; what opposing votes subtract is hollow."
                ),
                "equation": "Σ_i c_ij û_j|i along s_j",
                "look": "Watch one digit's bands swell, because its votes agree.",
            },
            "gain": {
                "text": (
                    "Every map shares out its activity ‖u_i‖ among {count} digits. In round 1 a "
                    "band is as wide as share times activity, summed over the map; later it is "
                    "what that has gained since, enlarged."
                ),
                "equation": "gain of Σ_i c_ij ‖u_i‖",
                "look": "Watch the bands move towards the digit that wins.",
            },
            "share": {
                "text": (
                    "Every map shares out its activity ‖u_i‖ among {count} digits. A band is as "
                    "wide as share times activity, summed over the map."
                ),
                "equation": "width = Σ_i c_ij ‖u_i‖",
                "look": "Little moves overall: only a few capsules shift, but their votes are the "
                "ones that count.",
            },
        },
    },
    "law": {
        "title": "One round, in the paper's letters",
    },
    "maps": {
        "title": "Coupling by map",
        "text": (
            "A column is a map, a row a digit. The colour is the mean coupling, the share c_ij, of "
            "the map's {places} capsules; every column adds up to 1."
        ),
        "equation": "Σ_j c_ij = 1",
        "look": "Look for the maps that leave the colour of an equal share: do other digits have "
        "the same maps?",
    },
    "cloud": {
        "title": "The vote cloud",
        "text": (
            "A dot is the vote û_j|i of one capsule, {dimensions} numbers put onto the plane that "
            "shows most of them. Size and colour are its share c_ij."
        ),
        "equation": "{output}",
        "look": "Watch the dots along v_j grow: votes stay where they are, but their shares pull "
        "v_j along.",
    },
    "space": {
        "title": "Coupling in space",
        "text": (
            "A dot is one primary capsule, in the middle of the {side} × {side} pixels that it "
            "looks at. Its colour is the share c_ij for the chosen digit, its area the activity "
            "‖u_i‖."
        ),
        "equation": "c_ij and ‖u_i‖, for every i and one j",
        "look": "Look for the dots that change colour from round to round, and click one.",
    },
    "capsule": {
        "title": "One capsule under the glass",
        "text": "All numbers of one primary capsule in this round, to check with a calculator.",
        "equation": "{coupling}, then {update}",
        "look": "Follow one row from left to right: its last number opens the next round.",
    },
    "whatif": {
        "title": "What if …?",
        "text": "Silence capsules or route in a wrong way: the network answers again at once.",
        "equation": "silent: u_i = 0, so every û_j|i = 0",
        "look": "Look at the lengths before and after: which parts does the answer need?",
        "mistakes": MISTAKES,
    },
    "certainty": {
        "title": "How decided the capsules are",
        "text": (
            "The bars show the entropy of c_i, which is ln {classes} for equal shares and 0 if one "
            "digit takes all. The line shows how far the scores b_ij move, as in the paper's "
            "appendix."
        ),
        "equation": "H(c_i) = −Σ_j c_ij ln c_ij",
        "look": "Look for the tail that leaves ln {classes}: few capsules decide, most hardly "
        "move.",
    },
}


def words_for(
    config: CapsNetConfig, right_by_rounds: tuple[int, int] | None = None
) -> dict[str, Any]:
    """`WORDS`, with the equations and numbers of one network, and of its classes.

    Args:
        config: the network's.
        right_by_rounds: how many of the bundled digits it reads rightly by its first and by its
            last round, if that is known.
    """
    right = ""
    if right_by_rounds is not None:
        first, last = (f"{count:,}" for count in right_by_rounds)
        right = (
            f": {first} of the 5,000 bundled digits right, with routing {last}. Routing "
            "mostly makes the answer longer and seldom changes it"
        )
    own = routing_class(config.routing).words
    numbers = {
        **{f"{{{name}}}": getattr(own, name) for name in OF_THE_ROUTING},  # may hold the next ones
        "{right}": right,
        "{classes}": config.num_classes,
        "{count}": NUMBERS.get(config.num_classes, config.num_classes),
        "{dimensions}": config.digit_dim,
        "{capsules}": config.num_primary_capsules,
        "{places}": math.prod(config.primary_grid),
        "{side}": config.conv_kernel + config.primary_kernel - 1,
    }

    def filled(words: Any) -> Any:
        if isinstance(words, dict):
            return {key: filled(value) for key, value in words.items()}
        if isinstance(words, list | tuple):
            return [filled(value) for value in words]
        for place, number in numbers.items():
            words = words.replace(place, str(number))
        return words if are_digits(config.names) else A_DIGIT.sub(_class, words)

    is_papers = config.routing == AGREEMENT
    law = {
        "title": WORDS["law"]["title"] if is_papers else f"One round: {own.name}",
        "routing": config.routing,
        "lines": own.lines,
        "answers": own.answers,
    }
    whatif = {**WORDS["whatif"], "mistakes": mistakes_of(config)}
    return filled({**WORDS, "law": law, "whatif": whatif})


def mistakes_of(config: CapsNetConfig) -> dict[str, dict[str, str]]:
    """The mistakes that a network's routing can be compared with: they are the paper's, misread."""
    return MISTAKES if config.routing == AGREEMENT else {}


def name_of(config: CapsNetConfig) -> str:
    """What a network's routing is called."""
    return routing_class(config.routing).words.name


def _class(digit: re.Match[str]) -> str:
    return "classes" if digit[1] else "class"
