"""One colour a layer of the mapping, from the first (cool) to the last (warm)."""

# Eight steps of Turbo's inner range, muted: told apart on dark and on light.
_STEPS = (
    "#4c6fd9",
    "#3a9fe0",
    "#26bfae",
    "#55c667",
    "#a5b83a",
    "#d9a02f",
    "#e0703a",
    "#c9434f",
)


def layer_inks(count: int) -> tuple[str, ...]:
    """``count`` colours "#rrggbb", evenly over all that there are."""
    if count <= 1:
        return _STEPS[:count]
    last = len(_STEPS) - 1
    return tuple(_STEPS[round(k * last / (count - 1))] for k in range(count))
