"""A section of a form that folds away under its title."""

from PySide6.QtWidgets import QVBoxLayout, QWidget
from superqt import QCollapsible

from sgviz.gui.icons import icon
from sgviz.gui.theme import DARK, Theme

_UNBOUND = 16_777_215


class Section(QCollapsible):
    """Folds at once; what is folded is not reached by the keyboard.

    superqt's own would slide, keep the height that its content once had, and leave
    what is folded in the order of the Tab key.
    """

    def __init__(self, title: str, tip: str, open_: bool = False) -> None:
        super().__init__(title)
        self.setDuration(0)
        self._title = title
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 2, 0, 6)
        self.column.setSpacing(5)
        self.setContent(self.body)
        button = self.toggleButton()
        button.setStyleSheet(
            "QPushButton { text-align: left; border: none; font-weight: 600;"
            " padding: 3px 2px; } QPushButton:focus { text-decoration: underline; }"
        )
        button.setToolTip(tip)
        button.setAccessibleName(title)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        self.toggled.connect(self._fold)
        self.set_theme(DARK)
        (self.expand if open_ else self.collapse)(animate=False)
        self._fold(open_)

    def set_note(self, note: str) -> None:
        """A word beside the title: how much is changed, or wrong, within."""
        self.setText(f"{self._title}  ·  {note}" if note else self._title)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.setExpandedIcon(icon("chevron-down", theme.muted))
        self.setCollapsedIcon(icon("chevron-right", theme.muted))

    def _fold(self, on: bool) -> None:
        self.body.setMaximumHeight(_UNBOUND if on else 0)
        self.body.setVisible(on)
