"""Who may start, stop and delete runs: visitors at this machine, unless a setting decides."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping

ALLOWED_VARIABLE = "CAPSNET_TRAINING"

PROXIED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


def is_decided() -> bool:
    """Whether it was decided for all visitors alike as the explorer was started."""
    return bool(os.environ.get(ALLOWED_VARIABLE, "").strip())


def is_open_to_all() -> bool:
    """Whether visitors on other computers may start, stop and delete runs."""
    return os.environ.get(ALLOWED_VARIABLE, "").strip() == "1"


def is_allowed(address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a visitor may start, stop and delete runs.

    On a laptop in front of a class the teacher's own browser may, the pupils' may not.

    Args:
        address: the visitor's; None for this machine's own.
        headers: of the visitor's request; a proxy's visitors all seem to be on this machine.
    """
    if is_decided():
        return is_open_to_all()
    return _is_here(address) and not any(headers.get(name) for name in PROXIED)


def _is_here(address: str | None) -> bool:
    if address is None:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback
