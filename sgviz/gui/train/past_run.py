"""A run that is over, as the board shows it again: read from its folder; no widgets.

Everything here reads the disk, so it is called in a thread.
"""

import contextlib
import io
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from PIL import Image

from sgviz.checkpoints.errors import FileError, printable
from sgviz.checkpoints.source import open_source
from sgviz.frame import Pixels
from sgviz.gui.train.labels import label_of
from sgviz.gui.train.loss_curves import CURVES, row_of
from sgviz.gui.train.loss_history import LossHistory
from sgviz.training.config import TrainConfig
from sgviz.training.events import StepStats

SAMPLES, COLUMNS = 16, 8
_LINE = 1 << 16
_SHEET_BYTES, _SHEET_PIXELS = 256 << 20, 8192 * 8192
_RECORDS = 24  # every eighth record has the coverage
_SENTENCES = 300


@dataclass(frozen=True, eq=False)
class PastRun:
    """What is known of a run: its curves, sentences, newest samples and coverage.

    ``samples`` u8 [K, H, W, 3] after ``kimg``, None where there are none; ``said`` are
    sentences with their kimg and whether they are bad ones.
    """

    path: Path
    history: LossHistory
    said: tuple[tuple[str, float, bool], ...] = ()
    samples: Pixels | None = None
    kimg: float = 0.0
    coverage: tuple[tuple[str, float], ...] = ()


def read_past(path: Path, cancelled: Callable[[], bool]) -> PastRun:
    """All that a run folder still shows; what is torn or damaged is passed over."""
    history, said = _log(path / "log.jsonl", cancelled)
    found = [] if cancelled() else [*_newest_sheet(path), *_newest_record(path)]
    images, samples = max(found, key=lambda each: each[0], default=(0, None))
    coverage = () if cancelled() else _coverage(path)
    newest = said[-_SENTENCES:]
    return PastRun(path, history, newest, samples, images / 1000.0, coverage)


def _log(
    path: Path, cancelled: Callable[[], bool]
) -> tuple[LossHistory, tuple[tuple[str, float, bool], ...]]:
    history, said, last = LossHistory(len(CURVES)), [], -1
    for number, values in enumerate(_lines(path)):
        if number % 256 == 0 and cancelled():
            break
        images = values.get("images")
        if not isinstance(images, int) or images < last:
            continue
        last = images
        changed = values.get("changed")
        if isinstance(changed, dict):
            for name, value in changed.items():
                if name in _FIELDS:
                    words = printable(f"{label_of(name)} → {value}.", 120)
                    said.append((words, images / 1000.0, False))
        elif (stats := _stats(values)) is not None:
            history.add([row_of(stats)])
            if stats.skipped:
                words = printable(stats.skipped, 200)
                said.append((words, images / 1000.0, True))
    return history, tuple(said)


_FIELDS = {field.name for field in fields(TrainConfig)}
_FIGURES = tuple(f.name for f in fields(StepStats) if f.type in (float, "float"))


def _lines(path: Path) -> Iterator[dict[str, object]]:
    """The objects of a log that can be read, oldest first."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        while line := file.readline(_LINE):
            with contextlib.suppress(ValueError, RecursionError):
                values = json.loads(line)
                if isinstance(values, dict):
                    yield values


def _stats(values: dict[str, object]) -> StepStats | None:
    """A line of figures; null is not a number, and what is missing there is none."""
    figures: dict[str, float] = {}
    for name in _FIGURES:
        value = values.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        figures[name] = float(value) if is_number else math.nan  # type: ignore[arg-type]
    if not any(math.isfinite(value) for value in figures.values()):
        return None
    images, skipped = values["images"], values.get("skipped")
    words = skipped if isinstance(skipped, str) else ""
    return StepStats(images=images, skipped=words, **figures)  # type: ignore[arg-type]


def _newest_sheet(path: Path) -> Iterator[tuple[int, Pixels]]:
    """The first images of the newest sheet that can be read, with its images."""
    for sheet in sorted((path / "samples").glob("*.png"), reverse=True)[:2]:
        if not sheet.stem.isdecimal():
            continue
        with contextlib.suppress(OSError, ValueError, SyntaxError):
            with open_source(sheet, _SHEET_BYTES) as (file, _):
                raw = file.read(_SHEET_BYTES)
            with Image.open(io.BytesIO(raw), formats=("PNG",)) as picture:
                if picture.width * picture.height > _SHEET_PIXELS:
                    continue
                pixels = np.asarray(picture.convert("RGB"))
            side = max(1, pixels.shape[1] // COLUMNS)
            rows = min(len(pixels) // side, -(-SAMPLES // COLUMNS))
            cut = pixels[: rows * side, : COLUMNS * side]
            cells = cut.reshape(rows, side, COLUMNS, side, 3).swapaxes(1, 2)
            yield int(sheet.stem), cells.reshape(-1, side, side, 3)[:SAMPLES]
            return


def _newest_record(path: Path) -> Iterator[tuple[int, Pixels]]:
    """The samples of the newest record of the timeline that can be read."""
    from sgviz.training.timeline_record import read_record, records_of
    from sgviz.training.timeline_schedule import timeline_folder

    for images, file in reversed(list(records_of(timeline_folder(path)).items())[-2:]):
        with contextlib.suppress(FileError):
            yield images, read_record(file).pixels[:SAMPLES]
            return


def _coverage(path: Path) -> tuple[tuple[str, float], ...]:
    """The newest coverage that the timeline holds."""
    from sgviz.training.timeline_record import read_figures, records_of
    from sgviz.training.timeline_schedule import timeline_folder

    files = list(records_of(timeline_folder(path)).values())
    for file in reversed(files[-_RECORDS:]):
        with contextlib.suppress(FileError):
            if coverage := read_figures(file)[0].coverage:
                return coverage
    return ()
