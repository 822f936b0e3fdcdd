"""What lives longer than one run of a page: the network, the digits, the visitor's current digit.

The only user of `st.session_state`, `st.cache_*` and `st.query_params`. `shared` holds what all
visitors share, `visitor` what belongs to one, `links` what travels in the page's link.
"""

from dashboard.state import lesson, session, untrained
from dashboard.state.browser_network import offered as offer_to_browser
from dashboard.state.experiments import (
    attacked,
    card_facts,
    network_named,
    other_networks,
    trace_by,
)
from dashboard.state.experiments import cancel as cancel_experiment
from dashboard.state.experiments import job as experiment_job
from dashboard.state.experiments import result as experiment_result
from dashboard.state.experiments import start as start_experiment
from dashboard.state.links import (
    ROUNDS,
    add_to_link,
    arrived_parameters,
    finish_link,
    follow_link,
    rounds_in,
    stayed,
    sync_link,
)
from dashboard.state.network_in_use import bundled_are, is_uploaded
from dashboard.state.network_in_use import choose as choose_network
from dashboard.state.network_in_use import choose_uploaded as choose_uploaded_network
from dashboard.state.network_in_use import command_option as network_option
from dashboard.state.network_in_use import in_words as network_in_words
from dashboard.state.network_in_use import name as network_name
from dashboard.state.shared import (
    altered_trace_of,
    answer,
    close_call,
    config,
    decode,
    decoder_id,
    digit_capsules,
    digits,
    lengths_of,
    misclassified,
    model_card,
    network,
    pose_atlas,
    pose_grid,
    right_by_rounds,
    trace,
    trace_later,
)
from dashboard.state.training import (
    Data,
    curve,
    machine_speed,
    may_train,
    moments,
    others_may_train,
    shipped_histories,
    snapshots,
    training_data,
)
from dashboard.state.visitor import (
    FIRST_DIGIT,
    altered_trace,
    choose_bundled,
    choose_digit,
    choose_misclassified,
    choose_nothing,
    choose_random,
    choose_rounds,
    current_digit,
    current_trace,
    default_widget,
    random_indices,
    recall,
    remember,
    rounds,
    set_widget,
    widget,
)

__all__ = [
    "Data",
    "FIRST_DIGIT",
    "ROUNDS",
    "add_to_link",
    "altered_trace",
    "altered_trace_of",
    "answer",
    "arrived_parameters",
    "attacked",
    "bundled_are",
    "cancel_experiment",
    "card_facts",
    "choose_bundled",
    "choose_digit",
    "choose_misclassified",
    "choose_network",
    "choose_nothing",
    "choose_random",
    "choose_rounds",
    "choose_uploaded_network",
    "close_call",
    "config",
    "current_digit",
    "current_trace",
    "curve",
    "decode",
    "decoder_id",
    "default_widget",
    "snapshots",
    "digit_capsules",
    "digits",
    "experiment_job",
    "experiment_result",
    "finish_link",
    "follow_link",
    "is_uploaded",
    "lesson",
    "machine_speed",
    "may_train",
    "lengths_of",
    "misclassified",
    "model_card",
    "moments",
    "network",
    "network_in_words",
    "network_name",
    "network_named",
    "network_option",
    "offer_to_browser",
    "other_networks",
    "others_may_train",
    "pose_atlas",
    "pose_grid",
    "random_indices",
    "recall",
    "remember",
    "right_by_rounds",
    "rounds",
    "rounds_in",
    "session",
    "set_widget",
    "shipped_histories",
    "start_experiment",
    "stayed",
    "sync_link",
    "trace",
    "trace_by",
    "trace_later",
    "training_data",
    "untrained",
    "widget",
]
