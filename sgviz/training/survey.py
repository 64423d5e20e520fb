"""survey: how many images a folder or a zip holds, which are bad, and some of them.

Every file is looked at: its header, its size, and whether it ends as its format
does. What is shown is decoded, too. What only decoding would show of the others is
found while training, and skipped there.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy

from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.training.config import TrainConfig
from sgviz.training.decoding import FORMATS, PictureError, Pixels, check, square
from sgviz.training.image_files import (
    Cancelled,
    ImageFiles,
    ListingCancelledError,
    list_files,
)

FEW, SCANT = 50, 1000
REPORT_EVERY = 100

Bad = tuple[str, str]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Look:
    """What the headers of all files say.

    The names of those that can be used; name and reason of the others; how many
    are smaller than is wanted.
    """

    good: tuple[str, ...]
    bad: tuple[Bad, ...]
    small: int


@dataclass(frozen=True, eq=False)
class Survey:
    """What a folder or a zip of images holds.

    ``count`` images can be used; ``bad`` names the others and says why, to be read
    one after the other as a sentence; ``pixels`` are some of the good ones as the
    network will see them, u8 [K, R, R, 3]; ``small`` are enlarged.
    """

    count: int
    bad: tuple[Bad, ...]
    pixels: Pixels
    small: int = 0

    @property
    def notices(self) -> tuple[str, ...]:
        """What should be known before training, a sentence each."""
        return notices(self.count, self.small, self.pixels.shape[1])


def survey(
    source: Path | str,
    config: TrainConfig,
    wanted: int = 25,
    cancelled: Cancelled = bool,
    progress: Progress | None = None,
) -> Survey | None:
    """Look through a folder or a zip; None where ``cancelled`` returned true.

    ``wanted`` images, spread over all of them, are decoded at the resolution and
    with the fit of ``config``. ``progress`` hears how many files of how many were
    looked at. Meant for a thread that is not the window's: 100,000 files take
    seconds.

    Raises
    ------
    FileError
        One sentence: it is not there, cannot be read, or holds no usable image.
    """
    path = Path(source)
    try:
        files = list_files(path, cancelled)
        found = look(files, config.resolution, cancelled, progress)
        refuse_nothing(path, files.names, dict(found.bad))
        pixels, broken = _shown(files, found.good, config, wanted, cancelled)
    except ListingCancelledError:
        return None
    bad = dict(found.bad) | broken
    refuse_nothing(path, files.names, bad)
    count = len(files.names) - len(bad)
    return Survey(count, shown_bad(bad), pixels, found.small)


def look(
    files: ImageFiles,
    resolution: int,
    cancelled: Cancelled = bool,
    progress: Progress | None = None,
) -> Look:
    """Check every file without decoding it; ListingCancelledError."""
    good, bad, small = [], [], 0
    for done, name in enumerate(files.names):
        if cancelled():
            raise ListingCancelledError
        if progress is not None and done % REPORT_EVERY == 0:
            progress(done, len(files.names))
        try:
            with files.open(name) as (file, size):
                small += min(check(file, size)) < resolution
        except PictureError as error:
            bad.append((name, str(error)))
        else:
            good.append(name)
    if progress is not None:
        progress(len(files.names), len(files.names))
    return Look(tuple(good), tuple(bad), small)


def decoded(files: ImageFiles, name: str, config: TrainConfig) -> Pixels:
    """A file as u8 [R, R, 3], as the configuration wants it; PictureError."""
    with files.open(name) as (file, size):
        # All of it at once: a zip is quick only from its start to its end.
        content = io.BytesIO(file.read(size))
    return square(content, config.resolution, config.fit)


def notices(count: int, small: int, resolution: int) -> tuple[str, ...]:
    """What should be known before training on so many images, a sentence each."""
    sentences = []
    if count < FEW:
        sentences.append(
            f"{_images(count)} too few to learn from: the network will only repeat "
            f"{'it' if count == 1 else 'them'}"
        )
    elif count < SCANT:
        sentences.append(
            f"{_images(count)} few: adaptive augmentation keeps the discriminator "
            "from knowing them by heart"
        )
    if small:
        side = f"{resolution} × {resolution}"
        sentences.append(f"{_images(small)} smaller than {side} and enlarged")
    return tuple(sentences)


def shown_bad(bad: Mapping[str, str]) -> tuple[Bad, ...]:
    """Bad files for the eye: no name can do anything to a terminal or a line."""
    return tuple((printable(name, 200) or "a file", why) for name, why in bad.items())


def refuse_nothing(path: Path, names: Sequence[str], bad: Mapping[str, str]) -> None:
    """FileError where not one file can be used."""
    if len(bad) < len(names):
        return
    name = shown_name(path)
    if not names:
        raise FileError(f"{name} holds no images ({FORMATS})")
    first, why = next(iter(bad.items()))
    of = "its only image" if len(names) == 1 else f"none of its {len(names):,} images"
    verb = "cannot" if len(names) == 1 else "can"
    raise FileError(f"{name}: {of} {verb} be used; {printable(first, 80)} {why}")


def _shown(
    files: ImageFiles,
    good: Sequence[str],
    config: TrainConfig,
    wanted: int,
    cancelled: Cancelled,
) -> tuple[Pixels, dict[str, str]]:
    """Some images spread over all, u8 [K, R, R, 3], and those that broke."""
    shown: list[Pixels] = []
    broken: dict[str, str] = {}
    # From each of so many stretches the first one that can be decoded.
    for stretch in numpy.array_split(numpy.arange(len(good)), max(1, wanted)):
        for k in stretch[: len(stretch) if wanted else 0]:
            if cancelled():
                raise ListingCancelledError
            try:
                shown.append(decoded(files, good[k], config))
                break
            except PictureError as error:
                broken[good[k]] = str(error)
    side = config.resolution
    empty = numpy.empty((0, side, side, 3), numpy.uint8)
    return numpy.stack(shown) if shown else empty, broken


def _images(count: int) -> str:
    return f"{count:,} image is" if count == 1 else f"{count:,} images are"
