"""A normal random function along circles: its covariance, and what keeps it."""

from functools import partial

import numpy as np
import pytest
import torch

from sgviz.geometry.null_model import cosine_map
from sgviz.geometry.random_process import (
    by_harmonic,
    hartley,
    points_of,
    process_steps,
    resampled,
    spectrum,
)

DEEP = partial(cosine_map, depth=7)


def circles(planes, points):
    """Great circles of length 1 in planes of axes (i, j) of a space of 6."""
    turn = torch.arange(points, dtype=torch.float64) * (2.0 * torch.pi / points)
    eye = torch.eye(6, dtype=torch.float64)
    made = [
        turn.cos()[:, None] * eye[i] + turn.sin()[:, None] * eye[j] for i, j in planes
    ]
    return torch.stack(made)


def normals(units, seed=0):
    def drawn(circle, count):
        stream = np.random.RandomState([seed, circle])
        return torch.from_numpy(stream.randn(count, units))

    return drawn


def draw(z, units=64, covariance=DEEP):
    shared = float(covariance(torch.zeros(1)))
    steps = process_steps(z, covariance, shared, normals(units))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_the_transform_is_orthonormal_and_its_own_inverse():
    for count in (1, 2, 7, 96):
        matrix = hartley(torch.eye(count, dtype=torch.float64))
        assert torch.allclose(matrix @ matrix, torch.eye(count).double(), atol=1e-12)
        assert sorted(by_harmonic(count).tolist()) == list(range(count))
    assert by_harmonic(6).tolist() == [0, 1, 5, 2, 4, 3]


def test_a_circle_has_the_same_harmonics_at_another_number_of_points():
    few, many = (circles([(0, 1), (2, 5)], points) for points in (9, 32))
    assert torch.allclose(resampled(many, 9), few, atol=1e-6)
    assert torch.allclose(resampled(few, 32), many, atol=1e-6)
    assert torch.allclose(
        points_of(hartley(few, 1)[:, by_harmonic(9)], 9), few, atol=1e-6
    )


def test_the_spectrum_of_a_circulant_covariance_is_its_eigenvalues():
    z = circles([(0, 1)], 12)[0].double()
    covariance = DEEP(z @ z.T)
    expected = torch.linalg.eigvalsh(covariance)
    assert torch.allclose(spectrum(covariance[0]).sort()[0], expected, atol=1e-12)


def test_the_covariance_of_many_functions_is_the_one_asked_for():
    units = 30_000
    # The second shares an axis with the first, the third none.
    z = circles([(0, 1), (1, 2), (3, 4)], 8)
    x = draw(z, units).double().flatten(0, 1)
    flat = z.flatten(0, 1).double()
    expected = DEEP(flat @ flat.T)
    found = x @ x.T / units
    error = (expected.square() + 1.0).sqrt() / units**0.5
    assert float(((found - expected) / error).abs().max()) < 4.5
    # With the mean over the sphere each point has what two at right angles have.
    mean = normals(units)(0, 1)[0] * float(DEEP(torch.zeros(1))) ** 0.5
    assert torch.allclose(x @ mean / units, DEEP(torch.zeros(1)), atol=0.03)


def test_circles_that_cross_meet():
    z = circles([(0, 1), (1, 2)], 96)
    x = draw(z)
    # Axis 1 is a quarter round the first and where the second begins.
    assert torch.allclose(x[0, 24], x[1, 0], atol=2e-4)
    assert torch.allclose(x[0, 72], x[1, 48], atol=2e-4)
    assert float((x[0, 0] - x[1, 0]).abs().max()) > 0.5


def test_a_circle_keeps_its_shape_with_more_circles_and_with_more_points():
    planes = [(0, 1), (2, 3)]
    first = draw(circles(planes[:1], 96))
    assert torch.allclose(draw(circles(planes, 96))[0], first[0], atol=1e-6)
    rms = float(first.square().mean().sqrt())
    for points in (192, 768):
        fine = draw(circles(planes, points))[0, :: points // 96]
        assert float((fine - first[0]).square().mean().sqrt()) < 0.01 * rms


def test_more_points_than_are_drawn_together_are_as_rugged():
    x = draw(circles([(0, 1), (2, 3)], 768), 256)
    found = torch.fft.fft(x.double(), dim=1).abs().square().sum(dim=-1).mean(dim=0)
    z = circles([(0, 1)], 768)[0].double()
    expected = torch.fft.fft(DEEP(z @ z[0])).real
    for k in (2, 40, 88, 95, 200, 376):
        share = float(found[k : k + 4].sum() / expected[k : k + 4].sum()) / 256 / 768
        assert 0.8 < share < 1.25, k


def test_a_linear_function_and_the_same_circle_twice_can_be_drawn():
    z = circles([(0, 1), (0, 1), (2, 3)], 24)
    x = draw(z, covariance=lambda cosines: cosines)
    assert torch.allclose(x[0], x[1], atol=1e-3)
    power = torch.fft.fft(x.double(), dim=1).abs().square().sum(dim=-1)
    assert float(power[:, 2:-1].sum() / power.sum()) < 1e-8


def test_too_many_circles_are_refused_with_the_number():
    z = circles([(0, 1)], 32).expand(93, -1, -1)
    with pytest.raises(ValueError, match="at most 92 circles"):
        draw(z)
