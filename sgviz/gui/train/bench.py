"""All that works for the Train tab: its data, the list of runs, depths, the end."""

from PySide6.QtCore import QObject

from sgviz.gui.files import Files
from sgviz.gui.main_window import MainWindow
from sgviz.gui.train.closing import MORE, MORE_OF_DEPTHS, CloseQuestion
from sgviz.gui.train.data_desk import DataDesk
from sgviz.gui.train.depth_desk import DepthDesk
from sgviz.gui.train.desk import TrainingDesk
from sgviz.gui.train.runs_desk import RunsDesk
from sgviz.gui.train.start_desk import StartDesk


class TrainBench(QObject):
    """Made once the desk of the run is there; closed and waited for with it."""

    def __init__(
        self, window: MainWindow, training: TrainingDesk, files: Files
    ) -> None:
        super().__init__(window)
        self._window, self._training, self._files = window, training, files
        self.data = DataDesk(window.train.pages.run)
        self.start = StartDesk(window.train.pages.run)
        self.runs = RunsDesk(window.train.pages, training, window.notifications)
        self.depths = DepthDesk(window, training, files)
        self.question = CloseQuestion(window)
        self.runs.explore_requested.connect(self._open)
        for begins in (training.began, self.depths.began):
            begins.connect(self.data.cancel_measure)
        training.ended.connect(self.question.settle)
        self.depths.ended.connect(self.question.settle)

    @property
    def busy(self) -> bool:
        """Whether something asked for is still to come."""
        desks = (self.data, self.runs, self.start, self.depths)
        return any(desk.busy for desk in desks)

    def must_ask(self) -> bool:
        """Whether closing is to be asked about first; asks if so.

        A second close while it is asked is the answer: stop and save.
        """
        trains = self._training.alive or self.depths.alive
        if not trains or self.question.answered:
            return False
        self.question.ask(MORE if self._training.alive else MORE_OF_DEPTHS)
        return True

    def close(self) -> None:
        """The window goes: no more questions, no more work."""
        self.question.dismiss()
        for desk in (self.data, self.runs, self.start, self.depths):
            desk.close()

    def wait(self, seconds: float | None) -> bool:
        """Until all work has ended; False where that takes longer."""
        desks = (self.data, self.runs, self.start, self.depths)
        ended = [desk.wait(seconds) for desk in desks]
        return all(ended)

    def _open(self, path: str) -> None:
        self._files.open_paths([path])
        self._window.tabs.setCurrentIndex(0)
