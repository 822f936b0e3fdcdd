"""Draw: the network answers while you write."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import streamlit as st

from capsnet.analysis.prediction import are_digits, read_lengths
from capsnet.capabilities import takes_colour, takes_ink
from capsnet.data.normalisation import is_side_by_side
from capsnet.data.strokes import StrokesError
from capsnet.errors import PictureError
from dashboard import state
from dashboard.components.answer import answer_data, show_answer
from dashboard.components.draw_pad import draw_pad, drawing
from dashboard.components.picture import address, picture_html
from dashboard.components.verdict import in_words, show_verdict
from dashboard.state import digit as digits
from dashboard.state.digit import CurrentDigit
from dashboard.state.galleries import DIGIT_SHAPE, size_in_words
from dashboard.views.parts import bundled_picker, recent_digits
from dashboard.views.parts.coming_network import await_network
from dashboard.views.parts.digit_files import png
from dashboard.views.parts.draw import sent_picture
from dashboard.views.parts.trace_download import trace_download

if TYPE_CHECKING:
    from capsnet.network.exported import Answer

PAD = "pad"
NORMALISED = "normalised"
LARGE = 840
"""Rows of a large PNG, at most."""


@st.fragment
def pad_and_answer() -> None:
    """The pad and what the network says; a drawing reruns only this."""
    if state.recall("pad_settled"):
        state.remember("pad_settled", False)
        st.rerun()  # the sidebar and the strip follow once the pen rests
    digit = state.current_digit()
    found = None if is_nothing(digit) else state.answer(digit.images)
    said = verdict(digit, found)  # above the pad: a phone shows both, and no hand lies on it
    with st.container(key="figure_draw"):
        left, right = st.columns([4, 5], gap="medium")
    with right:
        lengths(digit, found, said)
    with left:  # last, because it tells the pad that the answer is there
        if takes_ink(state.config()):
            pad(digit)
        else:
            no_pad(digit)


def no_pad(digit: CurrentDigit) -> None:
    """The picture that the network gets, and why there is no pen for another one."""
    config = state.config()
    instead = (
        "send a photo below, or take one of its own"
        if takes_colour(config)
        else "take one of its own below"
    )
    st.html(picture_html(digit.images[0], f"The current {state.gallery().one}", 420))
    st.caption(
        f"A pen has one colour, but this network takes pictures of "
        f"{size_in_words(config.image_shape)}: {instead}."
    )


def pad(digit: CurrentDigit) -> None:
    """The sheet, and the switch for what the network gets of it."""
    if digit != state.recall("pad_digit"):  # chosen elsewhere: the pad is to show it
        state.remember("pad_digit", digit)
        state.remember("pad_revision", state.recall("pad_revision", 0) + 1)
        if has_source(digit):
            state.remember("whole", digit.whole)
    draw_pad(
        PAD,
        session=state.session.identity(),
        answered=state.recall("pad_answered", 0),
        strokes=digit.strokes or b"",
        picture=sheet_picture(digit),
        is_faint=is_waiting(digit),
        revision=state.recall("pad_revision"),
        link=digit.link,
        network=for_browser(),
        on_change=drawn,
    )
    state.set_widget(NORMALISED, not state.recall("whole", False))
    st.toggle(
        "Crop, scale and centre it, as MNIST does",
        key=NORMALISED,
        on_change=normalisation_switched,
        disabled=digit.chosen and not has_source(digit),
    )
    st.caption(what_it_gets(digit))


def for_browser() -> dict[str, Any]:
    """What the pad needs to answer by itself."""
    offer, config = state.offer_to_browser(), state.config()
    draws_here = config.image_shape == DIGIT_SHAPE  # browsers bring ink to no other
    return {
        "settings": offer.settings if draws_here else None,
        "trouble": offer.trouble,
        "whole": state.recall("whole", False),
        "margins": [config.margin_negative, config.margin_positive],
    }


def what_it_gets(digit: CurrentDigit) -> str:
    """What the switch means for this digit, in a sentence."""
    gallery = state.gallery()
    if digit.chosen and digit.index is not None:
        whose = "MNIST's own digits are" if gallery.are_digits else "This run's own pictures are"
        return f"{whose} like that already."
    if digit.chosen and not has_source(digit):
        return f"Only the {size_in_words(digit.shape)} pixels of this {gallery.one} are known."
    if state.config().class_names:
        return "MNIST's images are like that; those that this network learned from may not be."
    if state.recall("whole", False):
        return (
            "The network gets the sheet as it is: a digit that is small or off the middle is "
            "unlike the digits that it learned from."
        )
    if state.bundled_are() == "unknown":
        return "MNIST's images are like that."
    return (
        "MNIST's digits are like that, though training may have moved or bent them a little. Draw "
        "a small digit in a corner and switch this off."
    )


def verdict(digit: CurrentDigit, found: Answer | None) -> str:
    """The prediction, and in words what the lengths say.

    Returns:
        All of it, for those who only hear it.
    """
    answered = state.recall("pad_answered", 0)
    if found is None:
        line = state.recall("pad_trouble") or (
            f"Draw a {state.gallery().one}. Until then the other pages show "
            f"{state.gallery().one} number {digit.index}."
        )
        show_verdict("–", "one", "", line, answered)
        return line
    names = state.config().names
    reading = read_lengths(found.lengths)
    headline, line = in_words(reading, names)
    learned_one = are_digits(names) and not state.network_is_for_sets()
    if digit.index is None and learned_one and looks_like_two(digit):
        headline = "Two digits? It learned one at a time"
    if (label := str(digit.label)) in names and label != names[reading.best]:
        headline = f"{headline or 'Misread'}, labelled {label}"
    if is_waiting(digit):
        another = "draw" if takes_ink(state.config()) else "choose"
        line = (
            f"This is {state.gallery().one} number {digit.index}, until you {another} one. {line}"
        )
    kind = "weak" if reading.is_weak else reading.kind
    show_verdict(names[reading.best], kind, headline, line, answered)
    return ". ".join(filter(None, [f"Read as {names[reading.best]}", headline, line]))


def looks_like_two(digit: CurrentDigit) -> bool:
    """Whether a drawing seems to show two digits; of MNIST's shape that can be said."""
    return digit.shape == DIGIT_SHAPE and is_side_by_side(digit.images[0])


def lengths(digit: CurrentDigit, found: Answer | None, said: str) -> None:
    """What the network got, and what its capsules make of it; `said` is read aloud."""
    config = state.config()
    margins = (config.margin_negative, config.margin_positive)
    data = None if found is None else answer_data(digit.images[0], found.lengths, found.drawings)
    show_answer("answer", data, config.names, margins, said, state.usual_error())
    what = "digit" if are_digits(config.names) else "class"
    st.caption(
        f"Training asks for more than {config.margin_positive:g} if the {what} is there and for "
        f"less than {config.margin_negative:g} if it is not. This page takes 0.5 or more for "
        "present. The lengths are not probabilities: they need not sum to one."
    )


def is_waiting(digit: CurrentDigit) -> bool:
    """Whether the digit only stands there until the visitor draws or chooses one."""
    return not digit.chosen and not state.recall("pad_emptied", False)


def is_nothing(digit: CurrentDigit) -> bool:
    """Whether the visitor has left the pad empty, or with no digit on it."""
    has_pad = takes_ink(state.config())
    return has_pad and not digit.chosen and state.recall("pad_emptied", False)


def sheet_picture(digit: CurrentDigit) -> str:
    """What lies on the sheet where the digit was not drawn with the pen."""
    if digit.strokes is not None or is_nothing(digit):
        return ""
    if sent_picture.is_current(digit):
        return address(state.recall("upload_ink") / 255)
    return address(digit.images[0])


def has_source(digit: CurrentDigit) -> bool:
    """Whether there is more of the digit than its small image."""
    return digit.strokes is not None or sent_picture.is_current(digit)


def drawn() -> None:
    """The pad has sent a drawing."""
    sent = drawing(state.widget(PAD))
    state.remember("pad_answered", sent.number)
    state.remember("pad_settled", sent.settled)
    state.remember("sheet", sent.sheet)
    before, trouble = state.current_digit(), ""
    if before.strokes is None and not is_nothing(before):
        state.remember("pad_covered", before)
    try:
        if sent.picture and (covered := state.recall("pad_covered")) is not None:
            state.choose_digit(covered)
            if has_source(covered):
                state.remember("whole", covered.whole)
        else:
            shape = state.config().image_shape
            whole = state.recall("whole", False)
            state.choose_digit(digits.from_strokes(sent.strokes, whole, shape))
        state.remember("pad_emptied", False)
    except (StrokesError, PictureError) as error:
        state.choose_nothing()
        state.remember("pad_emptied", True)
        is_reported = sent.strokes and not sent.down  # a stroke begins as a dot
        trouble = str(error) if is_reported else ""
    state.remember("pad_trouble", trouble)
    state.remember("upload_trouble", None)
    state.remember("pad_digit", state.current_digit())


def normalisation_switched() -> None:
    """The current drawing or picture goes in the other way."""
    whole = not state.widget(NORMALISED)
    state.remember("whole", whole)
    digit = state.current_digit()
    if digit.strokes is not None:
        state.choose_digit(digits.from_strokes(digit.strokes, whole, digit.shape))
    elif sent_picture.is_current(digit):
        sent_picture.choose_picture(state.recall("upload_ink"))
    state.remember("pad_digit", state.current_digit())
    state.remember("pad_settled", True)


def onward(digit: CurrentDigit) -> None:
    """Where the digit can be looked into, and what can be taken along of it."""
    row = st.container(horizontal=True, vertical_alignment="center")
    whose = f"a {state.gallery().one}'s" if is_nothing(digit) else "its"
    row.page_link("views/routing.py", label=f"Watch {whose} **routing**", icon=":material/hub:")
    row.page_link("views/pose.py", label=f"Bend {whose} **pose**", icon=":material/tune:")
    if is_nothing(digit):
        return
    height, width, _ = digit.shape
    for label, name, times in (
        (f"PNG, {height} × {width}", "digit.png", 1),
        ("PNG, large", "digit-large.png", LARGE // height),
    ):
        picture = functools.partial(png, digit.images[0], times)  # made on a click
        row.download_button(label, picture, name, icon=":material/download:", on_click="ignore")
    trace_download(row)


st.title("Draw a digit" if are_digits(state.config().names) else "Draw")
if not state.stayed():  # what it was said of is not there any more
    state.remember("pad_trouble", None)
    state.remember("upload_trouble", None)
pad_and_answer()
await_network()
onward(state.current_digit())
recent_digits.show()
sent_picture.ways_in()
bundled_picker.show()
