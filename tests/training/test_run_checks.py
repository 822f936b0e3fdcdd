"""What a folder must hold, or not, for a run to begin or go on there; more is in test_runs.py."""

import shutil

import pytest

from capsnet.config import CapsNetConfig
from capsnet.errors import TrainingError
from capsnet.training import provenance, run_checks, run_folder
from capsnet.training.history import HISTORY, write_history
from capsnet.training.train import train
from capsnet.training_config import TrainingConfig


@pytest.mark.parametrize(
    "name", [run_folder.BEST, run_folder.LAST, HISTORY, run_folder.INTERRUPTED]
)
def test_what_is_left_of_a_run_is_not_overwritten(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(TrainingError, match=rf"whose run\.json is lost: {name}; use --out"):
        run_checks.check_may_begin(tmp_path, CapsNetConfig(), TrainingConfig(), resume=False)


def test_a_run_that_has_lost_its_settings_is_kept(
    small_run, small_config, quick_training, digits, tmp_path
):
    folder = tmp_path / "run"
    shutil.copytree(small_run.folder, folder)
    (folder / run_folder.RUN).unlink()
    kept = {
        name: (folder / name).read_bytes() for name in (run_folder.BEST, run_folder.LAST, HISTORY)
    }
    with pytest.raises(TrainingError, match="what is left of a run"):
        train(small_config, quick_training, digits[:100], digits[100:], folder)
    assert kept == {name: (folder / name).read_bytes() for name in kept}


def test_what_is_refused_leaves_no_run_behind(
    small_run, small_config, quick_training, digits, tmp_path
):
    shutil.copy(small_run.folder / provenance.PROVENANCE, tmp_path)
    with pytest.raises(TrainingError, match="began with: 100"):
        train(small_config, quick_training, digits[:50], digits[100:], tmp_path)
    assert not (tmp_path / run_folder.RUN).exists()


def test_a_finished_run_without_its_network_says_that_it_is_lost(
    small_run, small_config, quick_training, digits, tmp_path
):
    folder = tmp_path / "run"
    shutil.copytree(small_run.folder, folder)
    (folder / run_folder.BEST).unlink()
    with pytest.raises(TrainingError, match=r"best\.keras\. Received: no such file\. .* is lost"):
        train(small_config, quick_training, digits[:100], digits[100:], folder, resume=True)
    assert run_folder.read_progress(folder).state == "failed"


@pytest.mark.parametrize("name", [run_folder.RUN, provenance.PROVENANCE])
def test_settings_nested_too_deeply_are_one_sentence(tmp_path, name):
    (tmp_path / name).write_text("[" * 200_000)
    with pytest.raises(TrainingError, match=rf"{name}\. Received: JSON that is nested too deeply"):
        run_folder.read_run(tmp_path) if name == run_folder.RUN else provenance.read(tmp_path)


def test_a_history_without_a_best_row_is_not_of_a_finished_run(small_run, tmp_path):
    network, training = run_folder.read_run(small_run.folder)
    run_folder.write_run(tmp_path, network, training)
    write_history(tmp_path / HISTORY, [{**row, "best": 0} for row in small_run.history])
    with pytest.raises(TrainingError, match="no best one among the rows in history.csv"):
        run_folder.read_finished(tmp_path)
