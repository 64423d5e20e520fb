"""The matrix of a circle, what lies across, the triplets with the largest shares."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sgviz.frame import Problem
from sgviz.gui.measure.distances_panel import DistancesPanel
from sgviz.gui.measure.series import Band
from sgviz.gui.measure.triplets_panel import TripletsPanel
from sgviz.state import Beside, State, Triplets

pytestmark = pytest.mark.gl


def test_all_pairs_of_a_circle(show, measured, mouse, turn):
    panel = show(DistancesPanel, "statistics", "distances")
    QTest.qWait(10)
    found = measured["distances"].distances
    assert panel.matrix.cells.values is found
    seen, pairs = [], []
    panel.hovered.connect(lambda circle, angle: seen.append((circle, angle)))
    panel.matrix.pair_pointed.connect(lambda row, column: pairs.append((row, column)))
    canvas = panel.matrix.canvas
    at = canvas.place_of(float(turn[6]), float(turn[15]))
    mouse.move(canvas.viewport(), at.x(), at.y())
    assert seen == [(0, pytest.approx(np.radians(turn[6])))]
    assert pairs == [(15, 6)]
    assert panel.pair.text() == f"90.0° to 225.0°: {found[15, 6]:.3f}"
    # The cross stands in the column, and across it lies the antipode.
    panel.set_highlight(0, float(np.radians(turn[6])))
    assert panel.matrix._across.value() == pytest.approx(turn[6])
    assert panel.across._cursor.value() == pytest.approx(turn[6])
    line = next(s for s in panel.across.series if s.circle == 0)
    assert line.y[6] == pytest.approx(found[6, 18])
    mouse.move(canvas.viewport(), 1.0, 1.0)
    assert panel.pair.text() == ""


def test_another_circle_is_chosen(show):
    panel = show(DistancesPanel, "statistics", "distances")
    edits = []
    panel.edited.connect(edits.append)
    panel.chooser.activated.emit(1)
    assert edits[0].state == replace(State(), ring=1)
    panel.set_state(edits[0].state)
    assert panel.chooser.currentIndex() == 1


def test_the_best_triplets_first(show, measured):
    panel = show(TripletsPanel, "statistics")
    shares = np.stack([c.curve.triplets for c in measured["statistics"].circles])
    energy = np.array([c.curve.variance for c in measured["statistics"].circles])
    mean = (shares * energy[:, None]).sum(axis=0) / energy.sum()
    best = int(mean.argmax())
    assert panel.table.text_at(0, 0) == f"w{3 * best}–w{3 * best + 2}"
    assert panel.table.text_at(0, 1) == f"{mean.max():.2%}"
    by_energy = next(s for s in panel.plot.series if s.name == "by energy")
    assert by_energy.y[-1] == pytest.approx(1.0)
    assert (np.diff(by_energy.y, 2) < 1e-9).all()
    # A click on the head sorts by another circle.
    header = panel.table.grid.horizontalHeader()
    header.sectionClicked.emit(2)
    panel.table.grid.sortItems(2, Qt.SortOrder.DescendingOrder)
    assert panel.table.text_at(0, 2) == f"{shares[0].max():.2%}"


def test_the_w_view_shows_the_best(show, mouse):
    panel = show(TripletsPanel, "statistics")
    edits = []
    panel.edited.connect(edits.append)
    QTest.qWait(10)
    panel.count.setValue(3)
    middle = panel.button.rect().center()
    mouse.click(panel.button, middle.x(), middle.y())
    assert edits[0].state.projection == Triplets(0, 3, 3, "energy")
    assert edits[0].text == "Projection"
    grid = panel.table.grid
    name = grid.item(0, 0).text()
    at = grid.visualItemRect(grid.item(0, 0)).center()
    mouse.double_click(grid.viewport(), at.x(), at.y())
    first = int(name[1:].split("–")[0])
    assert edits[1].state.projection == Triplets(first, 1, 3)


@pytest.mark.parametrize(
    ("kind", "what"),
    [(DistancesPanel, "Nearest antipodes "), (TripletsPanel, "Best triplet ")],
)
def test_pictures_have_a_sentence_beside_untrained_twins(show, kind, what):
    panel = show(kind, "statistics")
    label = panel.says.label
    assert label.isHidden()
    panel.set_problem("null", Problem("No twins."))
    assert label.isHidden()
    panel = show(kind, "statistics", "null")
    assert what in panel.says.label.text()
    assert "6 untrained twins of depth 3" in panel.says.label.text()
    assert bands(panel)
    panel.set_state(State(psi=0.5))
    assert panel.says.label.isHidden(), "they were of another psi"
    assert not bands(panel)


def bands(panel):
    """Where untrained networks lie, in the plot of a panel."""
    plot = panel.plot if isinstance(panel, TripletsPanel) else panel.across
    return [each for each in plot.series if isinstance(each, Band)]


def test_all_circles_together_are_no_mean_of_single_ones(show, measured):
    panel = show(TripletsPanel, "statistics", "null")
    said = panel.words.text()
    assert said.startswith("Of all circles together: the first of 8 triplets")
    assert "Triplets for half of all circles together" in said
    assert panel.says.label.text().startswith("Of one circle, in the mean")
    band, null = bands(panel)[0], measured["null"]
    assert (band.low <= null.rows["triplets"].min(axis=0)).all()
    # Other twins say nothing of these.
    panel.set_state(State(beside=Beside(twin_seed=4)))
    assert not bands(panel)
