"""Circles files: .npz, .dat, .csv and .ply; read by content, written by extension.

What each holds is in the modules circles_npz, circles_dat, circles_csv and
circles_ply; all of them are read from one open file, so that what was looked at is
what is read.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

import torch

from sgviz.checkpoints import circles_csv, circles_dat, circles_npz, circles_ply
from sgviz.checkpoints.atomic import write_atomically
from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.checkpoints.npy import MAX_NUMBERS
from sgviz.checkpoints.npz import Archive
from sgviz.checkpoints.source import SNIFF, looks_like, open_source, read_exactly
from sgviz.curves import CurveSet

Format = Literal["npz", "csv", "ply", "dat"]
ZIP = b"PK\x03\x04"
BOM = b"\xef\xbb\xbf"

_WRITERS: dict[str, Callable[[CurveSet, BinaryIO], None]] = {
    ".npz": circles_npz.write,
    ".csv": circles_csv.write,
    ".ply": circles_ply.write,
    ".dat": circles_dat.write,
}


def read_circles(path: Path, lenient: bool = False) -> CurveSet:
    """The circles in a file of any of the formats.

    ``lenient``: also those that cannot be drawn, but measured in part: of one or two
    points, or with some points that are not finite.

    Raises
    ------
    FileError
        One sentence: unreadable, no circles, damaged.
    """
    name = shown_name(path)
    with open_source(path) as (file, size):
        start = bytes(read_exactly(file, min(size, SNIFF), name))
        found = circles_format(start, size, lenient)
        if found is None:
            raise FileError(f"{name} {_why_no_circles(start, size, name)}")
        return read_open(file, size, name, found, lenient)


def circles_format(start: bytes, size: int, lenient: bool = False) -> Format | None:
    """Which format a file of ``size`` bytes that begins with ``start`` may have.

    The blog's rows have no mark of their own, so they are the last guess.
    """
    if start.startswith(ZIP):
        return "npz"
    if start.startswith((b"ply\n", b"ply\r")):
        return "ply"
    if start.removeprefix(BOM).startswith(circles_csv.START):
        return "csv"
    known = looks_like(start) is not None
    return "dat" if not known and circles_dat.fits(size, lenient) else None


def holds(file: BinaryIO, start: bytes, size: int, name: str) -> str | None:
    """What is in an open file that begins with ``start``: "circles" or "latents"."""
    if start.startswith(circles_csv.START):
        return "circles"
    if not start.startswith(ZIP):
        return None
    try:
        archive = Archive(file, size, name)
    except FileError:
        return None
    if circles_npz.is_circles(archive):
        return "circles"
    return "latents" if {"z", "w", "ws"} & archive.names else None


def read_open(
    file: BinaryIO, size: int, name: str, kind: Format, lenient: bool = False
) -> CurveSet:
    """The circles in an open file of that format; FileError."""
    file.seek(0)
    if kind == "npz":
        archive = Archive(file, size, name)
        if not circles_npz.is_circles(archive):
            raise FileError(f"{name} {_what_archive(archive)}")
        return circles_npz.read(archive, name, lenient)
    readers = {"csv": circles_csv.read, "ply": circles_ply.read}
    return readers.get(kind, circles_dat.read)(file, size, name, lenient)


def what_lacks(curves: CurveSet) -> str:
    """What of circles cannot be drawn, as a sentence without its end; mostly none."""
    count, points = curves.w.shape[:2]
    bad = int((~torch.isfinite(curves.w).all(dim=2)).sum())
    if bad:
        are = "is" if bad == 1 else "are"
        return (
            f"{bad:,} of {count * points:,} points {are} not finite and left out; "
            "of their circles is measured what can be"
        )
    if curves.form == "curves" and points < circles_npz.MIN_POINTS:
        of = "two points" if points == 2 else "a single point"
        return f"circles of {of} have no shape; what can be counted is"
    return ""


def check_writable(path: Path) -> None:
    """ValueError, in one sentence, unless circles can be written by that name."""
    if path.suffix.lower() not in _WRITERS:
        raise ValueError(
            f"circles are written as {', '.join(_WRITERS)}, not {path.suffix or 'so'}"
        )


def check_size(rows: int, points: int, width: int) -> None:
    """ValueError, in one sentence, for a file that could not be read again."""
    total = rows * points * width
    if total > MAX_NUMBERS:
        raise ValueError(
            f"{rows:,} rows of {points:,} points are {total:,} numbers; at most "
            f"{MAX_NUMBERS:,} go into a file"
        )


def write_circles(curves: CurveSet, path: Path) -> None:
    """Write circles in the format of the extension, whole or not at all.

    Raises
    ------
    ValueError
        One sentence: an unknown extension, or circles that .dat cannot hold.
    WriteError
        One sentence; a file that was there before is as it was.
    """
    check_writable(path)
    writer = _WRITERS[path.suffix.lower()]
    write_atomically(path, lambda file: writer(curves, file))


def _what_archive(archive: Archive) -> str:
    if {"z", "ws"} & archive.names:
        return (
            "holds latents, not circles: the command images --w draws them, and the "
            "numbers of one can be pasted as latent A"
        )
    return "is a zip archive without circles of W"


def _why_no_circles(start: bytes, size: int, name: str) -> str:
    if (what := looks_like(start)) is not None:
        return f"is {what}, not a circles file"
    if name.lower().endswith(".dat"):
        return f"has {size:,} bytes, which are not 4 or more rows of 512 numbers"
    return "is not a circles file"
