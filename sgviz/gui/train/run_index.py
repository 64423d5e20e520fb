"""The runs in a folder: what each is, and how one is deleted; no widgets.

Everything here reads the disk, so it is called in a thread.
"""

import contextlib
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image

from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.of_run import checkpoints_of, images_of
from sgviz.checkpoints.source import open_source
from sgviz.frame import Pixels
from sgviz.gui.train.runs import RunRequest
from sgviz.training.config import TrainConfig
from sgviz.training.config_json import from_json
from sgviz.training.presets import PRESETS, Preset

_LIMIT = 1 << 20
_SHEET_BYTES, _SHEET_PIXELS = 64 << 20, 8192 * 8192
THUMBNAIL = 64
_GONE = ".deleted "


@dataclass(frozen=True)
class RunEntry:
    """A run folder as the list shows it.

    ``images`` are those of its newest checkpoint (None: there is none), ``when`` its
    date in seconds, ``thumbnail`` u8 [S, S, 3] one of its newest samples; ``problem``
    says why it cannot be used.
    """

    path: Path
    config: TrainConfig | None = None
    images: int | None = None
    when: float = 0.0
    thumbnail: Pixels | None = None
    size: int = 0
    problem: str = ""

    @property
    def kimg(self) -> float:
        """Thousands of images shown when it was last saved."""
        return (self.images or 0) / 1000.0

    @property
    def complete(self) -> bool:
        """Whether all images of its length were shown."""
        config = self.config
        return config is not None and (self.images or 0) >= config.total_images

    @property
    def generator(self) -> Path:
        """The averaged generator alone, for Explore."""
        return self.path / "g_ema.safetensors"


def find_runs(folder: Path, cancelled: Callable[[], bool]) -> tuple[RunEntry, ...]:
    """The runs in a folder, newest first; those that cannot be read say why."""
    found = []
    try:
        paths = [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        paths = []
    for path in paths:
        if cancelled():
            break
        if not path.name.startswith(_GONE) and (path / "config.json").is_file():
            found.append(_entry(path))
    return tuple(sorted(found, key=lambda entry: entry.when, reverse=True))


def request_of(entry: RunEntry) -> RunRequest | None:
    """The settings of a run, as changes of the preset that is most like it."""
    if entry.config is None:
        return None
    return RunRequest(entry.config, nearest_preset(entry.config))


def nearest_preset(config: TrainConfig) -> Preset:
    """The preset of that resolution, else the one between."""
    for name, preset in PRESETS.items():
        if preset.resolution == config.resolution:
            return name
    return "tiny" if config.resolution < 64 else "large"


def delete_run(entry: RunEntry, runs: Path) -> None:
    """Delete a run folder that lies in ``runs``, whole.

    It is renamed first: what cannot be deleted to its end is no half of a run.

    Raises
    ------
    FileError
        It is no run of that folder, or somebody writes it.
    OSError
        The disk.
    """
    path = entry.path
    name = shown_name(path)
    is_ours = path.parent == runs and not path.is_symlink()
    if not is_ours or not (path / "config.json").is_file():
        raise FileError(f"{name} is no run of this folder: it was not deleted")
    from sgviz.training.lock import RunLock

    lock = RunLock(path)
    aside = path.with_name(f"{_GONE}{path.name}")
    try:
        path.rename(aside)
    except OSError:
        lock.release()
        raise
    shutil.rmtree(aside)


def date_words(when: float) -> str:
    """A date for the list: ``21 Nov 2026, 14:05``."""
    return f"{datetime.fromtimestamp(when):%d %b %Y, %H:%M}"


def _entry(path: Path) -> RunEntry:
    entry = RunEntry(path)
    try:
        checkpoints = checkpoints_of(path)
        newest = checkpoints[-1] if checkpoints else path / "config.json"
        images = images_of(newest) if checkpoints else None
        when = newest.stat().st_mtime
        entry = replace(entry, images=images, when=when, size=_size(path))
        config = _config(path / "config.json")
    except OSError as error:
        why = error.strerror or str(error)
        return replace(entry, problem=f"It cannot be read: {why}.")
    except ValueError as error:
        return replace(entry, problem=printable(str(error), 200))
    return replace(entry, config=config, thumbnail=_thumbnail(path, config.resolution))


def _config(path: Path) -> TrainConfig:
    with open_source(path, _LIMIT) as (file, _):
        return from_json(file.read(_LIMIT).decode("utf-8", errors="replace"))


def _size(path: Path) -> int:
    total = 0
    for each in path.rglob("*"):
        with contextlib.suppress(OSError):
            total += each.stat().st_size
    return total


def _thumbnail(path: Path, side: int) -> Pixels | None:
    """The first sample of the newest sheet that can be read, u8 [S, S, 3]."""
    for sheet in sorted((path / "samples").glob("*.png"), reverse=True)[:2]:
        try:
            with open_source(sheet, _SHEET_BYTES) as (file, _):
                raw = file.read(_SHEET_BYTES)
            with Image.open(io.BytesIO(raw), formats=("PNG",)) as picture:
                if picture.width * picture.height > _SHEET_PIXELS:
                    continue
                first = picture.convert("RGB").crop((0, 0, side, side))
            size = (THUMBNAIL, THUMBNAIL)
            return np.asarray(first.resize(size, Image.Resampling.LANCZOS))
        except (OSError, ValueError, SyntaxError):
            continue
    return None
