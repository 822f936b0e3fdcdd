"""What the network computes, as all visitors are given it."""

import pytest

from capsnet.network.model import CapsNet
from capsnet.routing.agreement import RoutingByAgreement
from capsnet.routing.broken import UniformCoupling
from capsnet.storage import checkpoints
from dashboard.state import answers, shared
from dashboard.state.network_files import Stored


@pytest.fixture(scope="module")
def network(small_model, tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "small.keras"
    checkpoints.save(small_model, path)
    return Stored("small-1", path, 1)


def test_no_page_can_write_into_what_others_are_given(network, images):
    one, three = images[:1].tobytes(), images.tobytes()
    given = {
        "trace": [*vars(answers._trace(network, one, 1, 3)).values()],
        "traces": [*vars(answers._trace(network, three, 3, 3)).values()],
        "answer": answers._answer(network, one),
        "capsules": [answers._digit_capsules(network, three, 3)],
        "grid": [answers._pose_grid(network, one, 1, 0.25)],
    }
    for name, arrays in given.items():
        for array in arrays:
            assert not array.flags.writeable, name


def test_what_if_compares_with_a_mistake_in_the_networks_own_routing(network, images, monkeypatch):
    own = RoutingByAgreement(loop="dynamic", gradient="last")
    monkeypatch.setattr(shared.network_of(network).digit_capsules, "routing", own)
    used, trace = [], CapsNet.trace

    def watched(model, *args, routing, **kwargs):
        used.append(routing)
        return trace(model, *args, routing=routing, **kwargs)

    monkeypatch.setattr(CapsNet, "trace", watched)
    one = images[:1].tobytes()
    answers._altered_trace(network, one, 3, (), "uniform")
    answers._altered_trace(network, one, 3, (0,), None)
    assert used == [UniformCoupling(**vars(own)), own]
