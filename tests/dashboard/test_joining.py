"""How others in the room open the explorer."""

import numpy as np
import pytest
import segno
import zxingcpp
from streamlit.testing.v1 import AppTest

from dashboard.state import joining as addresses
from dashboard.state.joining import address_for_others
from dashboard.views.parts.joining import qr_code


@pytest.mark.parametrize(
    ("own", "machine", "listens_on", "expected"),
    [
        ("http://localhost:8501/pose?digit=4", "10.0.0.7", None, "http://10.0.0.7:8501"),
        ("http://127.0.0.1:8501/", "10.0.0.7", "0.0.0.0", "http://10.0.0.7:8501"),
        ("http://[::1]:8501/", "fd00::7", None, "http://[fd00::7]:8501"),
        ("http://10.0.0.7:8501/draw", None, None, "http://10.0.0.7:8501"),  # a phone's own
        ("https://capsules.example.org/draw", "10.0.0.7", None, "https://capsules.example.org"),
        ("http://localhost:8501/", None, None, None),  # in no network
        ("http://localhost:8501/", "10.0.0.7", "127.0.0.1", None),  # started for itself
        (None, "10.0.0.7", None, None),
    ],
)
def test_the_address_for_others(own, machine, listens_on, expected):
    assert address_for_others(own, machine, listens_on) == expected


def test_a_camera_reads_the_address_in_the_code():
    address = "http://192.168.178.123:8501"
    code = segno.make(address, error="m", micro=False)
    modules = np.array([list(row) for row in code.matrix_iter(scale=4, border=4)], np.uint8)
    (read,) = zxingcpp.read_barcodes(np.where(modules, 0, 255).astype(np.uint8))
    assert read.text == address
    drawn = qr_code(address)
    assert f"<title>QR code of {address}</title>" in drawn
    assert 'fill="#fff"' in drawn and "http://www.w3.org" in drawn


@pytest.mark.parametrize(
    ("address", "said"),
    [("http://10.0.0.7:8501", "open **http://10.0.0.7:8501**"), (None, "Others cannot open")],
)
def test_start_says_how_to_join(monkeypatch, address, said):
    monkeypatch.setattr(addresses, "address_for_others", lambda *_: address)
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120).run()
    assert not app.exception
    assert any(said in text.value for text in app.markdown)
