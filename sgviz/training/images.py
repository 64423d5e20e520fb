"""ImageFolder: a folder or a zip of images as an endless, numbered row.

Image k of a run is a function of the files, of the seed and of k alone. Every epoch
is a permutation of all files of its own; a file that cannot be used is replaced by
the next one of the epoch that can. So one file that breaks changes its own place
and no other, and a resumed run sees what the uninterrupted one would have seen.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.training.config import TrainConfig
from sgviz.training.decoding import PictureError, Pixels
from sgviz.training.image_files import ImageFiles, list_files
from sgviz.training.survey import (
    Bad,
    Progress,
    decoded,
    look,
    notices,
    refuse_nothing,
    shown_bad,
)

CACHE_BYTES = 1024**3
HANDFUL = 5
SHARE = 0.01
ORDER = 1  # apart from every other draw of a run's seed


@dataclass(frozen=True, eq=False)
class Epoch:
    """One pass over n files: their order, int64 [n], and which are mirrored."""

    number: int
    files: NDArray[numpy.int64]
    mirrored: NDArray[numpy.bool_]


def epoch_of(seed: int, number: int, count: int) -> Epoch:
    """The order of ``count`` files in an epoch: a function of its arguments.

    numpy's ``RandomState`` gives the same numbers in every version (NEP 19).
    """
    random = numpy.random.RandomState(numpy.array([seed, number, ORDER]))
    files = random.permutation(count).astype(numpy.int64)
    return Epoch(number, files, random.randint(0, 2, count).astype(bool))


class ImageFolder:
    """The images of a folder or a zip; the data set of a run.

    Every file is looked at once at the start, without decoding it. What is decoded
    stays in memory as uint8, up to ``cache_bytes``; the rest is decoded again.

    Raises
    ------
    FileError
        One sentence: the folder is not there, or there is nothing in it to use.
    """

    def __init__(
        self,
        path: Path,
        config: TrainConfig,
        cache_bytes: int = CACHE_BYTES,
        progress: Progress | None = None,
    ) -> None:
        self.path, self._config = path, config
        self._files: ImageFiles = list_files(path)
        self._names = self._files.names
        found = look(self._files, config.resolution, progress=progress)
        self._bad, self._small = dict(found.bad), found.small
        refuse_nothing(path, self._names, self._bad)
        self._lost: dict[str, str] = {}
        self._news: list[Bad] = []
        self._epoch = epoch_of(config.seed, 0, len(self._names))
        side = config.resolution
        kept = min(len(self._names), cache_bytes // (3 * side * side))
        # Memory that is never written to is never taken.
        self._cache = numpy.empty((kept, side, side, 3), numpy.uint8)
        self._cached = numpy.zeros(kept, bool)

    def __len__(self) -> int:
        """How many files can be used, as far as is known."""
        return len(self._names) - len(self._bad) - len(self._lost)

    @property
    def bad(self) -> tuple[Bad, ...]:
        """The files that could not be used from the start: name and why."""
        return shown_bad(self._bad)

    @property
    def notices(self) -> tuple[str, ...]:
        """What should be known before training, a sentence each."""
        return notices(len(self), self._small, self._config.resolution)

    def batch(self, first_index: int, count: int) -> Tensor:
        """Images [count, 3, R, R] in [-1, 1], float32 on the CPU.

        Raises
        ------
        FileError
            Too many files cannot be read any more; one sentence for the user.
        """
        pixels = numpy.stack([self.pixels(first_index + k) for k in range(count)])
        return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)

    def pixels(self, index: int) -> Pixels:
        """Image ``index`` of the run, u8 [R, R, 3]; FileError as :meth:`batch`."""
        number, place = divmod(index, len(self._names))
        if number != self._epoch.number:
            self._epoch = epoch_of(self._config.seed, number, len(self._names))
        epoch = self._epoch
        for step in range(len(epoch.files)):
            file = int(epoch.files[(place + step) % len(epoch.files)])
            pixels = self._pixels_of(file)
            if pixels is not None:
                mirror = self._config.mirror and epoch.mirrored[place]
                return pixels[:, ::-1] if mirror else pixels
        raise FileError(f"{self._stopped()} no image of it can be read any more")

    @property
    def fingerprint(self) -> str:
        """Changes where a file is added, removed, renamed or of another size."""
        seen = hashlib.sha256()
        for name in self._names:
            seen.update(f"{name}\0{self._files.size(name)}\n".encode())
        return seen.hexdigest()

    def take_news(self) -> list[Bad]:
        """Files that were found bad since this was last asked: name and why."""
        news, self._news = dict(self._news), []
        return list(shown_bad(news))

    @property
    def lost(self) -> int:
        """How many files were found bad while training."""
        return len(self._lost)

    def _pixels_of(self, file: int) -> Pixels | None:
        """A file as a square; None where it cannot be used."""
        cached = file < len(self._cached)
        if cached and self._cached[file]:
            squares: Pixels = self._cache[file]
            return squares
        name = self._names[file]
        if name in self._bad or name in self._lost:
            return None
        try:
            pixels = decoded(self._files, name, self._config)
        except PictureError as error:
            self._lose(name, str(error))
            return None
        if cached:
            self._cache[file], self._cached[file] = pixels, True
        return pixels

    def _lose(self, name: str, why: str) -> None:
        """A file that was good, or seemed so, is not; FileError where it is too many.

        More than a handful, and more than one in a hundred.
        """
        self._lost[name] = why
        self._news.append((name, why))
        if not self.path.exists():
            raise FileError(f"{self._stopped()} it is gone")
        good = len(self._names) - len(self._bad)
        lost = len(self._lost)
        if lost > max(HANDFUL, SHARE * good):
            raise FileError(
                f"{self._stopped()} {lost:,} of its {good:,} images cannot be read "
                "any more"
            )

    def _stopped(self) -> str:
        return f"training on {shown_name(self.path)} stopped:"
