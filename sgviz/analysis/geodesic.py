"""The geodesic between two latents, in the metric that the mapping pulls back from W.

A curve on the sphere of Z is as long as its image in W. The geodesic minimises the
energy E = (n - 1) sum |f(z_{i+1}) - f(z_i)|^2 of n points on a cubic spline with fixed
ends (stochman, ``geodesic.py`` and ``manifold.py``). E >= length^2 >= |w_b - w_a|^2,
with equality on the left at constant speed and on the right where W is flat along the
way. The spline is a natural one through ``NODES`` free points, which leave the great
circle; the curve is put back on the sphere.

Were W flat, E would be the spline's own energy. In coordinates in which that one is
round, L-BFGS needs 50 evaluations to get lower than 150 steps of Adam (stochman's) do.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.analysis.descent import descent_steps
from sgviz.geometry.sphere import dist, normalised, slerp
from sgviz.models.mapping import Label, MappingNetwork

NODES, POINTS = 12, 49
STEPS = 50
# Latents nearer to one line than this have no great circle to compare with.
PARALLEL = 1e-4


@dataclass(frozen=True, eq=False)
class Path:
    """A curve from one latent to another: ``z`` [n, z_dim], ``w`` [n, w_dim]."""

    z: Tensor
    w: Tensor

    @property
    def energy(self) -> float:
        """(n - 1) sum of squared chords in W."""
        return float(energy(self.w))

    @property
    def length(self) -> float:
        """Sum of chords in W."""
        return float((self.w[1:] - self.w[:-1]).double().norm(dim=1).sum())


@dataclass(frozen=True, eq=False)
class Descent:
    """The great circle's arc, the best curve so far, and every step's energy."""

    great: Path
    best: Path
    energies: tuple[float, ...]
    total: int


DescentSteps = Generator[Descent | None, None, Descent]


def energy(w: Tensor) -> Tensor:
    """(n - 1) sum |w_{i+1} - w_i|^2 of points [n, w_dim] at equal steps of [0, 1]."""
    return (w[1:] - w[:-1]).square().sum() * (len(w) - 1)


def spline_matrix(nodes: int, points: int) -> Tensor:
    """S [points, nodes]: a natural cubic spline that is zero at both ends.

    S x is the spline through x at ``nodes`` equal parameters inside (0, 1), read at
    ``points`` equal parameters of [0, 1]. De Boor, "A Practical Guide to Splines",
    chapter IV: second derivatives M solve h^2 (M_{i-1} + 4 M_i + M_{i+1}) / 6 =
    y_{i-1} - 2 y_i + y_{i+1}.
    """
    inner, whole = torch.eye(nodes, dtype=torch.float64), nodes + 1
    second = torch.diag(torch.full((nodes,), -2.0, dtype=torch.float64))
    band = torch.diag(torch.full((nodes,), 4.0, dtype=torch.float64))
    if nodes > 1:
        beside = torch.diag(torch.ones(nodes - 1, dtype=torch.float64), 1)
        second, band = second + beside + beside.T, band + beside + beside.T
    bends = torch.linalg.solve(band / 6.0, second)  # h^2 M
    zero = inner.new_zeros(1, nodes)
    y, m = torch.cat([zero, inner, zero]), torch.cat([zero, bends, zero])
    t = torch.linspace(0.0, float(whole), points, dtype=torch.float64)
    left = t.floor().clamp(max=whole - 1).long()
    b = (t - left)[:, None]
    a = 1.0 - b
    cubic = (a**3 - a) * m[left] + (b**3 - b) * m[left + 1]
    return a * y[left] + b * y[left + 1] + cubic / 6.0


def descend_steps(
    mapping: MappingNetwork, a: Tensor, b: Tensor, label: Label = 0, steps: int = STEPS
) -> DescentSteps:
    """The geodesic from latent ``a`` [z_dim] to ``b``, an evaluation at a time.

    Yields the curve so far at every tenth, None at the others.

    Raises
    ------
    ValueError
        The two latents lie on one line through the centre.
    """
    start = great_arc(a, b, POINTS).float().to(mapping.w_avg.device)
    bends = round_spline(NODES, POINTS).float().to(start.device)
    great = best = _path(mapping, start, label)
    energies = [great.energy]
    moved = flat = torch.zeros_like(start[:NODES])

    def f(free: Tensor) -> tuple[float, Tensor]:
        return _gradient(mapping, start, bends, free, label)

    chord = float((great.w[-1] - great.w[0]).square().sum())
    for moved, value in descent_steps(f, flat, steps, chord):
        energies.append(value)
        if len(energies) % 10 != 1 or len(energies) > steps:
            yield None
            continue
        best = _path(mapping, _on_sphere(start + bends @ moved), label)
        yield Descent(great, best, tuple(energies), steps)
    best = _path(mapping, _on_sphere(start + bends @ moved), label)
    return Descent(great, best, tuple(energies), len(energies) - 1)


def round_spline(nodes: int, points: int) -> Tensor:
    """B [points, nodes]: :func:`spline_matrix` in coordinates of its own energy.

    (points - 1) sum over i of |(B x)_{i+1} - (B x)_i|^2 = |x|^2.
    """
    spline = spline_matrix(nodes, points)
    steps = spline[1:] - spline[:-1]
    energies = steps.T @ steps * (points - 1)
    root = torch.linalg.cholesky(energies)
    bends: Tensor = torch.linalg.solve_triangular(root, spline.T, upper=False)
    return bends.T


def great_arc(a: Tensor, b: Tensor, points: int) -> Tensor:
    """The shorter arc of the great circle, float64 [points, z_dim] of norm sqrt(z_dim).

    Raises
    ------
    ValueError
        The two are the same direction or antipodes.
    """
    ends = normalised(torch.stack([a.reshape(-1), b.reshape(-1)]).double())
    apart = float(dist(ends[0], ends[1]))
    if not PARALLEL < apart < math.pi - PARALLEL:
        raise ValueError(
            "A and B lie on one line through the centre: there is no one way between"
        )
    share = torch.linspace(0.0, 1.0, points, dtype=torch.float64)[:, None]
    return slerp(ends[0], ends[1], share) * math.sqrt(ends.shape[1])


def _on_sphere(z: Tensor) -> Tensor:
    moved: Tensor = z * (math.sqrt(z.shape[1]) / z.norm(dim=1, keepdim=True))
    return moved


@torch.no_grad()
def _path(mapping: MappingNetwork, z: Tensor, label: Label) -> Path:
    return Path(z.cpu(), mapping(z, label).cpu())


def _gradient(
    mapping: MappingNetwork, start: Tensor, bends: Tensor, moved: Tensor, label: Label
) -> tuple[float, Tensor]:
    """The energy, and its gradient in the spline's coordinates."""
    with torch.enable_grad():
        free = moved.detach().requires_grad_()
        value = energy(mapping(_on_sphere(start + bends @ free), label))
        (gradient,) = torch.autograd.grad(value, free)
    return float(value.detach()), gradient
