"""Figures after each layer: closed forms, and what untrained networks do."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sgviz.analysis.layers import (
    closed_form,
    figures_of,
    layer_figures_steps,
    stacked,
)
from sgviz.geometry.circle import random_circles, sample_angles
from sgviz.measured.layers import FIGURES, LayerFigures, Layers
from sgviz.models.mapping import LUCIDRAINS, STYLEGAN1, MappingConfig
from sgviz.models.untrained import untrained_mapping

SIZES = MappingConfig(z_dim=64, w_dim=64, depth=4)


def circles(count: int = 3, dim: int = 64, points: int = 32) -> torch.Tensor:
    found = random_circles(dim, 5, list(range(1, count + 1)))
    return torch.stack([circle.at(sample_angles(points)) for circle in found]).float()


def run(mapping, z) -> LayerFigures:
    steps = layer_figures_steps(mapping, z)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_the_closed_form_is_1_04_and_c_layer_by_layer() -> None:
    """GEOMETRY, 3.1: 1.04^l; c^l(-1); the harmonics of c^l(cos t)."""
    form = closed_form(MappingConfig(depth=8))
    np.testing.assert_allclose(form.mean_square, 1.04 ** np.arange(9))
    assert form.antipodal[[0, 1, 2, 4, 8]].tolist() == pytest.approx(
        [-1.0, -0.384615, -0.055714, 0.307440, 0.622643], abs=1e-6
    )
    assert form.harmonics[0].tolist() == [1.0, 0.0, 0.0, 0.0]
    printed = {
        1: (0.9223, 0.0738, 0.0, 0.0030),
        2: (0.8696, 0.1132, 0.0097, 0.0047),
        4: (0.7929, 0.1585, 0.0296, 0.0104),
        8: (0.6916, 0.1996, 0.0599, 0.0239),
    }
    for layer, shares in printed.items():
        assert form.harmonics[layer].tolist() == pytest.approx(shares, abs=6e-5)
    assert form.participation[[0, 1, 2, 4, 8]].tolist() == pytest.approx(
        [2.0, 2.34, 2.60, 3.05, 3.83], abs=0.006
    )


def test_other_gains_have_another_scale_and_the_same_correlations() -> None:
    usual, first = closed_form(SIZES), closed_form(replace(SIZES, gains=STYLEGAN1))
    np.testing.assert_allclose(first.mean_square, usual.mean_square)
    other = closed_form(replace(SIZES, gains=LUCIDRAINS, lr_multiplier=0.1))
    assert not np.allclose(other.mean_square[1:], usual.mean_square[1:])
    np.testing.assert_allclose(other.antipodal, usual.antipodal)


def test_untrained_networks_follow_the_closed_form() -> None:
    z, form = circles(), closed_form(SIZES)
    means = stacked(
        [run(untrained_mapping(SIZES, s, False), z).mean for s in range(24)]
    )
    for name in ("mean_square", "antipodal"):
        values = getattr(means, name)
        error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
        away = np.abs(values.mean(axis=0) - getattr(form, name))
        # A width of 64 is not infinite: the cosines are off by a percent or two.
        assert (away <= 3.0 * error + 0.02).all(), name


def test_z_is_a_circle_and_the_last_layer_is_w() -> None:
    z, mapping = circles(), untrained_mapping(SIZES, 1, False)
    found = run(mapping, z)
    assert found.mean_square.shape == (3, 5)
    assert found.harmonics.shape == (3, 5, 4)
    np.testing.assert_allclose(found.mean_square[:, 0], 1.0, rtol=1e-5)
    np.testing.assert_allclose(found.antipodal[:, 0], -1.0, rtol=1e-5)
    np.testing.assert_allclose(found.participation[:, 0], 2.0, rtol=1e-4)
    w = mapping(z.flatten(0, 1)).reshape(3, 32, 64)
    last = figures_of(w)
    np.testing.assert_allclose(found.mean_square[:, -1], last.mean_square)
    by_hand = (w**2).mean(dim=(1, 2)).numpy()
    np.testing.assert_allclose(last.mean_square, by_hand, rtol=1e-5)


def test_an_odd_number_of_points_has_no_antipodes() -> None:
    found = figures_of(circles(points=9))
    assert np.isnan(found.antipodal).all()
    assert np.isfinite(found.participation).all()


def layers(trained: LayerFigures, twins: LayerFigures | None) -> Layers:
    return Layers(("one",), 32, trained, closed_form(SIZES), twins, 2)


def test_what_is_within_the_band_is_not_called_outside() -> None:
    z = circles(1)
    each = [run(untrained_mapping(SIZES, seed, False), z) for seed in range(6)]
    twins = stacked([one.mean for one in each])
    among = layers(each[2], twins)
    assert among.names == ("z", "h1", "h2", "h3", "w")
    assert all(among.outside(values) == () for _, values in FIGURES)
    assert "within their band after every layer" in among.sentence
    moved = replace(each[2], mean_square=each[2].mean_square * [1, 1, 1, 9, 9])
    said = layers(moved, twins).sentence
    assert "mean square outside their band after h3, w;" in said
    assert said.startswith("Against 6 untrained twins of depth 4: ")
    assert "learned" not in said


def test_without_twins_nothing_is_said() -> None:
    alone = layers(run(untrained_mapping(SIZES, 0, False), circles(1)), None)
    assert alone.sentence == ""
    assert alone.band(FIGURES[0][1]) == ()
