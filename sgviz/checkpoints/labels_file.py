"""The labels of images that somebody made: a CSV, one row an image.

    seed,smiling,hat
    0,1,0
    1,0.93,0
    7,0.02,1

The first line names the columns. ``seed`` says which image a row is about (seed n as
everywhere); without that column row n is about seed n. A label column holds 0 and 1, or
probabilities in [0, 1], or scores of any size whose sign is the label: the farther
from the border, the surer. An empty cell is an image without that label.
"""

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.source import open_source, read_exactly

LIMIT = 64 * 1024**2
ROWS, COLUMNS = 1_000_000, 256
SEED = "seed"

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LabelTable:
    """Labels of N images: their seeds [N] and, by column, bool and sureness [N, F].

    ``known`` [N, F] is False for an empty cell; ``ranked`` says of a column whether
    its sureness puts images in order. ``notes`` are sentences on columns left out.
    """

    names: tuple[str, ...]
    seeds: NDArray[np.int64]
    positive: NDArray[np.bool_]
    sure: Numbers
    known: NDArray[np.bool_]
    ranked: tuple[bool, ...]
    notes: tuple[str, ...] = ()


def read_labels(path: Path, count: int | None = None) -> LabelTable:
    """The labels in a CSV; ``count``: of how many images, where it names no seeds.

    Raises
    ------
    FileError
        One sentence: unreadable, no table of numbers, of another length, or of one
        class alone.
    """
    name = shown_name(path)
    with open_source(path, LIMIT) as (file, size):
        raw = bytes(read_exactly(file, size, name))
    header, rows = _rows(raw, name)
    if count is not None and SEED not in header and len(rows) != count:
        raise FileError(
            f"{name} labels {len(rows):,} images and {count:,} seeds are asked for: "
            f"ask for {len(rows):,} seeds, or name those of its rows in a column seed"
        )
    values = _numbers(header, rows, name)
    seeds = np.arange(len(rows), dtype=np.int64)
    if SEED in header:
        place = header.index(SEED)
        seeds = _seeds(values[:, place], name)
        values = np.delete(values, place, axis=1)
        header = [text for text in header if text != SEED]
    return _table(header, seeds, values, name)


def _rows(raw: bytes, name: str) -> tuple[list[str], list[list[str]]]:
    try:
        text = raw.decode("utf-8-sig")
        lines = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{name} is no CSV file") from error
    if len(lines) < 2:
        raise FileError(f"{name} has no rows below its line of names")
    header = [printable(cell.strip(), 40) for cell in lines[0]]
    if len(lines) > ROWS or len(header) > COLUMNS:
        raise FileError(f"{name} is larger than {ROWS:,} rows of {COLUMNS} columns")
    if len(set(header)) != len(header) or "" in header:
        raise FileError(f"{name} has two columns of one name, or one without a name")
    if not set(header) - {SEED}:
        raise FileError(f"{name} has no column of labels")
    return header, lines[1:]


def _numbers(header: list[str], rows: list[list[str]], name: str) -> Numbers:
    values = np.full((len(rows), len(header)), np.nan)
    for number, row in enumerate(rows):
        if len(row) != len(header):
            raise FileError(
                f"row {number + 1} of {name} has {len(row)} cells, not {len(header)}"
            )
        for column, cell in enumerate(row):
            if text := cell.strip():
                values[number, column] = _number(text, number, header[column], name)
    return values


def _number(text: str, row: int, column: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        shown = printable(text, 20)
        raise FileError(
            f"row {row + 1} of {name} says {shown} under {column}: no number"
        )
    return value


def _seeds(values: Numbers, name: str) -> NDArray[np.int64]:
    whole = np.isfinite(values) & (values >= 0) & (values < 2**32)
    if not whole.all() or (values != np.floor(values)).any():
        raise FileError(f"{name} has a seed that is no whole number from 0 to 2^32 - 1")
    if len(np.unique(values)) != len(values):
        raise FileError(f"{name} labels a seed twice")
    return values.astype(np.int64)


def _table(
    header: list[str], seeds: NDArray[np.int64], values: Numbers, name: str
) -> LabelTable:
    known = np.isfinite(values)
    kept, notes, ranked, borders = [], [], [], []
    for column, title in enumerate(header):
        found = values[known[:, column], column]
        if not len(found):
            notes.append(f"{name} labels no image with {title}.")
            continue
        shares = found.min() >= 0 and found.max() <= 1
        border = 0.5 if shares else 0.0
        above = found > border
        if above.all() or not above.any():
            word = "yes" if above.all() else "no"
            notes.append(
                f"{name} says {word} to {title} of every image: one class only."
            )
            continue
        kept.append(column)
        borders.append(border)
        ranked.append(not np.isin(found, (0.0, 1.0)).all())
    if not kept:
        raise FileError(f"{name} cannot be used: {notes[0][0].lower()}{notes[0][1:-1]}")
    away = np.where(known, values, 0.0)[:, kept] - np.array(borders)
    names = tuple(header[column] for column in kept)
    sure = np.abs(away)
    return LabelTable(
        names, seeds, away > 0, sure, known[:, kept], tuple(ranked), tuple(notes)
    )
