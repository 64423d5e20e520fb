"""What the Depth laboratory shows: read, compared, and measured, each in a thread."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from sgviz.frame import Problem
from sgviz.gui.train.data_desk import pace_of
from sgviz.gui.train.depth_form import LabRequest
from sgviz.gui.train.depth_page import DepthPage
from sgviz.gui.train.depth_shelf import LabShelf, Seen
from sgviz.gui.train.job import Cancelled, Job
from sgviz.gui.train.machine import Need
from sgviz.gui.train.timeline_bands import Sizes, sizes_of
from sgviz.gui.train.timeline_panels import Bands
from sgviz.prefs import window_threads
from sgviz.training.config import TrainConfig
from sgviz.training.presets import PRESETS


class LabReading(QObject):
    """Reads a laboratory while the page is seen, and untrained networks beside it.

    ``changed(other)`` when it was read; ``other``: it is not the one of before.
    """

    changed = Signal(bool)

    def __init__(self, page: DepthPage, folder: Path) -> None:
        super().__init__(page)
        self._page, self._folder = page, folder
        self._shelf = LabShelf(folder, None)
        self.seen = Seen(())
        self.bands: dict[Sizes, Bands] = {}
        self._reading, self._twins = Job("depths", self), Job("depth twins", self)
        self._reading.finished.connect(self._take)
        self._twins.finished.connect(self._take_twins)
        page.asked.connect(self.look)
        page.lab_chosen.connect(self.show)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What works for it."""
        return self._reading, self._twins

    def show(self, path: Path) -> None:
        """Show a laboratory of any folder."""
        self._shelf = LabShelf(self._folder, path)
        self.look()

    def look(self) -> None:
        """Look for newer records."""
        shelf = self._shelf
        if not self._reading.busy or self.seen.path != shelf.path:
            self._reading.begin(lambda _: shelf.look())

    def _take(self, seen: object) -> None:
        if isinstance(seen, Problem):
            self._page.set_problem(seen)
        if not isinstance(seen, Seen):
            return
        other = seen.path != self.seen.path
        self.seen = seen
        self._page.bar.set_labs(seen.labs, seen.path)
        self._page.show_facts(seen.facts)
        self.changed.emit(other)
        self._compare()

    def _compare(self) -> None:
        """Measure the untrained twins of the next depth that has none yet."""
        base = self.seen.base
        if base is None or self._twins.busy or not self._page.isVisible():
            return
        missing = (f for f in self.seen.facts if f.sizes not in self.bands)
        facts = next(missing, None)
        if facts is not None:
            config = replace(base, depth=facts.depth)
            self._twins.begin(lambda cancelled: _twins_of(config, cancelled))

    def _take_twins(self, found: object) -> None:
        if isinstance(found, Problem):
            self._page.set_problem(found)
        elif isinstance(found, tuple):
            sizes, bands = found
            self.bands[sizes] = bands
            self._page.set_bands(self.bands)
            self._compare()


class LabPace(QObject):
    """Says how long a laboratory takes here: measured where that is asked for."""

    def __init__(self, page: DepthPage) -> None:
        super().__init__(page)
        self._page = page
        self._need: Need | None = None
        self.job = Job("depth pace", self)
        self.job.finished.connect(self._take)
        page.estimate.measure_requested.connect(self._measure)
        page.estimate.cancel_requested.connect(self.cancel)
        page.form.edited.connect(self.tell)

    def cancel(self) -> None:
        """Measure no more."""
        self.job.cancel()
        self.tell()

    def tell(self) -> None:
        """What is known, for the settings in the form."""
        form = self._page.form
        if not (form.problem or self.job.busy):
            request = form.request()
            kimg = request.kimg * len(request.depths)
            self._page.estimate.show_need(self._need, kimg)

    def _measure(self) -> None:
        form = self._page.form
        if form.commit() and not form.problem:
            request = form.request()
            # The deepest mapping takes longest, but the images far longer than any.
            config = replace(base_of(request), depth=max(request.depths))
            self._page.estimate.show_busy()
            self.job.begin(lambda cancelled: pace_of(config, "auto", cancelled))

    def _take(self, found: object) -> None:
        if isinstance(found, Problem):
            self._page.estimate.show_problem(found)
        elif isinstance(found, Need):
            self._need = found
            self.tell()


def base_of(request: LabRequest) -> TrainConfig:
    """What all depths of a laboratory share."""
    return replace(
        PRESETS["tiny"],
        kimg=request.kimg,
        seed=request.seed,
        threads=window_threads(),
    )


def _twins_of(config: TrainConfig, cancelled: Cancelled) -> tuple[Sizes, Bands] | None:
    """In a thread: what untrained networks of these sizes have."""
    from sgviz.training.depth_results import untrained_bands

    bands = untrained_bands(config, cancelled)
    return (sizes_of(config), bands) if bands else None
