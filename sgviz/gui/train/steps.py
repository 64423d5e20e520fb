"""The next value of a field, up or down, as the arrow keys mean it; no widgets."""

from math import floor, log10

from sgviz.training.fields import FieldHelp

_NICE = (1.0, 2.0, 5.0)
_SHARE = 0.05


def stepped(value: float, way: int, field: FieldHelp) -> float:
    """The next value up or down: by one, by 0.05 of a share, else 1, 2, 5, 10, ..."""
    low = -float("inf") if field.low is None else field.low
    high = float("inf") if field.high is None else field.high
    if field.kind != "number":
        new = value + way
    elif low >= -1 and high == 1 and not field.above:
        new = round(value + way * _SHARE, 6)
    else:
        new = _next_nice(value, way)
    new = min(high, max(low, new))
    refused = (field.above and new == low) or (field.below and new == high)
    return value if refused else new


def _next_nice(value: float, way: int) -> float:
    """The next of 1, 2, 5, 10, 20 ... and their parts; 0 is followed by 0.01."""
    if value <= 0:
        return 0.01 if way > 0 else 0.0
    decade = floor(log10(value))
    series = [n * 10.0**k for k in range(decade - 1, decade + 2) for n in _NICE]
    if way > 0:
        found = next(n for n in series if n > value * (1 + 1e-9))
    else:
        found = [n for n in series if n < value * (1 - 1e-9)][-1]
        found = 0.0 if found < 0.99e-6 else found
    return float(f"{found:.6g}")
