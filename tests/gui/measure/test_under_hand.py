"""The cursor of linked plots: really drawn, and at the point that the hand means."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from sgviz.gui.measure.heatmap import Cells, Heatmap
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Dots, Line
from sgviz.gui.theme import DARK

pytestmark = pytest.mark.gl
TURN = np.arange(0.0, 360.0, 7.5)


@pytest.fixture
def plot(qtbot):
    made = Plot("T", Axes("angle", "y", is_angle=True, low=0.0), "name")
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.set_theme(DARK)
    made.show()
    qtbot.waitExposed(made)
    return made


def drawn(figure, degrees):
    """The share of the column of pixels at an angle that is brighter than the paper."""
    QTest.qWait(1)
    canvas = figure.canvas
    pixels = canvas.grab().toImage()
    room = canvas.plotItem.vb.sceneBoundingRect()
    column = round(canvas.place_of(degrees, 0.0).x())
    paper = QColor(DARK.canvas).lightness() + 40
    rows = range(int(room.top()) + 1, int(room.bottom()))
    each = [
        sum(pixels.pixelColor(x, y).lightness() > paper for y in rows)
        for x in (column - 1, column, column + 1)
    ]
    return max(each) / len(rows)


def test_the_cursor_is_as_high_as_the_plot_whatever_the_axes_become(plot):
    for height in (20.0, 2.0, 200.0):
        plot.set_highlight(None, 0.0)
        plot.set_series([Line(TURN, np.full(48, height), "c", 0, 0)])
        assert drawn(plot, 90.0) < 0.1
        plot.set_highlight(0, np.pi / 2)
        assert drawn(plot, 90.0) > 0.9
    plot.resize(420, 200)
    assert drawn(plot, 90.0) > 0.9


def test_the_cross_of_a_matrix_is_whole_after_another_matrix(qtbot):
    figure = Heatmap("M", Axes("x", "y"), "value", "m")
    qtbot.addWidget(figure)
    figure.resize(420, 300)
    figure.set_theme(DARK)
    figure.show()
    qtbot.waitExposed(figure)
    for count in (4, 2, 40):
        places = np.arange(float(count))
        figure.set_cells(Cells(np.zeros((count, count)), places, places))
        figure._pointed(QPointF(1.0, 1.0))
        QTest.qWait(1)
        pixels = figure.canvas.grab().toImage()
        room = figure.canvas.plotItem.vb.sceneBoundingRect()
        y = round(figure.canvas.place_of(1.0, 1.0).y())
        x = range(int(room.left()) + 2, int(room.right()) - 2)
        bright = max(
            sum(pixels.pixelColor(at, y + k).lightness() > 150 for at in x)
            for k in (-1, 0, 1)
        )
        assert bright > 0.9 * len(x)
        figure._left()


def test_a_mark_is_meant_only_from_a_few_pixels_and_has_no_spot_elsewhere(plot):
    said = []
    plot.hovered.connect(lambda circle, angle: said.append((circle, np.degrees(angle))))
    cross = Dots(np.array([14.0]), np.array([0.5]), "cross", 0, 0, 10.0, shape="t")
    plot.set_series(
        [Line(TURN, 0 * TURN, "a", 0, 0), Line(TURN, 0 * TURN + 1, "b", 1, 1), cross]
    )
    plot._pointed(QPointF(300.0, 0.45))
    plot._pointed(QPointF(15.0, 0.51))
    plot._pointed(QPointF(300.0, 0.9))
    assert said == [(0, 300.0), (0, pytest.approx(14.0)), (1, 300.0)]
    plot.set_highlight(0, np.radians(300.0))
    assert [list(each) for each in plot._spot.getData()] == [[300.0], [0.0]]


def test_marks_alone_of_one_circle_are_on_it_everywhere(plot):
    said = []
    plot.hovered.connect(lambda circle, angle: said.append((circle, np.degrees(angle))))
    plot.set_series([Dots(np.array([14.0]), np.array([0.5]), "bend", 0, 3)])
    plot._pointed(QPointF(200.0, 0.2))
    assert said == [(3, pytest.approx(200.0))]
    plot.set_series([Dots(np.zeros(0), np.zeros(0), "none", 0, 3)])
    plot._pointed(QPointF(200.0, 0.2))
    assert len(said) == 2
