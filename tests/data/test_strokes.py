"""Strokes travel compactly and leave ink."""

from __future__ import annotations

import pytest

from capsnet.data.strokes import MAX_POINTS, Stroke, StrokesError, draw, extent, pack, unpack

TWO = [
    Stroke(80, [(500, 200), (480, 500), (-200, 1200)]),
    Stroke(45, [(100, 100)]),
]


def test_strokes_come_back_as_they_were():
    packed = pack(TWO)
    assert unpack(packed) == TWO
    assert len(packed) < 25
    assert unpack(b"") == []


def test_known_bytes():
    """What `strokes.js` writes too: width, count, then zigzag steps, low bits first."""
    assert pack([Stroke(80, [(3, 100), (2, 100)])]) == bytes([80, 2, 6, 200, 1, 1, 0])


@pytest.mark.parametrize(
    "broken",
    [
        b"\x50",  # no count
        b"\x50\x02\x00\x00\x01",  # a point is missing
        b"\x50\x00",  # no points
        b"\x00\x01\x00\x00",  # no width
        b"\xff\xff\xff\xff\xff\x01",  # a number without end
        b"\x50\x80",  # half a number
        pack([Stroke(80, [(1300, 0)])]),  # too far out
        pack([Stroke(80, [(0, 0)] * (MAX_POINTS + 1))]),
    ],
)
def test_broken_strokes_are_reported(broken):
    with pytest.raises(StrokesError):
        unpack(broken)


def test_a_dot_is_round_and_as_wide_as_the_pen():
    ink = draw([Stroke(100, [(500, 500)])])
    assert ink.shape == (280, 280)
    assert ink[140, 140] == 255
    assert (ink > 127).sum() == pytest.approx(3.14159 * 14**2, rel=0.06)


def test_a_line_goes_where_the_pen_went():
    ink = draw([Stroke(50, [(200, 500), (800, 500)])], side=100)
    assert (ink[50, 20:81] == 255).all()
    assert ink[40].max() == 0
    assert ink[:, :15].max() == 0


def test_strokes_beside_the_sheet_leave_nothing():
    assert draw([Stroke(80, [(-200, -200), (1200, -200)])]).max() == 0
    assert draw([]).max() == 0


def test_extent():
    assert extent(TWO) == 1100
    assert extent([Stroke(80, [(5, 5)])]) == 0
    assert extent([]) == 0
