"""Make a worksheet about a digit for a class, with its key.

Shares to work out, dimensions to name, maps to silence. HTML can be printed by any browser; PDF
needs a Chrome here.
"""

from __future__ import annotations

import argparse

from capsnet.cli.arguments import add_checkpoint, check_reads_digits, one_of, path, whole_number
from capsnet.data.bundled import load_bundled
from capsnet.data.lesson_texts import LANGUAGES, lesson_texts
from capsnet.storage import checkpoints
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "make a worksheet for a class, with its key, as HTML or PDF"

ENDINGS = (".html", ".pdf")

FIRST_DIGIT = 357
"""The digit with which the pages open."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which digit, in which language, and where it goes."""
    parser.add_argument(
        "--digit",
        type=whole_number,
        default=FIRST_DIGIT,
        metavar="N",
        help=f"number N of the bundled digits, from 0; default: {FIRST_DIGIT}",
    )
    parser.add_argument(
        "--out", type=path, required=True, metavar="FILE", help="ends in .html or .pdf"
    )
    parser.add_argument(
        "--language",
        type=one_of(LANGUAGES),
        default=LANGUAGES[0],
        metavar="NAME",
        help=f"{', '.join(LANGUAGES)}; default: {LANGUAGES[0]}",
    )
    parser.add_argument(
        "--address",
        metavar="URL",
        help="of the explorer in your room, as Start shows it",
    )
    add_checkpoint(parser)


def run(arguments: argparse.Namespace) -> None:
    """Work it out and write it."""
    place = arguments.out
    if place.suffix.lower() not in ENDINGS:
        raise ValueError(f"Expected --out that ends in {' or '.join(ENDINGS)}. Received: {place}")
    if not place.parent.is_dir():
        raise ValueError(f"Expected --out in a folder that is there. Received: {place}")
    digits = load_bundled()
    if not 0 <= arguments.digit < len(digits):
        raise ValueError(
            f"Expected --digit from 0 to {len(digits) - 1}. Received: {arguments.digit}"
        )
    check_reads_digits(checkpoints.check(arguments.checkpoint))
    load_tensorflow_quietly()
    from capsnet.analysis import pose_atlas
    from capsnet.analysis.worksheet import worksheet
    from capsnet.figures.printing import print_page
    from capsnet.figures.worksheet_page import worksheet_page

    try:
        atlas = pose_atlas.read(checkpoints.place(arguments.checkpoint))
    except pose_atlas.AtlasError:  # nobody has measured what its dimensions do
        atlas = None
    image = digits[arguments.digit : arguments.digit + 1].pixels()[0]
    sheet = worksheet(checkpoints.load(arguments.checkpoint), image, atlas)
    words = {**lesson_texts(arguments.language)["worksheet"], "code": arguments.language}
    address = _routing_of(arguments.address, arguments.digit) or words["page"]
    page = worksheet_page(sheet, words, str(arguments.digit), address)
    if place.suffix.lower() == ".pdf":
        print_page(page, place)
    else:
        place.write_text(page, encoding="utf-8")
    print(f"worksheet of digit {arguments.digit} -> {place}")


def _routing_of(address: str | None, digit: int) -> str | None:
    """The link of Routing with this digit."""
    return None if address is None else f"{address.rstrip('/')}/routing?digit={digit}"
