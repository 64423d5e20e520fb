"""The curves of the Images panel as values: closed, and the images' own segments."""

import math
from typing import Any

import numpy as np

from sgviz.gui.measure.series import Line, Series
from sgviz.measured.circle_images import CircleImages, Numbers
from sgviz.measured.images import ImageSpeeds


def image_series(found: ImageSpeeds, ring: int) -> list[Series]:
    """The image's speed of each circle; on the ring, dashed, that of its segments."""
    series: list[Series] = list(curves(found, "image", ring))
    for place, circle in zip(found.places, found.circles, strict=True):
        if place == on_ring(found, ring):
            series.append(segments(circle, place))
    return series


def curves(found: ImageSpeeds, what: str, ring: int) -> list[Line]:
    """``image``, ``w`` or ``stretch`` over the angle; the ring's circle stronger."""
    strong = on_ring(found, ring) if len(found.circles) > 1 else -1
    return [
        Line(
            np.append(np.degrees(circle.angles), 360.0),
            closed(getattr(circle, what)),
            circle.name,
            place,
            place,
            2.2 if place == strong else 1.3,
        )
        for place, circle in zip(found.places, found.circles, strict=True)
    ]


def segments(circle: CircleImages, place: int) -> Line:
    """sqrt(d) from a point to the next as a speed, N / 2 pi, amid each of the N."""
    count = len(circle.chords)
    x = np.degrees(circle.angles) + 180.0 / count
    speeds = circle.chords * (count / math.tau)
    name = f"{circle.name}: segments"
    return Line(x, speeds, name, place, place, 1.1, dashed=True)


def closed(values: Any) -> Numbers:
    """Values [N] around a circle, with the first one again at 360 degrees."""
    return np.append(values, values[0])


def on_ring(found: ImageSpeeds, ring: int) -> int:
    """The number of the circle on the ring: the last one where there are fewer."""
    return min(ring, max(found.places, default=0))
