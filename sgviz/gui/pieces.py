"""Small pieces of panels: columns, rules, quiet words."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)


def scroll_area() -> QScrollArea:
    """What scrolls downwards only, without a frame or a place in the tab order."""
    scroll = QScrollArea(widgetResizable=True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scroll


def muted(text: str) -> QLabel:
    """A quiet sentence of several lines."""
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label


def bare_column(widget: QWidget) -> QVBoxLayout:
    """A column without margins or gaps."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def rule() -> QWidget:
    """A thin line across."""
    rule = QWidget(autoFillBackground=True)
    rule.setBackgroundRole(QPalette.ColorRole.Mid)
    rule.setFixedHeight(1)
    return rule


def inset(widget: QWidget, right: int) -> QWidget:
    """The widget with room at its right, where the scroll bar of the rows is."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, right, 0)
    row.addWidget(widget)
    return box
