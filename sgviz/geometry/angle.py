"""Angles along a circle, in radians: plain numbers, no torch."""

import math


def wrap_angle(angle: float) -> float:
    """An angle in [0, 2 pi)."""
    return angle % math.tau % math.tau


def nearest_point(angle: float, count: int) -> int:
    """Which of ``count`` points at equal angles from 0 on lies nearest."""
    return round(wrap_angle(angle) / math.tau * count) % count
