"""Many digits: a photo of a page of handwriting, each digit found, framed and read."""

from __future__ import annotations

import csv
import html
import io

import numpy as np
import streamlit as st

from capsnet import figures
from capsnet.analysis.prediction import Reading, nothing, read_lengths, verdict
from capsnet.capabilities import takes_ink
from capsnet.data.pictures import MAX_BYTES
from capsnet.errors import PictureError
from dashboard import state
from dashboard.components.digit_strip import digit_strip, picked
from dashboard.components.figure import figures as show_figures
from dashboard.state.digit import CurrentDigit
from dashboard.state.galleries import size_in_words
from dashboard.state.page_of_digits import Page, read_page

UPLOAD, FIGURE, STRIP = "page_upload", "page_figure", "page_strip"


def page_sent() -> None:
    """A photo has come, or was taken back."""
    state.remember("page_trouble", "")
    file = state.widget(UPLOAD)
    if file is None:
        state.remember("page", None)
        return
    try:
        state.remember("page", read_page(file.getvalue()))
    except PictureError as error:
        kept = " The earlier page stays." if state.recall("page") else ""
        state.remember("page_trouble", f"{error}{kept}")


def picked_from_strip() -> None:
    """One of the small pictures has been pressed."""
    found = found_on(state.recall("page"))
    place = picked(state.widget(STRIP), (one.levels for one in found))
    if place is not None:
        state.choose_digit(found[place])


def picked_from_figure() -> None:
    """One of the frames has been pressed."""
    page, point = state.recall("page"), state.widget(FIGURE).get("selected") or {}
    place = point.get("customdata")
    if isinstance(place, int) and 0 <= place < len(page.found):
        state.choose_digit(found_on(page)[place])


def found_on(page: Page) -> list[CurrentDigit]:
    """The digits of a page, as the network in use takes them."""
    return page.digits(state.config().image_shape)


def kind_of(reading: Reading) -> str:
    """Which frame a digit gets."""
    if reading.kind != "one":
        return "none, or several"
    return "a weak answer" if reading.is_weak else "one digit"


def short(reading: Reading, names: tuple[str, ...]) -> str:
    """An answer with room above a frame."""
    if reading.kind == "none":
        return "–"
    return "/".join(names[c] for c in reading.there)


def show(page: Page) -> None:
    """The page with its frames, and the digits one by one."""
    names = state.config().names
    digits = found_on(page)
    images = np.concatenate([one.images for one in digits])
    readings = [read_lengths(lengths) for lengths in state.lengths_of(images)]
    answers = [short(one, names) for one in readings]
    details = [
        html.escape(verdict(one, names))
        + f"<br>longest capsule {html.escape(names[one.best])}, {one.best_length:.2f}"
        + ("<br>may be two digits that touch" if found.touching else "")
        for one, found in zip(readings, page.found, strict=True)
    ]
    summary(page, readings)
    drawn = figures.many_digits(
        page.ink,
        np.array([one.box for one in page.found]),
        [html.escape(answer) for answer in answers],
        [kind_of(one) for one in readings],
        details,
    )
    show_figures(FIGURE, [drawn], picked_from_figure)
    st.caption("Press a frame, or a digit below, to make it the current digit of all pages.")
    strip = [
        (one.levels, f"Digit {n + 1} of {len(answers)}, read as {answer}", answer)
        for n, (one, answer) in enumerate(zip(digits, answers, strict=True))
    ]
    digit_strip(STRIP, strip, picked_from_strip)
    row = st.container(horizontal=True)
    row.page_link("views/routing.py", label="Watch its **routing**", icon=":material/hub:")
    row.page_link("views/pose.py", label="Bend its **pose**", icon=":material/tune:")
    row.download_button(
        "All answers, .csv", lambda: table(page, readings, names), "digits.csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def summary(page: Page, readings: list[Reading]) -> None:
    """How many were found, and which of them to look at."""
    names = state.config().names
    kinds = [kind_of(one) for one in readings]
    one, weak = kinds.count("one digit"), kinds.count("a weak answer")
    sentences = [f"**{len(readings)} found**, {one} of them read as one digit without doubt."]
    if weak:
        sentences.append(f"{weak} with a weak answer: a capsule below 0.7.")
    if none := sum(reading.kind == "none" for reading in readings):
        sentences.append(f"{none} {nothing(names)}: every capsule is below 0.5.")
    if touching := sum(found.touching for found in page.found):
        sentences.append(
            f"{touching} wider than high: if digits touch there, write them apart, because the "
            "network reads one at a time."
        )
    st.markdown(" ".join(sentences))


def table(page: Page, readings: list[Reading], names: tuple[str, ...]) -> str:
    """The answers as CSV: place on the page in shares of its sides, answer, longest capsule."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(
        ("number", "left", "top", "width", "height", "answer", "longest", "length", "may_touch")
    )
    for n, (found, one) in enumerate(zip(page.found, readings, strict=True)):
        box = (f"{side:.4f}" for side in found.box)
        said = verdict(one, names), names[one.best], f"{one.best_length:.4f}"
        rows.writerow((n + 1, *box, *said, int(found.touching)))
    return written.getvalue()


st.title("Many digits", anchor=False)
st.markdown(
    "Send a photo of a page of handwriting, such as the digits of a whole class. Each digit is "
    "found, framed and read by itself."
)
if not takes_ink(state.config()):
    st.info(
        f"This network takes pictures of {size_in_words(state.config().image_shape)}, but "
        "handwriting is grey: go back to the shipped network, or use one for grey pictures."
    )
    st.stop()
st.file_uploader(
    "A page of digits, written apart, dark on plain paper",
    type=["png", "jpg", "jpeg", "webp", "gif"],
    key=UPLOAD,
    max_upload_size=MAX_BYTES // 2**20,
    on_change=page_sent,
)
if trouble := state.recall("page_trouble"):
    st.warning(trouble, icon=":material/image_not_supported:")
if (sent := state.recall("page")) is not None:
    show(sent)
