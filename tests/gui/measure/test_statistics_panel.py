"""Statistics: what is said of a figure, what is shown while little is known."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sgviz.frame import Problem
from sgviz.gui.measure.statistics_panel import StatisticsPanel
from sgviz.gui.theme import LIGHT
from sgviz.measured.statistics import Circle
from sgviz.state import Seed, State

pytestmark = pytest.mark.gl
MEAN, UNTRAINED, PLACE, CLOSED, SHUFFLED, ONE, TWO = range(1, 8)


def row_of(panel, title):
    grid = panel.table.grid
    return next(r for r in range(grid.rowCount()) if grid.item(r, 0).text() == title)


def choose(panel, title):
    """A click on the row, as a hand does it."""
    grid = panel.table.grid
    item = grid.item(row_of(panel, title), 0)
    grid.scrollToItem(item)
    at = grid.visualItemRect(item).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    return panel.sentence.text()


def test_every_figure_beside_untrained_networks(show, measured):
    panel = show(StatisticsPanel, "statistics", "null")
    found, null = measured["statistics"], measured["null"]
    text = panel.table.text_at
    length = row_of(panel, "Length")
    assert text(length, MEAN) == f"{found.mean('length'):,.3f}"
    assert text(length, ONE) == f"{found.circles[0].curve.length:,.3f}"
    band = null.mean["length"]
    assert text(length, UNTRAINED) == f"{band.mean:,.3f} ± {band.sd:,.3f}"
    assert text(length, PLACE).endswith("sd above")
    assert text(length, CLOSED) == f"{null.closed['length']:,.3f}"
    assert "±" in text(length, SHUFFLED)
    shape = row_of(panel, "Harmonic 1")
    assert text(shape, PLACE) == "inside"
    # Turning belongs to a number of points, and so is never without.
    assert text(row_of(panel, "Turning (degrees), N = 24"), MEAN)
    assert row_of(panel, "All circles together") < row_of(panel, "Skewness in W")


def test_one_sentence_says_what_a_figure_supports(show, measured):
    """Inside the band nothing is learned, and no sentence says it."""
    panel = show(StatisticsPanel, "statistics", "null")
    assert "Harmonic 1" in panel.sentence.text()
    assert "says nothing about training" in panel.sentence.text()
    assert "sd above" in choose(panel, "Length")
    null = measured["null"]
    for figure in measured["statistics"].shown():
        said = null.sentence(figure, measured["statistics"].mean(figure.key))
        assert "learn" not in said


def test_figures_come_before_untrained_networks(show, measured):
    panel = show(StatisticsPanel, "statistics")
    length = row_of(panel, "Length")
    assert panel.table.text_at(length, UNTRAINED) == "…"
    assert panel.sentence.text().startswith("Harmonic 1 = ")
    panel.set_problem("null", Problem("No network is known."))
    assert panel.table.text_at(length, UNTRAINED) == "–"
    assert panel.sentence.text().endswith("No network is known.")
    panel.set_part("null", measured["null"])
    assert "±" in panel.table.text_at(length, UNTRAINED)
    # Other circles: what untrained networks do with them is not known yet.
    panel.set_state(replace(State(), psi=0.5))
    assert panel.table.text_at(length, UNTRAINED) == "…"


def test_the_plots_of_each_page(show, measured, turn):
    panel = show(StatisticsPanel, "statistics", "null")
    for page in ("speed", "turning", "harmonics", "components"):
        panel.pages.buttons[page].click()
        plot = panel.plots[page]
        assert plot.isVisible()
        assert plot.series
    assert (
        panel.plots["turning"].title.text().startswith("Turning at each point, N = 24")
    )
    lines = {s.name: s for s in panel.plots["speed"].series}
    untrained = {"untrained", "infinite width, untrained"}
    assert set(lines) == {*untrained, "one", "one: segments", "two"}
    for page in ("turning", "components"):
        assert panel.plots[page].series[0].name == "untrained", page
        inner = panel.plots[page].series[0]
        assert (inner.low < inner.high).all()
    turning = measured["null"].along["turning"]
    assert panel.plots["turning"].series[0].high[0] == pytest.approx(
        np.degrees(turning.high)
    )
    speed = measured["statistics"].circles[0].curve.speed
    np.testing.assert_allclose(lines["one"].y[:-1], speed)
    np.testing.assert_allclose(lines["one"].x, [*turn, 360.0])
    bands = [s for s in panel.plots["harmonics"].series if s.name == "untrained"]
    assert bands[0].low[0] <= measured["statistics"].mean("harmonic_1")


def test_hovering_a_curve(show, mouse, turn):
    panel = show(StatisticsPanel, "statistics")
    panel.pages.buttons["speed"].click()
    QTest.qWait(10)
    plot = panel.plots["speed"]
    seen, left = [], []
    panel.hovered.connect(lambda circle, angle: seen.append((circle, angle)))
    panel.hover_left.connect(lambda: left.append(True))
    line = next(s for s in plot.series if s.name == "two")
    at = plot.canvas.place_of(float(turn[5]), float(line.y[5]))
    mouse.move(plot.canvas.viewport(), at.x(), at.y())
    assert seen == [(1, pytest.approx(np.radians(turn[5])))]
    mouse.move(plot.canvas.viewport(), 1.0, 1.0)
    assert left
    panel.set_highlight(1, float(np.radians(turn[7])))
    assert plot._cursor.value() == pytest.approx(turn[7])
    panel.set_highlight(None, 0.0)
    assert not plot._cursor.isVisible()


def test_what_cannot_be_measured_is_said(show, measured):
    panel = show(StatisticsPanel)
    found = replace(measured["statistics"], notices=("two: all points are the same.",))
    panel.set_part("statistics", found)
    assert panel.problems.isVisible()
    assert panel.problems.text() == "two: all points are the same."
    panel.set_theme(LIGHT)
    assert LIGHT.warning in panel.problems.styleSheet()
    panel.set_problem("statistics", Problem("no circles"))
    assert not panel.stack.isVisible()


def test_a_hand_elsewhere_leaves_the_table_alone(show, measured):
    """A style is dragged sixty times a second; new figures touch what they change."""
    panel = show(StatisticsPanel, "statistics", "null")
    grid, found = panel.table.grid, measured["statistics"]
    length, turning = (
        row_of(panel, "Length"),
        row_of(panel, "Turning (degrees), N = 24"),
    )
    changed: set[tuple[int, int]] = set()
    grid.itemChanged.connect(lambda item: changed.add((item.row(), item.column())))
    panel.set_state(replace(panel.state, latent=Seed(7)))
    assert not changed
    curve, census = found.circles[0].curve, found.circles[0].census
    longer = Circle.of(replace(curve, segments=2 * curve.segments), census)
    panel.set_part("statistics", replace(found, circles=(longer, found.circles[1])))
    assert (length, ONE) in changed
    assert (turning, ONE) not in changed
    assert panel.table.text_at(length, ONE) == f"{2 * curve.length:,.3f}"
