import json

import numpy as np
import pytest

from sgviz.latent_text import (
    NESTING_LIMIT,
    LatentTextError,
    latent_from_text,
    latent_to_json,
    latent_to_numbers,
    nesting,
    numbers_of,
    through_problem,
)
from sgviz.state import (
    AxisPlane,
    Given,
    Latent,
    OnCircle,
    Pasted,
    RandomCircle,
    Seed,
    ThroughLatents,
)

LATENTS: list[Latent] = [
    Seed(85),
    OnCircle(AxisPlane(0, 1), 1.25),
    OnCircle(ThroughLatents(Seed(0), Pasted((1.0, -2.0))), 0.5),
    Given("x.npz", "b" * 64, 3),
    Pasted((0.5, -1.5)),
]


@pytest.mark.parametrize("latent", LATENTS)
def test_json_brings_a_latent_back(latent: Latent) -> None:
    assert latent_from_text(latent_to_json(latent), 2) == latent


def test_a_seed_s_numbers_are_the_field_s_convention() -> None:
    z = np.random.RandomState(85).randn(1, 512)[0]
    text = latent_to_numbers(Seed(85), 512)
    assert text is not None
    back = latent_from_text(text, 512)
    assert isinstance(back, Pasted)
    np.testing.assert_array_equal(np.array(back.numbers), z)


def test_numbers_in_any_dress() -> None:
    expected = Pasted((1.0, -0.25, 3e-2))
    for text in ("1, -0.25, 3e-2", "[1 -0.25 0.03]", "1\n-0.25\n0.03\n", "1;-.25;.03"):
        assert latent_from_text(text, 3) == expected
    assert latent_from_text(" 42 ", 512) == Seed(42)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "1, 2, 3",
        "nan, 1",
        "1e999, 1",
        "0, 0",
        "4294967296",
        "9" * 5000,
        "{",
        "{" * 100_000,
        "[" * 100_000,
        "[" * 100,
        "{}",
        '{"kind": "seed", "n": -1}',
        '{"kind": "seed", "n": 1, "more": 2}',
        '{"kind": "pasted", "numbers": [1, NaN]}',
        '{"kind": "pasted", "numbers": [1, 2, 3]}',
        '{"kind": "on_circle", "circle": {"kind": "axis_plane", "i": 0, "j": 2}}',
        "1," * 600_000,
    ],
)
def test_anything_else_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(LatentTextError) as caught:
        latent_from_text(text, 2)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 200


def test_a_circle_needs_two_directions() -> None:
    z = tuple(float(x) for x in np.random.RandomState(3).randn(8))
    minus = tuple(-2.0 * x for x in z)
    axes = AxisPlane(0, 1)
    for a, b in (
        (Seed(1), Seed(1)),
        (Seed(3), Pasted(minus)),
        (OnCircle(axes, 0.5), OnCircle(axes, 0.5 + np.pi)),
    ):
        assert "one line" in through_problem(a, b, 8)
    for a, b in (
        (Seed(1), Seed(2)),
        (Seed(3), Given("x.npz", "a" * 64)),
        (OnCircle(axes, 0.5), OnCircle(axes, 1.5)),
        (OnCircle(axes, 0.5), OnCircle(RandomCircle(0, 1), 0.5)),
    ):
        assert through_problem(a, b, 8) == ""


def test_chains_of_circles_end() -> None:
    latent: Latent = Seed(0)
    for _ in range(NESTING_LIMIT):
        assert through_problem(latent, Seed(1), 8) == ""
        latent = OnCircle(ThroughLatents(latent, Seed(1)), 1.0)
    assert nesting(latent) == NESTING_LIMIT
    assert "too long" in through_problem(latent, Seed(1), 8)
    deeper = OnCircle(ThroughLatents(latent, Seed(1)), 1.0)
    with pytest.raises(LatentTextError):
        latent_from_text(latent_to_json(deeper), 8)


def test_only_seeds_and_numbers_are_known_here() -> None:
    assert numbers_of(OnCircle(AxisPlane()), 4) is None
    assert latent_to_numbers(Given("x", "a" * 64), 4) is None
    assert json.loads(latent_to_json(Seed(3))) == {"n": 3, "kind": "seed"}
