"""Where a circle bends in W: every sign change of every unit, found exactly.

On a circle of the sphere z is a cos t + b sin t + c, its norm does not change, and the
label's embedding stands still. A layer takes such waves to waves, with other
coefficients on either side of each angle where one of its units changes sign; so do all
layers, and w(t) is a chain of arcs of ellipses. The zeros of a unit on an arc are
solved for, not searched: with amplitude h = |(a, b)| and phase f they lie at
f +- acos(-c / h).

An untrained mapping without biases has 2 x width of them a layer in the mean (Rice's
formula: ``null_model.flips``); Hanin & Rolnick 2019, arXiv 1901.09021, count them along
lines. Everything is float64. The circle is walked in sectors, each through all layers:
so little is held at a time, and what is found first can be shown first.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.geometry.wave import at
from sgviz.models.layers import SLOPE, FullyConnected
from sgviz.models.mapping import Label, MappingNetwork

# Bends in a sector of an untrained network: small chunks, yet large matrices.
BENDS = 96
FEWEST_SECTORS = 8


@dataclass(frozen=True, eq=False)
class Waves:
    """P consecutive arcs: on arc i, x(t) = a cos t + b sin t + c for each unit.

    ``edges`` [P + 1] are their ends in radians, rising; ``terms`` [P, 3, width] holds
    a, b and c.
    """

    edges: Tensor
    terms: Tensor

    def at(self, angles: Tensor) -> Tensor:
        """The values [P, width] at one angle of each arc, ``angles`` [P]."""
        a, b, c = self.terms.unbind(dim=1)
        x, y = angles.cos()[:, None], angles.sin()[:, None]
        return torch.addcmul(torch.addcmul(c, a, x), b, y)


@dataclass(frozen=True, eq=False)
class Bends:
    """The bends found up to angle ``until``, per layer rising angles float64 [n_l]."""

    angles: tuple[Tensor, ...]
    until: float = math.tau


BendSteps = Generator[Bends | None, None, Bends]


def bends_steps(mapping: MappingNetwork, circle: Tensor, label: Label = 0) -> BendSteps:
    """Every angle in [0, 2 pi) at which a unit changes sign, per layer.

    ``mapping`` is in float64 (``jacobian.exact``), ``circle`` a wave [3, z_dim]
    (:mod:`sgviz.geometry.wave`) of constant norm. Yields None between chunks, and
    what was found so far at the end of each sector.
    """
    bent = 2.0 * mapping.config.w_dim * mapping.config.depth
    sectors = max(FEWEST_SECTORS, round(bent / BENDS))
    found: list[list[Tensor]] = [[] for _ in mapping.layers]
    entering = entering_wave(mapping, circle, label)
    for sector in range(sectors):
        edges = torch.tensor([sector, sector + 1], dtype=torch.float64)
        waves = Waves(edges * (math.tau / sectors), entering[None])
        for layer, angles in zip(mapping.layers, found, strict=True):
            waves, zeros = through(layer, waves)
            angles.append(zeros)
            yield None
        until = math.tau * (sector + 1) / sectors
        so_far = Bends(tuple(torch.cat(angles) for angles in found), until)
        yield so_far
    return so_far


def entering_wave(mapping: MappingNetwork, circle: Tensor, label: Label = 0) -> Tensor:
    """What enters the first layer along a circle: a, b and c as rows [3, inputs].

    Read off three of its points: t = 0, pi / 2 and pi.
    """
    points = at(circle, torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64) * math.pi)
    first, quarter, half = next(mapping.activations(points, label))
    c = (first + half) / 2.0
    return torch.stack([first - c, quarter - c, c])


def through(layer: FullyConnected, waves: Waves) -> tuple[Waves, Tensor]:
    """The arcs that leave a layer, and the angles of its own bends, rising."""
    terms = layer.alpha * (waves.terms @ layer.weight.T)
    terms[:, 2] += layer.beta * layer.bias
    before = Waves(waves.edges, terms)
    angles, arc = zeros_of(before)
    starts = torch.cat([waves.edges[:-1], angles])
    arcs = torch.cat([torch.arange(len(terms)), arc])
    order = starts.argsort(stable=True)
    edges = torch.cat([starts[order], waves.edges[-1:]])
    split = Waves(edges, terms[arcs[order]])
    closed = split.at((edges[1:] + edges[:-1]) / 2.0) <= 0.0
    slopes = torch.ones_like(split.terms[:, 0]).masked_fill_(closed, SLOPE)
    return Waves(edges, split.terms * slopes[:, None]), angles.sort().values


def zeros_of(waves: Waves) -> tuple[Tensor, Tensor]:
    """Where units change sign: angles [M], and the arc [M] in which each lies.

    A unit with other signs at the two ends of an arc has one zero there; one with the
    same signs may have two around an extremum. Arcs are shorter than half a turn.
    """
    starts, ends = waves.edges[:-1], waves.edges[1:]
    first, last = waves.at(starts) > 0.0, waves.at(ends) > 0.0
    slope = Waves(waves.edges, _derivative(waves.terms))
    turns = (slope.at(starts) > 0.0) != (slope.at(ends) > 0.0)
    once = (first != last).nonzero()
    nearest = _roots(waves, once).movedim(0, 1)
    away = torch.maximum(
        starts[once[:, 0], None] - nearest, nearest - ends[once[:, 0], None]
    )
    single = nearest.gather(1, away.argmin(dim=1, keepdim=True))[:, 0]
    # Rounding may put it a hair outside.
    single = single.clamp(starts[once[:, 0]], ends[once[:, 0]])
    twice = ((first == last) & turns).nonzero()
    pairs = _roots(waves, twice)
    low, high = starts[twice[:, 0]], ends[twice[:, 0]]
    inside = ((pairs > low) & (pairs < high)).all(dim=0)
    doubles, arc = pairs[:, inside], twice[inside, 0]
    return torch.cat([single, *doubles]), torch.cat([once[:, 0], arc, arc])


def arc_at(
    mapping: MappingNetwork, circle: Tensor, angle: float, label: Label = 0
) -> Tensor:
    """A, b and c [3, w_dim] of w(t) = a cos t + b sin t + c on the arc around an angle.

    Exact up to the nearest bend on either side.
    """
    terms = entering_wave(mapping, circle, label)
    here = _wave(torch.tensor([angle], dtype=torch.float64))
    for layer in mapping.layers:
        terms = layer.alpha * (terms @ layer.weight.T)
        terms[2] += layer.beta * layer.bias
        terms = torch.where(here @ terms > 0.0, terms, SLOPE * terms)
    return terms


def _wave(angles: Tensor) -> Tensor:
    """Cos t, sin t and 1 as columns [N, 3]."""
    return torch.stack([angles.cos(), angles.sin(), torch.ones_like(angles)], dim=1)


def _derivative(terms: Tensor) -> Tensor:
    a, b, c = terms.unbind(dim=1)
    return torch.stack([b, -a, torch.zeros_like(c)], dim=1)


def _roots(waves: Waves, places: Tensor) -> Tensor:
    """Both zeros [2, M] of (arc, unit) ``places`` [M, 2] near the arcs; NaN: none."""
    arc, unit = places.unbind(dim=1)
    a, b, c = waves.terms[arc, :, unit].unbind(dim=1)
    phase, away = torch.atan2(b, a), torch.acos(-c / torch.hypot(a, b))
    middle = (waves.edges[arc] + waves.edges[arc + 1]) / 2.0
    both = torch.stack([phase - away, phase + away]) - middle
    return torch.remainder(both + math.pi, math.tau) - math.pi + middle
