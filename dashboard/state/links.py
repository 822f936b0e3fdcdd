"""The page's link: the digit and the settings that travel in it."""

from __future__ import annotations

import streamlit as st

from dashboard import digit as digit_module
from dashboard.digit import LinkError
from dashboard.state import networks, visitor
from dashboard.state.shared import digits

NETWORK = "network"
"""The query parameter that names the network."""


def sync_link(page: str) -> str | None:
    """Bring the page's link and the current digit together, once at the start of each run.

    A link that neither this session nor its pad has just written (opened, edited, or reached by
    the browser's Back) decides the digit, unless the visitor has just chosen another.

    Args:
        page: the page that runs. Streamlit empties the link on the way to another one; on the
            same page a link without a digit is where the visitor was before choosing any.

    Returns:
        A sentence if the link was of no use and the default digit has come in its place; None
        otherwise, and once there is another digit.
    """
    st.session_state["runs"] = visitor.runs() + 1
    written = st.session_state.get("link", {})
    arrived = {k: v for k, v in st.query_params.items() if k in digit_module.LINK_NAMES}
    stayed = st.session_state.get("page") == page
    st.session_state["page"] = page
    offered = st.session_state.pop("links_offered", [])
    is_ours = arrived == written or arrived in offered
    if not is_ours and visitor.current_digit().link == written:
        try:
            if (linked := digit_module.from_link(arrived, digits())) is not None:
                visitor.choose_digit(linked)
            elif stayed:
                visitor.choose_nothing()
        except LinkError as error:
            visitor.choose_bundled(visitor.FIRST_DIGIT)
            told = f"{error} Here is digit number {visitor.FIRST_DIGIT} instead."
            st.session_state["link_trouble"] = told, visitor.current_digit()
    link = visitor.current_digit().link
    st.session_state["link"] = link
    if arrived != link:
        others = {k: v for k, v in st.query_params.items() if k not in digit_module.LINK_NAMES}
        st.query_params.from_dict({**others, **link})
    told, instead = st.session_state.get("link_trouble", (None, None))
    of_network = _sync_network(stayed)
    return of_network or (told if visitor.current_digit() == instead else None)


def _sync_network(stayed: bool) -> str | None:
    """The same for the network that the visitor uses."""
    written = st.session_state.get("network_link", "")
    arrived = st.query_params.get(NETWORK, "")
    if arrived != written and networks.name() == written and (arrived or stayed):
        networks.choose(arrived)
    networks.chosen()  # one that is gone gives way
    st.session_state["network_link"] = networks.name()
    set_link_parameters((NETWORK,), {NETWORK: networks.name()} if networks.name() else {})
    return networks.trouble()


def offer_link() -> dict[str, str]:
    """The current digit's link, for the browser to put into the page's address by itself."""
    link = visitor.current_digit().link
    st.session_state.setdefault("links_offered", []).append(link)
    return link


def link_parameters(*names: str) -> dict[str, str]:
    """Those of the named parameters that the page's link has."""
    return {name: st.query_params[name] for name in names if name in st.query_params}


def set_link_parameters(names: tuple[str, ...], values: dict[str, str]) -> None:
    """Give the link these values of the named parameters, and none of the others named."""
    if link_parameters(*names) != values:
        others = {k: v for k, v in st.query_params.items() if k not in names}
        st.query_params.from_dict({**others, **values})
