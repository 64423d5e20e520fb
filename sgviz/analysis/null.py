"""The same circles through networks that nobody has trained: the spread of each figure.

Untrained twins of a mapping (:mod:`sgviz.models.untrained`), and the mapping itself
with its weights shuffled within each layer, are given the very z of the circles that
are measured. What was measured is kept in the process, by configuration, circles and
seeds: more twins are added to those that are there.
"""

import hashlib
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeVar

import numpy as np
from torch import Tensor

from sgviz.analysis.closed_form import closed_form, note
from sgviz.analysis.speed import exact_length, plane_of, speed_steps
from sgviz.analysis.statistics import census, measure_curve
from sgviz.analysis.twins import FIRST_SEED, centre_steps, mapped_steps
from sgviz.geometry.octants import moments, p_space
from sgviz.measured.curves import NONE
from sgviz.measured.null import Band, Null, band_of
from sgviz.measured.octants import OTHER_OCTANTS
from sgviz.measured.statistics import FIGURES, Circle
from sgviz.models.generator import truncate
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.models.untrained import shuffled_steps, untrained_steps

# At least 20 give a band; 24 know its standard deviation to a seventh.
TWINS, SHUFFLES = 24, 8

Values = dict[str, list[float]]
Make = Callable[[int], Generator[None, None, MappingNetwork]]
Steps = Generator[int, None, Null]
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Circles:
    """What is mapped: z [C, N, z_dim] at ``angle`` [N]; its class, and psi.

    The first ``together`` circles (0: all) make the mean of a network: as many as are
    compared with it, for a mean of more would scatter less.
    """

    z: Tensor
    angle: Tensor
    psi: float = 1.0
    label: int = 0
    together: int = 0

    @property
    def key(self) -> str:
        """The same for the same numbers."""
        digest = hashlib.sha256(np.ascontiguousarray(self.z.cpu().float()).tobytes())
        digest.update(
            f"{tuple(self.z.shape)} {self.psi} {self.label} {self.together}".encode()
        )
        return digest.hexdigest()


def null_steps(
    config: MappingConfig,
    circles: Circles,
    trained: MappingNetwork | None = None,
    twins: int = TWINS,
    first_seed: int = 0,
    shuffles: int = SHUFFLES,
) -> Steps:
    """The null of circles, a circle of a twin between two yields.

    Yields how many networks are measured by then. ``trained`` is the network whose
    weights are shuffled; without it there is no such column.
    """
    seeds = range(FIRST_SEED + first_seed, FIRST_SEED + first_seed + twins)
    key = circles.key
    kept = _kept(config, key)
    make: Make = partial(untrained_steps, config)
    yield from kept.measure(seeds, make, circles)
    measured = [kept.figures[seed] for seed in seeds]
    mixed: list[Values] = []
    if trained is not None:
        orders = _kept_shuffled(config, key, _weights_of(trained))
        make = partial(shuffled_steps, trained)
        for done in orders.measure(range(shuffles), make, circles):
            yield twins + done
        mixed = [orders.figures[seed] for seed in range(shuffles)]
    points, mean_of = circles.z.shape[1], _mean_of(circles.together)
    closed = closed_form(config, points, circles.psi)
    total = twins + len(mixed)
    bands = []
    for networks, known, of in (
        (measured, closed, _each),
        (measured, closed, mean_of),
        (mixed, {}, _each),
        (mixed, {}, mean_of),
    ):
        bands.append(_bands(networks, known, of))
        yield total
    return Null(
        depth=config.depth,
        w_dim=config.w_dim,
        points=points,
        twins=twins,
        circle=bands[0],
        mean=bands[1],
        closed=closed,
        shuffled=bands[2],
        shuffled_mean=bands[3],
        note=note(config),
    )


def null_of(
    config: MappingConfig,
    circles: Circles,
    trained: MappingNetwork | None = None,
    twins: int = TWINS,
    first_seed: int = 0,
    shuffles: int = SHUFFLES,
    progress: Callable[[int], None] = lambda _: None,
) -> Null:
    """:func:`null_steps` in one go; ``progress`` hears of every yield."""
    steps = null_steps(config, circles, trained, twins, first_seed, shuffles)
    while True:
        try:
            progress(next(steps))
        except StopIteration as end:
            null: Null = end.value
            return null


class _Kept:
    """The figures of networks by seed, each once, whoever asked first."""

    def __init__(self) -> None:
        self.figures: dict[int, Values] = {}
        self._lock = threading.Lock()

    def measure(self, seeds: range, make: Make, circles: Circles) -> Iterator[int]:
        """Measure those that are missing; yields how many are there."""
        for done, seed in enumerate(seeds):
            yield done
            if seed not in self.figures:
                network = yield from _telling(done, make(seed))
                for _ in centre_steps(network, seed):
                    yield done
                found = yield from _telling(done, _measured(network, circles))
                with self._lock:
                    self.figures[seed] = found


@lru_cache(maxsize=32)
def _kept(config: MappingConfig, key: str) -> _Kept:
    return _Kept()


@lru_cache(maxsize=8)
def _kept_shuffled(config: MappingConfig, key: str, weights: str) -> _Kept:
    return _Kept()


def _telling(done: int, work: Generator[object, None, V]) -> Generator[int, None, V]:
    """The same work, whose pauses say how many networks are measured."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: V = end.value
            return found
        yield done


def _measured(
    network: MappingNetwork, circles: Circles
) -> Generator[None, None, Values]:
    """Every figure of every circle through one network, and of their pooled numbers."""
    w = yield from mapped_steps(network, circles.z.float(), circles.label)
    w = truncate(w, network.w_avg.cpu(), circles.psi)
    found = []
    for curve in w:
        yield
        measures = measure_curve("", curve, circles.angle)
        found.append(Circle.of(measures, census("", curve, network.w_avg.cpu())))
    keys = [figure.key for figure in (*FIGURES, *OTHER_OCTANTS)]
    each = {key: [circle.value(key) for circle in found] for key in keys}
    yield
    lengths = yield from _exact_lengths(network, circles)
    pooled = yield from _pooled(w[: circles.together or None])
    return each | {"exact_length": lengths} | pooled


def _exact_lengths(
    network: MappingNetwork, circles: Circles
) -> Generator[None, None, list[float]]:
    """Lengths by the speed at every fourth point: off by less than a hundredth."""
    found = []
    for z in circles.z.cpu():
        try:
            plane, angles = plane_of(z, circles.angle), circles.angle[::4]
        except ValueError:
            found.append(NONE)  # no circle: no speed along it
            continue
        speed = yield from speed_steps(network, plane, angles, circles.label)
        found.append(exact_length(speed) * abs(circles.psi))
    return found


def _pooled(w: Tensor) -> Generator[None, None, Values]:
    """The figures of all numbers together."""
    found: Values = {}
    for space, x in (("w", w), ("p", p_space(w))):
        yield
        pooled = moments(x).pooled
        found[f"{space}_skewness"] = [float(pooled.skewness)]
        found[f"{space}_excess_kurtosis"] = [float(pooled.excess_kurtosis)]
    return found


def _weights_of(network: MappingNetwork) -> str:
    """A name for the weights of a network: the same for the same numbers."""
    digest = hashlib.sha256()
    for parameter in network.parameters():
        digest.update(np.ascontiguousarray(parameter.detach().cpu()).tobytes())
    return digest.hexdigest()


def _each(row: list[float]) -> list[float]:
    return row


def _mean_of(together: int) -> Callable[[list[float]], list[float]]:
    def mean(row: list[float]) -> list[float]:
        finite = [value for value in row[: together or None] if np.isfinite(value)]
        return [float(np.mean(finite))] if finite else []

    return mean


def _bands(
    networks: list[Values],
    closed: dict[str, float],
    of: Callable[[list[float]], list[float]],
) -> dict[str, Band]:
    keys = networks[0] if networks else {}
    bands = {}
    for key in keys:
        values = [value for network in networks for value in of(network[key])]
        band = band_of(values, closed.get(key), len(networks))
        if band.values:
            bands[key] = band
    return bands
