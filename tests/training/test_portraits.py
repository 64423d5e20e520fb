"""Portraits: laws of the numbering, of the factors and of the drawing."""

import pytest
import torch
from torch import Tensor

from sgviz.training import portraits
from sgviz.training.factors import COLUMN, Factor, from_uniforms
from sgviz.training.portraits import FACTORS, Portraits, draw, sample_factors

CHANGES = 0.02  # a factor from end to end moves some pixel by this of the range
GOLDEN_MEAN, GOLDEN_STD = 0.349562, 0.499393
GOLDEN_ROW = [0.0486162901, 0.99990958, 0.642427623]


def middle() -> Tensor:
    """A face on which nothing hides anything: glasses on, hair to the chin."""
    row = from_uniforms(torch.full((1, len(FACTORS)), 0.45))
    row[:, COLUMN["glasses"]] = 1
    return row


def ends(name: str) -> Tensor:
    factor = FACTORS[COLUMN[name]]
    rows = middle().repeat(2, 1)
    rows[:, COLUMN[name]] = torch.tensor([factor.low, factor.high])
    return rows


def test_an_image_is_the_same_in_whatever_batch() -> None:
    data = Portraits(32, seed=3)
    whole = data.batch(0, 70)
    parts = [data.batch(0, 1), data.batch(1, 2), data.batch(3, 16), data.batch(19, 51)]
    assert torch.equal(torch.cat(parts), whole)
    assert torch.equal(data.factors(19, 51), data.factors(0, 70)[19:])


def test_chunks_of_large_images_are_the_images() -> None:
    data = Portraits(256, seed=3)
    assert torch.equal(data.batch(4, 3)[1:], data.batch(5, 2))


def test_a_batch_is_its_factors_drawn() -> None:
    data = Portraits(16, seed=0)
    assert torch.equal(data.batch(5, 4), draw(data.factors(5, 4), 16))


def test_every_image_of_a_seed_and_every_seed_is_another() -> None:
    data = Portraits(16, seed=0)
    rows = torch.cat([data.factors(0, 500), Portraits(16, seed=1).factors(0, 500)])
    assert len(torch.unique(rows, dim=0)) == 1000
    far = data.factors(10**12, 2)
    assert not torch.equal(far[0], far[1])


@pytest.mark.parametrize("size", [16, 32, 64, 128, 256])
def test_images_have_their_size_and_range(size: int) -> None:
    images = Portraits(size, seed=1).batch(0, 3)
    assert images.shape == (3, 3, size, size)
    assert images.dtype == torch.float32
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert -1 <= images.min() and images.max() <= 1
    assert images.std() > 0.2


def test_small_images_are_the_large_ones_seen_from_afar() -> None:
    rows = Portraits(64, seed=5).factors(0, 8)
    large = torch.nn.functional.avg_pool2d(draw(rows, 256), 4)
    assert (large - draw(rows, 64)).abs().mean() < 0.02


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.name)
def test_each_factor_changes_its_image(factor: Factor) -> None:
    low, high = draw(ends(factor.name), 64)
    assert (high - low).abs().max() / 2 > CHANGES


def test_a_smile_and_glasses_are_seen_at_64() -> None:
    for name in ("smile", "glasses", "hair_length", "skin_tone"):
        low, high = draw(ends(name), 64)
        changed = ((high - low).abs().amax(0) > 0.2).sum()
        assert changed > 60, name


def test_glasses_have_a_shape_only_where_they_are_worn() -> None:
    rows = ends("glasses_shape")
    rows[:, COLUMN["glasses"]] = 0
    bare = draw(rows, 32)
    assert torch.equal(bare[0], bare[1])


def test_factors_follow_their_laws() -> None:
    rows = sample_factors(4000, torch.Generator().manual_seed(0))
    numbered = Portraits(16, seed=9).factors(0, 4000)
    for values in (rows, numbered):
        for factor, column in zip(FACTORS, values.T, strict=True):
            span = factor.high - factor.low
            share = (column - factor.low) / span
            assert 0 <= share.min() and share.max() <= 1
            mean = 0.5 if factor.chance is None else factor.chance
            spread = (1 / 12) ** 0.5 if factor.chance is None else 0.49
            assert abs(share.mean() - mean) < 0.03, factor.name
            assert abs(share.std() - spread) < 0.02, factor.name
        linked = torch.corrcoef(values.T) - torch.eye(len(FACTORS))
        assert linked.abs().max() < 0.08


def test_factors_are_drawn_from_the_given_generator_alone() -> None:
    before = torch.get_rng_state()
    first = sample_factors(3, torch.Generator().manual_seed(4))
    again = sample_factors(3, torch.Generator().manual_seed(4))
    assert torch.equal(first, again)
    assert torch.equal(torch.get_rng_state(), before)


def test_names_are_unique_and_there_are_enough() -> None:
    assert len(COLUMN) == len(FACTORS) >= 20
    assert all(f.low < f.high and f.meaning for f in FACTORS)
    laws = {f.distribution for f in FACTORS}
    assert laws == {"uniform", "binary (p = 0.4)"}


def test_windows_cut_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(1)
    shape = (64, len(FACTORS))
    extreme = torch.rand(shape, generator=generator).round().clamp(0, 0.999)
    rows = from_uniforms(extreme)
    rows[:, COLUMN["glasses"]] = 1
    images = draw(rows, 64)
    for name in ("EYES", "LOWER", "BODY"):
        monkeypatch.setattr(portraits, name, (-1.0, -1.0, 1.0, 1.0))
    assert torch.equal(draw(rows, 64), images)


def test_the_drawing_is_the_one_that_networks_were_trained_on() -> None:
    # A generator's coverage and its card refer to these very pictures.
    images = Portraits(64, seed=0).batch(0, 16)
    assert images.mean().item() == pytest.approx(GOLDEN_MEAN, abs=2e-5)
    assert images.std().item() == pytest.approx(GOLDEN_STD, abs=2e-5)
    row = Portraits(64, seed=0).factors(7, 1)[0, :3]
    assert row.tolist() == pytest.approx(GOLDEN_ROW, abs=1e-7)


@pytest.mark.parametrize("size", [0, 8, 48, 2048])
def test_other_sizes_are_refused_in_one_sentence(size: int) -> None:
    with pytest.raises(ValueError, match="power of two from 16 to 1024"):
        draw(middle(), size)
    with pytest.raises(ValueError, match="power of two from 16 to 1024"):
        Portraits(size, seed=0)


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match="factors a row"):
        draw(torch.zeros(2, 3), 32)
