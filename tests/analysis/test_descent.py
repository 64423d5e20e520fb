"""L-BFGS: to the bottom of what has one, never up, and over where nothing falls."""

import pytest
import torch
from torch import Tensor

from sgviz.analysis.descent import descent_steps


def rosenbrock(x: Tensor) -> tuple[float, Tensor]:
    """(1 - a)^2 + 100 (b - a^2)^2, and its gradient; 0 at (1, 1)."""
    a, b = x.tolist()
    away = b - a * a
    slopes = [-2.0 * (1.0 - a) - 400.0 * a * away, 200.0 * away]
    return (1.0 - a) ** 2 + 100.0 * away**2, torch.tensor(slopes).double()


def test_it_goes_through_the_bent_valley_and_never_up() -> None:
    start = torch.tensor([-1.2, 1.0]).double()
    found = list(descent_steps(rosenbrock, start, 90))
    values = [value for _, value in found]
    assert values == sorted(values, reverse=True)
    assert found[-1][0].tolist() == pytest.approx([1.0, 1.0], abs=1e-6)


def test_a_bowl_takes_two_steps_and_a_plain_none() -> None:
    def bowl(x: Tensor) -> tuple[float, Tensor]:
        return float(x.square().sum()), 2.0 * x

    _, value = list(descent_steps(bowl, torch.tensor([3.0, 4.0]), 4))[1]
    assert value == pytest.approx(0.0, abs=1e-9)
    assert not list(descent_steps(bowl, torch.zeros(2), 4))
