"""Colour maps that stay readable for colour-blind viewers and on a washed-out projector."""

from __future__ import annotations

from collections.abc import Sequence

VIRIDIS = (
    "#440154",
    "#482878",
    "#3e4989",
    "#31688e",
    "#26828e",
    "#1f9e89",
    "#35b779",
    "#6ece58",
    "#b5de2b",
    "#fde725",
)
"""Viridis (S. van der Walt and N. Smith, CC0) at ten even steps, dark to light."""


def rgb_table(stops: Sequence[str], size: int = 256) -> list[list[int]]:
    """A colour map as a table, linear between its stops.

    Args:
        stops: at least two colours, `"#rrggbb"`, evenly spaced.
        size: entries of the table, at least 2.

    Returns:
        `size` rows of red, green and blue, 0 to 255; the first and last are the outer stops.

    Raises:
        ValueError: for fewer than two stops or entries.
    """
    if len(stops) < 2 or size < 2:
        raise ValueError(
            f"Expected at least two stops and entries. Received: {len(stops)} and {size}"
        )
    colours = [[int(stop[k : k + 2], 16) for k in (1, 3, 5)] for stop in stops]
    table = []
    for step in range(size):
        place = step * (len(stops) - 1) / (size - 1)
        left = min(int(place), len(stops) - 2)
        share = place - left
        pair = zip(colours[left], colours[left + 1], strict=True)
        table.append([round(a + (b - a) * share) for a, b in pair])
    return table


def standing_out(table: list[list[int]], is_dark: bool) -> list[list[int]]:
    """The part of a table from dark to light whose high values stand out from the page.

    As in the routing player: light on dark, dark on light, and without the end that would vanish
    against the page on a washed-out projector.
    """
    fifth = len(table) // 5
    return table[fifth:] if is_dark else table[len(table) - fifth - 1 :: -1]
