"""Words of the command line as values: numbers, sizes, seeds, settings."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path

MAX_SEED = 2**32 - 1
MAX_DIGITS = 12
MAX_IMAGES = 1_000_000
MAX_DEPTH = 16
MAX_ROW = 10**8 - 1

# A latent: a seed, or the row of a file.
Place = int | tuple[Path, int]


def whole(low: int, high: int) -> Callable[[str], int]:
    """Whole numbers from ``low`` to ``high``."""

    def convert(text: str) -> int:
        digits = text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
        if not digits or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(
                f"a whole number from {low} to {high}, not {text!r}"
            )
        return int(text)

    return convert


def number(low: float, high: float) -> Callable[[str], float]:
    """Numbers from ``low`` to ``high``."""

    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                f"a number from {low:g} to {high:g}, not {text!r}"
            )
        return value

    return convert


def size(text: str) -> tuple[int, int]:
    """Width and height of a window: 1600x1000."""
    width, _, height = text.partition("x")
    try:
        return whole(320, 8192)(width), whole(240, 8192)(height)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(
            f"from 320x240 to 8192x8192, as in 1600x1000, not {text!r}"
        ) from error


def data(text: str) -> str:
    """What a run learns from: ``portraits``, or a place that stays good elsewhere."""
    if not text:
        raise argparse.ArgumentTypeError("a folder or a zip of images, or portraits")
    return text if text == "portraits" else str(Path(text).absolute())


def png(text: str) -> Path:
    """The name of a picture: ``.png``, the one format that carries a state."""
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"a name that ends in .png, not {text!r}")
    return path


def html(text: str) -> Path:
    """The name of a page: ``.html``."""
    path = Path(text)
    if path.suffix.lower() not in (".html", ".htm"):
        raise argparse.ArgumentTypeError(f"a name that ends in .html, not {text!r}")
    return path


def seeds(text: str) -> list[int]:
    """Seeds such as 0-15 or 85,265,297."""
    found: list[int] = []
    for part in text.split(","):
        low, dash, high = part.partition("-")
        first = whole(0, MAX_SEED)(low)
        last = whole(first, MAX_SEED)(high) if dash else first
        if last - first + len(found) >= MAX_IMAGES:
            raise argparse.ArgumentTypeError(f"at most {MAX_IMAGES:,} at once")
        found += range(first, last + 1)
    return found


def depths(text: str) -> tuple[int, ...]:
    """Depths of a mapping such as 1,2,4,8, each once."""
    found = {whole(1, MAX_DEPTH)(part.strip()) for part in text.split(",")}
    return tuple(sorted(found))


def setting(text: str) -> tuple[str, str]:
    """Name and value of NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"as in pl_weight=2, not {text!r}")
    return name.strip(), value.strip()


def latent(text: str) -> Place:
    """A seed such as 85, or the row of a file of z: Z.npy (its first), Z.npy:3."""
    if text.isdecimal():
        return whole(0, MAX_SEED)(text)
    name, colon, row = text.rpartition(":")
    if colon and row.isdecimal():
        return Path(nonempty(name)), whole(0, MAX_ROW)(row)
    return Path(nonempty(text)), 0


def nonempty(text: str) -> str:
    """A word or a name of a file."""
    if not text:
        raise argparse.ArgumentTypeError("a name, not nothing")
    return text
