"""The losses against their equations, in closed form or in float64 numpy."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from sgviz.training import losses


def test_generator_loss_is_minus_log_sigmoid() -> None:
    logits = torch.tensor([-2.0, 0.0, 3.0])
    expected = np.mean(-np.log(1 / (1 + np.exp(-logits.numpy().astype(np.float64)))))
    assert float(losses.generator_loss(logits)) == pytest.approx(expected, rel=1e-6)


def test_discriminator_loss_is_the_logistic_loss() -> None:
    real, fake = torch.tensor([1.0, -1.0]), torch.tensor([0.5, 4.0])
    true = 1 / (1 + np.exp(-real.numpy().astype(np.float64)))
    false = 1 / (1 + np.exp(fake.numpy().astype(np.float64)))
    expected = np.mean(-np.log(true)) + np.mean(-np.log(false))
    found = float(losses.discriminator_loss(real, fake))
    assert found == pytest.approx(expected, rel=1e-6)


def test_an_undecided_discriminator_costs_log_two_twice() -> None:
    zero = torch.zeros(4)
    assert float(losses.discriminator_loss(zero, zero)) == pytest.approx(
        2 * math.log(2)
    )


def test_r1_of_a_quadratic_is_its_analytic_gradient() -> None:
    # D(x) = sum(a x^2) / 2, so dD/dx = a x and R1 = mean over images of sum (a x)^2.
    generator = torch.Generator().manual_seed(1)
    a = torch.randn(3, 4, 4, generator=generator, dtype=torch.float64)
    x = torch.randn(5, 3, 4, 4, generator=generator, dtype=torch.float64)
    x.requires_grad_(True)
    logits = (a * x.square()).sum(dim=(1, 2, 3)) / 2
    expected = float((a * x.detach()).square().sum() / 5)
    assert losses.r1_penalty(logits, x).item() == pytest.approx(expected, rel=1e-6)


def test_r1_can_be_differentiated_again() -> None:
    # With D(x) = c sum(x), R1 = c^2 n, so dR1/dc = 2 c n.
    c = torch.tensor(1.5, requires_grad=True)
    x = torch.ones(2, 3, 4, 4, requires_grad=True)
    r1 = losses.r1_penalty(c * x.sum(dim=(1, 2, 3)), x)
    assert torch.autograd.grad(r1, c)[0].item() == pytest.approx(2 * 1.5 * 48)


def test_r1_of_one_image_does_not_depend_on_the_others() -> None:
    def r1(x: Tensor) -> float:
        x = x.clone().requires_grad_(True)
        return losses.r1_penalty(x.pow(3).sum(dim=(1, 2, 3)), x).item()

    x = torch.linspace(-1, 1, 96).reshape(2, 3, 4, 4)
    assert r1(x) == pytest.approx((r1(x[:1]) + r1(x[1:])) / 2, rel=1e-6)


@pytest.mark.parametrize("interval", [1, 4, 16])
def test_lazy_adam_scales_by_c_over_c_plus_one(interval: int) -> None:
    lr, (beta1, beta2) = losses.lazy_adam(0.0025, (0.5, 0.99), interval)
    share = interval / (interval + 1)
    assert lr == pytest.approx(0.0025 * share)
    assert (beta1, beta2) == pytest.approx((0.5**share, 0.99**share))
    # What is remembered after c + 1 corrected steps is what c plain ones leave.
    assert beta2 ** (interval + 1) == pytest.approx(0.99**interval)


def test_lazy_adam_at_sixteen_is_the_published_number() -> None:
    lr, betas = losses.lazy_adam(0.002, (0.0, 0.99), 16)
    assert lr == pytest.approx(0.00188235, rel=1e-5)
    assert betas == pytest.approx((0.0, 0.990585), rel=1e-5)


def test_half_of_the_average_is_new_after_the_half_life() -> None:
    beta = losses.ema_beta(images=10**6, batch=16, kimg=8.0, rampup=None)
    assert beta ** (8000 / 16) == pytest.approx(0.5)


def test_ramp_up_bounds_the_half_life_by_the_images_shown() -> None:
    early = losses.ema_beta(images=1000, batch=10, kimg=10.0, rampup=0.05)
    assert early == pytest.approx(0.5 ** (10 / 50))
    assert losses.ema_beta(images=0, batch=10, kimg=10.0, rampup=0.05) == 0.0
    late = losses.ema_beta(images=10**7, batch=10, kimg=10.0, rampup=0.05)
    assert late == losses.ema_beta(10**7, 10, 10.0, None)
    assert losses.ema_beta(images=5, batch=4, kimg=0.0, rampup=None) == 0.0


def test_cutoffs_are_uniform_where_styles_are_mixed() -> None:
    generator = torch.Generator().manual_seed(3)
    cutoffs = losses.draw_cutoffs(20_000, 10, 0.9, generator)
    counts = torch.bincount(cutoffs, minlength=11).double() / 20_000
    assert counts[0] == 0.0
    assert counts[1:10].tolist() == pytest.approx([0.1] * 9, abs=0.01)
    assert float(counts[10]) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(("probability", "num_ws"), [(0.0, 10), (0.9, 1)])
def test_without_mixing_every_row_is_the_first_style(
    probability: float, num_ws: int
) -> None:
    generator = torch.Generator().manual_seed(0)
    cutoffs = losses.draw_cutoffs(100, num_ws, probability, generator)
    assert cutoffs.eq(num_ws).all()


def test_rows_below_the_cutoff_are_the_first_style() -> None:
    first, second = torch.zeros(3, 2), torch.ones(3, 2)
    ws = losses.mixed_ws(first, second, torch.tensor([1, 3, 4]), 4)
    assert ws[:, :, 0].tolist() == [[0, 1, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_lerp_towards_is_the_equation() -> None:
    average, newest = {"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([3.0, 6.0])}
    losses.lerp_towards(average, newest, 0.75)
    assert average["a"].tolist() == pytest.approx([1.5, 3.0])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_one_bad_number_among_many_is_found(bad: float) -> None:
    tensors = [torch.ones(100), torch.ones(3, 3), torch.tensor(1.0)]
    assert losses.all_finite(tensors)
    tensors[1][2, 1] = bad
    assert not losses.all_finite(tensors)
    assert losses.all_finite([])
