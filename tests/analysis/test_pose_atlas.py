"""The pose atlas: labels where a dimension does something, none where it does not; its file."""

import json

import numpy as np
import pytest

from capsnet.__main__ import main
from capsnet.analysis import pose_atlas
from capsnet.analysis.shape_measures import MEASURES
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import sha256

SHIFTS = np.linspace(-0.5, 0.5, 11)
NAMES = [m.name for m in MEASURES]


def made(**relations):
    """An atlas of one capsule with one dimension: r and change by measure."""
    r, change = np.zeros((2, 1, 1, len(NAMES)))
    for name, (strength, amount) in relations.items():
        place = NAMES.index(name)
        r[..., place], change[..., place] = strength, amount
    return pose_atlas.PoseAtlas("0" * 64, 3, r, change)


def test_a_relation_is_found_within_digits_however_they_differ():
    between = 100.0 * np.arange(20)[:, None]  # digits differ far more than the dimension changes
    follows = 3 * SHIFTS[:, None, None] + between
    r, change = pose_atlas.relate(SHIFTS, follows)
    np.testing.assert_allclose([r[0], change[0]], [1, 3], atol=1e-9)
    r, change = pose_atlas.relate(SHIFTS, -follows)
    np.testing.assert_allclose([r[0], change[0]], [-1, -3], atol=1e-9)


def test_r_by_hand():
    # One digit rises by 1, the other by 3: centred (-.5, .5) and (-1.5, 1.5); the line rises by 2.
    r, change = pose_atlas.relate(
        np.array([-0.5, 0.5]), np.array([[[0.0], [7.0]], [[1.0], [10.0]]])
    )
    assert change[0] == pytest.approx(2)
    assert r[0] == pytest.approx(2 / np.sqrt(1.0 * 5.0))


def test_what_does_not_follow_has_no_relation():
    even = np.broadcast_to(np.abs(SHIFTS)[:, None, None], (11, 4, 1))
    constant = np.ones((11, 4, 1))
    r, change = pose_atlas.relate(SHIFTS, np.concatenate([even, constant], -1))
    np.testing.assert_allclose([*r, *change], 0, atol=1e-12)


def test_pictures_that_could_not_be_measured_are_left_out():
    follows = np.broadcast_to(2 * SHIFTS[:, None, None], (11, 5, 1)).copy()
    follows[8:, 2] = np.nan
    follows[:, 4] = np.nan
    r, change = pose_atlas.relate(SHIFTS, follows)
    np.testing.assert_allclose([r[0], change[0]], [1, 2])


def test_the_label_is_what_the_eye_sees_most_of_all_that_is_regular():
    """Of 2 and of 1.6 times what can be seen; the others are too little, or too irregular."""
    found = made(slant=(0.9, 30), width=(-0.94, -4), height=(0.99, 0.5), thickness=(0.5, 3))
    assert [str(m) for m in found.meanings(0, 0)] == ["slant, r = 0.90", "width, r = −0.94"]


@pytest.mark.parametrize("relation", [(0.99, 5), (0.7, 60), (0, 0)])
def test_no_label_for_what_is_too_small_or_too_irregular(relation):
    assert made(slant=relation).meanings(0, 0) == []


def test_a_dimension_that_only_moves_the_picture_is_labelled_so(small_model, monkeypatch):
    """A decoder that draws a bar, which dimension 3 moves to the right and the others leave."""
    places = np.arange(28) - 13.5
    swept = []

    def decode(capsules, classes):
        swept.append(capsules)  # (S * B, J, D)
        across = 6 * capsules[:, classes, 3]
        bars = np.abs(places[None] - across[:, None]) < 2
        return (bars[:, None] & (np.abs(places) < 8)[:, None])[..., None].astype(np.float32)

    monkeypatch.setattr(small_model, "decode", decode)
    digits = load_bundled()[:20]
    told = []
    found = pose_atlas.survey(small_model, digits, "0" * 64, per_class=2, tell=told.append)
    assert told == list(range(10))
    zeros = digits[np.flatnonzero(digits.labels == 0)[:2]].pixels()
    last = small_model.trace(zeros).digit_capsules[-1]
    middle = swept[0].reshape(-1, *last.shape).mean(0)  # of shifts as far either way
    np.testing.assert_allclose(middle, last, atol=1e-6)
    for capsule in range(10):
        for dimension in range(16):
            labels = [m.measure.name for m in found.meanings(capsule, dimension)]
            assert labels == (["position x"] if dimension == 3 else [])


def test_the_file_holds_the_atlas_and_its_labels():
    found = made(slant=(0.94, 30))
    values = json.loads(found.to_json())
    assert values["dimensions"][0]["label"] == "slant"
    again = pose_atlas.PoseAtlas.from_json(found.to_json())
    assert (again.checkpoint, again.digits) == (found.checkpoint, found.digits)
    np.testing.assert_array_equal(again.r, found.r)
    np.testing.assert_array_equal(again.change, found.change)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, "[]", "{}", '{"dimensions": []}', '{"dimensions": [{"digit": 0}]}'],
)
def test_a_damaged_file_is_refused(text):
    with pytest.raises(pose_atlas.AtlasError, match="damaged"):
        pose_atlas.PoseAtlas.from_json(text)


def test_a_hole_or_nonsense_in_the_file_is_refused():
    values = json.loads(made(slant=(0.94, 30)).to_json())
    values["dimensions"][0]["r"]["slant"] = float("nan")
    with pytest.raises(pose_atlas.AtlasError, match="not a number"):
        pose_atlas.PoseAtlas.from_json(json.dumps(values))


@pytest.mark.parametrize("field", [{"checkpoint": None}, {"digits": "all"}, {"digits": 2.5}])
def test_a_field_of_a_wrong_type_is_refused(field):
    values = json.loads(made(slant=(0.94, 30)).to_json())
    with pytest.raises(pose_atlas.AtlasError, match="damaged"):
        pose_atlas.PoseAtlas.from_json(json.dumps({**values, **field}))


@pytest.mark.parametrize("place", [10**30, 10**9, -1, 0.5])
def test_a_capsule_that_cannot_be_is_refused(place):
    values = json.loads(made(slant=(0.94, 30)).to_json())
    values["dimensions"].append({**values["dimensions"][0], "digit": place})
    with pytest.raises(pose_atlas.AtlasError, match="damaged"):
        pose_atlas.PoseAtlas.from_json(json.dumps(values))


def test_an_atlas_belongs_to_one_checkpoint(tmp_path):
    checkpoint = tmp_path / "some.keras"
    checkpoint.write_bytes(b"weights")
    with pytest.raises(pose_atlas.AtlasError, match="some-atlas.json. Received"):
        pose_atlas.read(checkpoint)
    mine = made(slant=(0.94, 30))
    mine = pose_atlas.PoseAtlas(sha256(checkpoint), mine.digits, mine.r, mine.change)
    written = pose_atlas.write(mine, checkpoint)
    assert sorted(tmp_path.iterdir()) == [written, checkpoint]
    assert pose_atlas.read(checkpoint).checkpoint == mine.checkpoint
    checkpoint.write_bytes(b"other weights")
    with pytest.raises(pose_atlas.AtlasError, match="one of another checkpoint"):
        pose_atlas.read(checkpoint)


def test_the_command_writes_once(small_model, tmp_path, capsys):
    checkpoint = tmp_path / "small.keras"
    checkpoints.save(small_model, checkpoint)
    options = ["pose-atlas", "--checkpoint", str(checkpoint), "--digits", "2"]
    assert main(options) == 0
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == 1 + 1 + 160 + 1
    found = pose_atlas.read(checkpoint)
    assert found.r.shape == (10, 16, len(MEASURES))
    assert main(options) == 0
    assert "Already there" in capsys.readouterr().out
    assert main([*options, "--force"]) == 0
    assert "Written" in capsys.readouterr().out
    assert main([*options[:-1], "0"]) == 1
    assert "at least 1" in capsys.readouterr().err
