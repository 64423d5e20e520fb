"""A normal random function on a sphere, drawn along several circles at once.

What an infinitely wide layer makes of z before its LeakyReLU: independent functions,
one for each unit, of mean 0, with a covariance k(<z, z'>) that depends on the cosine
alone (Lee et al. 2018, arXiv 1711.00165, section 2). Along a circle of N equal steps it
is circulant, so its harmonics are independent and their variances are the spectrum of
its first row (Dietrich & Newsam 1997): one circle needs a Fourier transform and nothing
else. Several are drawn one after another, each given those before it: a Cholesky
factorisation in blocks, of the harmonics and not of the points. So a circle keeps its
shape when others are added behind it, or when it is given more points.

The transform is Hartley's, the real sibling of Fourier's (Bracewell 1983).
"""

import math
from collections.abc import Callable, Generator

import torch
from torch import Tensor

# Harmonics that are drawn together: of all circles, and of each. Above the latter a
# circle's harmonics have less than a millionth of its variance (they fall as k^-4), and
# are drawn as if the circles did not know each other.
TOGETHER, OF_EACH, FEWEST = 2304, 181, 25
# Units whose functions are drawn in one piece.
UNITS = 128
# Variances are 1; what is added to them so that a circle may be drawn twice.
JITTERS = (1e-10, 1e-8, 1e-6)

Covariance = Callable[[Tensor], Tensor]
# Standard normal numbers [count, D] of a circle; more of them begin with the same ones.
Normals = Callable[[int, int], Tensor]
Drawing = Generator[None, None, Tensor]


def hartley(x: Tensor, dim: int = -1) -> Tensor:
    """Sum of x_n cas(2 pi n k / N) / sqrt(N), cas = cos + sin: its own inverse."""
    found = torch.fft.fft(x, dim=dim, norm="ortho")
    real: Tensor = found.real - found.imag
    return real


def by_harmonic(count: int) -> Tensor:
    """Indices of a transform by harmonic: 0, 1, N - 1, 2, N - 2, ... int64 [N]."""
    index = torch.arange(count)
    return torch.minimum(2 * index - 1, 2 * (count - index)).argsort(stable=True)


def resampled(x: Tensor, count: int) -> Tensor:
    """Closed curves [C, N, D] at ``count`` equal steps instead, by their harmonics."""
    given = x.shape[1]
    if count == given:
        return x
    short = hartley(x, 1)[:, by_harmonic(given)[:count]]
    return points_of(short, count) * math.sqrt(count / given)


def points_of(harmonics: Tensor, count: int) -> Tensor:
    """Curves [C, count, D] of harmonics [C, n, D], n <= ``count``, in their order."""
    whole = harmonics.new_zeros(len(harmonics), count, harmonics.shape[-1])
    whole[:, by_harmonic(count)[: harmonics.shape[1]]] = harmonics
    found: Tensor = hartley(whole, 1)
    return found


def harmonics_together(circles: int, points: int) -> int:
    """How many harmonics of each circle are drawn with those of the others.

    Raises
    ------
    ValueError
        So many circles leave too few.
    """
    room = min(OF_EACH, TOGETHER // circles)
    if room < min(FEWEST, points):
        most = TOGETHER // FEWEST
        raise ValueError(f"at most {most} circles can be drawn together, not {circles}")
    # An odd number holds both halves of each harmonic.
    return points if points <= room else room - 1 + room % 2


def spectrum(first_row: Tensor) -> Tensor:
    """Variances [N] of the harmonics of a circulant covariance, in their order."""
    values = torch.fft.fft(first_row.double()).real.clamp(min=0.0)
    ordered: Tensor = values[by_harmonic(len(first_row))]
    return ordered


def process_steps(
    z: Tensor, covariance: Covariance, shared: float, normals: Normals
) -> Drawing:
    """The function along circles z [C, N, d] of length 1: float32 [C, N, D].

    ``shared`` is the covariance with the function's mean over the whole sphere, which
    is the first of the ``normals`` (row 0 of circle 0) times its root.
    """
    circles, points, _ = z.shape
    some = harmonics_together(circles, points)
    rows, low = list[Tensor](), z.new_empty(circles, some, z.shape[-1]).double()
    drawn = normals(0, 1)
    found = torch.empty(circles, points, drawn.shape[-1])
    for a, circle in enumerate(z.double()):
        low[a] = resampled(circle[None], some)[0]
        rows.append((yield from _given_before(rows, low, a, covariance, shared)))
        each = normals(a + 1, points)
        variances = spectrum(covariance(circle @ circle[0]))
        scales = _unfolded(variances, spectrum(covariance(low[a] @ low[a, 0])))
        drawn = torch.cat([drawn, each[:some]])
        for first in range(0, drawn.shape[-1], UNITS):
            part = slice(first, first + UNITS)
            together = scales[:, None] * (rows[a] @ drawn[:, part])
            alone = variances[some:, None].sqrt() * each[some:, part]
            found[a][:, part] = points_of(torch.cat([together, alone])[None], points)[0]
            yield
    return found


def _unfolded(variances: Tensor, folded: Tensor) -> Tensor:
    """What harmonics [n] that were found at n of N points are multiplied by: [n].

    At n points the harmonics k + n look like k; so each has the variance it should.
    """
    whole, some = len(variances), len(folded)
    there = folded > 1e-9 * some
    ratio = variances[:some] / folded.where(there, 1.0)
    return ratio.where(there, whole / some).sqrt()


def _given_before(
    rows: list[Tensor], z: Tensor, a: int, covariance: Covariance, shared: float
) -> Drawing:
    """Row ``a`` of the factor: how circle a follows from the mean and circles 0 ... a.

    [n, 1 + (a + 1) n], its last block lower triangular. L_ab = (K_ab - sum L_ac L_bc^T)
    L_bb^-T for b < a, and L_aa the root of what is left of K_aa.
    """
    points = z.shape[1]
    row = z.new_zeros(points, 1)
    # The mean has variance ``shared`` and that covariance with every point.
    row[0] = math.sqrt(shared * points)
    for b in range(a + 1):
        left = _between(z[a], z[b], covariance)
        if b < a:
            before, last = rows[b][:, :-points], rows[b][:, -points:]
            left -= row @ before.T
            solved = torch.linalg.solve_triangular(last, left.T, upper=False).T
            row = torch.cat([row, solved], dim=1)
        else:
            row = torch.cat([row, _root(left - row @ row.T)], dim=1)
        yield
    return row


def _between(a: Tensor, b: Tensor, covariance: Covariance) -> Tensor:
    """Covariance of the harmonics of two circles [n, d], in their order: [n, n]."""
    order = by_harmonic(len(a))
    return hartley(hartley(covariance(a @ b.T), 0), 1)[order][:, order]


def _root(left: Tensor) -> Tensor:
    """A lower triangular L with L L^T = a covariance, which may have no inverse."""
    eye = torch.eye(len(left), dtype=left.dtype)
    found: Tensor
    for jitter in JITTERS:
        found, wrong = torch.linalg.cholesky_ex(left + jitter * eye)
        if not wrong:
            return found
    raise ValueError("these circles have numbers that are not finite")
