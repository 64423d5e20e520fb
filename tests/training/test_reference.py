"""The untrained band: closed forms inside it, cancelled at any time, kept in memory."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.measured.null import Band, band_of
from sgviz.models.generator import Generator
from sgviz.models.mapping import MappingConfig
from sgviz.training import reference as reference_module
from sgviz.training.config import TrainConfig
from sgviz.training.figures import FIGURES
from sgviz.training.phases import generator_config
from sgviz.training.presets import PRESETS
from sgviz.training.reference import closed_forms, reference, twin_circles
from sgviz.training.timeline import Timeline

KEYS = [figure.key for figure in FIGURES]


@pytest.fixture
def wide(config: TrainConfig) -> TrainConfig:
    """Wide enough for the closed form, of three layers."""
    return replace(config, z_dim=256, w_dim=256, depth=3)


def test_every_figure_has_a_band_and_its_closed_form_is_near(
    wide: TrainConfig,
) -> None:
    bands = reference(wide)
    assert list(bands) == KEYS
    for band in bands.values():
        assert band.low < band.mean < band.high
    for key in ("negative_share", "unevenness"):
        assert bands[key].closed_form is None
    # Infinite width: harmonics 3 and 4 and the ratio are off by some per cent.
    for key, closed in closed_forms(256, 3).items():
        band = bands[key]
        assert band.closed_form == closed
        spread = (band.high - band.low) / 4  # a standard deviation
        assert abs(band.mean - closed) < spread + 0.05 * closed, key
    assert bands["displacement"].closed_form == pytest.approx(1.268, abs=1e-3)
    assert closed_forms(512, 8)["harmonic_1"] == pytest.approx(0.6916, abs=5e-5)


def test_a_run_begins_inside_its_band(wide: TrainConfig, tmp_path: Path) -> None:
    bands = reference(wide)
    found = []
    for seed in range(12):
        (tmp_path / str(seed)).mkdir()
        network = Generator(generator_config(wide), seed).eval()
        found.append(Timeline(tmp_path / str(seed), wide).record(0, network))
    for key in KEYS:
        if key in ("displacement", "w_avg_share"):
            continue  # no step made yet: zero by definition
        inside = [bands[key].holds(figures.value(key)) for figures in found if figures]
        # The band leaves out one in twenty.
        assert sum(inside) >= 10, key


def test_the_reference_does_not_depend_on_what_the_mapping_does_not_have(
    wide: TrainConfig,
) -> None:
    assert reference(replace(wide, seed=5, batch=8)) == reference(wide)
    assert reference(replace(wide, depth=2)) != reference(wide)


def test_cancelled_at_any_time_it_goes_on_where_it_was(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(config, z_dim=16, w_dim=16, depth=4)
    straight = reference(config, twins=5)
    drawn: list[int] = []
    real = twin_circles

    def counted(sizes: MappingConfig, seed: int, cancelled: object) -> object:
        drawn.append(seed)
        return real(sizes, seed, cancelled)  # type: ignore[arg-type]

    monkeypatch.setattr(reference_module, "twin_circles", counted)
    reference_module._twins_of.cache_clear()
    asked = 0

    def later() -> bool:
        nonlocal asked
        asked += 1
        return asked > 12

    assert reference(config, later, twins=5) == {}
    assert asked == 13
    assert reference(config, twins=5) == straight
    # Each twin of five, and the one before the first; the third was cut off once.
    assert drawn == [0, 1, 2, 2, 3, 4, 5]
    assert reference(config, twins=5) == straight
    assert len(drawn) == 7


def test_twins_are_not_each_other_and_always_the_same() -> None:
    sizes = MappingConfig(z_dim=32, w_dim=32, depth=2)
    one, again, other = (twin_circles(sizes, seed) for seed in (3, 3, 4))
    assert one is not None and again is not None and other is not None
    assert one.shape == (4, 96, 32)
    assert torch.equal(one, again)
    cosine = torch.cosine_similarity(one.flatten(), other.flatten(), dim=0)
    assert abs(float(cosine)) < 0.5


def test_a_band_is_as_wide_as_few_twins_ask_and_holds_every_twin() -> None:
    even = band_of([11.0, 12.0, 13.0])
    assert even.mean == 12.0
    assert (even.low, even.high) == pytest.approx((7.0317, 16.9683), abs=1e-4)
    wild = band_of([2.0] * 20 + [9.0], closed_form=2.5)
    assert wild.high == 9.0
    assert wild.closed_form == 2.5
    assert band_of([-1.0, 1.0, 3.0]).low == pytest.approx(-8.9366, abs=1e-4)
    assert band_of([1.0, 1.0, 7.0]).low == 0.0


def test_a_band_holds_its_ends() -> None:
    band = Band(1.0, 2.0, 3.0)
    assert [band.holds(x) for x in (0.9, 1.0, 3.0, 3.1, math.nan)] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_the_published_numbers_of_the_untrained_network() -> None:
    # Width 512, depth 8, simulated: .6905 .2013 .0601 .0236, 3.614, max/min 1.759.
    bands = reference(PRESETS["portraits"])
    for key, expected, near in (
        ("harmonic_1", 0.6905, 0.012),
        ("harmonic_2", 0.2013, 0.01),
        ("harmonic_3", 0.0601, 0.004),
        ("harmonic_4", 0.0236, 0.002),
        ("participation_ratio", 3.614, 0.12),
        ("unevenness", 1.759, 0.08),
        ("mean_share", 0.71, 0.02),
    ):
        assert bands[key].mean == pytest.approx(expected, abs=near), key
        assert bands[key].low < expected < bands[key].high
