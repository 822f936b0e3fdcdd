import numpy as np
import pytest

from capsnet.training.snapshots import Snapshot, pages, read
from dashboard.components.colour_maps import VIRIDIS
from dashboard.views.parts.number_format import percent
from dashboard.views.parts.training import snapshot_pictures


def page(coupling, activity=None, maps=2, epoch=1, step=0):
    coupling = np.asarray(coupling, np.float16)
    activity = np.ones(len(coupling)) if activity is None else np.asarray(activity)
    blank = np.zeros((10, 28, 28), np.uint8)
    return Snapshot(
        epoch, step, 4, blank, blank, np.eye(10), coupling, activity, maps, np.arange(10)
    )


def test_equal_shares_are_told_from_others():
    assert snapshot_pictures.shares_are_equal(page([np.full(10, 0.1)] * 2))
    assert not snapshot_pictures.shares_are_equal(page([np.full(10, 0.1), np.eye(10)[3]]))


def test_coupling_by_map_is_a_mean_over_places():
    one, other = np.eye(10)[0], np.full(10, 0.1)
    shown = page([one, other, other, other])  # two places of two maps
    np.testing.assert_allclose(
        snapshot_pictures.coupling_by_map(shown), [(one + other) / 2, other], atol=1e-3
    )


@pytest.mark.parametrize(("is_dark", "most"), [(True, VIRIDIS[-1]), (False, VIRIDIS[0])])
def test_the_coupling_picture_is_in_viridis(is_dark, most):
    shown = page([np.eye(10)[0], np.zeros(10)])
    picture = snapshot_pictures.coupling_picture(shown, 1.0, is_dark)
    assert picture.shape == (10, 2, 3)  # a row a class, a column a map, as on the Routing page
    assert tuple(picture[0, 0]) == tuple(int(most[k : k + 2], 16) for k in (1, 3, 5))
    assert (picture[1, 0] == picture[0, 1]).all()
    assert (picture[1, 0].sum() < picture[0, 0].sum()) == is_dark


@pytest.mark.parametrize("is_dark", [True, False])
def test_equal_shares_all_look_the_same(is_dark):
    equal = np.full(10, 0.1)
    assert len(np.unique(snapshot_pictures.coupling_picture(page([equal] * 2), 0.12, is_dark))) == 3
    gained = snapshot_pictures.coupling_picture(
        page([equal, [0.11, *[0.89 / 9] * 9]]), 0.12, is_dark
    )
    assert (gained[0, 1].sum() > gained[1, 1].sum()) == is_dark
    assert (gained[1, 1] == gained[0, 0]).all()  # less than an equal share is no different


@pytest.mark.parametrize(("largest", "end"), [(0.1, 0.15), (0.14, 0.15), (0.16, 0.2), (0.99, 1.0)])
def test_the_scale_holds_the_largest_share(largest, end):
    assert snapshot_pictures.scale_end([page([[largest] * 10] * 2)]) == end


def test_the_scale_does_not_shrink():
    shown = [page([[0.1] * 10] * 2)]
    assert snapshot_pictures.scale_end(shown, least=0.3) == 0.3
    assert snapshot_pictures.scale_end([*shown, page([[0.6] * 10] * 2)], least=0.3) == 1.0


@pytest.mark.parametrize("channels, wide", [(1, 1), (2, 2), (3, 1)])
def test_a_column_has_gaps_of_white(channels, wide):
    pictures = np.full((3, 4, 5, channels), 9, np.uint8)
    column = snapshot_pictures.column(pictures)
    assert column.shape[:2] == (3 * 4 + 2 * snapshot_pictures.GAP, 5 * wide)
    assert (column[:4] == (246 if channels == 1 else 9)).all()  # ink is dark
    assert (column[4:6] == 255).all()


def test_moments_in_words():
    coupling = [np.full(10, 0.1)]
    told = [
        snapshot_pictures.moment(page(coupling, maps=1, epoch=e, step=s))
        for e, s in [(0, 0), (0, 3), (2, 0)]
    ]
    assert told == ["before", "step 3", "epoch 2"]


def test_a_run_keeps_its_colour():
    names = [f"run-{i}" for i in range(20)]
    assert snapshot_pictures.steady_colours(names, {"run-3"}) == {"run-3": 3}
    assert snapshot_pictures.steady_colours([*names, "newer"], {"run-3", "run-8"}) == {
        "run-3": 3,
        "run-8": 8,
    }
    crowd = snapshot_pictures.steady_colours(names, {"run-3", "run-4", "run-15", "run-16"})
    assert crowd["run-3"] == 3
    assert len(set(crowd.values())) == 4
    assert (
        max(snapshot_pictures.steady_colours(names, names[8:]).values()) < snapshot_pictures.COLOURS
    )


@pytest.mark.parametrize(
    ("share", "words"), [(0.9939, "99.39 %"), (0.1, "10.00 %"), (1, "100.00 %")]
)
def test_shares_in_words(share, words):
    assert percent(share) == words


def test_real_snapshots_make_pictures(small_run):
    shown = [read(path) for path in pages(small_run.folder)]
    assert shown
    end = snapshot_pictures.scale_end(shown)
    for snapshot in shown:
        assert snapshot_pictures.coupling_picture(snapshot, end, True).shape == (10, 2, 3)
        assert snapshot_pictures.column(snapshot.drawings).shape[1] == 28
