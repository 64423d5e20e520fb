"""The list of runs on the page, and what its buttons do."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from sgviz.frame import Problem
from sgviz.gui.train.desk import TrainingDesk
from sgviz.gui.train.job import Cancelled, Job
from sgviz.gui.train.run_index import RunEntry, delete_run, find_runs, request_of
from sgviz.gui.train.train_tab import TrainTab


class RunsDesk(QObject):
    """Reads the folder of runs when somebody looks; opens, reveals, deletes.

    ``explore_requested(path)`` asks the window to open a generator.
    """

    explore_requested = Signal(str)

    def __init__(
        self, tab: TrainTab, training: TrainingDesk, say: Callable[[str], None]
    ) -> None:
        super().__init__(tab)
        self._tab, self._training, self._say = tab, training, say
        self._list, self._delete = Job("runs", self), Job("delete", self)
        self._list.finished.connect(self._take_list)
        self._delete.finished.connect(self._take_deleted)
        runs = tab.run.runs
        runs.explore_requested.connect(self._explore)
        runs.timeline_requested.connect(self._show_timeline)
        runs.reveal_requested.connect(self._reveal)
        runs.start_from_requested.connect(self._start_from)
        runs.delete_requested.connect(self._begin_delete)
        tab.run.shown.connect(self.refresh)
        tab.run.sides.chosen.connect(self._chosen)
        training.ended.connect(self.refresh)

    @property
    def busy(self) -> bool:
        """Whether the folder is still being read, or a run deleted."""
        return self._list.busy or self._delete.busy

    def refresh(self) -> None:
        """Read the folder of runs again."""
        folder = self._training.runs
        self._list.begin(lambda cancelled: find_runs(folder, cancelled))

    def close(self) -> None:
        """No more work."""
        self._list.close()
        self._delete.close()

    def wait(self, seconds: float | None) -> bool:
        """Until everything has ended; False where that takes longer."""
        ended = [job.wait(seconds) for job in (self._list, self._delete)]
        return all(ended)

    def _chosen(self, side: str) -> None:
        if side == "runs":
            self.refresh()

    def _take_list(self, result: object) -> None:
        if isinstance(result, tuple):
            self._tab.run.runs.set_runs(result)

    def _explore(self, entry: RunEntry) -> None:
        self.explore_requested.emit(str(entry.generator))

    def _show_timeline(self, entry: RunEntry) -> None:
        self._tab.show_run(entry.path)

    def _reveal(self, entry: RunEntry) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.path))):
            self._say(f"It lies in {entry.path}")

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
            self._say(result.what)
        elif isinstance(result, RunEntry):
            self._say(f"{result.path.name} is deleted")
        self.refresh()
