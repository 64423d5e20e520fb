"""The largest and the smallest singular value of the Jacobian at many points at once.

Lanczos with full reorthogonalisation (Golub and Van Loan, Matrix Computations, 10.1) on
J^T J, whose largest eigenvalue is sigma_1^2, and on J+ J+^T, whose largest is
1 / sigma_n^2 (:mod:`sgviz.analysis.spectrum`). A step passes every point once forth and
once back through the layers, one vector each: no Jacobian is ever made.
"""

from collections.abc import Callable, Generator

import torch
from torch import Tensor

from sgviz.analysis.jacobian import Steps, rank, scale, tangent, unit_gains, weights
from sgviz.analysis.spectrum import has_inverse
from sgviz.models.layers import own_stream
from sgviz.models.mapping import Label, MappingNetwork

# Of the bundled network the largest is then known to 1e-8, the smallest to 1e-11.
STEPS = 12
# Points in one chunk.
POINTS = 24

Apply = Callable[[Tensor], Steps]


def largest_steps(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> Steps:
    """sigma_1 [N] of J at z [N, z_dim], float64."""
    found, matrices = [], weights(mapping)
    for start in range(0, len(z), POINTS):
        rows = z[start : start + POINTS]
        product = _Product(rows, unit_gains(mapping, rows, label), matrices)
        yield
        begin = tangent(rows, _start(rows))
        top = yield from _top_steps(product.squared, begin, rank(mapping))
        found.append(top.sqrt() * scale(mapping, rows, label))
    return torch.cat(found)


def smallest_steps(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> Steps:
    """sigma_n [N] of J on the tangent space at z [N, z_dim], n = z_dim - 1, float64.

    NaN where W is not as wide as Z, or a layer is singular.
    """
    if not has_inverse(mapping):
        return torch.full((len(z),), torch.nan, dtype=torch.float64)
    factored = []
    for matrix in weights(mapping):
        factored.append(torch.linalg.lu_factor_ex(matrix)[:2])
        yield
    found = []
    for start in range(0, len(z), POINTS):
        rows = z[start : start + POINTS]
        gains = unit_gains(mapping, rows, label)
        yield
        inverse = _Inverse(gains, factored)
        unit = rows / rows.norm(dim=1, keepdim=True)
        inverse.normal = yield from inverse.transposed(unit)
        begin = tangent(inverse.normal, _start(rows))
        top = yield from _top_steps(inverse.squared, begin, rank(mapping))
        found.append(scale(mapping, rows, label) / top.sqrt())
    smallest = torch.cat(found)
    return smallest.where(torch.isfinite(smallest) & (smallest > 0.0), torch.nan)


class _Product:
    """The product M of masked layers at z [N, z_dim]."""

    def __init__(self, z: Tensor, gains: list[Tensor], matrices: list[Tensor]) -> None:
        self._z, self._layers = z, list(zip(gains, matrices, strict=True))

    def squared(self, v: Tensor) -> Steps:
        """P M^T M P v of tangents v [N, z_dim], P the tangent part."""
        v = tangent(self._z, v)
        for gain, matrix in self._layers:
            v = (v @ matrix.T) * gain
            yield
        for gain, matrix in reversed(self._layers):
            v = (v * gain) @ matrix
            yield
        return tangent(self._z, v)


class _Inverse:
    """M^-1 and M^-T of the product M of masked layers, a vector [N, D] at a point.

    ``normal`` [N, D] is normal to what M makes of the tangent space.
    """

    normal: Tensor

    def __init__(
        self, gains: list[Tensor], factored: list[tuple[Tensor, Tensor]]
    ) -> None:
        self._layers = list(zip(gains, factored, strict=True))

    def squared(self, u: Tensor) -> Steps:
        """Q M^-T M^-1 Q u, Q the part at right angles to the normal."""
        v = yield from self.applied(tangent(self.normal, u))
        u = yield from self.transposed(v)
        return tangent(self.normal, u)

    def applied(self, u: Tensor) -> Steps:
        """M^-1 u: from the last layer to the first."""
        for gain, (factors, pivots) in reversed(self._layers):
            u = torch.linalg.lu_solve(factors, pivots, (u / gain).T).T
            yield
        return u

    def transposed(self, v: Tensor) -> Steps:
        """M^-T v: from the first layer to the last."""
        for gain, (factors, pivots) in self._layers:
            v = torch.linalg.lu_solve(factors, pivots, v.T, adjoint=True).T / gain
            yield
        return v


def _start(rows: Tensor) -> Tensor:
    """Directions that are the same in every run."""
    stream = own_stream(0, "extremes")
    return torch.randn(rows.shape[1], generator=stream, dtype=rows.dtype).expand_as(
        rows
    )


def _top_steps(
    square: Apply, start: Tensor, dimension: int
) -> Generator[None, None, Tensor]:
    """The largest eigenvalue [N] of a symmetric map, from ``start`` [N, D]."""
    basis = [start / start.norm(dim=1, keepdim=True)]
    diagonal: list[Tensor] = []
    beside: list[Tensor] = []
    for _ in range(min(STEPS, dimension)):
        image = yield from square(basis[-1])
        diagonal.append((image * basis[-1]).sum(dim=1))
        known = torch.stack(basis, dim=1)
        for _ in range(2):  # twice is enough
            shares = known @ image[:, :, None]
            image = image - (known.mT @ shares)[:, :, 0]
        beside.append(image.norm(dim=1))
        basis.append(image / beside[-1].clamp_min(1e-300)[:, None])
        yield
    return _top_of(diagonal, beside)


def _top_of(diagonal: list[Tensor], beside: list[Tensor]) -> Tensor:
    """The largest eigenvalue [N] of tridiagonal matrices; NaN where one is not."""
    entries = torch.diag_embed(torch.stack(diagonal, dim=1))
    if len(diagonal) > 1:
        off = torch.diag_embed(torch.stack(beside[:-1], dim=1), offset=1)
        entries = entries + off + off.mT
    known = torch.isfinite(entries).all(dim=2).all(dim=1)
    entries = entries.where(known[:, None, None], 0.0)
    top: Tensor = torch.linalg.eigvalsh(entries)[:, -1].clamp_min(0.0)
    return top.where(known, torch.nan)
