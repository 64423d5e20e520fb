import math

import pytest

from sgviz.naming import (
    circle_name,
    degrees_name,
    latent_name,
    row_group,
    row_size,
    row_words,
)
from sgviz.state import (
    AxisPlane,
    Given,
    OnCircle,
    Pasted,
    RandomCircle,
    Seed,
    ThroughLatents,
)

HASH = "a" * 64


def test_circles_have_short_names() -> None:
    assert circle_name(AxisPlane(3, 511)) == "axes 3, 511"
    assert circle_name(RandomCircle(7, 3)) == "random 3 (seed 7)"
    assert circle_name(ThroughLatents(Seed(0), Seed(1))) == "seed 0 to seed 1"


def test_latents_say_what_they_are() -> None:
    assert latent_name(Seed(85)) == "seed 85"
    on = OnCircle(RandomCircle(0, 3), 2 * math.pi / 3)
    assert latent_name(on) == "on random 3 (seed 0) at 120°"
    assert latent_name(Given("/some/where/x.npz", HASH, 5)) == "row 5 of x.npz"
    assert latent_name(Pasted((1.0, 2.0))) == "pasted"


def test_a_chain_of_circles_keeps_a_short_name() -> None:
    latent: OnCircle | Seed = Seed(0)
    for _ in range(8):
        latent = OnCircle(ThroughLatents(latent, Seed(1)), 1.0)
    assert len(latent_name(latent)) < 60


@pytest.mark.parametrize(
    ("angle", "text"),
    [(0.0, "0°"), (-math.pi / 2, "270°"), (math.tau, "0°"), (6.2831, "0°")],
)
def test_degrees_are_whole_and_below_360(angle: float, text: str) -> None:
    assert degrees_name(angle) == text


@pytest.mark.parametrize(
    ("row", "size", "group", "words"),
    [
        ("4x4", 4, "coarse", ("4×4", "")),
        ("8x8, and 4x4 colour", 8, "coarse", ("8×8", "and 4×4 colour")),
        ("16x16, and 8x8 colour", 16, "middle", ("16×16", "and 8×8 colour")),
        ("32x32", 32, "middle", ("32×32", "")),
        ("64x64, and 32x32 colour", 64, "fine", ("64×64", "and 32×32 colour")),
        ("1024x1024 colour", 1024, "fine", ("1024×1024", "colour")),
        ("extra", None, "fine", ("extra", "")),
    ],
)
def test_rows_are_named_by_what_they_feed(
    row: str, size: int | None, group: str, words: tuple[str, str]
) -> None:
    assert (row_size(row), row_group(row), row_words(row)) == (size, group, words)
