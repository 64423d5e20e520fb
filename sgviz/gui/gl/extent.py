"""Where a scene is and how large: what a camera must know to frame it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl.ticks import NO_SIZE

SAMPLE = 4_096  # points looked at
KEPT = 1_024  # of them kept, and the furthest of all
FURTHEST = 64
QUANTILE = 0.995
OUTLIERS = 1.25  # how much further than nearly all a point may lie and still count


def _no_points() -> NDArray[np.float64]:
    return np.zeros((0, 3))


@dataclass(frozen=True, eq=False)
class Extent:
    """The middle of a scene, the ``radius`` of nearly all, the ``reach`` of all.

    ``outline`` float64 [K, 3] are points that stand for the rest: some anywhere, and
    those furthest from the centre.
    """

    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    radius: float = 1.0
    reach: float = 1.0
    outline: NDArray[np.float64] = field(default_factory=_no_points)

    @classmethod
    def of(cls, points: NDArray[np.float32]) -> "Extent":
        """The extent of points [..., 3]; not finite ones are left out."""
        flat = points.reshape(-1, 3)
        sample = _some(flat, SAMPLE)
        sample = sample[np.isfinite(sample).all(axis=1)]
        if not len(sample):
            return cls()
        edges = np.quantile(sample, (1.0 - QUANTILE, QUANTILE), axis=0)
        centre = edges.mean(axis=0)
        distances = np.linalg.norm(sample - centre, axis=1)
        most = float(np.quantile(distances, QUANTILE))
        radius = min(float(distances.max()), OUTLIERS * most)
        # One point, as at psi 0, has no size of its own: as nothing at all.
        radius = radius if radius > NO_SIZE else 1.0
        low, high = box_of(flat)
        reach = float(np.linalg.norm(np.maximum(high - centre, centre - low)))
        if not np.isfinite(reach):
            reach = float(distances.max())
        far = np.argsort(distances)[-FURTHEST:]
        outline = np.concatenate([sample[far], _some(sample, KEPT)])
        x, y, z = centre.tolist()
        return cls((x, y, z), radius, max(radius, reach), outline)


def box_of(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Lowest and highest coordinates of points [..., 3], [2, 3]; NaN where one is.

    A column at a time: numpy is ten times slower along the first of two axes.
    """
    if not points.size:
        return np.zeros((2, 3))
    columns = [points[..., k] for k in range(3)]
    low, high = [c.min() for c in columns], [c.max() for c in columns]
    return np.array([low, high], dtype=np.float64)


def _some(points: NDArray[np.floating], most: int) -> NDArray[np.float64]:
    """Some of many points [M, 3], always the same ones; all of few."""
    if len(points) > most:
        points = points[np.random.RandomState(0).randint(0, len(points), most)]
    return points.astype(np.float64)
