"""The same circles through networks that nobody has trained: the spread of each figure.

Untrained twins of a mapping (:mod:`sgviz.models.untrained`), and the mapping itself
with its weights shuffled within each layer, are given the very z of the circles that
are measured. What was measured is kept in the process, by configuration, circles and
seeds: more twins are added to those that are there.
"""

import hashlib
import threading
from collections.abc import Callable, Generator, Iterator
from functools import lru_cache, partial

import numpy as np

from sgviz.analysis.closed_form import closed_form, note
from sgviz.analysis.null_figures import Circles, Found, Numbers, Values, found_steps
from sgviz.analysis.twins import FIRST_SEED, centre_steps
from sgviz.curves import saying
from sgviz.measured.null import Band, Null, band_along, band_of
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.models.untrained import shuffled_steps, untrained_steps

# At least 20 give a band; 24 know its standard deviation to a seventh.
TWINS, SHUFFLES = 24, 8

Make = Callable[[int], Generator[None, None, MappingNetwork]]
Steps = Generator[int, None, Null]


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
    key = _key(circles)
    kept = _kept(config, key)
    make: Make = partial(untrained_steps, config)
    yield from kept.measure(seeds, make, circles)
    measured = [kept.figures[seed] for seed in seeds]
    mixed: list[Found] = []
    if trained is not None:
        orders = _kept_shuffled(config, key, _weights_of(trained))
        make = partial(shuffled_steps, trained)
        orders_of = range(first_seed, first_seed + shuffles)
        for done in orders.measure(orders_of, make, circles):
            yield twins + done
        mixed = [orders.figures[seed] for seed in orders_of]
    points = circles.z.shape[1]
    # Of one circle its mean is the circle: both are compared with all of the twins'.
    mean_of = _each if circles.together == 1 else _mean_of(circles.together)
    closed = closed_form(config, points, circles.psi)
    total = twins + len(mixed)
    bands = []
    for networks, known, of in (
        (measured, closed, _each),
        (measured, closed, mean_of),
        (mixed, {}, _each),
        (mixed, {}, mean_of),
    ):
        bands.append(_bands([each.values for each in networks], known, of))
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
        rows=_rows(measured),
        along=_along(measured),
        first_seed=first_seed,
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
        self.figures: dict[int, Found] = {}
        self._lock = threading.Lock()

    def measure(self, seeds: range, make: Make, circles: Circles) -> Iterator[int]:
        """Measure those that are missing; yields how many are there."""
        for done, seed in enumerate(seeds):
            yield done
            if seed not in self.figures:
                network = yield from saying(done, make(seed))
                for _ in centre_steps(network, seed):
                    yield done
                found = yield from saying(done, found_steps(network, circles))
                with self._lock:
                    self.figures[seed] = found


@lru_cache(maxsize=32)
def _kept(config: MappingConfig, key: str) -> _Kept:
    return _Kept()


@lru_cache(maxsize=8)
def _kept_shuffled(config: MappingConfig, key: str, weights: str) -> _Kept:
    return _Kept()


def _weights_of(network: MappingNetwork) -> str:
    """A name for the weights of a network: the same for the same numbers."""
    digest = hashlib.sha256()
    for parameter in network.parameters():
        digest.update(np.ascontiguousarray(parameter.detach().cpu()).tobytes())
    return digest.hexdigest()


def _key(circles: Circles) -> str:
    """The same for the same numbers."""
    z, psis = circles.z, circles.fan or circles.psi
    digest = hashlib.sha256(np.ascontiguousarray(z.cpu().float()).tobytes())
    what = f"{tuple(z.shape)} {psis} {circles.label} {circles.together}"
    digest.update(what.encode())
    return digest.hexdigest()


def _rows(networks: list[Found]) -> dict[str, Numbers]:
    """The rows of plots, [networks, K] each."""
    keys = networks[0].rows if networks else {}
    return {
        k: np.stack([each.rows[k] for each in networks]).astype(float) for k in keys
    }


def _along(networks: list[Found]) -> dict[str, Band]:
    """The bands of what changes along a circle, over all points of all networks."""
    found = {}
    for key in networks[0].along if networks else {}:
        known = [each.along[key] for each in networks if each.along[key][0]]
        if known:
            counts, means, squares = np.array(known).T
            mean, square = (
                float(np.average(x, weights=counts)) for x in (means, squares)
            )
            found[key] = band_along(mean, square, len(known))
    return found


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
