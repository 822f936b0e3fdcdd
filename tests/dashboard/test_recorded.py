"""The recorded run shows a network that learns to route."""

from capsnet.training import snapshots
from dashboard.views.parts.training.recorded import CLASSES, FOLDER


def test_the_recorded_run_begins_at_its_start_and_shares_grow_from_a_tenth():
    pages = [snapshots.read(path) for path in snapshots.pages(FOLDER)]
    assert pages[0].time == 0 and pages[-1].epoch >= 10
    assert all(page is not None and page.lengths.shape == (10, CLASSES) for page in pages)
    first, last = (float(page.coupling[:, page.routed].max()) for page in (pages[0], pages[-1]))
    assert first < 0.101 and last > 0.14
    place = int((pages[-1].labels == pages[-1].routed).argmax())
    assert pages[0].lengths[place, pages[0].routed] < 0.01
    assert pages[-1].lengths[place, pages[-1].routed] > 0.7
    assert pages[0].right <= 2 and pages[-1].right >= 8


def test_it_is_small():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.npz")) < 400_000
