"""What lives longer than one run of a page: the network, the digits, the visitor's current digit.

The only user of `st.session_state`, `st.cache_*` and `st.query_params`. `shared` holds the
network and the digits, `answers` what the network computes, `visitor` what belongs to one visitor,
`links` what travels in the page's link.
"""

from dashboard.state import lesson, session, untrained
from dashboard.state.answers import (
    altered_trace_of,
    answer,
    decode,
    decoder_id,
    digit_capsules,
    exact_pose_grid,
    glance,
    lengths_of,
    pose_grid,
    trace,
    trace_later,
)
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
    follow_later,
    follow_link,
    own_links,
    rounds_in,
    stayed,
    sync_link,
)
from dashboard.state.network_in_use import bundled_are, is_untrained, is_uploaded
from dashboard.state.network_in_use import can_choose_for_sets as can_choose_network_for_sets
from dashboard.state.network_in_use import choose as choose_network
from dashboard.state.network_in_use import choose_for_sets as choose_network_for_sets
from dashboard.state.network_in_use import choose_uploaded as choose_uploaded_network
from dashboard.state.network_in_use import command_option as network_option
from dashboard.state.network_in_use import in_words as network_in_words
from dashboard.state.network_in_use import is_for_sets as network_is_for_sets
from dashboard.state.network_in_use import name as network_name
from dashboard.state.shared import (
    close_call,
    config,
    digits,
    gallery,
    misclassified,
    model_card,
    network,
    pose_atlas,
    right_by_rounds,
    usual_error,
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
    choose_digit,
    choose_misclassified,
    choose_nothing,
    choose_number,
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
    suited,
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
    "can_choose_network_for_sets",
    "cancel_experiment",
    "card_facts",
    "choose_digit",
    "choose_misclassified",
    "choose_network",
    "choose_network_for_sets",
    "choose_nothing",
    "choose_number",
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
    "digit_capsules",
    "digits",
    "exact_pose_grid",
    "experiment_job",
    "experiment_result",
    "finish_link",
    "follow_later",
    "follow_link",
    "gallery",
    "glance",
    "is_untrained",
    "is_uploaded",
    "lengths_of",
    "lesson",
    "machine_speed",
    "may_train",
    "misclassified",
    "model_card",
    "moments",
    "network",
    "network_in_words",
    "network_is_for_sets",
    "network_name",
    "network_named",
    "network_option",
    "offer_to_browser",
    "other_networks",
    "others_may_train",
    "own_links",
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
    "snapshots",
    "start_experiment",
    "stayed",
    "suited",
    "sync_link",
    "trace",
    "trace_by",
    "trace_later",
    "training_data",
    "untrained",
    "usual_error",
    "widget",
]
