"""Thinned curves keep what can be seen of them; axes change seldom."""

import numpy as np
import pytest

from sgviz.gui.train.loss_chart import polygon, tick_words
from sgviz.gui.train.loss_thin import (
    envelope,
    kimg_scale,
    pieces,
    spaced,
    value_scale,
    within,
)
from sgviz.gui.train.timeline_scale import Scale


def test_an_envelope_loses_no_peak():
    x = np.linspace(0, 300, 5000)
    y = np.random.RandomState(3).randn(5000)
    y[1234] = 50.0
    places, values = envelope(x, y, 1.5)
    assert len(places) <= 2 * (200 + 1)
    assert (np.diff(places) >= 0).all()
    assert values.max() == 50.0
    for column in range(0, 200, 7):
        inside = np.floor(x / 1.5) == column
        drawn = np.floor(places / 1.5) == column
        assert values[drawn].min() == y[inside].min()
        assert values[drawn].max() == y[inside].max()


def test_few_points_stay_as_they_are():
    x, y = np.arange(9.0) * 2, np.arange(9.0)
    assert envelope(x, y, 1.5)[1] is y
    assert len(envelope(x[:0], y[:0], 1.5)[0]) == 0
    assert np.array_equal(spaced(x, y, 1.5)[0], x)


def test_spaced_points_end_where_the_curve_ends():
    x, y = np.linspace(0, 100, 999), np.arange(999.0)
    places, values = spaced(x, y, 4.0)
    assert len(places) == pytest.approx(26, abs=1)
    assert (places[0], values[-1]) == (0.0, 998.0)


def test_a_gap_parts_a_curve():
    x = np.arange(6.0)
    y = np.array([1.0, np.nan, 2.0, 3.0, np.inf, 4.0])
    assert [len(part) for part, _ in pieces(x, y)] == [1, 2, 1]
    assert not list(pieces(x, np.full(6, np.nan)))


def test_only_what_is_seen_and_a_neighbour_on_both_sides():
    x = np.arange(100.0)
    assert within(x, Scale(10.5, 20.5)) == slice(10, 22)
    assert within(x, Scale(-1, 200)) == slice(0, 100)


def test_the_range_of_a_run_grows_in_few_steps():
    ends = {kimg_scale(last).high for last in np.linspace(50, 100, 2000)}
    assert len(ends) < 30
    for last in (0.0, 0.01, 7.3, 99.99, 25_000.0):
        assert last <= kimg_scale(last).high <= max(1.1 * last, 1.001e-3)


def test_values_lie_between_round_ends():
    scale = value_scale([np.array([0.13, np.nan, 4.71])])
    assert (scale.low, scale.high) == (0.0, 5.0)
    assert value_scale([np.full(3, np.nan)]) == Scale(0.0, 1.0)
    flat = value_scale([np.full(3, 2.0)])
    assert flat.low < 2.0 < flat.high


def test_points_reach_qt_unchanged():
    points = polygon(np.array([1.0, 2.5]), np.array([-3.0, 4.0]))
    assert [(p.x(), p.y()) for p in points] == [(1.0, -3.0), (2.5, 4.0)]
    assert polygon(np.zeros(0), np.zeros(0)).isEmpty()


def test_words_beside_an_axis():
    assert [tick_words(v) for v in (0.30000000000000004, -1.0, 1e-17, 25000.0)] == [
        "0.3", "−1", "0", "25000",
    ]  # fmt: skip
