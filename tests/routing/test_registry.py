"""Routings by name, and what a network makes of the name in its config."""

import json
import zipfile
from dataclasses import dataclass, replace

import numpy as np
import pytest
from keras import ops

from capsnet import cli
from capsnet.config import CapsNetConfig
from capsnet.errors import CheckpointError
from capsnet.network.model import CapsNet
from capsnet.ops import safe_norm
from capsnet.routing import registry
from capsnet.routing.agreement import RoutingByAgreement
from capsnet.routing.base import Routing, Weight
from capsnet.storage import checkpoint_safety, checkpoints


@pytest.fixture
def registered(monkeypatch):
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))


@dataclass(frozen=True)
class Scaled(RoutingByAgreement):
    """Agreement that a learned number for each digit capsule makes weigh more or less."""

    def weights(self, primary, digits, dim):
        return {"scale": Weight((digits,), "ones")}

    def trace(self, prediction_vectors, rounds, weights=None):
        scaled = prediction_vectors * weights["scale"][:, None]
        return super().trace(scaled, rounds)

    def route(self, prediction_vectors, rounds, weights=None):
        return Routing.route(self, prediction_vectors, rounds, weights)

    def lengths(self, digit_capsules):
        return 1 - safe_norm(digit_capsules)


def test_every_file_of_the_folder_registers_a_routing_of_its_name():
    assert registry.names()[0] == "agreement"
    for name in registry.names():
        assert issubclass(registry.routing_class(name), Routing)
    assert registry.routing_class("agreement") is RoutingByAgreement


def test_a_registered_routing_is_known_by_its_name(registered):
    registry.register("scaled")(Scaled)
    assert registry.names() == ("agreement", "scaled")
    assert registry.routing_class("scaled") is Scaled
    registry.register("scaled")(Scaled)  # as a notebook's cell that is run again
    with pytest.raises(ValueError, match="no other routing has. Received: 'scaled', which is .*Sc"):
        registry.register("scaled")(RoutingByAgreement)


def test_an_unknown_routing_is_told_with_those_that_are_known(small_config):
    expected = r"Expected a routing that is known here: agreement\. Received: 'none'"
    with pytest.raises(ValueError, match=expected):
        CapsNet(replace(small_config, routing="none"))


def test_a_file_without_a_routing_of_its_name_is_reported(tmp_path, monkeypatch):
    (tmp_path / "empty_file.py").write_text("x = 1\n")
    monkeypatch.setattr(registry.folder, "__path__", [*registry.folder.__path__, str(tmp_path)])
    with pytest.raises(ValueError, match=r'Expected @register\("empty_file"\) in '):
        registry.routing_class("empty_file")


def test_the_usual_weights_are_listed_without_asking_the_routing(small_config):
    """Else checking a file would load Keras; so this holds that agreement needs none."""
    assert registry.weight_shapes(small_config) == small_config.weight_shapes
    assert RoutingByAgreement().weights(72, 10, 16) == {}


def test_a_network_has_its_routings_weights_and_goes_by_its_lengths(
    registered, small_config, images, tmp_path
):
    registry.register("scaled")(Scaled)
    model = CapsNet(replace(small_config, routing="scaled", compile_routing=True))
    scale = np.linspace(0.5, 2, 10).astype(np.float32)
    model.digit_capsules.routing_weights["scale"].assign(scale)
    traced = model.trace(images)
    by_agreement = RoutingByAgreement().trace(
        traced.prediction_vectors * scale[:, None], small_config.rounds
    )
    np.testing.assert_allclose(traced.coupling, by_agreement.coupling, atol=1e-6)
    lengths = 1 - np.linalg.norm(traced.digit_capsules, axis=-1)
    np.testing.assert_allclose(traced.lengths, lengths, atol=1e-6)
    answer = {name: ops.convert_to_numpy(array) for name, array in model(images).items()}
    np.testing.assert_allclose(answer["lengths"], lengths[-1], atol=1e-5)
    np.testing.assert_allclose(answer["reconstruction"], traced.reconstruction, atol=1e-5)

    checkpoints.save(model, tmp_path / "scaled.keras")
    loaded = checkpoints.load(tmp_path / "scaled.keras")
    assert loaded.config.routing == "scaled"
    np.testing.assert_array_equal(loaded.digit_capsules.routing_weights["scale"], scale)


def test_a_file_whose_routing_is_not_known_here_is_refused(small_model, tmp_path):
    checkpoints.save(small_model, tmp_path / "good.keras")
    path = tmp_path / "other.keras"
    with zipfile.ZipFile(tmp_path / "good.keras") as good, zipfile.ZipFile(path, "w") as other:
        for name in good.namelist():
            content = good.read(name)
            if name == "config.json":
                described = json.loads(content)
                assert described["config"]["config"]["routing"] == "agreement"
                described["config"]["config"]["routing"] = "os"
                content = json.dumps(described).encode()
            other.writestr(name, content)
    with pytest.raises(CheckpointError, match="known here: agreement. Received: 'os'"):
        checkpoint_safety.inspect(path)


def test_the_training_command_lists_the_routings_and_refuses_others(registered, capsys):
    registry.register("scaled")(Scaled)
    with pytest.raises(SystemExit):
        cli.main(["train", "--help"])
    assert "--routing {agreement,scaled}" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main(["train", "--routing", "other"])
    assert "Expected one of agreement, scaled. Received: 'other'" in capsys.readouterr().err


def test_a_config_without_a_routing_is_of_agreement():
    values = CapsNetConfig().to_dict()
    del values["routing"]
    assert CapsNetConfig.from_dict(values).routing == "agreement"
