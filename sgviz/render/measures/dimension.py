"""Intrinsic dimension and directions: of W, of Z beside it, of untrained twins."""

import math
from collections.abc import Generator
from dataclasses import replace

import torch
from torch import Tensor

from sgviz.analysis.sampling import seeds_z
from sgviz.analysis.twins import FIRST_SEED, mapped_steps
from sgviz.frame import Progress
from sgviz.geometry import dimension, spherical
from sgviz.geometry.sphere import normalised
from sgviz.measured.dimension import Cloud, Dimension
from sgviz.measured.null import band_of
from sgviz.models.mapping import MappingNetwork
from sgviz.models.untrained import untrained_steps
from sgviz.render.desk import Desk
from sgviz.render.measures.twins import with_seed
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.state import State

TWINS = 20
SHOWN_TOGETHER = 5
ROWS, PAIRED = 256, 1000
MOST_CIRCLES = 48
W, CENTRED = "W", "W − w_avg"

Work = Generator[None, None, Cloud]
Bands = dict[tuple[str, str], list[float]]


def _key(request: Request, desk: Desk) -> Key:
    state = request.state
    what = (state.model, desk.class_of(state), state.circles, state.feel.cloud)
    return Key(what, desk.model_key(state))


def _run(request: Request, desk: Desk) -> Steps:
    state = request.state
    model = desk.model(state)
    mapping, label = model.generator.mapping, model.class_of(state)
    yield Progress("Z, the calibration", None)
    z_dim, rows = model.generator.config.z_dim, []
    for block in dimension.blocks(state.feel.cloud, ROWS):
        rows.append(seeds_z(z_dim, range(block.start, block.stop)))
        yield None
    z = torch.cat(rows)
    clouds = [(yield from cloud_steps("Z", normalised(z)))]
    found = Dimension(z.shape[1] - 1, tuple(clouds))
    yield found
    yield Progress("W", None)
    clouds += yield from _of_mapping(mapping, z, label)
    circles = yield from _of_circles(state, desk)
    found = Dimension(found.true, tuple(clouds), circles)
    yield found
    values: Bands = {}
    first = FIRST_SEED + state.beside.twin_seed
    for seed in range(TWINS):
        yield Progress(f"Untrained twin {seed + 1} of {TWINS}", seed / TWINS)
        # No network is compared with its own start.
        twin = yield from untrained_steps(mapping.config, first + seed)
        for cloud in (yield from _of_mapping(twin, z, label, with_mean=True)):
            for key, value in cloud.figures.items():
                values.setdefault((cloud.name, key), []).append(value)
        if (seed + 1) % SHOWN_TOGETHER == 0:
            bands = {key: band_of(row) for key, row in values.items()}
            found = replace(found, untrained=bands, twins=seed + 1, total=TWINS)
            yield found
    return found


def _of_mapping(
    mapping: MappingNetwork, z: Tensor, label: int, with_mean: bool = False
) -> Generator[None, None, list[Cloud]]:
    """W of z, and about w_avg; ``with_mean``: about the mean of these w, for twins."""
    w = yield from mapped_steps(mapping, z, label)
    whole = yield from cloud_steps(W, w)
    about = w - (w.mean(dim=0) if with_mean else mapping.w_avg.detach().cpu())
    centred = yield from cloud_steps(CENTRED, about, with_dimension=False)
    return [whole, centred]


def _of_circles(state: State, desk: Desk) -> Generator[None, None, tuple[Cloud, ...]]:
    """The directions of w - w_avg along each circle; none where there are no curves."""
    try:
        curves = yield from desk.curves(state)
    except ValueError:
        return ()
    clouds = []
    for name, w in list(zip(curves.names, curves.w, strict=True))[:MOST_CIRCLES]:
        about = w - curves.centre
        clouds.append((yield from cloud_steps(name, about, with_dimension=False)))
    return tuple(clouds)


def cloud_steps(name: str, x: Tensor, with_dimension: bool = True) -> Work:
    """All figures of one cloud x [N, D], resting every few milliseconds."""
    figures: dict[str, float] = {}
    problems = []
    if with_dimension:
        try:
            near = yield from _nearest(x)
            figures |= {
                "two_nn": dimension.two_nn(near),
                "two_nn_fit": dimension.two_nn_fit(near),
                "levina_bickel": dimension.levina_bickel(near),
            }
        except ValueError as error:
            problems.append(_sentence(error))
    try:
        figures |= yield from _directions(x)
    except ValueError as error:
        problems.append(_sentence(error))
    return Cloud(name, len(x), x.shape[1], figures, tuple(problems))


def _nearest(x: Tensor) -> Generator[None, None, Tensor]:
    """Distances of the points to their neighbours; those that coincide count once."""
    points = x
    for _ in range(2):
        count = min(dimension.NEIGHBOURS, len(points) - 1)
        near = yield from dimension.nearest_steps(points, count)
        if not count or bool((near[:, 0] > 0).all()):
            break
        points = dimension.distinct(x)
        yield
    return near


def _directions(x: Tensor) -> Generator[None, None, dict[str, float]]:
    resultant = spherical.mean_resultant_length(x)
    yield
    statistic, chance = spherical.rayleigh_of(resultant, *x.shape)
    figures = {
        "resultant": resultant,
        "rayleigh": statistic,
        "rayleigh_p": chance,
        "kappa": spherical.concentration_of(resultant, x.shape[1]),
    }
    # Half a million pairs: the mean angle is known to 0.01 degrees.
    few = x[:PAIRED]
    cosines = spherical.pair_cosines(few)
    yield
    mean, deviation = spherical.mean_angle_of(cosines)
    yield
    figures |= {
        "angle_deg": math.degrees(mean),
        "angle_sd_deg": math.degrees(deviation),
        "uniformity": spherical.uniformity_of(cosines),
    }
    yield
    try:
        middle = yield from spherical.frechet_steps(few)
        figures["spread_deg"] = math.degrees(spherical.spread_about(middle, few))
    except ValueError:
        figures["spread_deg"] = math.nan
    return figures


def _sentence(error: ValueError) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}."


DIMENSION = Stage("dimension", with_seed(_key), _run, measure=True, long=True)
