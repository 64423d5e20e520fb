"""Linear separability: the paper's definition, computed twice."""

import math

import numpy as np
import pytest
import torch
from sklearn.svm import LinearSVC
from torch import Tensor

from sgviz.analysis.separability import (
    Parted,
    conditional_entropy,
    most_confident,
    part_steps,
    score,
)


def done(steps: object) -> Parted:
    while True:
        try:
            next(steps)  # type: ignore[call-overload]
        except StopIteration as end:
            found: Parted = end.value
            return found


def attributes(count: int = 1200, dim: int = 16) -> tuple[Tensor, Tensor, Tensor]:
    """Latents, and three attributes of them: linear, bent, and none of theirs."""
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(count, dim, generator=generator)
    other = torch.randn(count, generator=generator)
    height = torch.stack([x[:, 0], x[:, 1] + x[:, 2] ** 2 - 1, other], dim=1)
    noisy = height + 0.3 * torch.randn(height.shape, generator=generator)
    return x, noisy > 0, noisy.abs()


def by_definition(x: Tensor, positive: Tensor, sure: Tensor) -> float:
    """H(Y|X) of the surer half, in bits, with scikit-learn and float64 numpy."""
    kept = np.argsort(-sure.numpy(), kind="stable")[: len(sure) // 2]
    latents, y = x.double().numpy()[kept], positive.numpy()[kept]
    svm = LinearSVC(dual=False, tol=1e-8).fit(latents, y)
    said = svm.predict(latents)
    entropy = 0.0
    for a in (False, True):
        for b in (False, True):
            both = np.mean((said == a) & (y == b))
            if both > 0:
                entropy -= both * math.log2(both / np.mean(said == a))
    return entropy


def test_the_score_is_that_of_an_independent_implementation() -> None:
    x, positive, sure = attributes()
    ours, theirs = [], []
    for k in range(3):
        found = done(part_steps(x, f"a{k}", positive[:, k], sure[:, k]))
        ours.append(found.entropy)
        theirs.append(by_definition(x, positive[:, k], sure[:, k]))
        assert found.entropy == pytest.approx(theirs[-1], abs=1e-3)
    assert score(ours) == pytest.approx(2 ** sum(theirs), rel=1e-3)
    assert ours[0] < 0.2 < ours[1] < 0.9 < ours[2] <= 1.0


def test_what_is_linear_is_parted_on_samples_not_seen_too() -> None:
    x, positive, sure = attributes()
    linear = done(part_steps(x, "linear", positive[:, 0], sure[:, 0]))
    none = done(part_steps(x, "none", positive[:, 2], sure[:, 2]))
    assert linear.accuracy > 0.97 and linear.held_out > 0.95
    assert abs(none.held_out - 0.5) < 0.12 and none.accuracy > none.held_out
    assert linear.plane is not None
    cosine = linear.plane.normal[0] / linear.plane.normal.norm()
    assert float(cosine) > 0.97
    every = done(part_steps(x, "linear", positive[:, 0], None))
    assert every.accuracy < linear.accuracy


def test_entropy_in_bits() -> None:
    yes, no = torch.ones(4, dtype=torch.bool), torch.zeros(4, dtype=torch.bool)
    halves = torch.tensor([True, True, False, False])
    assert conditional_entropy(halves, halves) == 0.0
    assert conditional_entropy(halves, ~halves) == 0.0
    assert conditional_entropy(yes, halves) == pytest.approx(1.0)
    assert conditional_entropy(no, yes) == 0.0
    one = torch.tensor([True, False, False, False])
    assert conditional_entropy(yes, one) == pytest.approx(0.8112781)
    assert score([1.0, 0.5]) == pytest.approx(2**1.5)
    assert score([]) == 1.0


def test_the_surer_half_and_one_class() -> None:
    sure = torch.tensor([0.1, 0.9, 0.5, 0.9, 0.2])
    assert most_confident(sure).tolist() == [1, 3]
    x = torch.randn(8, 2, generator=torch.Generator().manual_seed(0))
    found = done(part_steps(x, "glasses", torch.ones(8, dtype=torch.bool), None))
    assert (found.entropy, found.accuracy, found.plane) == (0.0, 1.0, None)
    assert found.note == "every sample kept is glasses: nothing to part"
