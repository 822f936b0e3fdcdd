"""How others in the room open the explorer: its address, and that as a QR code."""

from __future__ import annotations

import io

import segno
import streamlit as st

from dashboard.state.joining import joining_address


def joining() -> None:
    """A button that shows the address large enough for the last row, and its QR code."""
    with st.popover("Join with a phone", icon=":material/qr_code_2:"):
        address = joining_address()
        if address is None:
            st.markdown(
                "Others cannot open this explorer: this computer has no network, or the explorer "
                "was started for this computer only."
            )
            return
        st.markdown(f"In the same network, open **{address}** or point a camera here:")
        st.html(f'<div class="joining" data-address="{address}">{qr_code(address)}</div>')
        st.caption("Each visitor draws a digit of their own. Nothing leaves this network.")


def qr_code(address: str) -> str:
    """An address as a QR code, made here: an SVG, dark on white in both themes."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture,
        kind="svg",
        scale=8,
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        title=f"QR code of {address}",
    )
    return picture.getvalue().decode("ascii")
