"""What holds text grows with it, and a name that is too long can be broken."""

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from sgviz.gui.text_size import breakable, in_text
from sgviz.gui.train.field_row import label_width
from sgviz.gui.train.timeline_bar import LookBar


@pytest.fixture
def larger(qapp):
    """Text of twice the size, as a user's desktop may have it."""
    usual = qapp.font()
    font = qapp.font()
    font.setPointSizeF(2.0 * usual.pointSizeF())
    qapp.setFont(font)
    yield
    qapp.setFont(usual)


def test_usual_text_changes_nothing(qapp):
    assert in_text(116) == 116
    assert in_text(300, share=0.6) == 300


def test_larger_text_has_the_room_it_needs(qtbot, larger):
    metrics = QFontMetricsF(QApplication.font())
    assert label_width() > metrics.horizontalAdvance("Mapping depth")
    assert 300 < in_text(300, share=0.5) < in_text(300)
    bar = LookBar()
    qtbot.addWidget(bar)
    bar.resize(400, bar.heightForWidth(400))
    bar.show()
    qtbot.waitExposed(bar)
    for segments in (bar.directions, bar.centre, bar.colour):
        for button in segments.buttons.values():
            assert button.width() >= metrics.horizontalAdvance(button.text())


def test_a_long_name_may_be_broken_and_words_stay_whole():
    words = "training on photographs stopped: it is gone"
    assert breakable(words) == words
    broken = breakable("x" * 60)
    assert broken.replace("\u200b", "") == "x" * 60
    assert max(map(len, broken.split("\u200b"))) == 24
    assert breakable("x" * 24) == "x" * 24
