"""The linear SVM: LIBLINEAR's minimum, and what makes it the minimum."""

import numpy as np
import pytest
import torch
from sklearn.svm import LinearSVC
from torch import Tensor

from sgviz.analysis.svm import Hyperplane, fit


def clouds(count: int, dim: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Points, and on which side of a noisy plane each lies."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(count, dim, generator=generator)
    noise = torch.randn(count, generator=generator)
    return x, x[:, 0] + 0.5 * x[:, 1] ** 2 - 0.3 + 0.5 * noise > 0


@pytest.mark.parametrize(("count", "dim"), [(400, 12), (60, 80)])
def test_the_plane_is_that_of_scikit_learn(count: int, dim: int) -> None:
    x, positive = clouds(count, dim)
    ours = fit(x, positive)
    theirs = LinearSVC(dual=False, tol=1e-10, max_iter=10_000)
    theirs.fit(x.double().numpy(), positive.numpy())
    np.testing.assert_allclose(ours.normal.numpy(), theirs.coef_[0], atol=1e-6)
    assert ours.offset == pytest.approx(float(theirs.intercept_[0]), abs=1e-6)
    decided = theirs.decision_function(x.double().numpy())
    np.testing.assert_allclose(ours.decide(x).numpy(), decided, atol=1e-5)


def test_at_the_minimum_nothing_pulls() -> None:
    x, positive = clouds(300, 6, 1)
    plane = fit(x, positive, c=3.0)
    v = torch.cat([plane.normal, torch.tensor([plane.offset])]).requires_grad_(True)
    rows = torch.cat([x.double(), torch.ones(300, 1)], dim=1)
    sign = positive.double() * 2 - 1
    loss = v.square().sum() / 2
    loss = loss + 3.0 * (1 - sign * (rows @ v)).clamp(min=0).square().sum()
    (pull,) = torch.autograd.grad(loss, v)
    assert float(pull.norm()) < 1e-6 * float(loss.detach())


def test_a_plane_has_two_sides_and_distances() -> None:
    plane = Hyperplane(torch.tensor([3.0, 4.0]).double(), -5.0)
    x = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    assert plane.side(x).tolist() == [True, False]
    assert plane.distance(x).tolist() == pytest.approx([4.0, -1.0])


def test_one_class_and_shapes_that_do_not_fit_are_refused() -> None:
    x, positive = clouds(10, 3)
    for one in (torch.zeros(10, dtype=torch.bool), torch.ones(10, dtype=torch.bool)):
        with pytest.raises(ValueError, match="only one class"):
            fit(x, one)
    with pytest.raises(ValueError, match="a class for each row"):
        fit(x, positive[:5])
