"""What the null keeps of one network: figures, rows of plots, spreads along circles.

Figures are lists by key, a number a circle, or one number of all circles together; rows
are what a plot shows of all circles together; of what changes along a circle the mean
and the mean square are kept, for no direction of Z is another than any other to a
network of independent normal weights.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.analysis.speed import exact_length, plane_of, speed_steps
from sgviz.analysis.statistics import (
    QUANTILES,
    census,
    levels_of,
    measure_curve,
    quantiles_at,
)
from sgviz.analysis.twins import mapped_steps
from sgviz.geometry import octants
from sgviz.measured.curves import NONE, CurveMeasures, for_half
from sgviz.measured.octants import LEG, OCTANTS, OTHER_OCTANTS, Census
from sgviz.measured.statistics import FIGURES, Circle
from sgviz.measured.tails import SpaceName, histogram, key_of
from sgviz.measured.triplets import together
from sgviz.models.generator import truncate
from sgviz.models.mapping import MappingNetwork

COMPONENTS = 8
SPEED_EVERY = 4  # points between two whose speed is worked out
# Quantiles of a twin are of every third point: its own scatter is far larger.
EVERY = 3

Row = NDArray[np.float32]
Numbers = NDArray[np.float64]
Values = dict[str, list[float]]


@dataclass(frozen=True, eq=False)
class Circles:
    """What is mapped: z [C, N, z_dim] at ``angle`` [N]; its class, and psi.

    The first ``together`` circles (0: all) make the mean of a network: as many as are
    compared with it, for a mean of more would scatter less. With ``fan``, the first
    circle alone is mapped, and drawn towards w_avg by each psi of it.
    """

    z: Tensor
    angle: Tensor
    psi: float = 1.0
    label: int = 0
    together: int = 0
    fan: tuple[float, ...] = ()

    @property
    def psis(self) -> tuple[float, ...]:
        """That of each curve."""
        return self.fan or (self.psi,) * len(self.z)


@dataclass(frozen=True, eq=False)
class Found:
    """One network: ``values`` by key, ``rows`` of plots, ``along`` circles.

    ``along``: how many numbers there are, their mean and mean square.
    """

    values: Values
    rows: dict[str, Row]
    along: dict[str, tuple[int, float, float]]


def found_steps(
    network: MappingNetwork, circles: Circles
) -> Generator[None, None, Found]:
    """Everything about circles through one network."""
    w = yield from _curves(network, circles)
    centre = network.w_avg.cpu()
    measured: list[Circle] = []
    for curve in w:
        yield
        measures = measure_curve("", curve, circles.angle)
        measured.append(Circle.of(measures, census("", curve, centre)))
    keys = [figure.key for figure in (*FIGURES, *OTHER_OCTANTS)]
    values = {key: [circle.value(key) for circle in measured] for key in keys}
    curves = [circle.curve for circle in measured]
    values |= _components(curves)
    yield
    speeds = yield from _speeds(network, circles)
    values["exact_length"] = [exact_length(speed) for speed in speeds]
    count = circles.together or len(w)
    best, rows = _triplets(curves[:count])
    pooled, its = yield from _signs(w[:count], centre, measured[:count])
    along = {
        "turning": _spread([curve.exterior for curve in curves]),
        "antipodal": _spread([curve.antipodal for curve in curves]),
        "speed": _spread([speed.numpy() for speed in speeds]),
    }
    return Found(values | best | pooled, rows | its, along)


def _curves(network: MappingNetwork, circles: Circles) -> Generator[None, None, Tensor]:
    """The curves [C, N, w_dim], truncated."""
    z = circles.z[:1] if circles.fan else circles.z
    w = yield from mapped_steps(network, z.float(), circles.label)
    centre = network.w_avg.cpu()
    if circles.fan:
        return torch.lerp(centre, w, torch.tensor(circles.fan)[:, None, None])
    return truncate(w, centre, circles.psi)


def _components(curves: list[CurveMeasures]) -> Values:
    found: Values = {}
    for k in range(COMPONENTS):
        shares = [c.explained[k] if k < len(c.explained) else NONE for c in curves]
        found[f"explained_{k + 1}"] = [float(share) for share in shares]
    return found


def _speeds(
    network: MappingNetwork, circles: Circles
) -> Generator[None, None, list[Tensor]]:
    """Speeds at every fourth point: lengths off by less than a hundredth."""
    found: list[Tensor] = []
    for z in (circles.z[:1] if circles.fan else circles.z).cpu():
        try:
            plane, angles = plane_of(z, circles.angle), circles.angle[::SPEED_EVERY]
        except ValueError:
            found.append(torch.full((1,), NONE))  # no circle: no speed along it
            continue
        found.append((yield from speed_steps(network, plane, angles, circles.label)))
    every = found * len(circles.fan) if circles.fan else found
    return [speed * abs(psi) for speed, psi in zip(every, circles.psis, strict=True)]


def _triplets(curves: list[CurveMeasures]) -> tuple[Values, dict[str, Row]]:
    """The best triplets of all circles together, and the sums of their shares."""
    shares = together([c for c in curves if np.isfinite(c.triplets).any()])
    if not len(shares):
        return {}, {}
    sums = np.cumsum(np.sort(shares)[::-1])
    values = {"together_triplet_best": [float(sums[0])],
              "together_triplets_half": [for_half(shares)]}  # fmt: skip
    return values, {"triplets": sums.astype(np.float32)}


def _signs(
    w: Tensor, centre: Tensor, measured: list[Circle]
) -> Generator[None, None, tuple[Values, dict[str, Row]]]:
    """Signs and tails of all points w [C, N, D] together, as the panel counts them.

    What was counted about w_avg circle by circle is not counted again.
    """
    flat, signs = w.flatten(0, 1), [circle.census for circle in measured]
    about_mean = Census(
        "",
        len(flat),
        np.sum([each.counts for each in signs], axis=0),
        float(np.mean([each.tetrahedron for each in signs])),
        np.mean([each.negative for each in signs], axis=0),
        NONE,
    )
    about_zero = census("", flat, torch.zeros_like(centre))
    yield
    values: Values = {}
    rows: dict[str, Row] = {}
    for centred, each in ((True, about_mean), (False, about_zero)):
        counted = {f"octant_{o}": each.value(f"octant_{o}") for o in OCTANTS}
        counted |= {"negative_share": each.negative_share}
        counted |= {"tetrahedron": each.tetrahedron}
        values |= {key_of("W", centred, k): [v] for k, v in counted.items()}
        below = histogram(each.negative).astype(np.float32)
        rows[key_of("W", centred, "negative")] = below
    in_p, p_centre = octants.p_space(flat), octants.p_space(centre)
    # Above zero p is w; about w_avg it is not.
    inside = about_zero.tetrahedron
    values[key_of("P", False, "tetrahedron")] = [inside]
    if inside == inside:
        inside = float(octants.tetrahedron_share(in_p - p_centre, LEG))
    values[key_of("P", True, "tetrahedron")] = [inside]
    yield
    for of, x, zero in (("W", flat, centre), ("P", in_p, p_centre)):
        space: SpaceName = "W" if of == "W" else "P"
        yield from _tails(space, x, zero, values, rows)
    return values, rows


def _tails(
    space: SpaceName, x: Tensor, centre: Tensor, values: Values, rows: dict[str, Row]
) -> Generator[None, None, None]:
    """Moments and quantiles of x [N, D] in a space, from both zeros."""
    each = octants.moments(x)
    yield
    skewness = np.asarray(each.skewness)
    values[key_of(space, False, "median_skewness")] = [_median(np.abs(skewness))]
    rows[key_of(space, False, "skewnesses")] = skewness.astype(np.float32)
    kurtoses = each.excess_kurtosis.float().numpy()
    rows[key_of(space, False, "excess_kurtoses")] = kurtoses
    few = x[::EVERY]
    for centred in (True, False):
        pooled = (each.about(centre) if centred else each).pooled
        values[key_of(space, centred, "skewness")] = [float(pooled.skewness)]
        kurtosis = float(pooled.excess_kurtosis)
        values[key_of(space, centred, "excess_kurtosis")] = [kurtosis]
        seen = few - centre if centred else few
        levels = quantiles_at(seen, levels_of(QUANTILES))
        scored = (levels - pooled.mean) / pooled.second.sqrt()
        rows[key_of(space, centred, "quantiles")] = scored.float().numpy()
        yield


def _median(values: Numbers) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else NONE


def _spread(rows: list[Numbers]) -> tuple[int, float, float]:
    """How many finite numbers there are in all rows, their mean and mean square."""
    numbers = np.concatenate([row[np.isfinite(row)] for row in rows])
    if not len(numbers):
        return 0, NONE, NONE
    return len(numbers), float(numbers.mean()), float(np.square(numbers).mean())
