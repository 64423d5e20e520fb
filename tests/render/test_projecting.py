"""Every kind of projection of a state finds its basis."""

import numpy as np
import pytest
import torch

from sgviz.render.projecting import basis_for, project
from sgviz.state import Axes, Pca, Projection, RandomAxes, Triplets

W = torch.from_numpy(np.random.RandomState(0).randn(2, 16, 64)).float()
CENTRE = torch.linspace(-1.0, 1.0, 64)


@pytest.mark.parametrize(
    ("projection", "slices"),
    [(Triplets(count=21), 21), (Axes(1, 5, 63), 1), (RandomAxes(2), 1), (Pca(), 1)],
)
def test_centred_and_absolute_differ_by_the_centre_alone(
    projection: Projection, slices: int
) -> None:
    absolute, centred = project(W, projection), project(W, projection, CENTRE)
    assert absolute.positions.shape == (slices, 2, 16, 3)
    assert len(absolute.titles) == slices
    assert len(absolute.axes) == 3
    moved = absolute.positions - centred.positions
    offset = absolute.basis.apply(CENTRE[None])
    np.testing.assert_allclose(moved, np.broadcast_to(offset[:, None], moved.shape),
                               atol=1e-5)  # fmt: skip


def test_w_avg_is_the_origin_of_a_centred_picture() -> None:
    for projection in (Triplets(), Axes(), RandomAxes(), Pca()):
        basis = basis_for(W, projection, CENTRE)
        assert not basis.apply(CENTRE[None]).any()


def test_components_keep_the_signs_of_the_frame_before() -> None:
    basis = basis_for(W, Pca())
    assert basis.directions is not None
    assert len(basis.shares) == 3
    again = basis_for(1.01 * W, Pca(), previous=basis)
    assert again.directions is not None
    assert bool(((again.directions * basis.directions).sum(0) > 0.9).all())
