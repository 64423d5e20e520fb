"""The window is closed while a run learns: stop and save, or stay."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

TITLE = "A run is learning"
WORDS = "Stop the run and save it?"
MORE = (
    "It ends after the step under way and is saved whole: it can be continued exactly"
    " from the list of runs. To close the window once more is the same answer, and so"
    " is the end of the run."
)

MORE_OF_DEPTHS = (
    "The depth laboratory ends after the step under way and is saved whole: it can be"
    " continued exactly on its page. To close the window once more is the same answer,"
    " and so is its end."
)


class CloseQuestion(QObject):
    """Asks without holding the window still; the run goes on meanwhile."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._box: QMessageBox | None = None
        self._agreed = False

    @property
    def answered(self) -> bool:
        """Whether the window may close: it was agreed to, or it is asked already."""
        return self._agreed or self._box is not None

    def ask(self, more: str = MORE) -> None:
        """Ask, and say ``more``; "stop and save" closes the window, else it stays."""
        if self._box is not None:
            return
        box = QMessageBox(self._window)
        box.setObjectName("close_question")
        # A modal one would keep the window from being closed a second time.
        box.setWindowModality(Qt.WindowModality.NonModal)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(TITLE)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(WORDS)
        box.setInformativeText(more)
        save = box.addButton("Stop and save", QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        save.setToolTip("End the run, save it, close the window")
        stay.setToolTip("Leave the window open; the run goes on")
        box.setDefaultButton(save)
        save.clicked.connect(self._agree)
        box.finished.connect(self._answered)
        self._box = box
        box.show()

    def settle(self, saved: bool) -> None:
        """The run asked about has ended: saved, the window closes as it was told to.

        Where it is not saved the window stays, with what is said of that.
        """
        if self._box is not None:
            self.dismiss()
            if saved:
                self._agree()

    def dismiss(self) -> None:
        """There is nothing to ask any more."""
        box, self._box = self._box, None
        if box is not None:
            box.close()

    def _agree(self) -> None:
        # The box has gone by the time its button says that it was pressed.
        self._agreed = True
        self._window.close()

    def _answered(self) -> None:
        self._box = None
