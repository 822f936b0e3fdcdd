"""A picture that the visitor sends to Draw: a file, or one that the camera has taken."""

from __future__ import annotations

from urllib.parse import urlsplit

import numpy as np
import streamlit as st

from capsnet.analysis.prediction import are_digits
from capsnet.capabilities import takes_colour, takes_ink
from capsnet.data.many_digits import split
from capsnet.data.photos import read_photo
from capsnet.data.pictures import MAX_BYTES, read_picture
from capsnet.errors import PictureError
from dashboard import state
from dashboard.state import digit as digits
from dashboard.state.digit import CurrentDigit
from dashboard.state.page_of_digits import read_page

UPLOAD = "upload"
CAMERA = "camera"
LARGEST_UPLOAD_MB = MAX_BYTES // 2**20


def ways_in() -> None:
    """Upload and camera, and what came of the last picture."""
    config = state.config()
    if not (takes_ink(config) or takes_colour(config)):
        return  # no camera takes pairs
    st.subheader("Or send a picture")
    left, right = st.columns(2, gap="medium")
    what = "digit" if are_digits(config.names) else "picture"
    with left:
        st.file_uploader(
            f"A {what} on plain paper"
            if takes_ink(config)
            else "A photo: the network gets its middle",
            type=["png", "jpg", "jpeg", "webp", "gif"],
            key=UPLOAD,
            max_upload_size=LARGEST_UPLOAD_MB,
            on_change=picture_sent,
            args=(UPLOAD,),
        )
        trouble_with(UPLOAD)
    with right:
        if not lends_camera(st.context.url):
            st.caption(
                "With a phone: press Upload and take a photo. A browser lets only pages at https "
                "addresses, or of its own machine, use the camera."
            )
        elif st.toggle("Use the camera", key="camera_on"):
            st.camera_input(
                f"Hold a written {what} close"
                if takes_ink(config)
                else "The network gets its middle",
                key=CAMERA,
                on_change=picture_sent,
                args=(CAMERA,),
            )
            trouble_with(CAMERA)
    if is_current(state.current_digit()) and state.recall("upload_shows", 0) > 1:
        st.page_link(
            "views/many_digits.py",
            label=f"The picture seems to show {state.recall('upload_shows')} digits: read **each**",
            icon=":material/grid_view:",
        )
    if news := state.recall("upload_news"):
        state.remember("upload_news", None)
        st.toast(news)


def lends_camera(url: str | None) -> bool:
    """Whether a browser lets a page at this address (None: it is not known) use the camera."""
    address = urlsplit(url or "")
    return address.scheme != "http" or address.hostname in ("localhost", "127.0.0.1", "::1")


def trouble_with(key: str) -> None:
    """Why the last picture was of no use, where it was sent."""
    where, told = state.recall("upload_trouble") or (None, "")
    if where == key:
        st.warning(told, icon=":material/image_not_supported:")


def picture_sent(key: str) -> None:
    """A picture has been uploaded or taken."""
    state.remember("upload_trouble", None)
    file = state.widget(key)
    if file is None:
        take_picture_away()
        return
    try:
        if takes_ink(state.config()):
            ink = read_picture(file.getvalue())
            choose_picture(np.rint(ink * 255).astype(np.uint8))
            offer_page(file.getvalue(), len(split(ink)))
            state.remember("upload_news", "Your picture is on the pad.")
        else:
            choose_photo(file.getvalue())
            state.remember("upload_news", "Your photo is here, and on all pages.")
    except PictureError as error:
        unchanged = f"The {state.gallery().one} is unchanged."
        state.remember("upload_trouble", (key, f"{error} {unchanged}"))


def offer_page(raw: bytes, count: int) -> None:
    """Have a picture that seems to show several digits ready for the page that reads each."""
    state.remember("upload_shows", count)
    if count > 1:
        state.remember("page", read_page(raw))


def take_picture_away() -> None:
    """The picture has been taken back where it was sent: its digit goes with it."""
    if is_current(state.current_digit()):
        state.choose_nothing()
    state.remember("upload_digit", None)
    state.remember("upload_ink", None)
    state.remember("upload_shows", 0)


def choose_picture(ink: np.ndarray) -> None:
    """Make a picture's ink, (H, W) uint8, the current digit."""
    whole = state.recall("whole", False)
    digit = digits.from_ink(ink, whole, state.config().image_shape)
    state.remember("upload_ink", ink)
    state.remember("upload_digit", digit)
    state.choose_digit(digit)


def choose_photo(raw: bytes) -> None:
    """Make a photo, in colour, the current picture."""
    digit = digits.from_image(read_photo(raw, state.config().image_shape))
    state.remember("upload_ink", None)
    state.remember("upload_digit", digit)
    state.choose_digit(digit)


def is_current(digit: CurrentDigit) -> bool:
    """Whether the digit comes from the picture that was sent last."""
    sent = state.recall("upload_digit")
    return sent is not None and digit == state.suited(sent)
