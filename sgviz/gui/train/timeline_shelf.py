"""One run's timeline in memory: what its records hold, projected, as it was asked for.

Filled by the worker thread and read by the window's: every value that is handed out
is never changed again. torch is imported by whoever reads a record, not before.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sgviz.checkpoints.errors import FileError
from sgviz.frame import Floats, Pixels
from sgviz.gui.train.timeline_panels import Numbers, kimg_of
from sgviz.state import Axes, Pca, Projection
from sgviz.training.figures import Figures

if TYPE_CHECKING:
    from sgviz.geometry.projection import Basis
    from sgviz.training.config import TrainConfig
    from sgviz.training.timeline import TimelineReader
    from sgviz.training.timeline_record import Record

PIXEL_BYTES = 160_000_000  # of samples kept in memory
GROWN = 1.5  # times the images of the newest record a basis was found for
CENTRES = ("w_avg", "mean", "zero")


@dataclass(frozen=True)
class Gaze:
    """How records are looked at: along which directions, about which centre."""

    projection: Projection = field(default_factory=Pca)
    centre: str = "w_avg"


@dataclass(frozen=True, eq=False)
class Placed:
    """The circles of a record in three dimensions, float32 [C, N, 3].

    ``w_avg`` float32 [3] is where the tracked average lies.
    """

    images: int
    positions: Floats
    w_avg: Floats


@dataclass(frozen=True, eq=False)
class RunFacts:
    """What is known of a run without reading its records.

    ``checkpoints`` are the kimg at which one is kept; ``note`` is one sentence about
    records that were left out.
    """

    path: Path
    figures: tuple[Figures, ...]
    kimg: Numbers
    checkpoints: tuple[float, ...]
    config: TrainConfig | None
    note: str = ""

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.path.name

    @property
    def last(self) -> float:
        """The kimg of the newest record; 0 before the first."""
        return float(self.kimg[-1]) if len(self.kimg) else 0.0


class RunShelf:
    """The records of one run: read once each, nearest first, kept within limits."""

    def __init__(self, path: Path, gaze: Gaze) -> None:
        self.path, self.gaze = path, gaze
        self.facts = RunFacts(path, (), np.zeros(0), (), None)
        self.names: tuple[str, ...] = ()
        self.axes = ("", "", "")
        self.title = ""
        self.problem = ""
        self._reader: TimelineReader | None = None
        self._basis: Basis | None = None
        self._basis_of = 0
        self._placed: dict[int, Placed] = {}
        self._pixels: OrderedDict[int, Pixels] = OrderedDict()
        self._bytes = 0
        self._bad: dict[int, str] = {}

    # Read by the window.

    def placed(self, images: int) -> Placed | None:
        """The circles after so many images, if they are here yet."""
        return self._placed.get(images)

    def pixels(self, images: int) -> Pixels | None:
        """The samples after so many images, if they are here."""
        return self._pixels.get(images)

    def all_placed(self) -> list[Placed]:
        """Everything that is here, in order."""
        found = (self._placed.get(figures.images) for figures in self.facts.figures)
        return [placed for placed in found if placed is not None]

    # Called by the worker.

    def refresh(self) -> bool:
        """Look at the folder again; whether anything has changed."""
        from sgviz.training.timeline import TimelineReader

        if self._reader is None:
            self._reader, changed = TimelineReader(self.path), True
        else:
            changed = self._reader.refresh()
        kept = _checkpoints(self.path)
        if not changed and kept == self.facts.checkpoints:
            return False
        self._take(kept)
        return True

    def look(self, gaze: Gaze) -> None:
        """Look along other directions: everything is placed anew."""
        if gaze != self.gaze:
            self.gaze, self._basis, self._placed = gaze, None, {}

    def load(self, images: int) -> bool:
        """Read a record; False where it cannot be read, and is left out from now on."""
        try:
            record = self._read(images)
            basis = self._basis_for(record)
        except (FileError, ValueError) as error:
            self._leave_out(images, str(error))
            return False
        self.names = record.names
        self._placed[images] = _place(record, basis, self.gaze.centre)
        self._keep_pixels(images, record.pixels)
        return True

    def missing(self, near: int) -> int | None:
        """The record nearest to the index ``near`` that is not placed yet."""
        figures = self.facts.figures
        order = sorted(range(len(figures)), key=lambda i: (abs(i - near), i < near))
        images = (figures[i].images for i in order)
        return next((each for each in images if each not in self._placed), None)

    def lacks(self, images: int) -> bool:
        """Whether something of a record is not here."""
        return images not in self._placed or images not in self._pixels

    def _take(self, kept: tuple[float, ...]) -> None:
        reader = self._reader
        if reader is None:
            return
        good = tuple(f for f in reader.figures if f.images not in self._bad)
        sentences = [*reader.problems, *self._bad.values()]
        config = self.facts.config or _config(self.path)
        kimg = kimg_of(good)
        note = _note(sentences)
        self.facts = RunFacts(self.path, good, kimg, kept, config, note)
        there = {figures.images for figures in good}
        # What the longer interval has dropped need not be kept either.
        self._placed = {k: v for k, v in self._placed.items() if k in there}
        newest = good[-1].images if good else 0
        if newest > GROWN * max(self._basis_of, 1) and self._basis is not None:
            self._basis_of, self._placed = 0, {}

    def _leave_out(self, images: int, why: str) -> None:
        self._bad[images] = why
        self._take(self.facts.checkpoints)

    def _read(self, images: int) -> Record:
        reader = self._reader
        if reader is None or images not in reader.images:
            raise FileError(f"the record of {images:,} images is gone")
        return reader.record(reader.images.index(images))

    def _basis_for(self, record: Record) -> Basis:
        """Directions that stay over the whole run: of its first and newest record.

        Each about its own mean, so that they are of the circles and not of the way
        that W has gone as a whole.
        """
        if self._basis is not None and self._basis_of:
            return self._basis
        from sgviz.render.moments import basis_over

        ends = [self.facts.figures[0].images, self.facts.figures[-1].images]
        found = [self._end(images) or record for images in ends]
        moments = [each.w for each in found]
        basis = basis_over(moments, self.gaze.projection, self._basis)
        self.axes, self.title = basis.axes, basis.titles[0]
        self._basis, self._basis_of = basis, max(ends[-1], 1)
        return basis

    def _end(self, images: int) -> Record | None:
        try:
            return self._read(images)
        except FileError as error:
            self._bad[images] = str(error)
            return None

    def _keep_pixels(self, images: int, pixels: Pixels) -> None:
        if images in self._pixels:
            self._pixels.move_to_end(images)
            return
        self._pixels[images] = pixels
        self._bytes += pixels.nbytes
        while self._bytes > PIXEL_BYTES and len(self._pixels) > 1:
            _, dropped = self._pixels.popitem(last=False)
            self._bytes -= dropped.nbytes


def coordinates(start: int) -> Axes:
    """The projection on three neighbouring coordinates of W."""
    return Axes(start, start + 1, start + 2)


def _place(record: Record, basis: Basis, centre: str) -> Placed:
    """A record along the directions of a basis, about a centre of its own."""
    from sgviz.render.moments import placed

    positions, w_avg = placed(record.w, record.w_avg, basis, centre)
    return Placed(record.images, positions, w_avg)


def _checkpoints(path: Path) -> tuple[float, ...]:
    from sgviz.checkpoints.of_run import checkpoints_of, images_of

    try:
        return tuple(images_of(each) / 1000.0 for each in checkpoints_of(path))
    except OSError:
        return ()


def _config(path: Path) -> TrainConfig | None:
    from sgviz.training.run_folder import read_config

    try:
        return read_config(path)
    except (FileError, OSError):
        return None


def _note(sentences: list[str]) -> str:
    if not sentences:
        return ""
    if len(sentences) == 1:
        return f"One record is left out: {sentences[0]}."
    return f"{len(sentences)} records are left out; the first: {sentences[0]}."
