"""The timeline: one fixed set of circles, recorded along a run.

Four circles of 96 points through the averaged generator's mapping, its w_avg, and
samples of sixteen fixed latents, at images 0 and then once an interval. When and what
is a function of the images shown alone: the interval doubles before there are 500
records or 300 MB of them, and of the older ones those stay that the longer interval
would have made. So a run that was resumed has the records of one that was not.

    RUN/timeline/000002000.safetensors     sgviz.training.timeline_record
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sgviz.checkpoints.atomic import why_not_written
from sgviz.checkpoints.errors import FileError, WriteError
from sgviz.curves import map_circles
from sgviz.models.generator import Generator
from sgviz.state import CircleSet, Given, default_circles
from sgviz.training.config import TrainConfig
from sgviz.training.figures import Figures
from sgviz.training.samples import sample_pixels
from sgviz.training.timeline_figures import figures_of
from sgviz.training.timeline_record import (
    Record,
    read_figures,
    read_record,
    record_path,
    records_of,
    write_record,
)

FOLDER = "timeline"
CIRCLES, POINTS, SAMPLES, SIDE = 4, 96, 16, 64
MAX_RECORDS, MAX_BYTES = 500, 300_000_000
HEADER_BYTES = 8192
# At first so many records in the whole run, and at least so many images apart.
PLANNED, FIRST_IMAGES, FIRST_STEPS = 250, 400, 4


def timeline_folder(run: Path) -> Path:
    """Where the timeline of a run folder lies."""
    return run / FOLDER


def first_interval(config: TrainConfig) -> int:
    """Images between two records at first: whole steps, at least ``FIRST_STEPS``."""
    wanted = min(config.total_images / PLANNED, FIRST_IMAGES)
    return config.batch * max(FIRST_STEPS, round(wanted / config.batch))


def record_bytes(config: TrainConfig) -> int:
    """What a record takes on the disk, at most."""
    side = min(config.resolution, SIDE)
    numbers = (2 * CIRCLES * POINTS + 4) * config.w_dim
    return numbers + 3 * SAMPLES * side * side + HEADER_BYTES


def record_limit(config: TrainConfig) -> int:
    """A timeline has always fewer records than this."""
    return min(MAX_RECORDS, MAX_BYTES // record_bytes(config))


def interval_at(images: int, first: int, limit: int) -> int:
    """Images between two records: ``first``, doubled until fewer than ``limit`` fit."""
    interval = first
    while images // interval + 4 > limit:
        interval *= 2
    return interval


def kept_records(recorded: list[int], interval: int) -> list[int]:
    """Of records in order: the first in each interval, and the newest."""
    firsts: dict[int, int] = {}
    for images in recorded:
        firsts.setdefault(images // interval, images)
    return sorted({*firsts.values(), *recorded[-1:]})


def cut_timeline(run: Path, images: int) -> None:
    """Drop the records of steps after ``images``, which happen again."""
    for there, path in records_of(timeline_folder(run)).items():
        if there > images:
            # One that will not go is written over when its time comes.
            with contextlib.suppress(OSError):
                path.unlink()


class Timeline:
    """The one writer of a run's timeline; the run folder's lock is its lock.

    Recording reads the network and draws nothing: it does not change the run.
    """

    def __init__(self, run: Path, config: TrainConfig) -> None:
        self._folder, self._limit = timeline_folder(run), record_limit(config)
        self._circles = CircleSet(default_circles(CIRCLES), points=POINTS)
        self._first: Tensor | None = None
        self._interval, self._tried = first_interval(config), -1
        for images, path in records_of(self._folder).items():
            self._tried = images
            self._take_first(path)

    def due(self, images: int) -> bool:
        """Whether a record belongs here; for the end of a run see ``record``."""
        interval = interval_at(images, self._interval, self._limit)
        return self._tried < 0 or images // interval > self._tried // interval

    def record(self, images: int, network: Generator) -> Figures | None:
        """Write a record of ``network``, and drop what the interval has outgrown.

        None, and no file, where the network's W is no more finite.

        Raises
        ------
        WriteError
            One sentence; the next try is an interval later.
        """
        self._tried = images
        record = self._observed(images, network)
        if record is None:
            return None
        self._make_folder()
        write_record(record_path(self._folder, images), record, self._interval)
        if self._first is None:
            self._first = record.w
        self._prune(images)
        return record.figures

    @property
    def newest(self) -> int:
        """Images at the newest record, or at the last try; -1 before the first."""
        return self._tried

    def _observed(self, images: int, network: Generator) -> Record | None:
        curves = map_circles(network, self._circles, _no_file)
        # What is on the disk is what the figures are of, after a resume too.
        w = curves.w.half().float()
        first = w if self._first is None else self._first
        try:
            figures = figures_of(images, w, curves.centre, first)
        except ValueError:
            return None
        pixels = small_pixels(sample_pixels(network, SAMPLES))
        return Record(images, w, curves.centre, pixels, curves.names, figures)

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = why_not_written(self._folder, error)
            raise WriteError(error.errno, reason) from error

    def _take_first(self, path: Path) -> None:
        if self._first is not None:
            return
        with contextlib.suppress(FileError):
            _, self._interval = read_figures(path)
            self._first = read_record(path).w

    def _prune(self, images: int) -> None:
        paths = records_of(self._folder)
        interval = interval_at(images, self._interval, self._limit)
        for there in set(paths) - set(kept_records(list(paths), interval)):
            # A file that will not go is no reason to stop: next time.
            with contextlib.suppress(OSError):
                paths[there].unlink()


@dataclass(frozen=True)
class _Seen:
    """What a file said when it was looked at, and how to know that it is the same."""

    stamp: tuple[int, int]
    figures: Figures | None
    problem: str


class TimelineReader:
    """Reads the timeline of a run folder, also while the run writes it; no lock.

    What it shows is what was there when it was made, or at the last :meth:`refresh`;
    ``problems`` has one sentence for each damaged record, which is left out.
    """

    def __init__(self, run: Path) -> None:
        self.folder = timeline_folder(run)
        self.images: tuple[int, ...] = ()
        self.figures: tuple[Figures, ...] = ()
        self.problems: tuple[str, ...] = ()
        self._seen: dict[int, _Seen] = {}
        self.refresh()

    def refresh(self) -> bool:
        """Look again; whether anything has changed. Only new files are read."""
        found: dict[int, _Seen] = {}
        for images, path in records_of(self.folder).items():
            if (seen := self._look(images, path)) is not None:
                found[images] = seen
        changed, self._seen = found != self._seen, found
        good = {n: seen.figures for n, seen in found.items() if seen.figures}
        self.images, self.figures = tuple(good), tuple(good.values())
        self.problems = tuple(seen.problem for seen in found.values() if seen.problem)
        return changed

    def record(self, index: int) -> Record:
        """All of the record ``index`` of ``images``.

        Raises
        ------
        FileError
            One sentence: it was dropped since, or is damaged.
        """
        return read_record(record_path(self.folder, self.images[index]))

    def __len__(self) -> int:
        return len(self.images)

    def _look(self, images: int, path: Path) -> _Seen | None:
        try:
            status = path.stat()
        except OSError:
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        before = self._seen.get(images)
        if before is not None and before.stamp == stamp:
            return before
        try:
            figures, _ = read_figures(path)
        except FileError as error:
            # A run that goes on may have dropped it since it was listed.
            return _Seen(stamp, None, str(error)) if path.exists() else None
        return _Seen(stamp, figures, "")


def small_pixels(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Images u8 [S, R, R, 3] at most ``SIDE`` wide: means of blocks of pixels."""
    count, side = pixels.shape[:2]
    if side <= SIDE:
        return pixels
    block = side // SIDE
    blocks = pixels.reshape(count, SIDE, block, SIDE, block, 3)
    small: NDArray[np.uint8] = np.rint(blocks.mean(axis=(2, 4))).astype(np.uint8)
    return small


def _no_file(given: Given) -> Tensor:
    raise FileError("the circles of a timeline are never from a file")
