"""Stages of the pulled-back metric: stretch along circles, the basis at the latent."""

import math
from collections.abc import Generator, Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.jacobian import (
    exact,
    jacobian_steps,
    on_sphere,
    push,
    rank,
)
from sgviz.analysis.spectrum import inverse_or_none, joined
from sgviz.analysis.volume import log_volume_steps
from sgviz.curves import CurveSet
from sgviz.geometry import null_spectrum, wave
from sgviz.measured.metric import LocalBasis, Stretch
from sgviz.models.mapping import STYLEGAN1, STYLEGAN2, MappingConfig, MappingNetwork
from sgviz.naming import latent_name
from sgviz.render.aside import aside
from sgviz.render.desk import Desk
from sgviz.render.measures.curves import measured_curves
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model
from sgviz.render.stage import Stage, Steps
from sgviz.state import Latent, Moved, State

# Points in one chunk, and directions that are offered to the hand.
CHUNK = 24
DIRECTIONS = 6


def exact_mapping(desk: Desk, model: Model) -> Generator[None, None, MappingNetwork]:
    """The mapping of a network in float64, kept while the network is."""
    key: Hashable = ("exact mapping", model.key)
    kept = desk.kept.get(key)
    if isinstance(kept, MappingNetwork):
        return kept
    made = yield from aside(lambda: exact(model.generator.mapping))
    desk.kept.put(key, made)
    return made


def circles_of_z(
    request: Request, desk: Desk
) -> Generator[None, None, tuple[CurveSet, Tensor]]:
    """The curves that are measured, untruncated, and their z in float64 [C, N, z_dim].

    Raises
    ------
    ValueError
        One sentence: there is no z, or no network that it belongs to.
    """
    if not desk.has_latents(request.state):
        raise ValueError("No network is known that made these circles.")
    untruncated = replace(request, state=replace(request.state, psi=1.0))
    curves = yield from measured_curves(untruncated, desk)
    if curves.z is None:
        raise ValueError("The file holds no z: nothing is known of what was mapped.")
    return curves, curves.z.double()


def circles_key(request: Request, desk: Desk) -> Key:
    """What the circles in Z and the network depend on."""
    state = request.state
    what = (state.model, state.circles, desk.class_of(state))
    return Key(what, desk.model_key(state))


def has_closed_form(config: MappingConfig) -> bool:
    """Whether infinite width says what an untrained network of those sizes does."""
    known = config.gains in (STYLEGAN1, STYLEGAN2) and not config.c_dim
    return known and config.z_dim == config.w_dim


# stretch: along all circles, and then the change of volume.


def _stretch(request: Request, desk: Desk) -> Steps:
    curves, z = yield from circles_of_z(request, desk)
    model = desk.model(request.state)
    mapping = yield from exact_mapping(desk, model)
    label = model.class_of(request.state)
    problems: dict[str, None] = {}
    rows = np.full(z.shape[:2], math.nan)
    for at, name in enumerate(curves.names):
        try:
            circle = wave.wave_of(z[at], curves.angle)
        except ValueError as error:
            problems[f"{name}: {error}"] = None
            continue
        toward = wave.velocity(circle, curves.angle)
        rows[at] = yield from along_steps(mapping, z[at], toward, label)
    closed = has_closed_form(mapping.config)
    depth = mapping.config.depth
    found = Stretch(
        names=curves.names,
        angles=curves.angle.numpy(),
        stretch=rows,
        log_volume=np.zeros((0, z.shape[1])),
        dimension=rank(mapping),
        untrained=null_spectrum.stretch(depth) if closed else math.nan,
        untrained_log=null_spectrum.mean_log(depth) if closed else math.nan,
        problems=tuple(problems),
        of=request.state.circles,
    )
    yield found
    flat = yield from log_volume_steps(mapping, z.flatten(0, 1), label)
    volume = flat.reshape(z.shape[:2]).numpy() / rank(mapping)
    return replace(found, log_volume=volume)


def along_steps(
    mapping: MappingNetwork, z: Tensor, toward: Tensor, label: int
) -> Generator[None, None, np.ndarray[Any, np.dtype[np.float64]]]:
    """|J v| [N] at z [N, z_dim] along ``toward``; NaN where a circle is a point."""
    found = []
    for start in range(0, len(z), CHUNK):
        rows, v = (x[start : start + CHUNK] for x in (z, toward))
        speed = v.norm(dim=1)
        pushed = push(mapping, rows, v, label).norm(dim=1)
        found.append(torch.where(speed > 1e-9, pushed / speed, math.nan))
        yield
    return torch.cat(found).numpy()


# local basis: the singular values at the latent, and the directions of the largest.


def based_on(latent: Latent) -> Latent:
    """The latent at which the basis is found: where a walk along it began."""
    return latent.of if isinstance(latent, Moved) else latent


def basis_key(request: Request, desk: Desk) -> Key:
    """What the local basis depends on: the network and where a walk began."""
    state = request.state
    what = (state.model, based_on(state.latent), desk.class_of(state))
    return Key(what, desk.model_key(state))


def _basis(request: Request, desk: Desk) -> Steps:
    return (yield from local_basis(request.state, desk))


def local_basis(state: State, desk: Desk) -> Generator[None, None, LocalBasis]:
    """The local basis at a state's latent; the newest ones are kept.

    Ramesh, Choi and LeCun 2018 (arXiv 1812.01161): the right singular vectors; Choi et
    al. 2022 (ICLR, "Do not escape from the manifold") call the left ones local basis.
    """
    kept = basis_kept(state, desk)
    if kept is not None:
        return kept
    model, latent = desk.model(state), based_on(state.latent)
    label = model.class_of(state)
    mapping = yield from exact_mapping(desk, model)
    z = on_sphere(desk.z_of(model, latent))
    yield
    product = yield from jacobian_steps(mapping, z, label)
    u, values, v = yield from aside(lambda: torch.linalg.svd(product[0]))
    exactly = yield from exact_values(mapping, z, label, values)
    count = min(DIRECTIONS, rank(mapping))
    untrained = np.zeros(0)
    if has_closed_form(mapping.config):
        depth, many = mapping.config.depth, rank(mapping)
        closed = yield from aside(lambda: null_spectrum.singular_values(many, depth))
        untrained = closed.numpy()
    signs = _signs(v[:count])
    found = LocalBasis(
        name=latent_name(latent),
        values=exactly.numpy(),
        untrained=untrained,
        directions=(signs * v[:count]).float().numpy(),
        pushed=(signs * (u[:, :count] * values[:count]).T).float().numpy(),
        w=mapping(z, label)[0].float().numpy(),
    )
    desk.kept.put(_kept_key(state, desk), found)
    return found


def exact_values(
    mapping: MappingNetwork, z: Tensor, label: int, upper: Tensor
) -> Generator[None, None, Tensor]:
    """All singular values at z [1, z_dim], of which ``upper`` are J's as computed."""
    inverse = yield from inverse_or_none(mapping, z, label)
    lower = None
    if inverse is not None:
        lower = yield from aside(lambda: torch.linalg.svdvals(inverse))
    return joined(upper, lower, rank(mapping))


def basis_kept(state: State, desk: Desk) -> LocalBasis | None:
    """The local basis of a state, where it is known already."""
    kept = desk.kept.get(_kept_key(state, desk))
    return kept if isinstance(kept, LocalBasis) else None


def _kept_key(state: State, desk: Desk) -> Hashable:
    latent = based_on(state.latent)
    return ("local basis", desk.model_key(state), latent, desk.class_of(state))


def _signs(rows: Tensor) -> Tensor:
    """+-1 [K, 1] that make the sum of cubes of each row [K, D] positive.

    Singular vectors have no sign of their own; a direction shall not turn round from
    one computer to another.
    """
    return torch.where((rows**3).sum(dim=1, keepdim=True) < 0, -1.0, 1.0)


STRETCH = Stage("stretch", circles_key, _stretch, measure=True)
BASIS = Stage("local_basis", basis_key, _basis, measure=True)
METRIC = (STRETCH, BASIS)
