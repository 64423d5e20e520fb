"""The button over the W view that opens what is drawn beside the circles."""

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from sgviz.frame import Companions
from sgviz.gui.beside_panel import BesidePanel, Choices
from sgviz.state import Beside, State

WIDTH = 340


class BesidePopup(QFrame):
    """The panel over the window; a click beside it, or Escape, closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Beside the circles")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        # The click that closes it is not also one on what lies beneath.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.panel = BesidePanel()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self.panel)
        self._button = parent
        self.setFixedWidth(WIDTH)

    def open_below(self) -> None:
        """Show it under its button, within the screen."""
        self._fit()
        self.show()

    def event(self, event: QEvent) -> bool:
        """Sentences come and go while it is open: it is as high as they are."""
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        self.adjustSize()
        place = self._button
        screen = place.screen().availableGeometry()
        at = place.mapToGlobal(QPoint(0, place.height() + 2))
        x = max(screen.left(), min(at.x(), screen.right() - self.width()))
        y = max(screen.top(), min(at.y(), screen.bottom() - self.height()))
        self.move(x, y)


class BesideButton(QToolButton):
    """Says how much is beside; its panel is made when it is first opened."""

    edited = Signal(object)
    file_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state, self._companions = State(), Companions()
        self._popup: BesidePopup | None = None
        self.choices: Choices = list
        self.setCheckable(True)
        self.setText("beside")
        tip = "Draw untrained twins, the shuffled network or a second one beside"
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.clicked.connect(self.open)

    @property
    def popup(self) -> BesidePopup:
        """The settings, made when they are first asked for."""
        if self._popup is None:
            self._popup = BesidePopup(self)
            panel = self._popup.panel
            panel.edited.connect(self.edited)
            panel.file_asked.connect(self._ask_file)
            panel.choices = lambda: self.choices()
            panel.set_state(self._state)
            panel.set_companions(self._companions)
        return self._popup

    def open(self) -> None:
        """Show the settings."""
        self._show_check()
        self.popup.panel.set_state(self._state)
        self.popup.open_below()

    def set_state(self, state: State) -> None:
        """Show a state."""
        self._state = state
        self._show_check()
        if self._popup is not None and self._popup.isVisible():
            self._popup.panel.set_state(state)

    def set_companions(self, companions: Companions) -> None:
        """What cannot be drawn."""
        self._companions = companions
        if self._popup is not None:
            self._popup.panel.set_companions(companions)

    def _show_check(self) -> None:
        beside = self._state.beside
        plain = Beside(twin_seed=beside.twin_seed, same_scale=beside.same_scale)
        self.setChecked(beside != plain)

    def _ask_file(self) -> None:
        if self._popup is not None:
            self._popup.hide()
        self.file_asked.emit()
