"""Angles along a circle, in radians: plain numbers, no torch."""

import math


def wrap_angle(angle: float) -> float:
    """An angle in [0, 2 pi)."""
    return angle % math.tau % math.tau
