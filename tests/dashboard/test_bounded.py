"""What is remembered for all visitors is bounded by its bytes."""

import threading
from typing import NamedTuple

import numpy as np
import pytest

from dashboard.state.bounded import MB, NUMBER, SMALLEST, bounded, bytes_of, held


class Pair(NamedTuple):
    first: np.ndarray
    second: np.ndarray


def test_the_last_asked_for_are_kept_and_never_more_than_was_said():
    made = []

    @bounded(10)
    def megabytes(count, name):
        made.append(name)
        return np.zeros(count * MB, np.uint8)

    for name in "abcdef":
        megabytes(3, name)
        assert held(megabytes) <= 10 * MB
    megabytes(3, "f")
    assert made == [*"abcdef"]
    megabytes(3, "a")
    assert made == [*"abcdefa"]


def test_what_is_larger_than_all_is_given_but_not_kept():
    @bounded(1)
    def large():
        return np.zeros(2 * MB, np.uint8)

    assert large().nbytes == 2 * MB
    assert held(large) == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.zeros(MB, np.float32), 4 * MB),
        (np.zeros(MB, np.float32)[:7], 4 * MB),  # a view holds all of it
        (Pair(np.zeros(MB, np.uint8), np.zeros(MB, np.uint8)), 2 * MB),
        (b"1" * MB, MB),
        ({"lengths": [[0.5] * 10] * 5000}, 50_000 * NUMBER + 7),  # an experiment's
        (np.zeros(1), SMALLEST),
        (None, SMALLEST),
    ],
)
def test_bytes_are_those_that_are_held(value, expected):
    assert bytes_of(value) == expected


def test_a_trace_counts_all_of_its_arrays(small_model, images):
    trace = small_model.trace(images)
    assert bytes_of(trace) >= sum(array.nbytes for array in vars(trace).values())


def test_two_who_ask_at_once_wait_for_one():
    made, gate = [], threading.Event()

    @bounded(1)
    def slow(name):
        made.append(name)
        gate.wait(10)
        return name

    threads = [threading.Thread(target=slow, args=("a",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert made == ["a"]


def test_a_failure_is_not_kept():
    tries = []

    @bounded(1)
    def fails():
        tries.append(None)
        raise OSError

    for _ in range(2):
        with pytest.raises(OSError):
            fails()
    assert len(tries) == 2
