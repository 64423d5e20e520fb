"""Small parts that panels are put together from."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget


def text_button(text: str, tip: str) -> QPushButton:
    """A button with words on it; who cannot see it hears the same words."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(text.rstrip("…"))
    return button


def column_of(widget: QWidget) -> QVBoxLayout:
    """A column that fills a widget, without margins."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    return column
