"""The address at which others in the room can open the explorer."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

ANYWHERE = "192.0.2.1"
"""An address that no machine has (RFC 5737), to ask the system for the route to it."""


def joining_address() -> str | None:
    """The explorer's address for the others in the room; None if they cannot reach it."""
    return address_for_others(st.context.url, machine_address(), st.get_option("server.address"))


def address_for_others(own: str | None, machine: str | None, listens_on: str | None) -> str | None:
    """What others have to type to see the explorer.

    Args:
        own: the address in this visitor's browser, such as `http://localhost:8501/pose`.
        machine: the machine's own address in its network; None if it is in none.
        listens_on: the only address that the server answers at; None for all.

    Returns:
        Scheme, host and port: the visitor's own, or if that is good on this machine only, the
        machine's. None if there is none for others.
    """
    if not own:
        return None
    parts = urlsplit(own)
    host = parts.hostname or ""
    if not _is_own(host):
        return urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    if machine is None or (listens_on and _is_own(listens_on)):
        return None
    port = f":{parts.port}" if parts.port else ""
    name = f"[{machine}]" if ":" in machine else machine
    return urlunsplit((parts.scheme, f"{name}{port}", "", "", ""))


def machine_address() -> str | None:
    """This machine's address in the network it is in; None if it is in none.

    Nothing is sent: a datagram socket that is connected only looks up its way.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((ANYWHERE, 9))
            found = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if _is_own(found) else found


def _is_own(host: str) -> bool:
    """Whether a host name means the machine that it is used on."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
