"""What TensorFlow says as it starts is shown only where the start fails."""

import os

import pytest

from capsnet import tensorflow_startup


@pytest.mark.parametrize(
    ("error", "shown"), [(KeyboardInterrupt, ""), (ImportError, "no such library\n")]
)
def test_notes_are_shown_after_a_failure_but_not_after_control_c(error, shown, capfd):
    with pytest.raises(error), tensorflow_startup._stderr_held_back():
        os.write(2, b"no such library\n")
        raise error
    assert capfd.readouterr().err == shown
    os.write(2, b"told again\n")
    assert capfd.readouterr().err == "told again\n"
