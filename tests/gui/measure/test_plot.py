"""Plots and tables: what they draw, save and copy; their zoom and their wheel."""

import csv
import io
import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sgviz.gui.measure.figures_table import Cell, FiguresTable, Row
from sgviz.gui.measure.heatmap import Cells, Heatmap
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.saving import as_csv, as_png, as_svg
from sgviz.gui.measure.series import Axes, Band, Bars, Dots, Line, Rule
from sgviz.gui.theme import DARK, LIGHT

pytestmark = pytest.mark.gl
X = np.array([1.0, 2.0, 3.0])
Y = np.array([0.5, 0.05, 0.005])
ALL = (
    Band(X, Y / 2, Y * 2, "untrained"),
    Line(X, Y, "one", ink=0, circle=0),
    Dots(X, Y * 1.5, "two", ink=1),
    Bars(X, Y, "three", "good", width=0.2),
    Rule(0.125, "chance"),
)


@pytest.fixture
def make(qtbot):
    def made(figure, size=(420, 300)):
        qtbot.addWidget(figure)
        figure.resize(*size)
        figure.set_theme(DARK)
        figure.show()
        qtbot.waitExposed(figure)
        QTest.qWait(1)
        return figure

    return made


def wheel(widget, by):
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at, QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, by),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event


@pytest.mark.parametrize("log", [False, True])
def test_everything_is_drawn_and_saved(make, log, tmp_path):
    plot = make(Plot("Title", Axes("x", "share", log_y=log), "name"))
    plot.set_series(ALL)
    plot.set_theme(LIGHT)
    svg = as_svg(plot).decode()
    assert "<svg" in svg
    for word in ("Title", "untrained", "chance", "share"):
        assert re.search(rf">{word} ?</text>", svg)
    image = QImage.fromData(as_png(plot))
    assert (image.width(), image.height()) == (1920, 1200)
    # White paper, whatever the theme.
    assert image.pixelColor(3, 3).name() == "#ffffff"
    rows = list(csv.reader(io.StringIO(as_csv(plot.rows()).decode())))
    assert rows[0] == [
        "x", "untrained, from", "untrained, to", "one", "two", "three", "chance (y)"
    ]  # fmt: skip
    assert rows[1] == ["1", "0.25", "1", "0.5", "0.75", "0.5", "0.125"]
    assert rows[3][-1] == "0.125"
    plot.save_button.save(tmp_path / "a.svg", as_svg(plot))
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")


def test_what_was_saved_is_said_and_what_was_not_is_a_warning(make, tmp_path):
    class Panel(MeasurePanel):
        NAME = "some"

    panel, plot = Panel(), Plot("Title", Axes("x", "share"), "name")
    panel.body.addWidget(plot)
    make(panel)
    said, warned = [], []
    panel.said.connect(said.append)
    panel.warned.connect(warned.append)
    plot.save_button.save(tmp_path / "a.csv", b"1")
    plot.save_button.save(tmp_path / "none" / "a.csv", b"1")
    assert said == ["Saved a.csv."]
    assert warned == ["a.csv was not saved: its folder is not there."]


def test_a_band_lies_around_its_line_on_a_logarithmic_axis(make):
    plot = make(Plot("T", Axes("x", "y", log_y=True), "name"))
    plot.set_series(ALL[:2])
    pixels = plot.grab().toImage()
    at = plot.canvas.mapTo(plot, plot.canvas.place_of(2.0, np.log10(0.08)).toPoint())
    away = plot.canvas.mapTo(plot, plot.canvas.place_of(2.0, np.log10(0.4)).toPoint())
    assert pixels.pixelColor(at).name() != DARK.canvas
    assert pixels.pixelColor(away).name() == DARK.canvas


def test_the_wheel_zooms_where_the_focus_is(make, mouse):
    degrees = np.arange(0.0, 361.0, 10.0)
    plot = make(Plot("T", Axes("angle", "y", is_angle=True), "name"))
    plot.set_series([Line(degrees, np.sin(degrees), "c", 0, circle=0)])
    box = plot.canvas.plotItem.vb
    wheel(plot.canvas.viewport(), 240)
    assert box.viewRange()[0] == [0.0, 360.0]
    plot.activateWindow()
    QTest.qWaitForWindowActive(plot)
    plot.canvas.setFocus()
    wheel(plot.canvas.viewport(), 240)
    low, high = box.viewRange()[0]
    assert 0.0 < low < high < 360.0
    plot.set_series([Line(degrees, np.cos(degrees), "c", 0, circle=0)])
    assert box.viewRange()[0] == [low, high]
    middle = plot.canvas.viewport().rect().center()
    mouse.double_click(plot.canvas.viewport(), middle.x(), middle.y())
    assert box.viewRange()[0] == [0.0, 360.0]


def test_nothing_and_no_numbers_are_no_trouble(make):
    plot = make(Plot("T", Axes("angle", "y", is_angle=True, low=0.0), "name"))
    nothing, gaps = np.zeros(0), np.full(3, np.nan)
    plot.set_series([Line(nothing, nothing), Line(X, gaps, "gaps", 0, circle=0)])
    plot.set_highlight(0, 1.0)
    plot.set_series([])
    plot.set_highlight(None, 0.0)
    assert as_svg(plot)
    assert plot.rows() == [[]]


def test_a_matrix_is_saved(make):
    figure = make(Heatmap("M", Axes("x", "y"), "value", "m"))
    figure.set_cells(None)
    values = np.array([[1.0, 2.0], [np.nan, 4.0]])
    figure.set_cells(Cells(values, np.array([0.0, 1.0]), np.array([5.0, 6.0])))
    assert figure.rows() == [["y \\ x", "0", "1"], ["5", "1", "2"], ["6", "nan", "4"]]
    assert ">M</text>" in as_svg(figure).decode()


def test_a_table_is_copied(make):
    table = make(FiguresTable("figure", "t"))
    rows = [Row("a & b", (Cell("1.2", 1.23456), Cell("–"))), Row("together")]
    table.set_rows(("one", "two"), rows)
    table.grid.setFocus()
    QTest.keyClick(table.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "figure\tone\ttwo\na & b\t1.23456\t–\ntogether\t\t"
    assert "<td>a &amp; b</td>" in data.html()


@pytest.mark.parametrize("log", [False, True])
def test_other_numbers_look_as_if_drawn_anew(make, log):
    """Items are moved, not made again, while a slider is dragged."""
    axes = Axes("x", "share", log_y=log)
    half = (
        Band(X, Y / 3, Y, "untrained"),
        Line(X[:2], Y[:2] / 2, "one", ink=0, circle=0),
        Dots(X, Y, "two", ink=1),
        Rule(0.1, "chance"),
    )
    moved, new = (make(Plot("Title", axes, "name")) for _ in range(2))
    moved.set_series([each for each in ALL if not isinstance(each, Bars)])
    items = list(moved._items)
    moved.set_series(half)
    assert moved._items == items
    new.set_series(half)
    for plot in (moved, new):
        QTest.qWait(1)
        plot.canvas.plotItem.vb.updateAutoRange()
    assert as_csv(moved.rows()) == as_csv(new.rows())
    assert moved.canvas.grab().toImage() == new.canvas.grab().toImage()
    moved.set_series(half[1:])  # fewer: drawn anew
    assert len(moved._items) == 3


def test_a_matrix_over_an_angle_shows_the_whole_turn_on_both_axes(make):
    figure = make(Heatmap("M", Axes("angle", "angle", is_angle=True), "value", "m"))
    places = np.linspace(0.0, 360.0, 48, endpoint=False)
    figure.set_cells(Cells(np.zeros((48, 48)), places, places))
    for low, high in figure.canvas.plotItem.vb.viewRange():
        assert low <= 0.0 and high >= 360.0


def test_a_long_title_of_a_low_plot_has_two_lines(make):
    axes = Axes("angle", "cos(h(t), h(t + π))", is_angle=True)
    high, low = make(Plot("P", axes, "p"), (400, 320)), make(Plot("P", axes, "p"))
    low.resize(320, 130)
    QApplication.processEvents()
    texts = [figure.canvas.axis("left").label for figure in (high, low)]
    assert [text.toPlainText().count("\n") for text in texts] == [0, 1]
    axis = low.canvas.axis("left")
    assert axis.label.boundingRect().width() <= axis.height() + 30


def test_pictures_have_their_button_and_a_table_once_it_has_a_place(make):
    class Panel(MeasurePanel):
        NAME = "some"

    panel = Panel()
    plot, map_ = Plot("T", Axes("x", "y"), "p"), Heatmap("M", Axes("x", "y"), "v", "m")
    table = FiguresTable("figure", "t")
    for figure in (plot, map_, table):
        panel.body.addWidget(figure)
    placed = FiguresTable("figure", "t")
    panel.body.addWidget(placed.save_button)
    make(panel, (420, 500))
    assert plot.save_button.isVisibleTo(plot) and map_.save_button.isVisibleTo(map_)
    assert not table.save_button.isVisibleTo(panel)
    assert placed.save_button.isVisibleTo(panel)


def test_other_axes_leave_no_limit_and_no_words_of_the_angle(qtbot):
    plot = Plot("both", Axes("angle", "y", is_angle=True), "both")
    qtbot.addWidget(plot)
    plot.set_series([Line(np.array([0.0, 360.0]), np.array([0.0, 1.0]))])
    plot.set_axes(Axes("number", "y"))
    plot.set_series([Line(np.array([1.0, 511.0]), np.array([0.0, 1.0]))])
    plot.show()
    qtbot.waitExposed(plot)

    def is_whole():
        low, high = plot.canvas.plotItem.vb.viewRange()[0]
        return low <= 1.0 and high >= 511.0

    qtbot.waitUntil(is_whole)
