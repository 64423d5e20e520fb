"""How fast a circle of W is run through, exactly: |w'(t)| by forward-mode derivative.

w'(t) = J(z(t)) z'(t) is a product of a vector with the layers' masked matrices
(:func:`sgviz.analysis.jacobian.push_steps`): no Jacobian is ever built, and no
difference of neighbouring points taken. Per radian of the circle, |z'(t)| is
sqrt(z_dim).
"""

import math
from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.jacobian import push_steps
from sgviz.curves import CurveSet, with_fewer_pauses
from sgviz.geometry.circle import sample_angles
from sgviz.measured.speeds import Speeds
from sgviz.models.mapping import Label, MappingNetwork

CHUNK = 96
# z of circles files are float32: what lies farther from a circle than that is none.
ROUND = 1e-4


def plane_of(z: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
    """The a and b [z_dim] of z(t) = a cos t + b sin t, float64, of N >= 3 points.

    Raises
    ------
    ValueError
        The points z [N, z_dim] at ``angle`` [N] lie on no such ellipse about zero.
    """
    waves = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1).double()
    points = z.double()
    if len(z) < 3:
        raise ValueError("two points are on many circles")
    ab: Tensor = torch.linalg.lstsq(waves, points).solution
    if float((waves @ ab - points).norm()) > ROUND * float(points.norm()):
        raise ValueError("its z do not lie on a great circle")
    return ab[0], ab[1]


def speed_steps(
    mapping: MappingNetwork,
    plane: tuple[Tensor, Tensor],
    angle: Tensor,
    label: Label = 0,
) -> Generator[None, None, Tensor]:
    """|w'(t)| at ``angle`` [N] of the circle of a ``plane``, float64 [N] on the CPU.

    A chunk between two yields; before truncation, which multiplies by |psi|.
    """
    a, b = plane
    device, found = mapping.w_avg.device, []
    for start in range(0, len(angle), CHUNK):
        t = angle[start : start + CHUNK, None].double()
        z = a * torch.cos(t) + b * torch.sin(t)
        along = b * torch.cos(t) - a * torch.sin(t)
        pushed = push_steps(mapping, _on(z, device), _on(along, device), label)
        moved = yield from with_fewer_pauses(pushed)
        found.append(moved.double().norm(dim=1).cpu())
        yield
    return torch.cat(found)


def speeds_steps(
    curves: CurveSet, mapping: MappingNetwork, label: Label = 0, fine: int = 0
) -> Generator[None, None, Speeds]:
    """The speed along each circle, as it is at psi 1; none where there is no circle.

    The length is the integral of the speed at ``fine`` angles, or at the points alone.
    """
    along, lengths = [], []
    for z in () if curves.z is None else curves.z.cpu():
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
    large: at 96 points to a thousandth, at 1,536 to a few 1e-5 of the length.
    """
    return math.tau * float(speed.mean())


def _on(x: Tensor, device: torch.device) -> Tensor:
    return x.to(device, torch.float32)
