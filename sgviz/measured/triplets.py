"""How much of all circles together each triplet of coordinates shows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.curves import CurveMeasures
from sgviz.measured.figure import Figure

Numbers = NDArray[np.float64]

# Of all circles together; those of a single circle are among its own figures.
TOGETHER: tuple[Figure, ...] = (
    Figure(
        "together_triplet_best",
        "Best triplet of all circles together",
        "largest share of the circles' variance in three neighbouring coordinates",
        "Less than that of one circle: each has another best one.",
        4,
    ),
    Figure(
        "together_triplets_half",
        "Triplets for half of all circles together",
        "how many of the best triplets hold half of the circles' variance",
        "More than of one circle: each has other best ones.",
        0,
    ),
)


def together(curves: Sequence[CurveMeasures]) -> Numbers:
    """Shares of the variance of all curves in each triplet, [w_dim // 3].

    A curve counts as much as it has variance; none: an empty row.
    """
    if not curves:
        return np.zeros(0)
    shares = np.stack([curve.triplets for curve in curves])
    energy = np.array([curve.variance for curve in curves])
    mean: Numbers = (shares * energy[:, None]).sum(axis=0) / energy.sum()
    return mean
