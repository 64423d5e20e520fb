"""Separability as values: a score only of all attributes, and what few samples do."""

import math

import pytest

from sgviz.measured.beside import twins_of
from sgviz.measured.separability import (
    ABOUT,
    Attribute,
    Separability,
    figures_of,
)


def rows(count: int, entropy: float = 0.5, kept: int = 1000) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(f"a{k}", space, entropy, 0.9, 0.8, 0.5, kept)
        for k in range(count)
        for space in ("z", "w")
    )


def test_the_score_waits_for_all_attributes() -> None:
    found = Separability(2000, "somebody", (24, 24), 4, rows(4))
    assert found.score("w") == pytest.approx(4.0) and found.bits("z") == 2.0
    assert found.held_out("z") == pytest.approx(0.8)
    part = Separability(2000, "somebody", (24, 24), 4, rows(3))
    assert math.isnan(part.score("w")) and not part.is_whole("z")


def test_few_samples_are_warned_of() -> None:
    assert not Separability(2000, "x", (24, 24), 1, rows(1)).warning
    few = Separability(2000, "x", (512, 512), 1, rows(1)).warning
    assert "1,000 samples in 512 dimensions" in few


def test_the_score_stands_beside_untrained_mappings() -> None:
    pair = [figures_of(rows(2)), figures_of(rows(2, 0.4))]
    twins = twins_of(pair * 4, "twins", ABOUT)
    assert twins.bands["score"].values[:2] == pytest.approx((4.0, 2.0**1.6))
    found = Separability(2000, "x", (24, 24), 2, rows(2, 0.1), twins=twins)
    score, seen = found.summed_up()
    assert score.place is not None and score.place.side == -1
    assert seen.place is not None and seen.place.side == 0
    assert seen.says.endswith("nothing about the training of the mapping.")
    left, right = found.beside(found.of("w")[0])
    assert (left.value, right.value) == (0.1, 0.8)
    assert left.place is not None and left.place.side == -1
