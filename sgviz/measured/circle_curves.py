"""What the statistics draw of one circle, as curves that two networks share."""

import numpy as np

from sgviz.measured.both_curves import Curve, around
from sgviz.measured.curves import HARMONICS, CurveMeasures, Numbers
from sgviz.measured.octants import OCTANTS
from sgviz.measured.statistics import Statistics

COMPONENTS = 8


def circle_curves(found: Statistics, ring: int) -> dict[str, Curve]:
    """By name, of the circle on the ring; without those that it does not have.

    The segments are over their own mean: where one network runs faster than another,
    whatever the size of its W. The octants are of all circles.
    """
    if not found.circles:
        return {}
    at = min(ring, len(found.circles) - 1)
    curve = found.circles[at].curve
    made = _along(curve, at) | _by_number(curve, at)
    shares = np.mean([each.census.shares for each in found.circles], axis=0)
    names = tuple(name.replace("-", "−") for name in OCTANTS)
    x = np.arange(8, dtype=np.float64)
    octants = Curve("Octants, all circles", "signs", "share", x, shares, names=names)
    return made | {"octants": octants}


def _along(curve: CurveMeasures, at: int) -> dict[str, Curve]:
    """Over the angle."""
    mean = max(float(np.mean(curve.segments)), 1e-30)
    antipodes = np.concatenate([curve.antipodal, curve.antipodal])
    rows: tuple[tuple[str, str, str, Numbers], ...] = (
        ("speed", "Speed", "|w′(t)|", curve.speed),
        ("segments", "Segments", "segment / mean segment", curve.segments / mean),
        ("turning", "Turning", "angle (°)", np.degrees(curve.exterior)),
        ("antipodes", "Distance of antipodes", "|w(t) − w(t + π)|", antipodes),
    )
    return {
        key: around(f"{title} along {curve.name}", y_name, curve.angles, y, at)
        for key, title, y_name, y in rows
        if len(y) == len(curve.angles) and np.isfinite(y).any()
    }


def _by_number(curve: CurveMeasures, at: int) -> dict[str, Curve]:
    """Over a number: shares of the variance."""
    made = {}
    for key, title, x_name, values, is_log in (
        ("harmonics", "Harmonics", "harmonic", curve.harmonics[:HARMONICS], True),
        ("components", "Components", "component", curve.explained[:COMPONENTS], False),
        ("triplets", "Triplets", "triplet", curve.triplets, False),
    ):
        if not np.isfinite(values).any():
            continue
        x = np.arange(1, len(values) + 1, dtype=np.float64)
        names = () if key == "triplets" else tuple(map(str, range(1, len(x) + 1)))
        y = np.asarray(values, dtype=np.float64)
        title = f"{title} of {curve.name}"
        share = "share of the variance"
        made[key] = Curve(title, x_name, share, x, y, at, names, is_log)
    return made
