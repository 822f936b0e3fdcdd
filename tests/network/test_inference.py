"""The answer for a pen in motion is the network's own."""

from __future__ import annotations

import gc
import weakref

import keras
import numpy as np
import pytest

from capsnet.network import inference


@pytest.fixture(scope="module")
def answering(shipped):
    return inference.answering(shipped)


def test_an_answer_is_what_the_trace_says(shipped, answering, digits):
    for i in range(3):
        image = digits[i : i + 1].pixels()
        trace, answer = shipped.trace(image), answering(image)
        np.testing.assert_allclose(answer.lengths, trace.lengths[-1, 0], atol=1e-5)
        winner = answer.drawings[answer.lengths.argmax()]
        np.testing.assert_allclose(winner, trace.reconstruction[0], atol=1e-4)
        np.testing.assert_allclose(answer.digit_capsules, trace.digit_capsules[-1, 0], atol=1e-5)


def test_every_capsule_draws_its_own(shipped, answering, digits):
    image = digits[:1].pixels()
    capsules = shipped.trace(image).digit_capsules[-1]
    for digit, drawing in enumerate(answering(image).drawings):
        np.testing.assert_allclose(drawing, shipped.decode(capsules, digit)[0], atol=1e-4)


def test_once_settled_in_nothing_is_collected_or_cleared(monkeypatch):
    monkeypatch.setattr(keras.backend, "clear_session", keras.backend.clear_session)
    calls = []
    monkeypatch.setattr(gc, "freeze", lambda: calls.append("freeze"))  # not for the tests after
    inference.settle_in()
    assert calls == ["freeze"]
    from keras.src.backend.common import global_state

    global_state.set_global_attribute("kept", 1)
    keras.backend.clear_session()  # as Streamlit does after every run
    assert global_state.get_global_attribute("kept") == 1


def test_a_network_nobody_uses_is_forgotten_when_the_next_settles_in(monkeypatch):
    monkeypatch.setattr(keras.backend, "clear_session", keras.backend.clear_session)

    class Network:
        def __init__(self):
            self.part_of = self  # only the collector of garbage finds it

    try:
        network = Network()
        last_seen = weakref.ref(network)
        inference.settle_in()
        del network
        gc.collect()
        assert last_seen() is not None
        inference.settle_in()
        assert last_seen() is None
    finally:
        gc.unfreeze()
