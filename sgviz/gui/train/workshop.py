"""All that works behind the Train tab: made with its pages, ended with the window."""

from pathlib import Path

from PySide6.QtCore import QObject

from sgviz.gui.files import Files
from sgviz.gui.main_window import MainWindow
from sgviz.gui.session import Session
from sgviz.gui.threads import RenderThread
from sgviz.gui.train.bench import TrainBench
from sgviz.gui.train.desk import TrainingDesk
from sgviz.gui.train.timeline_desk import TimelineDesk


class Workshop(QObject):
    """The run, the timeline, and the bench with the rest."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        render: RenderThread,
        files: Files,
        runs: Path,
    ) -> None:
        super().__init__(window)
        self._window = window
        self.training = TrainingDesk(session, window, render, runs)
        self.timeline = TimelineDesk(session, window, files, runs)
        self.bench = TrainBench(window, self.training, files)
        training = self.training
        for told in (training.gaze.changed, training.began, training.ended):
            told.connect(self._tell_age)
        window.status.facts_asked.connect(self._tell_facts)

    @property
    def settled(self) -> bool:
        """Whether everything that can be seen here is there."""
        return self.timeline.settled and not self.bench.busy

    def _tell_age(self, *_: object) -> None:
        """The status bar says no age of a run that goes on unseen."""
        training = self.training
        busy = self._window.train.pages.run.run_state.is_busy
        unseen = busy and not training.gaze.on_explore
        run = training.run if unseen else ""
        self._window.status.set_moves_on(run, training.followed)

    def _tell_facts(self) -> None:
        """All about the network is asked: where Explore follows, of the newest one."""
        self._tell_age()
        self.training.catch_up()

    def close(self) -> None:
        """The window goes: a run ends saved, nothing more is begun."""
        self.training.close()
        self.bench.close()
        self.timeline.stop(0.0)

    def wait(self, seconds: float | None) -> bool:
        """End every thread: a run is always saved, the others have ``seconds`` each."""
        self.training.stop(None)
        ended = self.timeline.stop(seconds)
        return self.bench.wait(seconds) and ended
