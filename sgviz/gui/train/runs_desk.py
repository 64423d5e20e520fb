"""The list of runs on the page, and what its buttons do."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from sgviz.frame import Problem
from sgviz.gui.notification import Notifications
from sgviz.gui.train.desk import TrainingDesk
from sgviz.gui.train.job import Cancelled, Job
from sgviz.gui.train.past_run import PastRun, read_past
from sgviz.gui.train.run_index import RunEntry, delete_run, find_runs, request_of
from sgviz.gui.train.train_pages import TrainPages


class RunsDesk(QObject):
    """Reads the folder of runs when somebody looks; opens, reveals, deletes.

    ``explore_requested(path)`` asks the window to open a generator.
    """

    explore_requested = Signal(str)

    def __init__(
        self, tab: TrainPages, training: TrainingDesk, notes: Notifications
    ) -> None:
        super().__init__(tab)
        self._tab, self._training, self._notes = tab, training, notes
        self._list, self._delete = Job("runs", self), Job("delete", self)
        self._past = Job("past run", self)
        self._looked_at: Path | None = None
        self._past.finished.connect(self._take_past)
        self._list.finished.connect(self._take_list)
        self._delete.finished.connect(self._take_deleted)
        runs = tab.run.runs
        runs.chosen_by_hand.connect(self._look)
        runs.explore_requested.connect(self._explore)
        runs.timeline_requested.connect(self._show_timeline)
        runs.reveal_requested.connect(self._reveal)
        runs.start_from_requested.connect(self._start_from)
        runs.delete_requested.connect(self._begin_delete)
        tab.run.shown.connect(self.refresh)
        tab.run.sides.chosen.connect(self._chosen)
        training.began.connect(self._give_back)
        training.ended.connect(self._ended)

    @property
    def busy(self) -> bool:
        """Whether a folder is still being read, or a run deleted."""
        return any(job.busy for job in (self._list, self._delete, self._past))

    def refresh(self) -> None:
        """Read the folder of runs again."""
        folder = self._training.runs
        self._list.begin(lambda cancelled: find_runs(folder, cancelled))

    def close(self) -> None:
        """No more work."""
        for job in (self._list, self._delete, self._past):
            job.close()

    def wait(self, seconds: float | None) -> bool:
        """Until everything has ended; False where that takes longer."""
        jobs = (self._list, self._delete, self._past)
        ended = [job.wait(seconds) for job in jobs]
        return all(ended)

    def _chosen(self, side: str) -> None:
        if side == "runs":
            self.refresh()

    def _take_list(self, result: object) -> None:
        if isinstance(result, tuple):
            self._tab.run.runs.set_runs(result)
            if self._looked_at not in [entry.path for entry in result]:
                self._look()

    def _look(self) -> None:
        """The run that is chosen comes to the board, unless one is under way."""
        page = self._tab.run
        if page.sides.chosen_key() != "runs" or self._training.alive:
            return
        entry = page.runs.chosen
        path = None if entry is None else entry.path
        if path == self._looked_at:
            return
        self._looked_at = path
        self._past.cancel()
        if path is None:
            page.show_no_run()
        else:
            self._past.begin(partial(read_past, path))

    def _take_past(self, result: object) -> None:
        if isinstance(result, PastRun):
            self._tab.run.show_past(result)
        elif isinstance(result, Problem):
            self._notes.show_problem(result)

    def _give_back(self, folder: Path) -> None:
        """The board is that of the run that has begun."""
        self._past.cancel()
        self._looked_at = folder

    def _ended(self) -> None:
        """Where nothing came of a run, the board is again that of the chosen one."""
        if not len(self._tab.run.board.history):
            self._looked_at = None
        self.refresh()

    def _explore(self, entry: RunEntry) -> None:
        self.explore_requested.emit(str(entry.generator))

    def _show_timeline(self, entry: RunEntry) -> None:
        self._tab.show_run(entry.path)

    def _reveal(self, entry: RunEntry) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.path))):
            self._notes.say(f"It lies in {entry.path}")

    def _start_from(self, entry: RunEntry) -> None:
        """The weights of its newest checkpoint, and its settings."""
        from sgviz.checkpoints.of_run import checkpoints_of

        request = request_of(entry)
        checkpoints = checkpoints_of(entry.path)
        if request is None or not checkpoints:
            return
        page = self._tab.run
        page.form.show_config(request.preset, request.config)
        page.form.show_start(checkpoints[-1])
        page.show_side("settings")

    def _begin_delete(self, entry: RunEntry) -> None:
        runs = self._training.runs

        def work(_: Cancelled) -> RunEntry:
            delete_run(entry, runs)
            return entry

        self._delete.begin(work)

    def _take_deleted(self, result: object) -> None:
        if isinstance(result, Problem):
            self._notes.show_problem(result)
        elif isinstance(result, RunEntry):
            self._notes.say(f"{result.path.name} is deleted")
        self.refresh()
