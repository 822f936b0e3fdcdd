"""Each experiment against plain loops over traces, and what holds for all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import ndimage

from capsnet.analysis.experiments.measure import fingerprint, measure
from capsnet.analysis.experiments.registry import EXPERIMENTS, find
from capsnet.analysis.experiments.settings import Setting, Subject
from capsnet.analysis.streaming import Cancelled
from capsnet.data.images import Digits

if TYPE_CHECKING:
    from pathlib import Path

    from capsnet.network.model import CapsNet

NEEDED: dict[str, dict[str, Any]] = {
    "rotate": {"degrees": 10.0},
    "shift": {"pixels": 1.0},
    "scale": {"factor": 1.1},
    "shear": {"slant": 0.1},
    "thicken": {"amount": 0.5},
    "erase": {"share": 0.2},
    "attack": {"epsilon": 0.1},
}
"""Settings that have no default."""


def ask(model: CapsNet, digits: Digits, name: str, routed: int | None = None, **given: Any):
    return measure(find(name), Subject(model, digits, routed), given)


@pytest.fixture(scope="module")
def few(digits: Digits) -> Digits:
    return digits[:12]


def test_a_rotation_is_scipys_and_its_figures_are_a_traces(
    small_model: CapsNet, few: Digits
) -> None:
    found = ask(small_model, few, "rotate", degrees=30.0)
    turned = np.stack(
        [ndimage.rotate(image, 30, reshape=False, order=1) for image in few.pixels()[..., 0]]
    )[..., None]
    lengths = small_model.trace(turned).lengths[-1]
    assert found["accuracy"] == np.mean(lengths.argmax(-1) == few.labels)
    of_label = lengths[np.arange(len(few)), few.labels]
    assert found["mean_length_of_label"] == pytest.approx(of_label.mean(), abs=1e-5)
    assert found["images"] == 12 and found["rounds"] == 3


def test_a_curve_has_each_figure_by_amount_and_says_how_straight_the_poses_way_is(
    small_model: CapsNet, few: Digits
) -> None:
    found = ask(small_model, few, "shift", 1, pixels=(0.0, 1.0, 2.0))
    alone = ask(small_model, few, "shift", 1, pixels=2.0)
    assert set(found["accuracy"]) == {"0", "1", "2"}
    assert found["mean_length_of_label"]["2"] == pytest.approx(alone["mean_length_of_label"])
    assert "share_along_first_direction" not in alone
    poses = []
    for pixels in range(3):
        moved = np.roll(few.pixels(), pixels, axis=2)
        moved[:, :, :pixels] = 0
        v = small_model.trace(moved, 1).digit_capsules[-1]
        poses.append(v[np.arange(12), few.labels])
    shares = []
    for image in np.moveaxis(np.array(poses, float), 1, 0):
        variances = np.linalg.eigvalsh(np.cov(image.T))
        shares.append(variances[-1] / variances.sum())
    assert found["share_along_first_direction"] == pytest.approx(np.mean(shares), rel=1e-3)


def test_rounds_are_of_the_same_weights(small_model: CapsNet, few: Digits) -> None:
    found = ask(small_model, few, "rounds", rounds=(1, 5))
    for rounds in (1, 5):
        lengths = small_model.trace(few.pixels(), rounds).lengths[-1]
        longest = found["mean_length_of_longest"][str(rounds)]
        assert longest == pytest.approx(lengths.max(-1).mean(), abs=1e-5)
    assert found["rounds"] == [1, 5]
    with pytest.raises(ValueError, match="no other rounds than rounds's own. Received: 3"):
        ask(small_model, few, "rounds", 3, rounds=(1,))


def test_uniform_coupling_equals_one_round(small_model: CapsNet, few: Digits) -> None:
    coupling = ask(small_model, few, "coupling", kind=("agreement", "uniform"))
    rounds = ask(small_model, few, "rounds", rounds=(1, 3))
    one, own = (rounds["mean_length_of_label"][r] for r in ("1", "3"))
    assert coupling["mean_length_of_label"]["uniform"] == pytest.approx(one, abs=1e-6)
    assert coupling["mean_length_of_label"]["agreement"] == pytest.approx(own, abs=1e-6)


def test_the_negative_of_all_capsules_is_as_long(small_model: CapsNet, few: Digits) -> None:
    found = ask(small_model, few, "negative")
    assert found["largest_difference_of_lengths"] < 1e-6
    lengths = small_model.trace(1 - few.pixels()).lengths[-1]
    assert found["photographic_negative"]["mean_length_of_longest"] == pytest.approx(
        lengths.max(-1).mean(), abs=1e-5
    )


def test_an_attack_of_size_zero_finds_what_no_attack_finds(
    small_model: CapsNet, few: Digits
) -> None:
    found = ask(small_model, few, "attack", epsilon=0.0)
    plain = ask(small_model, few, "lengths")
    assert found["accuracy"] == plain["accuracy"]
    assert found["share_of_images_changed"] == 0
    assert found["share_caught"] <= 1 / 12  # no more than one in twenty, of twelve


def test_an_attack_lowers_what_it_attacks(small_model: CapsNet, few: Digits) -> None:
    plain = ask(small_model, few, "lengths")
    once = ask(small_model, few, "attack", epsilon=0.1)
    often = ask(small_model, few, "attack", epsilon=0.1, kind="iterated")
    for found in (once, often):
        assert found["mean_length_of_label"] < plain["mean_length_of_label"]
    assert once["share_of_images_changed"] == 1


def test_a_targeted_attack_lengthens_its_target(small_model: CapsNet, few: Digits) -> None:
    found = ask(small_model, few, "attack", epsilon=0.2, kind="iterated", targeted=True)
    none = ask(small_model, few, "attack", epsilon=0.0, targeted=True)
    assert found["share_read_as_target"] > none["share_read_as_target"]


def test_the_threshold_is_of_untouched_images(small_model: CapsNet, digits: Digits) -> None:
    few, others = digits[:12], digits[100:160]
    traced = small_model.trace(others.pixels())
    distances = np.square(traced.images - traced.reconstruction).sum((1, 2, 3))
    subject = Subject(small_model, few, untouched=lambda: others)
    found = measure(find("attack"), subject, {"epsilon": 0.1})
    above = (distances > found["alarm_threshold"] + 1e-3).mean()
    assert above <= 0.05 < above + 1 / 60 + 1e-9


def test_poses_have_the_axes_of_their_class(small_model: CapsNet, digits: Digits) -> None:
    found = ask(small_model, digits, "poses")["classes"]
    poses = np.array(found["3"]["poses"])
    assert digits.labels[found["3"]["images"]].tolist() == [3] * len(poses)
    v = small_model.trace(digits[np.array(found["3"]["images"])].pixels()).digit_capsules[-1]
    np.testing.assert_allclose(poses, v[:, 3], atol=1e-4)
    spread = np.sqrt(np.linalg.eigvalsh(np.cov(v[:, 3].T.astype(float), bias=True))[::-1])
    np.testing.assert_allclose(found["3"]["deviations"][:8], spread[:8], atol=1e-4)


def test_two_equal_networks_never_differ(small_model: CapsNet, few: Digits, tmp_path: Path) -> None:
    from capsnet.storage import checkpoints

    checkpoints.save(small_model, tmp_path / "same.keras")
    found = ask(small_model, few, "compare", other=str(tmp_path / "same.keras"))
    assert found["answers_differ"] == 0
    assert found["mean_difference_of_lengths"] < 1e-6


@pytest.mark.parametrize("name", [n for n in EXPERIMENTS if n not in ("compare", "record")])
def test_every_experiment_gives_plain_json_and_can_be_cancelled(
    small_model: CapsNet, few: Digits, name: str
) -> None:
    given = NEEDED.get(name, {})
    told: list[tuple[int, int]] = []
    subject = Subject(small_model, few, watch=lambda *so_far: told.append(so_far))
    found = measure(find(name), subject, given)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted({done for done, _ in told})

    def stop(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        measure(find(name), Subject(small_model, few, watch=stop), given)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("rotate", {}, "Expected degrees .counter-clockwise.. Received: none"),
        ("rotate", {"degrees": "x"}, "degrees as a number from -360 to 360.* Received: 'x'"),
        ("erase", {"share": (0.5, 2)}, r"from 0 to 1.* Received: \(0.5, 2\)"),
        ("shift", {"pixels": 1, "whither": 3}, "settings of shift: .* Received also: whither"),
        ("rounds", {"rounds": (0,)}, "whole number from 1 to 10"),
        ("coupling", {"kind": ()}, "Received: none"),
    ],
)
def test_settings_that_cannot_be_are_reported(
    small_model: CapsNet, few: Digits, name: str, given: dict, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        ask(small_model, few, name, **given)


def test_images_that_a_network_does_not_take_are_reported(
    small_model: CapsNet, few: Digits
) -> None:
    with pytest.raises(ValueError, match="at least one image. Received: none"):
        ask(small_model, few[:0], "lengths")
    with pytest.raises(ValueError, match="Expected an experiment: rotate, .* Received: 'x'"):
        find("x")


def test_a_setting_reads_what_a_command_line_says() -> None:
    many = Setting("n", "so many", kind="whole", least=1, many=True)
    assert many.parse("1, 3,10") == (1, 3, 10)
    for wrong in ("1,,2", "", "0", "1.5"):
        with pytest.raises(ValueError, match="Expected n as a whole number from 1"):
            many.parse(wrong)


def test_a_fingerprint_is_of_images_and_labels(digits: Digits) -> None:
    few = digits[:5]
    assert fingerprint(few) == fingerprint(digits[:5])
    assert fingerprint(few) != fingerprint(digits[:6])
    assert fingerprint(few) != fingerprint(Digits(few.images, np.roll(few.labels, 1)))
