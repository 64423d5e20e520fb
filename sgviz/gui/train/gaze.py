"""What of a run can be seen now: nothing is computed for eyes that are elsewhere."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget


class Gaze(QObject):
    """Whether the page of the run, and whether anything of Explore, is shown.

    ``changed`` says that one of the two may have come or gone.
    """

    changed = Signal()

    def __init__(
        self, page: QWidget, explore: Iterable[QWidget], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._page, self._explore = page, tuple(explore)
        for widget in (page, *self._explore):
            widget.installEventFilter(self)

    @property
    def on_page(self) -> bool:
        """The page of the run is shown: its samples are wanted."""
        return self._page.isVisible()

    @property
    def on_explore(self) -> bool:
        """A panel of Explore is shown, in the window or floating."""
        return any(panel.isVisible() for panel in self._explore)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A panel comes or goes."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.changed.emit()
        return super().eventFilter(watched, event)
