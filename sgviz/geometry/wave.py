"""Circles of Z as waves: z(t) = a cos t + b sin t + c, in float64.

Great circles have c = 0; a small circle has its centre there. Rows of a circles file
are waves too, as far as their numbers are exact. A wave is a tensor [3, dim]: a, b, c.
"""

import torch
from torch import Tensor

# z of files are float32: what lies farther from a wave than this share is none.
ROUND = 1e-4


def wave_of(z: Tensor, angle: Tensor) -> Tensor:
    """The wave [3, dim] through points z [N, dim] at ``angle`` [N] (least squares).

    Raises
    ------
    ValueError
        There are fewer than three points, or they lie on no circle.
    """
    if len(z) < 3:
        raise ValueError("two points are on many circles")
    points = z.double().cpu()
    terms = _terms(angle.double().cpu())
    wave: Tensor = torch.linalg.lstsq(terms, points).solution
    if not float((terms @ wave - points).norm()) <= ROUND * float(points.norm()):
        raise ValueError("the z of these points do not lie on a circle")
    return wave


def at(wave: Tensor, angle: Tensor) -> Tensor:
    """The points [N, dim] at ``angle`` [N] (radians)."""
    return _terms(angle.double()) @ wave


def velocity(wave: Tensor, angle: Tensor) -> Tensor:
    """dz/dt [N, dim] at ``angle`` [N], a radian of the circle."""
    t = angle.double()[:, None]
    return t.cos() * wave[1] - t.sin() * wave[0]


def _terms(angle: Tensor) -> Tensor:
    """Cos t, sin t and 1 as columns [N, 3]."""
    return torch.stack([angle.cos(), angle.sin(), torch.ones_like(angle)], dim=1)
