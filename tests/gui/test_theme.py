"""Colours of the window: what must be seen is seen, in both themes."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QToolTip, QVBoxLayout, QWidget

from sgviz.gui.choices import QuietCombo
from sgviz.gui.theme import DARK, LIGHT, apply_theme


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_edge_of_an_empty_check_box_stands_out(qapp, qtbot, theme):
    """3 to 1 against what is behind, as WCAG 1.4.11 asks of parts of a control."""
    apply_theme(qapp, theme)
    behind, box = QWidget(), QCheckBox("Weights shuffled")
    qtbot.addWidget(behind)
    QVBoxLayout(behind).addWidget(box)
    behind.show()
    row = behind.grab().toImage()
    y = box.geometry().center().y()
    seen = [row.pixelColor(x, y) for x in range(box.x(), box.x() + 8)]
    assert max(_contrast(colour, QColor(theme.window)) for colour in seen) >= 3.0
    apply_theme(qapp, DARK)


def _contrast(a: QColor, b: QColor) -> float:
    """(L1 + 0.05) / (L2 + 0.05) of relative luminances (WCAG 2.1)."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(c: float) -> float:
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    r, g, b = (linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_the_words_of_a_chooser_are_cut_in_the_middle_and_whole_beside_it(qtbot):
    combo = QuietCombo("Circle", "Which circle")
    qtbot.addWidget(combo)
    combo.addItems(["axes 0, 1", "90° about seed 0, 1 of 2"])
    combo.resize(110, 24)
    combo.show()
    assert combo.shown_text() == "axes 0, 1"
    combo.setCurrentIndex(1)
    assert combo.shown_text().startswith("90°") and "…" in combo.shown_text()
    assert combo.shown_text().endswith("2")
    centre = combo.rect().center()
    help_event = QHelpEvent(QEvent.Type.ToolTip, centre, combo.mapToGlobal(centre))
    QApplication.sendEvent(combo, help_event)
    assert QToolTip.text().startswith("90° about seed 0, 1 of 2")
    QToolTip.hideText()
