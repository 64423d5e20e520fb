"""The timeline: one fixed set of circles, recorded along a run.

Four circles of 96 points through the averaged generator's mapping, its w_avg, and
samples of sixteen fixed latents, at images 0 and then once an interval. When and what
is a function of the images shown alone: the interval doubles before there are 500
records or 300 MB of them, and of the older ones those stay that the longer interval
would have made. So a run that was resumed has the records of one that was not.

    RUN/timeline/000002000.safetensors     sgviz.training.timeline_record
"""

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch import distributed as dist

from sgviz.checkpoints.atomic import why_not_written
from sgviz.checkpoints.errors import FileError, WriteError
from sgviz.curves import map_circles
from sgviz.models.generator import Generator
from sgviz.state import CircleSet, Given, default_circles
from sgviz.training.config import TrainConfig
from sgviz.training.coverage import Coverage
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
from sgviz.training.timeline_schedule import (
    CIRCLES,
    POINTS,
    SAMPLES,
    SIDE,
    first_interval,
    interval_at,
    is_due,
    kept_records,
    record_limit,
    timeline_folder,
)

# Enough samples for a spread known to 6 %; too many for every record.
COVERAGE_SAMPLES, COVERAGE_EVERY = 64, 8


def cut_timeline(run: Path, images: int) -> None:
    """Drop the records of steps after ``images``, which happen again."""
    for there, path in records_of(timeline_folder(run)).items():
        if there > images:
            # One that will not go is written over when its time comes.
            with contextlib.suppress(OSError):
                path.unlink()


def open_timeline(run: Path, config: TrainConfig) -> "Timeline | None":
    """The timeline of a run; None where it is switched off, or another's to write.

    Of several processes that train together the first one writes.
    """
    first = not dist.is_available() or not dist.is_initialized() or not dist.get_rank()
    return Timeline(run, config) if config.timeline and first else None


def coverage_of(config: TrainConfig) -> Coverage | None:
    """What reads the factors of portraits; None where the run draws something else."""
    if config.data != "portraits":
        return None
    try:
        return Coverage(config.resolution)
    except (FileError, ValueError):
        return None


class Timeline:
    """The one writer of a run's timeline; the run folder's lock is its lock.

    Recording reads the network and draws nothing: it does not change the run.
    """

    def __init__(self, run: Path, config: TrainConfig) -> None:
        self._folder, self._limit = timeline_folder(run), record_limit(config)
        self._circles = CircleSet(default_circles(CIRCLES), points=POINTS)
        self._coverage = coverage_of(config)
        self._first: Tensor | None = None
        self._interval, self._tried = first_interval(config), -1
        for images, path in records_of(self._folder).items():
            self._tried = images
            self._take_first(path)

    def due(self, images: int, last: bool = False) -> bool:
        """Whether a record belongs here; ``last``: at the end of a run, always."""
        interval = interval_at(images, self._interval, self._limit)
        return images > self._tried if last else is_due(images, self._tried, interval)

    def record(
        self, images: int, network: Generator, last: bool = False
    ) -> Figures | None:
        """Write a record of ``network``, and drop what the interval has outgrown.

        Every eighth has the coverage, and the ``last``. None, and no file, where the
        network's W is no more finite.

        Raises
        ------
        WriteError
            One sentence; the next try is an interval later.
        """
        self._tried = images
        interval = interval_at(images, self._interval, self._limit)
        wide = last or images // interval % COVERAGE_EVERY == 0
        record = self._observed(images, network, wide)
        if record is None:
            return None
        self._make_folder()
        write_record(record_path(self._folder, images), record, self._interval)
        if self._first is None:
            self._first = record.w
        self._prune(images)
        return record.figures

    def _observed(self, images: int, network: Generator, wide: bool) -> Record | None:
        curves = map_circles(network, self._circles, _no_file)
        # What is on the disk is what the figures are of, after a resume too.
        w = curves.w.half().float()
        first = w if self._first is None else self._first
        try:
            figures = figures_of(images, w, curves.centre, first)
        except ValueError:
            return None
        wide = wide and self._coverage is not None
        pixels = sample_pixels(network, COVERAGE_SAMPLES if wide else SAMPLES)
        if wide and self._coverage is not None:
            found = self._coverage.of(pixels).items()
            figures = replace(figures, coverage=tuple(found))
        small = small_pixels(pixels[:SAMPLES])
        return Record(images, w, curves.centre, small, curves.names, figures)

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(exist_ok=True)
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
