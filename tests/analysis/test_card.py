"""The table of a network's figures, from its samples to its card."""

import json
from pathlib import Path

import pytest
import torch

from benchmarks.corruption import Corruption, blurred, quantised
from benchmarks.coverage import (
    BEGIN,
    END,
    as_json,
    compared,
    sheet,
    text_of,
    write_card,
)
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.training.portraits import FACTORS, Portraits

COUNT = 72


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    config = GeneratorConfig(
        z_dim=8, w_dim=8, depth=2, resolution=16, channels=(8, 8, 8)
    )
    return Snapshot.of(Generator(config, seed=4), kimg=1.5)


def test_a_network_is_compared_and_its_card_is_written_again_and_again(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    found = compared(snapshot, "small", COUNT)
    assert found.real.confidence > 2 * found.samples.confidence
    assert found.real.frechet < 0.5 * found.samples.frechet
    assert found.real.confident > 0.8 > 0.2 > found.samples.confident
    assert found.first.shape == (64, 16, 16, 3)

    figures = json.loads(json.dumps(as_json(found)))
    assert list(figures["factors"]) == [factor.name for factor in FACTORS]
    assert figures["real"]["covered"] == figures["readable"] == sum(found.readable)
    assert figures["samples"]["frechet"] == pytest.approx(found.samples.frechet, 1e-3)

    text = text_of(found)
    assert "small after 1.5 kimg" in text
    for factor in FACTORS:
        assert f"\n| {factor.name} | " in text
    card = tmp_path / "card.md"
    card.write_text(f"before\n\n{BEGIN}\n{END}\n\nafter\n", encoding="utf-8")
    write_card(card, text)
    once = card.read_text(encoding="utf-8")
    assert once.startswith(f"before\n\n{BEGIN}\n\n{text}")
    assert once.endswith(f"{END}\n\nafter\n")
    write_card(card, text)
    assert card.read_text(encoding="utf-8") == once


def test_a_card_with_no_place_for_the_table_is_left_alone(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text("a card", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the lines"):
        write_card(card, "figures")
    assert card.read_text(encoding="utf-8") == "a card"


def test_a_sheet_has_the_data_on_the_left_and_the_samples_on_the_right() -> None:
    data = torch.zeros(64, 4, 4, 3, dtype=torch.uint8)
    samples = torch.arange(64, dtype=torch.uint8)[:, None, None, None].expand(
        64, 4, 4, 3
    )
    picture = sheet(data, samples)
    assert picture.size == (32 + 16 + 32, 32)
    assert picture.getpixel((31, 0)) == (0, 0, 0)
    assert picture.getpixel((40, 0)) == (255, 255, 255)
    assert picture.getpixel((48 + 4, 0)) == (1, 1, 1)
    assert picture.getpixel((48, 4)) == (8, 8, 8)


@pytest.fixture(scope="module")
def portraits() -> torch.Tensor:
    return Portraits(64, 8).batch(0, 24)


def test_softened_portraits_are_still_these_portraits(portraits: torch.Tensor) -> None:
    softened = Corruption(3).softened(portraits)
    assert torch.equal(softened, Corruption(3).softened(portraits))
    moved = (softened - portraits).square().mean((1, 2, 3))
    others = (softened - portraits.roll(1, 0)).square().mean((1, 2, 3))
    assert (moved < 0.3 * others).all()
    assert (moved > 0).sum() > 12
    assert softened.abs().max() <= 1


def test_nonsense_keeps_the_colours_and_loses_the_face(portraits: torch.Tensor) -> None:
    nonsense = Corruption(3).nonsense(portraits)
    assert nonsense.shape == portraits.shape
    far = (nonsense - portraits).square().mean((1, 2, 3))
    assert (far > 0.02).all()
    shift = (nonsense.mean((2, 3)) - portraits.mean((2, 3))).abs()
    assert shift.mean() < 0.2


def test_blur_and_quantisation_do_what_they_say() -> None:
    own = torch.Generator().manual_seed(5)
    images = torch.rand(2, 3, 16, 16, generator=own)
    flat = torch.full((1, 3, 16, 16), 0.25)
    torch.testing.assert_close(blurred(flat, 1.0), flat)
    assert blurred(images, 1.5).var() < 0.1 * images.var()
    fine = quantised(images, torch.full((2,), 1e-5))
    torch.testing.assert_close(fine, images, atol=1e-3, rtol=0)
    coarse = quantised(images, torch.full((2,), 0.5))
    error = (coarse - images).abs()
    assert 0.05 < error.mean() < 0.5
    # A step that no wave but the mean survives leaves the mean of each block, rounded.
    blocks = quantised(images, torch.full((2,), 2.0)).reshape(2, 3, 2, 8, 2, 8)
    assert blocks.std(dim=(3, 5)).max() < 1e-5
