"""How fast a circle of W is run through, exactly: |w'(t)| by forward-mode derivative.

w'(t) = J(z(t)) z'(t) is a product of a vector with the layers' masked matrices
(:func:`sgviz.analysis.jacobian.push_steps`): no Jacobian is ever built, and no
difference of neighbouring points taken. Per radian of a great circle, |z'(t)| is
sqrt(z_dim); of a small one at rho from its pole, sqrt(z_dim) sin rho.
"""

import math
from collections.abc import Generator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.jacobian import push_steps
from sgviz.curves import CurveSet, with_fewer_pauses
from sgviz.geometry.circle import sample_angles
from sgviz.measured.curves import Numbers
from sgviz.measured.speeds import Speeds
from sgviz.models.mapping import Label, MappingNetwork

CHUNK = 192
# Angles of an exact length, wherever it is shown: see exact_length.
FINE = 1536
# z of circles files are float32: what lies farther from a circle than that is none.
ROUND = 1e-4


class Round(NamedTuple):
    """z(t) = centre + a cos t + b sin t, each float64 [z_dim]; a point where a = 0."""

    a: Tensor
    b: Tensor
    centre: Tensor

    def at(self, t: Tensor) -> tuple[Tensor, Tensor]:
        """Z and dz/dt [N, z_dim] at angles t [N]."""
        cos, sin = torch.cos(t.double())[:, None], torch.sin(t.double())[:, None]
        return self.centre + self.a * cos + self.b * sin, self.b * cos - self.a * sin


def plane_of(z: Tensor, angle: Tensor) -> Round:
    """The circle, great or small, through N >= 3 points z [N, z_dim] at ``angle`` [N].

    Three points are on one about zero, or on none: with a centre of its own one goes
    through any three.

    Raises
    ------
    ValueError
        The points lie on no such circle.
    """
    if len(z) < 3:
        raise ValueError("two points are on many circles")
    waves = torch.stack(
        [torch.cos(angle), torch.sin(angle), torch.ones_like(angle)], dim=1
    ).double()
    waves = waves[:, : 2 if len(z) == 3 else 3]
    points = z.double()
    found: Tensor = torch.linalg.lstsq(waves, points).solution
    if float((waves @ found - points).norm()) > ROUND * float(points.norm()):
        raise ValueError("its z do not lie on a circle")
    a, b, *rest = found
    return Round(a, b, rest[0] if rest else torch.zeros_like(a))


def speed_steps(
    mapping: MappingNetwork,
    plane: Round,
    angle: Tensor,
    label: Label = 0,
) -> Generator[None, None, Tensor]:
    """|w'(t)| at ``angle`` [N] of the circle of a ``plane``, float64 [N] on the CPU.

    A chunk between two yields; before truncation, which multiplies by |psi|.
    """
    device, found = mapping.w_avg.device, []
    for start in range(0, len(angle), CHUNK):
        z, along = plane.at(angle[start : start + CHUNK])
        pushed = push_steps(mapping, _on(z, device), _on(along, device), label)
        moved = yield from with_fewer_pauses(pushed)
        found.append(moved.double().norm(dim=1).cpu())
        yield
    return torch.cat(found)


def speeds_steps(
    curves: CurveSet, mapping: MappingNetwork, label: Label = 0, fine: int = FINE
) -> Generator[None, None, Speeds]:
    """The speed along each circle, as it is at psi 1; none where there is no circle.

    The length is the integral of the speed at ``fine`` angles, or at the points where
    these are more: at 0 of them at the points alone.
    """
    along: list[Numbers] = []
    lengths: list[float] = []
    before: Tensor | None = None
    for z in () if curves.z is None else curves.z.cpu():
        if before is not None and torch.equal(z, before):  # a fan's rows are one circle
            along.append(along[-1])
            lengths.append(lengths[-1])
            continue
        before = z
        try:
            plane = plane_of(z, curves.angle)
        except ValueError:
            along.append(np.empty(0))  # no circle in Z: no speed along it
            lengths.append(math.nan)
            continue
        yield
        speed = yield from speed_steps(mapping, plane, curves.angle, label)
        along.append(speed.numpy())
        if fine > len(speed):
            speed = yield from speed_steps(mapping, plane, sample_angles(fine), label)
        lengths.append(exact_length(speed))
    return Speeds(tuple(along), tuple(lengths))


def exact_length(speed: Tensor) -> float:
    """The integral of the speed [N] at equal angles over a turn.

    The speed jumps where the piecewise linear map bends, so this is as exact as N is
    large: at 96 points to half a percent, at 1,536 to 1e-4 of the length or so.
    """
    return math.tau * float(speed.mean())


def _on(x: Tensor, device: torch.device) -> Tensor:
    return x.to(device, torch.float32)
