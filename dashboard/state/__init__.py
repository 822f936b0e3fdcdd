"""What lives longer than one run of a page: the network, the digits, the visitor's current digit.

The only user of `st.session_state`, `st.cache_*` and `st.query_params`. `shared` holds what all
visitors share, `visitor` what belongs to one, `links` what travels in the page's link.
"""

from dashboard.state.links import (
    add_to_link,
    arrived_parameters,
    finish_link,
    number_of_run,
    stayed,
    sync_link,
)
from dashboard.state.networks import bundled_are
from dashboard.state.networks import call as call_network
from dashboard.state.networks import choose as choose_network
from dashboard.state.networks import command_option as network_option
from dashboard.state.networks import in_words as network_in_words
from dashboard.state.networks import name as network_name
from dashboard.state.shared import (
    DecoderWeights,
    answer,
    close_call,
    decode,
    decoder_weights,
    digit_capsules,
    digits,
    forget_network,
    misread,
    model_card,
    network,
    pose_atlas,
    pose_grid,
    trace,
    trace_later,
)
from dashboard.state.training import (
    Data,
    diary,
    machine_speed,
    may_train,
    others_may_train,
    shipped_histories,
    training_data,
)
from dashboard.state.visitor import (
    FIRST_DIGIT,
    altered_trace,
    choose_bundled,
    choose_digit,
    choose_misread,
    choose_nothing,
    choose_random,
    current_digit,
    current_trace,
    default_widget,
    random_indices,
    recall,
    remember,
    set_widget,
    widget,
)

__all__ = [
    "Data",
    "DecoderWeights",
    "FIRST_DIGIT",
    "add_to_link",
    "altered_trace",
    "answer",
    "arrived_parameters",
    "bundled_are",
    "call_network",
    "choose_bundled",
    "choose_digit",
    "choose_misread",
    "choose_network",
    "choose_nothing",
    "choose_random",
    "close_call",
    "current_digit",
    "current_trace",
    "decode",
    "decoder_weights",
    "default_widget",
    "diary",
    "digit_capsules",
    "digits",
    "finish_link",
    "forget_network",
    "machine_speed",
    "may_train",
    "misread",
    "model_card",
    "network",
    "network_in_words",
    "network_name",
    "network_option",
    "number_of_run",
    "others_may_train",
    "pose_atlas",
    "pose_grid",
    "random_indices",
    "recall",
    "remember",
    "set_widget",
    "stayed",
    "sync_link",
    "trace",
    "trace_later",
    "shipped_histories",
    "training_data",
    "widget",
]
