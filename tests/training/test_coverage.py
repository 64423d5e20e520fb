"""Coverage: the data cover themselves, a constant covers nothing, small is cheap."""

import pytest
import torch

from sgviz.models.generator import to_pixels
from sgviz.training.coverage import Coverage
from sgviz.training.factors import COLUMN, FACTORS, sample_factors
from sgviz.training.portraits import Portraits, draw


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return Coverage(64)


@pytest.mark.parametrize("side", [16, 32, 64, 128])
def test_the_data_cover_themselves(side: int) -> None:
    coverage = Coverage(side)
    found = coverage.of(Portraits(side, 5).batch(0, 256))
    assert tuple(found) == coverage.names
    assert set(found) <= {factor.name for factor in FACTORS}
    assert all(abs(ratio - 1) < 0.15 for ratio in found.values())


def test_a_factor_that_has_collapsed_is_seen_alone(coverage: Coverage) -> None:
    factors = sample_factors(256, torch.Generator().manual_seed(3))
    factors[:, COLUMN["smile"]] = -0.4
    factors[:, COLUMN["skin_tone"]] *= 0.5
    found = coverage.of(draw(factors, 64))
    assert found["smile"] < 0.4
    assert found["skin_tone"] == pytest.approx(0.5, abs=0.06)
    others = [
        ratio for name, ratio in found.items() if name not in ("smile", "skin_tone")
    ]
    assert min(others) > 0.7


def test_one_image_again_and_again_covers_nothing(coverage: Coverage) -> None:
    images = Portraits(64, 5).batch(0, 1).expand(16, 3, 64, 64)
    assert max(coverage.of(images).values()) < 1e-4


def test_pixels_are_taken_too_from_torch_and_from_numpy(coverage: Coverage) -> None:
    images = Portraits(64, 5).batch(0, 128)
    pixels = to_pixels(images)
    found = coverage.of(images)
    assert coverage.of(pixels) == coverage.of(pixels.numpy())
    assert coverage.of(pixels) == pytest.approx(found, abs=0.02)


def test_what_cannot_be_measured_is_refused(coverage: Coverage) -> None:
    with pytest.raises(ValueError, match="coverage needs two images of 64 pixels"):
        coverage.of(torch.zeros(1, 3, 64, 64))
    with pytest.raises(ValueError, match="coverage needs two images of 64 pixels"):
        coverage.of(torch.zeros(4, 3, 32, 32))
    with pytest.raises(ValueError, match="nothing is read in images of 8 pixels"):
        Coverage(8)
