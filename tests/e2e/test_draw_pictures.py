"""Pictures from elsewhere on Draw, uploaded or taken, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from capsnet.data.bundled import load_bundled
from capsnet.data.pictures import MAX_BYTES
from tests.drawings import DIGITS
from tests.e2e.pad import SOON, draw, expect_prediction, ink_on
from tests.e2e.pose import eventually

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A bundled 3 as a large PNG, dark on light."""
    digits = load_bundled()
    ink = digits.images[..., 0][int(np.flatnonzero(digits.labels == 3)[0])]
    path = tmp_path_factory.mktemp("pictures") / "three.png"
    Image.fromarray(255 - ink).resize((560, 560), Image.Resampling.BICUBIC).save(path)
    return str(path)


def test_a_picture_is_read_and_lies_on_the_pad(
    visit: Callable[..., Page], settle: Callable[[Page], None], picture: str
) -> None:
    page = visit("draw")
    page.locator("input[type=file]").first.set_input_files(picture)
    expect_prediction(page, "3")
    settle(page)
    assert ink_on(page) > 0
    draw(page, DIGITS[0])  # the pen takes a new sheet
    expect_prediction(page, "0")


def test_a_file_that_is_no_picture_gets_a_sentence(
    visit: Callable[..., Page], settle: Callable[[Page], None]
) -> None:
    page = visit("draw")
    junk = {"name": "digit.png", "mimeType": "image/png", "buffer": b"not a picture"}
    page.locator("input[type=file]").first.set_input_files(junk)
    told = page.get_by_test_id("stAlert").get_by_text("not a picture I can read")
    expect(told).to_be_visible(timeout=SOON)
    draw(page, DIGITS[1])  # another than the one that waits there
    expect_prediction(page, "1")


@pytest.mark.thorough
def test_what_the_uploader_itself_refuses_gets_a_sentence(
    visit: Callable[..., Page], settle: Callable[[Page], None], tmp_path: Path
) -> None:
    page = visit("draw")
    upload = page.locator("input[type=file]").first
    for name, size, said in (
        ("huge.png", MAX_BYTES + 1, "must be 25.0MB or smaller"),
        ("notes.txt", 3, "files are not allowed"),
    ):
        (tmp_path / name).write_bytes(b"\0" * size)
        upload.set_input_files(tmp_path / name)
        expect(page.get_by_test_id("stFileUploader").get_by_text(said)).to_be_visible(timeout=SOON)
    settle(page)
    expect_prediction(page, "7")  # as before


@pytest.mark.thorough
def test_of_an_animation_the_first_picture_is_read_and_undo_leads_back_to_it(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    digits = load_bundled()
    three = Image.fromarray(255 - digits.images[..., 0][int(np.flatnonzero(digits.labels == 3)[0])])
    blank = Image.new("L", three.size, 255)
    three.save(tmp_path / "three.gif", save_all=True, append_images=[blank])
    page = visit("draw")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "three.gif")
    expect_prediction(page, "3")
    draw(page, [[(0.1, 0.1), (0.9, 0.9)]])  # and drawn over, otherwise, and brought back
    switch = page.get_by_role("switch", name="Crop, scale and centre it")
    page.get_by_text("Crop, scale and centre it").click()
    expect(switch).not_to_be_checked()
    page.get_by_test_id("draw-undo").click()
    expect_prediction(page, "3")
    expect(switch).to_be_checked()


def test_a_picture_of_the_camera_is_answered_and_leaves_the_pad_in_use(
    visit: Callable[..., Page],
) -> None:
    """Taken or refused: Chromium's own test picture is a moving figure on a coloured ground."""
    page = visit("draw", permissions=["camera"])
    page.get_by_text("Use the camera").click()
    # Streamlit's button does nothing before the camera has shown its first picture.
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 2")
    button = page.get_by_role("button", name="Take Photo")
    taken = page.get_by_text("Your picture is on the pad").or_(page.get_by_text("is unchanged"))

    def is_taken() -> bool:
        if button.is_visible():  # and as long as that is so, nothing has come of a press
            button.click(timeout=SOON)
        return taken.first.is_visible()

    eventually(page, is_taken)
    draw(page, DIGITS[1])  # another than the one that waits there
    expect_prediction(page, "1")
