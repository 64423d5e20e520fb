"""Singular values of the Jacobian of a mapping that nobody trained, infinitely wide.

There J is a product of free factors, a Gaussian matrix and the slopes of the units it
feeds for each layer, and the density of its squared singular values x follows from the
S-transform, which is multiplicative (Pennington, Schoenholz, Ganguli 2018, "The
emergence of spectral universality in deep networks", section 2; Voiculescu 1987):

    x = (1 + m) / (m S(m)),  S(m) = (y / 2 m)^L,
    m = (y / (1 - y) + a^2 y / (1 - a^2 y)) / 2.

m(x) is the moment function of J J^T, whose density is |Im m| / (pi x) beside the real
axis; y, at which squared slopes (1 or a^2, at even odds) have that m, parametrises
both, so there is nothing to invert but x(y). 1 / (2 (1 + m)) is the S-transform of a
Gaussian matrix whose entries have variance 2 / inputs. The radius of z is that of pixel
norm, sqrt(z_dim), and W is as wide as Z.
"""

import math
from functools import cache

import torch
from torch import Tensor

from sgviz.geometry.null_model import SLOPE

# Points of the logarithmic axis, and steps that x is turned by from below zero.
GRID, TURNS = 600, 120
NEWTON = 2
# How near the real axis the density is read off, as an angle.
NEAR = 1e-4


@cache
def _distribution(depth: int, slope: float) -> tuple[Tensor, Tensor]:
    """Logarithms of x and the share of squared singular values below them, [GRID]."""
    # From far below the smallest that counts to beyond the largest, where x is dense.
    low = depth * (2.0 * math.log(slope) - 7.0) - 6.0
    high = 2.0 + 1.6 * math.log1p(depth)
    share = torch.linspace(1.0, 0.0, GRID, dtype=torch.float64).square()
    logs = high + (low - high) * share
    m, _, _ = _moment(_inverse(logs, depth, slope), slope)
    # The density of the logarithm: x times that of x.
    density = m.imag.abs() / math.pi
    below = torch.cat([density.new_zeros(1), torch.cumulative_trapezoid(density, logs)])
    return logs, 1.0 + below - below[-1]


def singular_values(count: int, depth: int, slope: float = SLOPE) -> Tensor:
    """``count`` falling singular values: the quantiles (i + 1/2) / count, [count]."""
    logs, below = _distribution(depth, slope)
    wanted = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    upper = torch.searchsorted(below, wanted).clamp(1, len(below) - 1)
    left, right = below[upper - 1], below[upper]
    part = ((wanted - left) / (right - left).clamp(min=1e-300)).clamp(0.0, 1.0)
    found = logs[upper - 1].lerp(logs[upper], part)
    return (0.5 * found).exp().flip(0)


def stretch(depth: int, slope: float = SLOPE) -> float:
    """Root mean square of |J v| over unit tangents v: (1 + slope^2)^(depth / 2)."""
    return math.pow(1.0 + slope * slope, 0.5 * depth)


def mean_log(depth: int, slope: float = SLOPE) -> float:
    """Mean of ln sigma: depth (ln 2 - 1 + ln slope) / 2, -7.67 for eight layers.

    The logarithm of the volume's change, divided by the dimension: ln det of a Gaussian
    matrix is -1/2 a row in the limit, and half of the units have slope ``slope``.
    """
    return 0.5 * depth * (math.log(2.0) - 1.0 + math.log(slope))


def _inverse(logs: Tensor, depth: int, slope: float) -> Tensor:
    """The y just above the real axis at x = exp(logs).

    Below zero y is real and negative; from there x is turned to the positive axis, and
    Newton's method follows the one root that stays in its half plane.
    """
    y = -_below_zero(logs, depth, slope).exp().to(torch.complex128)
    share = torch.linspace(0.0, 1.0, TURNS, dtype=torch.float64)[1:]
    # Finer steps near the axis, where the density's edges are.
    for angle in (NEAR + (math.pi - NEAR) * (1.0 - share).square()).tolist():
        target = torch.complex(logs, torch.full_like(logs, angle))
        for _ in range(NEWTON):
            value, derivative = _log_x(y, depth, slope)
            # Logarithms have branches; the right one is the nearest.
            turns = torch.round((value - target).imag / math.tau) * math.tau
            y = y - (value - target - 1j * turns) / derivative
    return y


def _below_zero(logs: Tensor, depth: int, slope: float) -> Tensor:
    """The ln(-y) at x = -exp(logs), by bisection."""
    low, high = torch.full_like(logs, -80.0), torch.full_like(logs, 80.0)
    for _ in range(70):
        middle = (low + high) / 2.0
        value, _ = _log_x(-middle.exp().to(torch.complex128), depth, slope)
        # The farther from zero x is, the nearer y is to it.
        beyond = value.real > logs
        low, high = torch.where(beyond, middle, low), torch.where(beyond, high, middle)
    return (low + high) / 2.0


def _moment(y: Tensor, slope: float) -> tuple[Tensor, Tensor, Tensor]:
    """m, 1 + m and dm/dy of squared slopes: m = mean of d y / (1 - d y)."""
    a2 = slope * slope
    open_, closed = 1.0 / (1.0 - y), 1.0 / (1.0 - a2 * y)
    m = 0.5 * y * (open_ + a2 * closed)
    return m, 0.5 * (open_ + closed), 0.5 * (open_**2 + a2 * closed**2)


def _log_x(y: Tensor, depth: int, slope: float) -> tuple[Tensor, Tensor]:
    """Logarithm of x, and its derivative in y."""
    m, more, dm = _moment(y, slope)
    value = more.log() - m.log() + depth * (math.log(2.0) + m.log() - y.log())
    return value, dm * (1.0 / more - 1.0 / m) + depth * (dm / m - 1.0 / y)
