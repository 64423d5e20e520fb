"""What is named where there is little room: ticks, legends, shapes, sentences."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage
from PySide6.QtTest import QTest

from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.saving import SCALE, as_image, as_svg
from sgviz.gui.measure.sentence import Sentence, lines_of
from sgviz.gui.measure.series import Axes, Bars, Dots, Line, Rule, columns
from sgviz.gui.measure.ticks import fitting, of_angles, power_of_ten, thinned

pytestmark = pytest.mark.gl
X = np.array([0.0, 1.0, 2.0])
NAMES = tuple((float(k), f"name {k}") for k in range(8))


@pytest.fixture
def make(qtbot):
    def made(widget, size):
        qtbot.addWidget(widget)
        widget.resize(*size)
        widget.show()
        qtbot.waitExposed(widget)
        QTest.qWait(1)
        return widget

    return made


def test_words_are_as_many_as_do_not_touch():
    def shown(choices, ends, room):
        return fitting(choices, ends, room, lambda word: 6.0 * len(word))

    turn = [shown(of_angles(), (0.0, 360.0), room) for room in (400, 200, 90, 20)]
    assert [len(words) for words in turn] == [9, 5, 3, 2]
    assert shown(thinned(NAMES), (-1.0, 8.0), 450.0) == list(NAMES)
    few = shown(thinned(NAMES), (-1.0, 8.0), 120.0)
    assert few[0] == NAMES[0] and few[-1] == NAMES[-1] and 2 <= len(few) < 8
    assert shown(thinned(NAMES), (0.0, 7.0), 40.0) == []
    assert thinned(NAMES[:2]) == [list(NAMES[:2]), []]


def test_a_logarithmic_axis_has_short_words():
    words = [power_of_ten(value) for value in (0.01, 1.0, 500.0, 1e-5, 2e-6, 1e30)]
    assert words == ["0.01", "1", "500", "10⁻⁵", "2·10⁻⁶", "10³⁰"]


def test_names_that_have_no_room_are_on_paper_and_in_the_table(make):
    plot = make(Plot("T", Axes("sign", "share", low=0.0, names=NAMES), "t"), (220, 160))
    plot.set_series([Bars(np.arange(8.0), np.ones(8), "w"), Rule(0.125, "by chance")])
    svg = as_svg(plot).decode()
    assert all(f">{name}" in svg for _, name in NAMES)
    rows = plot.rows()
    assert [row[0] for row in rows] == ["sign", *(name for _, name in NAMES)]
    assert {row[2] for row in rows[1:]} == {"0.125"}


def test_a_column_has_a_name_where_the_legend_has_none():
    series = [Line(X, X, column="age"), Line(X, X, "hair", column="colour")]
    assert [name for name, _ in columns(series, Axes("x", "y"))] == [
        "x",
        "age",
        "colour",
    ]


def test_marks_on_paper_have_their_shapes(make):
    """A triangle that points down is wide above and narrow below; a square is not."""
    plot = make(Plot("T", Axes("x", "y", low=0.0, high=2.0), "t"), (420, 300))
    found = {}
    for shape in "ts":
        mark = Dots(np.ones(1), np.ones(1), "", "#ff0000", size=30.0, shape=shape)
        plot.set_series([mark, Line(X, 0 * X, ink="#ffffff")])
        image = as_image(plot).convertToFormat(QImage.Format.Format_RGB32)
        bits = np.array(image.constBits()).reshape(image.height(), image.width(), 4)
        rows = (bits[..., 2] > 200) & (bits[..., 1] < 60)
        wide = rows.sum(axis=1)[rows.any(axis=1)]
        found[shape] = wide[len(wide) // 10], wide[-len(wide) // 10]
    assert found["t"][0] > 2 * found["t"][1]
    assert found["s"][0] == pytest.approx(found["s"][1], abs=2)
    assert found["s"][0] == pytest.approx(30 * SCALE, abs=4)


def test_a_low_plot_names_its_series_beside_the_title(make):
    plot = make(Plot("Title", Axes("x", "y"), "t"), (420, 300))
    plot.set_series([Line(X, X, "one", "#ff0000"), Line(X, 2 * X, "two", "#00ff00")])
    assert plot.legend.isVisible() and not plot.line.toolTip()
    plot.resize(420, 150)
    assert not plot.legend.isVisible()
    assert "one" in plot.line.toolTip() and "two" in plot.line.toolTip()
    pixels = plot.line.grab().toImage()
    inks = {
        pixels.pixelColor(x, y).name()
        for x in range(pixels.width())
        for y in range(pixels.height())
    }
    assert {"#ff0000", "#00ff00"} <= inks
    assert plot.title.width() + plot.line.width() < plot.save_button.x()


def test_a_sentence_keeps_to_its_lines_until_it_is_opened(make):
    said = Sentence("text", lines=2)
    said.setText("word " * 200)
    make(said, (300, 60))
    line = said.fontMetrics().lineSpacing()
    assert said.heightForWidth(300) == 2 * line + 4
    assert said.text() in said.toolTip() and not said.is_whole
    QTest.mouseClick(said, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert said.is_whole and said.heightForWidth(300) > 10 * line
    said.setText("short")
    assert said.heightForWidth(300) == line + 4 and not said.toolTip()
    said.setText("")
    assert said.heightForWidth(300) == 4


def test_lines_break_at_words(qapp):
    metrics = QFontMetrics(QFont())
    wide = metrics.horizontalAdvance("one two")
    assert lines_of("one two three", wide, metrics) == ["one two", "three"]
    assert lines_of("", wide, metrics) == []
