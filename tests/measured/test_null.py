"""Bands, places, and the one sentence that a value supports, never more than that."""

import math

import pytest

from sgviz.measured.curves import CIRCLE_FIGURES
from sgviz.measured.figure import Figure
from sgviz.measured.null import Band, Null, band_of

FIGURE = Figure("length", "Length", "sum of s", "How long.", 1)
VALUES = [10.0, 11.0, 12.0, 13.0, 14.0]


def null(shuffled: Band | None = None) -> Null:
    band = band_of(VALUES, 12.5)
    mixed = {"length": shuffled} if shuffled else {}
    return Null(8, 64, 96, 5, {"length": band}, {"length": band}, {}, mixed, mixed)


def test_a_place_counts_deviations_and_ranks() -> None:
    band = band_of(VALUES)
    assert band.sd == pytest.approx(math.sqrt(2.5))
    inside, above, below = (band.place(x) for x in (12.0, 20.0, 2.0))
    assert (inside.side, inside.deviations, inside.rank) == (0, 0.0, 0.5)
    assert inside.words == "inside"
    assert (above.side, above.rank, above.words) == (1, 1.0, "5.1 sd above")
    assert (below.side, below.rank, below.words) == (-1, 0.0, "6.3 sd below")
    lonely = Band(1.0, 2.0, 3.0).place(9.0)
    assert (lonely.words, math.isnan(lonely.deviations)) == ("above", True)


def test_values_that_are_none_make_no_band() -> None:
    assert band_of([math.nan, 1.0, 3.0]).values == (1.0, 3.0)
    empty = band_of([math.nan, math.inf])
    assert math.isnan(empty.mean)
    assert not empty.holds(1.0)


def test_inside_the_band_a_value_says_nothing_about_training() -> None:
    for value in (9.5, 12.0, 15.0):
        text = null().sentence(FIGURE, value)
        assert "says nothing about training" in text
        assert "learned" not in text
        assert text.endswith(".")
        assert text.count(". ") == 0


def test_outside_the_shuffled_weights_decide() -> None:
    alone = null().sentence(FIGURE, 30.0)
    assert "11.4 sd above the mean of 5 untrained twins of depth 8" in alone
    assert alone.endswith("an untrained network would hardly have it.")
    sizes = null(band_of([29.0, 30.0, 31.0])).sentence(FIGURE, 30.0)
    assert sizes.endswith("(30.0): their sizes alone explain it.")
    order = null(band_of([11.0, 12.0, 13.0])).sentence(FIGURE, 30.0)
    assert order.endswith("have 12.0: it lies in how the weights are arranged.")
    for text in (alone, sizes, order):
        assert "learned" not in text
        assert text.count(". ") == 0


def test_where_nothing_is_known_it_says_so() -> None:
    known = null()
    assert "no value to compare" in known.sentence(FIGURE, math.nan)
    other = next(f for f in CIRCLE_FIGURES if f.key == "energy")
    assert known.sentence(other, 3.0) == "Energy 3.0: its spread untrained is unknown."
    assert known.of_circle("energy", 3.0) is None
    assert known.of_mean("length", math.nan) is None
