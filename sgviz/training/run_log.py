"""The log of a run: one JSON object a line, what steps gave and what was changed.

{"loss_g": 0.71, ..., "images": 6400}
{"images": 6400, "changed": {"lr_g": 0.001}}
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from sgviz.checkpoints.atomic import why_not_written, write_text_atomically
from sgviz.checkpoints.errors import WriteError
from sgviz.training.events import StepStats

CHANGED = "changed"


def append_stats(path: Path, stats: StepStats) -> None:
    """Add the figures of steps; what is not finite becomes null. WriteError."""
    append(path, {name: _finite(value) for name, value in asdict(stats).items()})


def append(path: Path, values: Mapping[str, object]) -> None:
    """Add a line; WriteError with one sentence."""
    line = json.dumps(values)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise WriteError(error.errno, why_not_written(path, error)) from error


def cut(path: Path, images: int) -> None:
    """Drop the lines of steps after ``images``, which happen again, and torn ones.

    What was changed live after them stays in config.json, and so holds from ``images``
    on: those lines stay, and say so.
    """
    if path.exists():
        lines = path.read_text("utf-8", errors="replace").splitlines()
        text = "".join(f"{line}\n" for line in _kept(lines, images))
        write_text_atomically(path, text)


def _kept(lines: list[str], images: int) -> Iterator[str]:
    for line in lines:
        values = _object(line)
        there = values.get("images")
        if not isinstance(there, int | float):
            continue
        if there <= images:
            yield line
        elif CHANGED in values:
            yield json.dumps(values | {"images": images})


def _object(line: str) -> dict[str, object]:
    """What a line holds; nothing where it was torn."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
