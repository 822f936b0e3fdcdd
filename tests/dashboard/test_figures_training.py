import math

import numpy as np
import pytest

from capsnet.training.history import read_curve
from capsnet.training.run_folder import read_run
from capsnet.training.snapshots import Snapshot, pages, read
from dashboard.figures import training as figures
from dashboard.figures.colours import VIRIDIS
from dashboard.figures.numbers import percent


def page(coupling, activity=None, maps=2, epoch=1, step=0):
    coupling = np.asarray(coupling, np.float16)
    activity = np.ones(len(coupling)) if activity is None else np.asarray(activity)
    blank = np.zeros((10, 28, 28), np.uint8)
    return Snapshot(
        epoch, step, 4, blank, blank, np.eye(10), coupling, activity, maps, np.arange(10)
    )


def test_the_entropy_chart_weighs_by_activity():
    shown = page([np.full(10, 0.1), np.eye(10)[3]], activity=[0.0, 0.5])
    chart = figures.entropy_chart([shown], 5)
    plain, weighted = chart["lines"]
    assert plain["points"][0] == [1.0, pytest.approx(math.log(10) / 2, abs=1e-3)]
    assert weighted["points"][0] == [1.0, pytest.approx(0, abs=1e-3)]
    assert chart["reference"]["value"] == pytest.approx(math.log(10))
    assert chart["span"] == 5


@pytest.mark.parametrize("classes", [4, 10])
def test_equal_shares_are_named_by_the_number_of_classes(classes):
    shown = page([np.full(classes, 1 / classes)] * 2)
    reference = figures.entropy_chart([shown], 5)["reference"]
    assert reference == {"value": math.log(classes), "name": f"equal shares, ln {classes}"}


def test_capsules_without_activity_count_the_same():
    silent = page([np.full(10, 0.1)] * 2, activity=[0, 0])
    weighted = figures.entropy_chart([silent], 5)["lines"][1]
    assert weighted["points"][0][1] == pytest.approx(math.log(10), abs=1e-3)


def test_equal_shares_are_told_from_others():
    assert figures.shares_are_equal(page([np.full(10, 0.1)] * 2))
    assert not figures.shares_are_equal(page([np.full(10, 0.1), np.eye(10)[3]]))


def test_coupling_by_map_is_a_mean_over_places():
    one, other = np.eye(10)[0], np.full(10, 0.1)
    shown = page([one, other, other, other])  # two places of two maps
    np.testing.assert_allclose(
        figures.coupling_by_map(shown), [(one + other) / 2, other], atol=1e-3
    )


@pytest.mark.parametrize(("is_dark", "most"), [(True, VIRIDIS[-1]), (False, VIRIDIS[0])])
def test_the_coupling_picture_is_in_viridis(is_dark, most):
    shown = page([np.eye(10)[0], np.zeros(10)])
    picture = figures.coupling_picture(shown, 1.0, is_dark)
    assert picture.shape == (10, 2, 3)  # a row a class, a column a map, as on the Routing page
    assert tuple(picture[0, 0]) == tuple(int(most[k : k + 2], 16) for k in (1, 3, 5))
    assert (picture[1, 0] == picture[0, 1]).all()
    assert (picture[1, 0].sum() < picture[0, 0].sum()) == is_dark


@pytest.mark.parametrize("is_dark", [True, False])
def test_equal_shares_all_look_the_same(is_dark):
    equal = np.full(10, 0.1)
    assert len(np.unique(figures.coupling_picture(page([equal] * 2), 0.12, is_dark))) == 3
    gained = figures.coupling_picture(page([equal, [0.11, *[0.89 / 9] * 9]]), 0.12, is_dark)
    assert (gained[0, 1].sum() > gained[1, 1].sum()) == is_dark
    assert (gained[1, 1] == gained[0, 0]).all()  # less than an equal share is no different


@pytest.mark.parametrize(("largest", "end"), [(0.1, 0.15), (0.14, 0.15), (0.16, 0.2), (0.99, 1.0)])
def test_the_scale_holds_the_largest_share(largest, end):
    assert figures.scale_end([page([[largest] * 10] * 2)]) == end


def test_the_scale_does_not_shrink():
    shown = [page([[0.1] * 10] * 2)]
    assert figures.scale_end(shown, least=0.3) == 0.3
    assert figures.scale_end([*shown, page([[0.6] * 10] * 2)], least=0.3) == 1.0


def test_a_column_has_gaps_of_paper():
    pictures = np.full((3, 4, 5), 9, np.uint8)
    column = figures.column(pictures)
    assert column.shape == (3 * 4 + 2 * figures.GAP, 5)
    assert (column[:4] == 9).all()
    assert (column[4:6] == 0).all()


def test_moments_in_words():
    coupling = [np.full(10, 0.1)]
    told = [
        figures.moment(page(coupling, maps=1, epoch=e, step=s)) for e, s in [(0, 0), (0, 3), (2, 0)]
    ]
    assert told == ["before", "step 3", "epoch 2"]


def test_the_charts_of_a_run(small_run):
    curve = read_curve(small_run.folder)
    weight = read_run(small_run.folder)[0].reconstruction_weight
    charts = {c["title"]: c for c in figures.learning_charts(curve, small_run.history, weight, 4)}
    loss = {line["name"]: line["points"] for line in charts["Loss"]["lines"]}
    assert len(loss["total"]) == len(curve)
    for total, margin, weighted in zip(
        loss["total"], loss["margin"], loss["reconstruction, weighted"], strict=True
    ):
        assert total[1] == pytest.approx(margin[1] + weighted[1], rel=1e-3)
    assert [point[0] for point in loss["validation, total"]] == [1, 2, 3, 4]
    accuracy = charts["Read right"]["lines"][1]["points"]
    assert accuracy[-1][1] == pytest.approx(small_run.history[-1]["val_accuracy"], rel=1e-4)
    assert charts["Learning rate"]["lines"][0]["points"]


def test_no_chart_without_a_point():
    assert figures.learning_charts([], [], 0.0005, 4) == []


def test_runs_over_one_another(small_run):
    charts = figures.comparison_charts(
        {"one": small_run.history, "two": small_run.history[:2]}, {"one": 0, "two": 7}
    )
    for chart in charts:
        assert [line["name"] for line in chart["lines"]] == ["one", "two"]
        assert [len(line["points"]) for line in chart["lines"]] == [4, 2]
        assert chart["span"] == 4
        assert chart["lines"][0]["colour"] != chart["lines"][1]["colour"]


def test_a_run_keeps_its_colour():
    names = [f"run-{i}" for i in range(20)]
    assert figures.lasting_colours(names, {"run-3"}) == {"run-3": 3}
    assert figures.lasting_colours([*names, "newer"], {"run-3", "run-8"}) == {
        "run-3": 3,
        "run-8": 8,
    }
    crowd = figures.lasting_colours(names, {"run-3", "run-4", "run-15", "run-16"})
    assert crowd["run-3"] == 3
    assert len(set(crowd.values())) == 4
    assert max(figures.lasting_colours(names, names[8:]).values()) < figures.COLOURS


def test_every_legend_knows_its_decimals(small_run):
    shown = [read(path) for path in pages(small_run.folder)]
    charts = [
        *figures.learning_charts(read_curve(small_run.folder), small_run.history, 0.0005, 4),
        *figures.comparison_charts({"one": small_run.history}, {"one": 0}),
        figures.entropy_chart(shown, 4),
    ]
    told = {c["title"]: c.get("format") or c["decimals"] for c in charts}
    assert told["Read right"] == told["Validation: read right"] == "percent"
    assert told["Loss"] == told["Training: loss, mean over the epoch"] == 4
    assert {d for title, d in told.items() if "quared error" in title} == {2}
    assert told["Entropy of the shares: undecided above, decided below"] == 3


@pytest.mark.parametrize(
    ("share", "words"), [(0.9939, "99.39 %"), (0.1, "10.00 %"), (1, "100.00 %")]
)
def test_shares_in_words(share, words):
    assert percent(share) == words


def test_a_real_diary_makes_pictures(small_run):
    shown = [read(path) for path in pages(small_run.folder)]
    assert shown
    end = figures.scale_end(shown)
    for snapshot in shown:
        assert figures.coupling_picture(snapshot, end, True).shape == (10, 2, 3)
        assert figures.column(snapshot.reconstructions).shape[1] == 28


def test_runs_that_led_to_one_network_follow_one_another():
    row = dict.fromkeys(("val_accuracy", "val_margin_loss", "val_reconstruction_error"), 0.5)
    histories = [[{"epoch": epoch, "best": 1, **row} for epoch in range(1, n + 1)] for n in (2, 3)]
    histories[1][2] |= {"best": 0, "val_accuracy": 0.4, "val_margin_loss": 0.6}
    for chart in figures.ancestry_charts(histories):
        first, second = chart["lines"]
        assert chart["span"] == 5
        assert first["points"] == [[1, 0.5], [2, 0.5]]
        assert second["points"][:2] == [[3, 0.5], [4, 0.5]]
        assert second["points"][2][0] == 5
        assert (first["told"], second["told"]) == ([2, 0.5], [4, 0.5])  # the networks kept


def test_a_dozen_runs_behind_one_another_can_be_told_apart():
    fields = ("val_accuracy", "val_margin_loss", "val_reconstruction_error")
    row = {"epoch": 1, "best": 1, **dict.fromkeys(fields, 0.5)}
    for chart in figures.ancestry_charts([[row]] * figures.COLOURS):
        looks = {(line["colour"] % 6, line["dashed"]) for line in chart["lines"]}  # as in curves.js
        assert len(looks) == figures.COLOURS


def test_epochs_that_hardly_read_are_left_out_at_the_beginning():
    losses = [0.7, 0.41, 0.05, 0.9, 0.05]
    fields = ("val_accuracy", "val_reconstruction_error")
    rows = [
        {"epoch": epoch, "val_margin_loss": loss, "best": int(loss < 0.1)}
        | dict.fromkeys(fields, 0.5)
        for epoch, loss in enumerate(losses, 1)
    ]
    assert [row["epoch"] for row in figures.far_off([rows, rows])] == [1, 2]
    for chart in figures.ancestry_charts([rows, rows]):
        first, second = chart["lines"]
        assert [epoch for epoch, _ in first["points"]] == [3, 4, 5]
        assert [epoch for epoch, _ in second["points"]] == [6, 7, 8, 9, 10]  # not of later runs
        assert first["told"][0] == 5
