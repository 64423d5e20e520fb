"""The null: closed forms, simulations of a finite width, what is kept and reused."""

import math
from dataclasses import replace

import pytest
import torch

from sgviz.analysis import null as null_module
from sgviz.analysis.closed_form import closed_form, layer_growth, note, z_share
from sgviz.analysis.null import Circles, null_of, null_steps
from sgviz.analysis.twins import FIRST_SEED
from sgviz.geometry.circle import random_circles, sample_angles
from sgviz.geometry.null_model import growth
from sgviz.measured.statistics import FIGURES, POOLED
from sgviz.models.mapping import LUCIDRAINS, STYLEGAN1, MappingConfig
from sgviz.models.untrained import untrained_mapping, untrained_steps
from tests.analysis.finite_width import SIMULATED

ANGLE = sample_angles(96)
NETWORKS = 40


def circles(dim: int, count: int = 1, **changes: float) -> Circles:
    z = torch.stack([c.at(ANGLE) for c in random_circles(dim, 4, range(1, count + 1))])
    return replace(Circles(z, ANGLE), **changes)


@pytest.fixture(scope="module")
def small():
    return MappingConfig(32, 32, 2)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_untrained_networks_are_as_simulated(depth: int) -> None:
    config = MappingConfig(64, 64, depth)
    found = null_of(config, circles(64), twins=NETWORKS)
    for key, (mean, error) in SIMULATED[64, depth].items():
        band = found.circle[key]
        apart = math.hypot(band.sd / math.sqrt(NETWORKS), error)
        assert abs(band.mean - mean) <= 3.0 * apart + 1e-6, key


def test_conditional_networks_start_from_z_and_label() -> None:
    config = MappingConfig(128, 128, 2, c_dim=5)
    assert z_share(config) == 0.5
    found = null_of(config, circles(128), twins=NETWORKS)
    for key in ("harmonic_1", "harmonic_2"):
        band = found.circle[key]
        assert band.closed_form is not None
        error = band.sd / math.sqrt(NETWORKS)
        assert abs(band.mean - band.closed_form) <= 3.0 * error, key
    # Depth 8 and equal sizes: .778, from the design's independent calculation.
    deep = closed_form(replace(config, depth=8), 96)
    assert deep["harmonic_1"] == pytest.approx(0.778, abs=6e-4)
    assert "classes" in note(config)
    assert found.circle["mean_square"].mean == pytest.approx(
        closed_form(config, 96)["mean_square"], rel=0.1
    )


@pytest.mark.parametrize("gains", [STYLEGAN1, LUCIDRAINS], ids=["1", "lucidrains"])
def test_other_gains_scale_and_bend_nothing(gains) -> None:
    config = MappingConfig(96, 96, 4, 0.1, gains)
    found = null_of(config, circles(96), twins=NETWORKS)
    closed, first = found.closed, found.circle["harmonic_1"]
    error = first.sd / math.sqrt(NETWORKS)
    assert abs(first.mean - closed["harmonic_1"]) <= 3.0 * error
    assert found.circle["mean_square"].mean == pytest.approx(
        closed["mean_square"], rel=0.1
    )
    assert found.circle["length"].mean == pytest.approx(closed["length"], rel=0.06)
    is_nvidias = layer_growth(config, 96) == pytest.approx(growth())
    assert bool(note(config)) != is_nvidias


def test_the_printed_scale_of_eight_layers() -> None:
    closed = closed_form(MappingConfig(), 96)
    assert closed["mean_square"] == pytest.approx(512 * 1.36857, rel=1e-5)
    assert closed["exact_length"] == pytest.approx(166.3, abs=0.05)
    assert closed["length"] == pytest.approx(160.8, abs=0.05)
    assert closed["participation_ratio"] == pytest.approx(3.83, abs=5e-3)
    half = closed_form(MappingConfig(), 96, psi=0.5)
    assert half["length"] == pytest.approx(closed["length"] / 2)
    assert "w_skewness" not in half


def test_every_figure_has_a_band_and_shuffles_have_theirs(small) -> None:
    trained = untrained_mapping(small, 5)
    found = null_of(small, circles(32, 3), trained, twins=20, shuffles=3)
    assert (found.twins, found.depth, found.points) == (20, 2, 96)
    for figure in FIGURES:
        assert len(found.circle[figure.key].values) == 60, figure.key
        assert len(found.mean[figure.key].values) == 20
        assert len(found.shuffled_mean[figure.key].values) == 3
    for figure in POOLED:
        assert len(found.mean[figure.key].values) == 20
    # Shuffled normal weights are normal weights.
    for key in ("harmonic_1", "mean_square", "turning_deg"):
        assert found.circle[key].holds(found.shuffled[key].mean)


def test_twins_are_measured_once(small, monkeypatch) -> None:
    made: list[int] = []
    real = untrained_steps

    def counted(config, seed):
        made.append(seed)
        return real(config, seed)

    monkeypatch.setattr(null_module, "untrained_steps", counted)
    one = circles(32, 2, psi=0.7)
    first = null_of(small, one, twins=3)
    again = null_of(small, one, twins=5)
    assert len(made) == len(set(made)) == 5
    assert min(made) >= FIRST_SEED
    assert again.mean["length"].values[:3] == first.mean["length"].values
    null_of(small, one, twins=3, first_seed=100)
    assert len(made) == 8
    null_of(small, replace(one, psi=0.5), twins=2)
    assert len(made) == 10
    steps = list(null_steps(small, one, twins=5))
    assert (len(made), steps[:5], set(steps[5:])) == (10, [0, 1, 2, 3, 4], {5})


def test_as_many_circles_make_a_mean_as_are_compared(small) -> None:
    alone = null_of(small, circles(32, 4, together=1), twins=12)
    together = null_of(small, circles(32, 4), twins=12)
    assert alone.circle["length"].values == together.circle["length"].values
    assert alone.mean["length"].values == alone.circle["length"].values[::4]
    assert alone.mean["harmonic_1"].sd > 1.2 * together.mean["harmonic_1"].sd


def test_truncation_shrinks_twins_too(small) -> None:
    whole, half = (
        null_of(small, circles(32, 1, psi=psi), twins=6) for psi in (1.0, 0.5)
    )
    for key in ("length", "exact_length"):
        assert half.mean[key].mean == pytest.approx(whole.mean[key].mean / 2, rel=1e-5)
    assert half.mean["harmonic_1"].mean == pytest.approx(whole.mean["harmonic_1"].mean)
