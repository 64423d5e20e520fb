"""The weights a run is to start from: read in a thread, the form takes their sizes."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from sgviz.frame import Problem
from sgviz.gui.train.job import Job
from sgviz.gui.train.run_index import nearest_preset
from sgviz.gui.train.run_page import RunPage
from sgviz.training.config import TrainConfig


@dataclass(frozen=True)
class _Found:
    """A configuration with the sizes of a file, and what that file is."""

    config: TrainConfig
    words: str


class StartDesk(QObject):
    """A file was chosen: the form shows a run that can start from it, or why not."""

    def __init__(self, page: RunPage) -> None:
        super().__init__(page)
        self._page = page
        self._job = Job("start", self)
        self._job.finished.connect(self._take)
        page.form.start.chosen.connect(self._chosen)

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._job.busy

    def close(self) -> None:
        """No more work."""
        self._job.close()

    def wait(self, seconds: float | None) -> bool:
        """Until it has ended; False where that takes longer."""
        return self._job.wait(seconds)

    def _chosen(self, path: Path | None) -> None:
        self._job.cancel()
        form = self._page.form
        form.start.say("")
        if path is None:
            return
        config = form.draft.base if form.problem else form.request().config
        form.start.say("Reading …")
        self._job.begin(lambda _: _read(path, config))

    def _take(self, result: object) -> None:
        form = self._page.form
        if isinstance(result, Problem):
            form.show_start(None)
            form.start.say(result.what, wrong=True)
        elif isinstance(result, _Found):
            form.show_config(nearest_preset(result.config), result.config)
            form.edited.emit()
            form.start.say(result.words)


def _read(path: Path, config: TrainConfig) -> _Found:
    """In a thread: what a run from this file is like."""
    from sgviz.training.start import begun, fitted, read_beginning

    beginning = read_beginning(path)
    words = "A generator alone: the discriminator begins anew."
    if beginning.counters is not None:
        words = "A checkpoint: both networks and their optimisers go on."
    return _Found(begun(fitted(config, beginning), beginning), words)
