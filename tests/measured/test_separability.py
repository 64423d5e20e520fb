"""Separability as values: a score only of all attributes, and what few samples do."""

import math

import pytest

from sgviz.measured.separability import Attribute, Separability


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
