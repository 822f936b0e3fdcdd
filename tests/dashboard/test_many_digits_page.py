"""The page Many digits through AppTest: what a photo shows is what the network says of each."""

from __future__ import annotations

import numpy as np
from streamlit.testing.v1 import AppTest

from capsnet.data.bundled import load_bundled
from capsnet.data.many_digits import find_digits
from capsnet.data.normalisation import normalise
from dashboard.components.picture import address
from tests.address import by_history
from tests.dashboard.experiment_page import new_app, open_page
from tests.dashboard.test_draw_page import components
from tests.data.test_many_digits import page, photographed


def sent(app: AppTest, photo: bytes) -> AppTest:
    app.main.get("file_uploader")[0].set_value(("page.jpg", photo, "image/jpeg")).run()
    assert not app.exception
    return app


def answers(app: AppTest) -> list[str]:
    (strip,) = components(app, "capsnet_digit_strip")
    return [item["below"] for item in strip["items"]]


def test_each_digit_is_read(shipped) -> None:
    photo = photographed(page(load_bundled()[20:32]))
    app = sent(open_page(new_app(), "many_digits"), photo)
    images = np.stack([normalise(one.ink) for one in find_digits(photo)])
    read = shipped.trace(images).predictions
    assert answers(app) == [str(answer) for answer in read]
    assert any("**12 found**" in one.value for one in app.markdown)
    (strip,) = components(app, "capsnet_digit_strip")
    assert [item["picture"] for item in strip["items"]] == [address(image) for image in images]


def test_a_picture_without_ink_is_told_and_the_page_stays() -> None:
    app = sent(open_page(new_app(), "many_digits"), photographed(page(load_bundled()[20:23])))
    sent(app, photographed(np.zeros((80, 80), np.float32)))
    assert any("no ink" in one.value and "stays" in one.value for one in app.warning)
    assert len(answers(app)) == 3


def test_draw_offers_to_read_each_digit_of_a_photo_of_several() -> None:
    app = open_page(new_app(), "draw")
    sent(app, photographed(page(load_bundled()[20:21])))
    assert not any("read **each**" in link.proto.label for link in app.get("page_link"))
    sent(app, photographed(page(load_bundled()[20:26])))
    assert any("6 digits: read **each**" in link.proto.label for link in app.get("page_link"))
    with by_history():
        app.switch_page("views/many_digits.py").run()
    assert len(answers(app)) == 6
