"""Which factors made an image, as a small network sees them, and how sure it is.

The reader is a factor regressor that was trained on portraits, whose factors are
known, and that nothing else has to be downloaded for. For each factor of each image
it says a value and how certain it is; what lies before its last layer are features,
the space in which :mod:`sgviz.analysis.quality` compares sets of images.

It is heteroscedastic (Kendall and Gal 2017, arXiv 1703.04977): next to the mean of a
factor it tells the variance of its own error. ``confidence`` is the share of the
factor's variance that it claims to explain, 1 - variance / the data's: the mean
confidence over images of the data is the R^2 of the reading. It learned to claim
nothing of pictures without a face; of some it still claims a little.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from pydantic import TypeAdapter, ValidationError
from torch import Tensor

from sgviz.analysis.reader_network import Exam, ReaderConfig, ReaderNetwork
from sgviz.assets import bundled_reader
from sgviz.checkpoints.container import read_header, read_tensors
from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.native import FORMAT, check_names, check_version
from sgviz.checkpoints.source import open_source

KIND = "factor reader"
SIZE_LIMIT = 2 * 1024**2
# The least R^2 on images it was not trained on with which a factor counts as read.
READABLE = 0.25
RESOLUTIONS = (16, 1024)
CHUNK = 128
LOG_VARIANCE = (-8.0, 0.0)  # never surer than 1/55 of a deviation; never less than 0

_ADAPTER = TypeAdapter(ReaderConfig)


@dataclass(frozen=True, eq=False)
class Readings:
    """What a reader made of N images.

    ``values`` [N, F] in the factors' own units and within their ranges (of a binary
    factor its probability), ``confidence`` [N, F] in [0, 1], ``features`` [N, D].
    """

    values: Tensor
    confidence: Tensor
    features: Tensor


class FactorReader:
    """A reader that is ready to read: see :func:`load_reader`."""

    def __init__(self, config: ReaderConfig, network: ReaderNetwork) -> None:
        self.config = config
        self.network = network.eval().requires_grad_(requires_grad=False)
        scales = config.factors
        self._low = torch.tensor([scale.low for scale in scales])
        self._high = torch.tensor([scale.high for scale in scales])
        self._mean = torch.tensor([scale.mean for scale in scales])
        self._std = torch.tensor([scale.std for scale in scales])
        self._binary = torch.tensor([scale.chance is not None for scale in scales])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the factors, in the order of the columns of a reading."""
        return tuple(scale.name for scale in self.config.factors)

    def exam(self, resolution: int) -> Exam:
        """The exam on images of ``resolution``, or of the nearest one below it.

        Raises
        ------
        ValueError
            No exam was as small as that.
        """
        fitting = [e for e in self.config.exams if e.resolution <= resolution]
        if not fitting:
            raise ValueError(f"nothing is read in images of {resolution} pixels")
        return max(fitting, key=lambda exam: exam.resolution)

    def readable(self, resolution: int) -> tuple[bool, ...]:
        """Of each factor, whether it can be read in images of ``resolution``."""
        return tuple(r2 >= READABLE for r2 in self.exam(resolution).r2)

    def read(self, images: Tensor) -> Readings:
        """Read images [N, 3, R, R], float in [-1, 1], of 16 to 1024 pixels.

        Larger and smaller ones are resampled to the reader's own size. On the CPU,
        in float32, a hundred or so at a time.

        Raises
        ------
        ValueError
            The images have another shape, or another size.
        """
        side = images.shape[-1]
        if images.ndim != 4 or images.shape[1] != 3 or images.shape[2] != side:
            raise ValueError(f"a reader reads [N, 3, R, R], not {list(images.shape)}")
        if not RESOLUTIONS[0] <= side <= RESOLUTIONS[1]:
            raise ValueError(f"nothing is read in images of {side} pixels")
        with torch.no_grad():
            parts = [self._read(part) for part in torch.split(images, CHUNK)]
        columns = zip(*parts, strict=True)
        return Readings(*(torch.cat(column) for column in columns))

    def read_pixels(self, pixels: Tensor) -> Readings:
        """Read pixels u8 [N, R, R, 3]; raises as :meth:`read`."""
        if pixels.dtype != torch.uint8 or pixels.ndim != 4:
            raise ValueError(f"pixels are u8 [N, R, R, 3], not {list(pixels.shape)}")
        return self.read(from_pixels(pixels))

    def _read(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        images = resampled(images.detach().cpu().float(), self.config.size)
        images = images.contiguous(memory_format=torch.channels_last)
        features, answers = self.network(images)
        value, log_variance = answers.chunk(2, 1)
        chance = value.sigmoid()
        value = torch.where(
            self._binary,
            self._low + chance * (self._high - self._low),
            self._mean + value * self._std,
        )
        variance = log_variance.clamp(*LOG_VARIANCE).exp()
        share = (self._std / (self._high - self._low)).square()
        variance = torch.where(self._binary, chance * (1 - chance) / share, variance)
        value = torch.minimum(torch.maximum(value, self._low), self._high)
        return value, (1 - variance).clamp(0, 1), features


def from_pixels(pixels: Tensor) -> Tensor:
    """u8 [N, H, W, 3] -> [N, 3, H, W] in [-1, 1], in channels-last memory."""
    return (pixels.float() / 127.5 - 1).permute(0, 3, 1, 2)


def resampled(images: Tensor, size: int) -> Tensor:
    """Images [N, 3, R, R] as [N, 3, size, size].

    By means of blocks where ``size`` divides R (which is how a smaller portrait
    looks), else bilinear, with the filter widened where it shrinks.
    """
    side = images.shape[-1]
    if side == size:
        return images
    if side % size == 0:
        return F.avg_pool2d(images, side // size)
    return F.interpolate(images, (size, size), mode="bilinear", antialias=True)


def reader_metadata(
    config: ReaderConfig, kimg: float, provenance: dict[str, str]
) -> dict[str, str]:
    """The ``__metadata__`` of a reader's file."""
    return {
        "format": FORMAT,
        "version": "1",
        "kind": KIND,
        "config": _ADAPTER.dump_json(config).decode("utf-8"),
        "kimg": json.dumps(kimg),
        "provenance": json.dumps(provenance, sort_keys=True),
    }


def load_reader(path: Path | None = None) -> FactorReader:
    """The reader in a file; without one, the reader of portraits that is bundled.

    Raises
    ------
    FileError
        One sentence: missing, damaged, too large, newer than this program, or not a
        reader.
    """
    path = path or bundled_reader()
    name = shown_name(path)
    with open_source(path, SIZE_LIMIT) as (file, size):
        header = read_header(file, size, name)
        if (header.metadata.get("format"), header.metadata.get("kind")) != (
            FORMAT,
            KIND,
        ):
            raise FileError(f"{name} holds no reader of factors")
        check_version(header.metadata.get("version", ""), name)
        config = _config(header.metadata.get("config", ""), name)
        with torch.device("meta"):
            network = ReaderNetwork(config)
        shapes = {key: tuple(t.shape) for key, t in network.state_dict().items()}
        names = check_names(header, shapes, "", name)
        stored = read_tensors(file, header, names, name)
    weights = {key: tensor.float() for key, tensor in stored.items()}
    if not all(bool(torch.isfinite(t).all()) for t in weights.values()):
        raise FileError(f"{name} holds weights that are not finite numbers")
    for key, tensor in weights.items():
        if tensor.ndim == 4:  # convolutions are several times faster so
            weights[key] = tensor.contiguous(memory_format=torch.channels_last)
    network.load_state_dict(weights, strict=True, assign=True)
    return FactorReader(config, network)


def _config(text: str, name: str) -> ReaderConfig:
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        message = printable(f"{place}: {first['msg']}", 160)
        raise FileError(f"the configuration in {name} is wrong: {message}") from error
