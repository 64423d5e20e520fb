"""The smallest singular values, against the same product in sixty decimal digits."""

import math
from decimal import Decimal, localcontext

import pytest
import torch
from torch import Tensor

from sgviz.analysis.jacobian import (
    exact,
    finish,
    jacobian,
    on_sphere,
    rank,
    scale,
    unit_gains,
    weights,
)
from sgviz.analysis.spectrum import inverse_or_none, inverse_steps, joined
from sgviz.analysis.volume import log_volume_steps
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.models.untrained import untrained_mapping

DIM = 14
Matrix = list[list[Decimal]]


def latent(dim: int) -> Tensor:
    stream = torch.Generator().manual_seed(5)
    return on_sphere(torch.randn(1, dim, generator=stream))


def decimals(rows: Tensor) -> Matrix:
    return [[Decimal(x) for x in row] for row in rows.tolist()]


def times(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return [
        [sum((x * y for x, y in zip(row, c, strict=True)), Decimal(0)) for c in columns]
        for row in a
    ]


def dot(a: list[Decimal], b: list[Decimal]) -> Decimal:
    return sum((x * y for x, y in zip(a, b, strict=True)), Decimal(0))


def one_sided_jacobi(columns: Matrix) -> list[float]:
    """Singular values by rotations that make columns orthogonal (Hestenes 1958)."""
    for _ in range(12):
        for p in range(len(columns)):
            for q in range(p + 1, len(columns)):
                a, b = columns[p], columns[q]
                aa, bb, ab = dot(a, a), dot(b, b), dot(a, b)
                if ab == 0 or abs(ab) < Decimal("1e-25") * (aa * bb).sqrt():
                    continue
                zeta = (bb - aa) / (2 * ab)
                t = 1 / (abs(zeta) + (1 + zeta * zeta).sqrt())
                t = -t if zeta < 0 else t
                c = 1 / (1 + t * t).sqrt()
                columns[p] = [c * (x - t * y) for x, y in zip(a, b, strict=True)]
                columns[q] = [c * (t * x + y) for x, y in zip(a, b, strict=True)]
    return sorted((float(dot(x, x).sqrt()) for x in columns), reverse=True)


def true_values(mapping: MappingNetwork, z: Tensor) -> Tensor:
    """All singular values of J, of its factors in sixty digits."""
    with localcontext() as context:
        context.prec = 60
        product = decimals(torch.eye(DIM, dtype=torch.float64))
        for gain, matrix in zip(unit_gains(mapping, z), weights(mapping), strict=True):
            rows = times(decimals(matrix), product)
            product = [
                [Decimal(g) * x for x in row]
                for g, row in zip(gain[0].tolist(), rows, strict=True)
            ]
        unit = [Decimal(x) for x in z[0].tolist()]
        square = dot(unit, unit)
        for row in product:
            along = dot(row, unit) / square
            row[:] = [x - along * n for x, n in zip(row, unit, strict=True)]
        columns = [list(column) for column in zip(*product, strict=True)]
        found = one_sided_jacobi(columns)[: DIM - 1]
    return torch.tensor(found, dtype=torch.float64) * float(scale(mapping, z))


def values(mapping: MappingNetwork, z: Tensor) -> Tensor:
    upper = torch.linalg.svdvals(jacobian(mapping, z)[0])
    inverse = finish(inverse_steps(mapping, z))
    return joined(upper, torch.linalg.svdvals(inverse), rank(mapping))


def test_the_smallest_are_those_of_the_factors_not_of_rounding() -> None:
    mapping = exact(untrained_mapping(MappingConfig(DIM, DIM, 16), 3))
    z = latent(DIM)
    expected = true_values(mapping, z)
    assert float(expected[0] / expected[-1]) > 1e14
    found = values(mapping, z)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=0.0)
    invented = torch.linalg.svdvals(jacobian(mapping, z)[0])[DIM - 2]
    assert not math.isclose(invented, expected[-1], rel_tol=1e-3)


def test_their_product_is_the_volume() -> None:
    mapping = exact(untrained_mapping(MappingConfig(48, 48, 8), 1))
    z = latent(48)
    volume = finish(log_volume_steps(mapping, z))
    assert float(values(mapping, z).log().sum()) == pytest.approx(float(volume[0]))


def test_without_an_inverse_nothing_is_invented() -> None:
    wide = exact(untrained_mapping(MappingConfig(8, 12, 2), 1))
    with pytest.raises(StopIteration) as end:
        next(inverse_or_none(wide, latent(8)))
    assert end.value.value is None
    falling = torch.tensor([1.0, 1e-3, 1e-20], dtype=torch.float64)
    kept = joined(falling, None, 3)
    assert torch.isfinite(kept).tolist() == [True, True, False]
    singular = exact(untrained_mapping(MappingConfig(8, 8, 2), 1))
    with torch.no_grad():
        singular.layers[0].weight[3] = 0.0
    steps = inverse_or_none(singular, latent(8))
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert end.value.value is None
