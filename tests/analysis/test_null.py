"""The null: closed forms, simulations of a finite width, what is kept and reused."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats

from sgviz.analysis import null as null_module
from sgviz.analysis.closed_form import closed_form, layer_growth, note, z_share
from sgviz.analysis.null import null_of, null_steps
from sgviz.analysis.null_figures import Circles
from sgviz.analysis.tails import signs_steps
from sgviz.analysis.twins import FIRST_SEED, twin_steps
from sgviz.curves import CurveSet, in_one_go
from sgviz.geometry.circle import random_circles, sample_angles
from sgviz.geometry.null_model import cosine_map, growth
from sgviz.geometry.null_tails import about_mean
from sgviz.measured.octants import OCTANTS
from sgviz.measured.statistics import FIGURES, POOLED
from sgviz.measured.tails import SIGN_FIGURES, histogram
from sgviz.models.generator import truncate
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
    two = null_of(small, circles(32, 4, together=2), twins=12)
    four = null_of(small, circles(32, 4), twins=12)
    assert two.circle["length"].values == four.circle["length"].values
    of_two = np.array(two.circle["length"].values).reshape(12, 4)[:, :2].mean(axis=1)
    np.testing.assert_allclose(two.mean["length"].values, of_two)
    assert two.mean["harmonic_1"].sd > 1.1 * four.mean["harmonic_1"].sd


def test_one_circle_has_one_band(small) -> None:
    """Its mean is itself: a row says nothing else than the cell of the circle."""
    alone = null_of(small, circles(32, 4, together=1), twins=12)
    assert alone.mean["length"] == alone.circle["length"]
    assert len(alone.mean["length"].values) == 48


def test_twins_are_counted_as_the_panel_counts(small) -> None:
    """Every figure of signs and tails, in both spaces from both zeros."""
    given = circles(32, 3, psi=0.7)
    found = null_of(small, given, twins=2, first_seed=50)
    assert found.first_seed == 50
    assert found.who == "2 untrained twins of depth 2 from seed 50"
    for at in range(2):
        twin = in_one_go(twin_steps(small, 50 + at))
        w = truncate(twin(given.z.flatten(0, 1)), twin.w_avg, 0.7).reshape(3, 96, 32)
        curves = CurveSet(("a", "b", "c"), given.z, w, twin.w_avg, ANGLE)
        for signs in in_one_go(signs_steps(curves)).each:
            for figure in SIGN_FIGURES:
                known = found.mean[signs.key(figure.key)].values[at]
                assert known == pytest.approx(signs.value(figure.key), abs=2e-4)
            row = found.rows[signs.key("negative")][at]
            np.testing.assert_array_equal(row, histogram(signs.census.negative))
            quantiles = found.rows[signs.key("quantiles")][at]
            inner = slice(10, -10)
            np.testing.assert_allclose(
                quantiles[inner], signs.tails.quantiles[inner], atol=0.12
            )


def test_signs_and_tails_of_infinite_width() -> None:
    """w - w_avg of untrained networks, whose skewness is not that of w."""
    config = MappingConfig(128, 128, 8)
    closed = closed_form(config, 96)
    # Independently, by 2,000 units of 1,000 pairs of normal numbers each.
    rho = float(cosine_map(torch.zeros(1), 7))
    draw = np.random.RandomState(0)
    unit, own = draw.randn(2000, 1), draw.randn(2000, 1000)
    x = np.sqrt(rho) * unit + np.sqrt(1.0 - rho) * own
    w = np.maximum(x, 0.2 * x)
    away = w - w.mean(axis=1, keepdims=True)
    assert closed["w_centred_skewness"] == pytest.approx(
        stats.skew(away.ravel()), abs=0.03
    )
    assert closed["w_centred_excess_kurtosis"] == pytest.approx(
        stats.kurtosis(away.ravel()), abs=0.1
    )
    assert closed["negative_share"] == pytest.approx((away < 0).mean(), abs=5e-3)
    octants = [closed[f"w_centred_octant_{signs}"] for signs in OCTANTS]
    assert sum(octants) == pytest.approx(1.0)
    assert octants[0] == pytest.approx((1.0 - closed["negative_share"]) ** 3)
    assert closed["w_skewness"] == pytest.approx(about_mean(0.0).skewness, abs=1e-3)
    # The simulated turning of width 512 is 2808 +- 50.
    assert closed["turning_deg"] == pytest.approx(2837.4, abs=0.1)


def test_bands_along_a_circle_hold_most_points(small) -> None:
    found = null_of(small, circles(32, 4), twins=12)
    assert found.along["speed"].mean * math.tau == pytest.approx(
        found.circle["exact_length"].mean, rel=1e-6
    )
    low, high = found.row_band("triplets")
    assert (low <= found.rows["triplets"]).all()
    assert (high >= found.rows["triplets"]).all()
    for key in ("turning", "antipodal"):
        assert found.along[key].low < found.along[key].mean < found.along[key].high
    first = found.circle["explained_1"]
    assert first.holds(
        found.circle["planarity"].mean - found.circle["explained_2"].mean
    )


def test_a_fan_is_a_fan_in_every_twin(small) -> None:
    """Shapes stay, lengths are those of its psi."""
    fan = null_of(small, circles(32, 1, fan=(0.5, 1.0, 2.0)), twins=4)
    length, first = fan.circle["length"].values, fan.circle["harmonic_1"].values
    assert length[0::3] == pytest.approx([0.5 * value for value in length[1::3]])
    assert first[2::3] == pytest.approx(first[1::3])
    exact = fan.circle["exact_length"].values
    assert exact[2::3] == pytest.approx([2.0 * value for value in exact[1::3]])


def test_truncation_shrinks_twins_too(small) -> None:
    whole, half = (
        null_of(small, circles(32, 1, psi=psi), twins=6) for psi in (1.0, 0.5)
    )
    for key in ("length", "exact_length"):
        assert half.mean[key].mean == pytest.approx(whole.mean[key].mean / 2, rel=1e-5)
    assert half.mean["harmonic_1"].mean == pytest.approx(whole.mean["harmonic_1"].mean)
