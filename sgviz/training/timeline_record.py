"""One record of the timeline as a file: circles, w_avg, samples and their figures.

    RUN/timeline/000002000.safetensors

The container of :mod:`sgviz.checkpoints.container`: ``w`` float16 [C, N, w_dim],
``w_avg`` float32 [w_dim], ``pixels`` u8 [S, h, h, 3], and in the metadata ``format``,
``version``, ``images``, ``interval``, ``names`` and ``figures``. float16 keeps each
number of w to one part in 2,048 (half a unit of its eleventh bit), and the figures
are those of the rounded numbers.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.checkpoints.container import (
    Header,
    read_header,
    read_tensors,
    write_tensors,
)
from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.source import open_source
from sgviz.curves import CurveSet
from sgviz.geometry.circle import sample_angles
from sgviz.training.figures import Figures, figures_from_json, figures_to_json

FORMAT, VERSION = "sgviz timeline", "1"
RECORD_LIMIT = 64 * 1024**2
MAX_CIRCLES, MAX_POINTS, MAX_DIM, MAX_SAMPLES, MAX_SIDE = 64, 4096, 4096, 256, 256
_NUMBERED = re.compile(r"^(\d{9,12})\.safetensors$")
_TYPES = {"w": torch.float16, "w_avg": torch.float32, "pixels": torch.uint8}


@dataclass(frozen=True, eq=False)
class Record:
    """A moment of a run, after ``images`` images.

    ``w`` float32 [C, N, w_dim]: the circles called ``names``, at psi 1; ``w_avg``
    [w_dim] as tracked; ``pixels`` u8 [S, h, h, 3]: samples of seeds 0 to S - 1.
    """

    images: int
    w: Tensor
    w_avg: Tensor
    pixels: NDArray[np.uint8]
    names: tuple[str, ...]
    figures: Figures

    def curves(self) -> CurveSet:
        """The circles as the views draw them; no z, no network."""
        angle = sample_angles(self.w.shape[1])
        return CurveSet(self.names, None, self.w, self.w_avg, angle)


def record_path(folder: Path, images: int) -> Path:
    """Where the record after so many images lies in a timeline's folder."""
    return folder / f"{images:09d}.safetensors"


def records_of(folder: Path) -> dict[int, Path]:
    """The records by images, oldest first; none where there is no folder."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return {}
    found = [int(match[1]) for name in names if (match := _NUMBERED.match(name))]
    return {images: record_path(folder, images) for images in sorted(found)}


def write_record(path: Path, record: Record, interval: int) -> None:
    """Write a record atomically; WriteError. ``interval`` is the run's first one."""
    tensors = {
        "w": record.w.half(),
        "w_avg": record.w_avg.float(),
        "pixels": torch.from_numpy(record.pixels),
    }
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "images": str(record.images),
        "interval": str(interval),
        "names": json.dumps(record.names),
        "figures": figures_to_json(record.figures),
    }
    write_tensors(path, tensors, metadata)


def read_figures(path: Path) -> tuple[Figures, int]:
    """The figures of a record and the run's first interval; its numbers stay unread.

    Raises
    ------
    FileError
        One sentence: it is not there, cut off, damaged, or no record.
    """
    name = shown_name(path)
    with open_source(path, RECORD_LIMIT) as (file, size):
        header = _header(file, size, name)
    return _figures(header, path), _interval(header, name)


def read_record(path: Path) -> Record:
    """All of a record; raises as :func:`read_figures`."""
    name = shown_name(path)
    with open_source(path, RECORD_LIMIT) as (file, size):
        header = _header(file, size, name)
        figures = _figures(header, path)
        tensors = read_tensors(file, header, _TYPES, name)
    w = tensors["w"].float()
    if not bool(torch.isfinite(w).all() & torch.isfinite(tensors["w_avg"]).all()):
        raise FileError(f"{name} holds numbers that are not finite")
    names = _names(header, len(w))
    pixels = tensors["pixels"].numpy()
    return Record(figures.images, w, tensors["w_avg"], pixels, names, figures)


def _header(file: BinaryIO, size: int, name: str) -> Header:
    header = read_header(file, size, name)
    if header.metadata.get("format") != FORMAT:
        raise FileError(f"{name} is no record of a timeline")
    if (version := header.metadata.get("version")) != VERSION:
        shown = printable(str(version), 20)
        raise FileError(f"{name} is a record of the unknown version {shown}")
    shapes = {key: entry.shape for key, entry in header.entries.items()}
    types = {key: entry.dtype for key, entry in header.entries.items()}
    if types != _TYPES or not _fits(**shapes):
        raise FileError(f"{name} does not hold what a record of a timeline holds")
    return header


def _fits(w: tuple[int, ...], w_avg: tuple[int, ...], pixels: tuple[int, ...]) -> bool:
    if len(w) != 3 or len(pixels) != 4 or w_avg != w[2:]:
        return False
    limits = (MAX_CIRCLES, MAX_POINTS, MAX_DIM)
    inside = all(0 < side <= limit for side, limit in zip(w, limits, strict=True))
    count, height, width, colours = pixels
    square = height == width <= MAX_SIDE and colours == 3
    return inside and square and 0 < count <= MAX_SAMPLES


def _figures(header: Header, path: Path) -> Figures:
    name = shown_name(path)
    try:
        figures = figures_from_json(header.metadata.get("figures", ""))
    except ValueError as error:
        raise FileError(f"{name}: {printable(str(error), 200)}") from error
    if record_path(path.parent, figures.images) != path:
        raise FileError(f"{name} is the record of {figures.images:,} images")
    return figures


def _interval(header: Header, name: str) -> int:
    text = header.metadata.get("interval", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text)):
        raise FileError(f"{name} does not say how often the run was recorded")
    return int(text)


def _names(header: Header, count: int) -> tuple[str, ...]:
    """The names of the circles; made up where a file has none that can be shown."""
    try:
        names = json.loads(header.metadata.get("names", ""))
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or len(names) != count:
        return tuple(f"circle {k}" for k in range(count))
    return tuple(printable(str(name), 80) for name in names)
