import pytest

from capsnet.training import history
from capsnet.training.history import HISTORY_FIELDS, read_history, write_history

EPOCHS = [
    {name: epoch / 7 for name in HISTORY_FIELDS} | {"epoch": epoch, "best": 1} for epoch in (1, 2)
]


def test_a_history_comes_back_as_it_was(tmp_path):
    path = tmp_path / history.HISTORY
    assert read_history(path) == []
    write_history(path, EPOCHS)
    assert read_history(path) == EPOCHS
    assert list(tmp_path.iterdir()) == [path]


def test_a_curve_comes_back_to_six_digits(tmp_path):
    curve = [{name: 1 / 3 for name in history.CURVE_FIELDS}]
    history.write_curve(tmp_path, curve)
    assert history.read_curve(tmp_path) == [dict.fromkeys(history.CURVE_FIELDS, 0.333333)]


@pytest.mark.parametrize("content", ["", "epoch,loss\n1,", "epoch,loss\n1", "epoch\n1,2"])
def test_a_curve_that_is_being_written_is_none_yet(tmp_path, content):
    (tmp_path / history.CURVE).write_text(content)
    assert history.read_curve(tmp_path) == []


def test_the_histories_beside_a_checkpoint_are_read_in_the_order_of_the_runs(tmp_path):
    checkpoint = tmp_path / "net.keras"
    assert history.read_ancestry(checkpoint) == []
    runs = [[{**EPOCHS[0], "seconds": float(run)}] for run in range(11)]
    write_history(tmp_path / "net-history.csv", runs[-1])
    assert history.read_ancestry(checkpoint) == runs[-1:]
    for number, rows in enumerate(runs[:-1], 1):
        write_history(tmp_path / f"net-history-{number}.csv", rows)
    assert history.read_ancestry(checkpoint) == runs


@pytest.mark.parametrize(
    "content", ["epoch,loss\n1,2.0\n", "epoch\nx\n", "epoch\n1,2\n", "a\0b\n1\n"]
)
def test_what_is_no_history_is_reported(tmp_path, content):
    (tmp_path / history.HISTORY).write_text(content)
    with pytest.raises(ValueError, match="Expected "):
        read_history(tmp_path / history.HISTORY)


def test_old_histories_stay_until_the_new_ones_are_written(tmp_path, monkeypatch):
    checkpoint = tmp_path / "net.keras"
    history.write_ancestry(checkpoint, [EPOCHS] * 3)

    def full(path, rows):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(history, "write_history", full)
        with pytest.raises(OSError, match="No space"):
            history.write_ancestry(checkpoint, [EPOCHS])
    assert history.read_ancestry(checkpoint) == [EPOCHS] * 3
    history.write_ancestry(checkpoint, [EPOCHS[:1], EPOCHS])
    assert history.read_ancestry(checkpoint) == [EPOCHS[:1], EPOCHS]
    history.write_ancestry(checkpoint, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", ["loss\n0.5\n", f'{",".join(history.CURVE_FIELDS)}\n"{"1" * 200_000}"\n']
)
def test_a_curve_that_is_not_ours_is_none(tmp_path, content):
    (tmp_path / history.CURVE).write_text(content)
    assert history.read_curve(tmp_path) == []
