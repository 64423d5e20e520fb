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
BENDS = 384
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

    def signs(self) -> Tensor:
        """Whether the units are above zero at each edge, bool [P + 1, width]."""
        end = Waves(self.edges[-2:], self.terms[-1:]).at(self.edges[-1:])
        return torch.cat([self.at(self.edges[:-1]), end]) > 0.0


@dataclass(frozen=True, eq=False)
class Chain:
    """Arcs that meet, by what changes from each to the next: a matrix of rank one.

    ``edges`` [P + 1] rise; ``first`` [3, width] holds a, b and c of the first arc, and
    those of arc i + 1 are those of arc i plus the product of ``kinks`` [P - 1, 3] and
    ``across`` [P - 1, width]. One row instead of three goes through a layer, and none
    where a unit has just bent: the next layer sees a column of its weights. ``bent``
    [P - 1] are those units, -1 elsewhere.
    """

    edges: Tensor
    first: Tensor
    kinks: Tensor
    across: Tensor
    bent: Tensor

    def at_edges(self) -> Tensor:
        """The values [P + 1, width] at all edges."""
        turn = _wave(self.edges)
        after = self.kinks @ turn.T
        return turn @ self.first + after.triu_(2).T @ self.across

    def reach(self) -> Tensor:
        """A bound [width] of how far a unit swings about its c on any of the arcs."""
        swing = torch.hypot(self.first[0], self.first[1])
        more: Tensor = self.kinks[:, :2].norm(dim=1) @ self.across.abs()
        return swing + more

    def of_units(self, units: Tensor) -> Waves:
        """The arcs of some units [M] alone."""
        changes = self.kinks[:, :, None] * self.across[:, units][:, None]
        terms = torch.cat([self.first[None, :, units], changes]).cumsum(dim=0)
        return Waves(self.edges, terms)


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
        chain = one_arc(edges * (math.tau / sectors), entering)
        for layer, angles in zip(mapping.layers, found, strict=True):
            chain, zeros = through(layer, chain)
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


def one_arc(edges: Tensor, terms: Tensor) -> Chain:
    """A chain of one arc between two edges [2], of terms [3, width]."""
    kinks, across = terms.new_zeros(0, 3), terms.new_zeros(0, terms.shape[1])
    return Chain(edges, terms, kinks, across, torch.zeros(0, dtype=torch.int64))


def through(layer: FullyConnected, chain: Chain) -> tuple[Chain, Tensor]:
    """The arcs that leave a layer, and the angles of its own bends, rising."""
    entered = _entered(layer, chain)
    values = entered.at_edges()
    units = _may_bend(entered, values)
    waves = entered.of_units(units)
    zeros, signs = zeros_of(waves), waves.signs()
    slopes = torch.full_like(values[0], SLOPE).masked_fill_(values[0] > 0.0, 1.0)
    across = entered.across * slopes
    few = torch.full_like(waves.terms[:, 0], SLOPE).masked_fill_(signs[:-1], 1.0)
    across[:, units] = entered.across[:, units] * few[1:]
    slopes[units] = few[0]
    # Where a unit begins to pass all of what enters, its slope rises by so much.
    change = (1.0 - SLOPE) * (2.0 * zeros.opens.to(few.dtype) - 1.0)
    own = waves.terms[zeros.arc, :, zeros.unit] * change[:, None]
    bent = units[zeros.unit]
    ones = torch.zeros(len(bent), len(slopes), dtype=few.dtype)
    ones.scatter_(1, bent[:, None], 1.0)
    order = torch.cat([chain.edges[1:-1], zeros.angles]).argsort(stable=True)
    edges = torch.cat([chain.edges[1:-1], zeros.angles])[order]
    left = Chain(
        torch.cat([chain.edges[:1], edges, chain.edges[-1:]]),
        entered.first * slopes,
        torch.cat([chain.kinks, own])[order],
        torch.cat([across, ones])[order],
        torch.cat([torch.full_like(chain.bent, -1), bent])[order],
    )
    return left, zeros.angles.sort().values


def _entered(layer: FullyConnected, chain: Chain) -> Chain:
    """What the units of a layer are given: before they bend it."""
    new = chain.bent >= 0
    rows = torch.cat([chain.first, chain.across[~new]]) @ layer.weight.T
    rows *= layer.alpha
    rows[2] += layer.beta * layer.bias
    across = rows.new_empty(len(new), rows.shape[1])
    across[~new] = rows[3:]
    across[new] = layer.alpha * layer.weight[:, chain.bent[new]].T
    return Chain(chain.edges, rows[:3], chain.kinks, across, chain.bent)


def _may_bend(chain: Chain, values: Tensor) -> Tensor:
    """Units [M] that can be zero on some arc, told from ``values`` at all edges.

    Between the ends of an arc of length s, a wave of amplitude h leaves the line
    through its ends by h s^2 / 8 at most.
    """
    margin = chain.reach() * (float(chain.edges.diff().max()) ** 2 / 8.0)
    near = (values.amin(dim=0) <= margin) & (values.amax(dim=0) >= -margin)
    return near.nonzero()[:, 0]


@dataclass(frozen=True, eq=False)
class Zeros:
    """Where units change sign: the angle, the arc, the unit [M]; whether upwards."""

    angles: Tensor
    arc: Tensor
    unit: Tensor
    opens: Tensor


def zeros_of(waves: Waves) -> Zeros:
    """Where units change sign, arc by arc.

    A unit with other signs at the two ends of an arc has one zero there; one with the
    same signs may have two around an extremum. Arcs are shorter than half a turn.
    """
    starts, ends = waves.edges[:-1], waves.edges[1:]
    signs = waves.signs()
    first, last = signs[:-1], signs[1:]
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
    pairs = _roots(waves, twice).sort(dim=0).values
    low, high = starts[twice[:, 0]], ends[twice[:, 0]]
    inside = ((pairs > low) & (pairs < high)).all(dim=0)
    twice = twice[inside]
    arc, unit = torch.cat([once, twice, twice]).unbind(dim=1)
    up = first[tuple(twice.T)]
    opens = torch.cat([last[tuple(once.T)], ~up, up])
    return Zeros(torch.cat([single, *pairs[:, inside]]), arc, unit, opens)


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
