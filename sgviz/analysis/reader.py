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
import math
from dataclasses import dataclass as plain_dataclass
from pathlib import Path
from typing import Annotated

import torch
import torch.nn.functional as F
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

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
SLOPE = 0.1
MAP = 4  # the last map is 4x4: where something is matters as much as what it is
LOG_VARIANCE = (-8.0, 0.0)  # never surer than 1/55 of a deviation; never less than 0

FROZEN = ConfigDict(extra="forbid", allow_inf_nan=False)
Width = Annotated[int, Field(ge=1, le=1024)]


@dataclass(frozen=True, config=FROZEN)
class Scale:
    """The law of a factor: uniform from ``low`` to ``high``, or 1 with ``chance``."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    low: float
    high: float
    chance: Annotated[float | None, Field(gt=0, lt=1)] = None

    @property
    def mean(self) -> float:
        """The factor's mean over the data."""
        share = 0.5 if self.chance is None else self.chance
        return self.low + share * (self.high - self.low)

    @property
    def std(self) -> float:
        """The factor's standard deviation over the data."""
        share = 1 / 12 if self.chance is None else self.chance * (1 - self.chance)
        return math.sqrt(share) * (self.high - self.low)


@dataclass(frozen=True, config=FROZEN)
class Exam:
    """What the reader made of portraits of one resolution that it had not seen.

    A number a factor: ``r2`` (the share of its variance that is explained) and
    ``spread`` (the deviation of what was read, in the factor's own unit).
    ``confidence`` is the mean over images and readable factors.
    """

    resolution: int
    r2: tuple[float, ...]
    spread: tuple[float, ...]
    confidence: float


@dataclass(frozen=True, config=FROZEN)
class ReaderConfig:
    """Sizes of a reader, the factors it reads, and how well.

    ``layers`` are (stride, channels) of 3x3 convolutions, after blocks of 2x2 pixels
    became channels; their strides lead from ``size`` to 4x4.
    """

    size: Annotated[int, Field(ge=16, le=256)]
    layers: Annotated[tuple[tuple[int, Width], ...], Field(min_length=1, max_length=32)]
    features: Width
    factors: Annotated[tuple[Scale, ...], Field(min_length=1, max_length=256)]
    exams: Annotated[tuple[Exam, ...], Field(max_length=16)] = ()

    def __post_init__(self) -> None:
        side = self.size // 2
        for stride, _ in self.layers:
            if stride not in (1, 2):
                raise ValueError("a stride is 1 or 2")
            side = -(-side // stride)
        if side != MAP or self.size % 2:
            raise ValueError(f"the layers lead to {side}x{side}, not {MAP}x{MAP}")
        for exam in self.exams:
            if {len(exam.r2), len(exam.spread)} != {len(self.factors)}:
                raise ValueError("an exam does not have one number a factor")


_ADAPTER = TypeAdapter(ReaderConfig)


class ReaderNetwork(nn.Module):
    """Convolutions with biases, one dense layer for the features, one for the answers.

    Weights are for :func:`load_reader` to fill in.
    """

    def __init__(self, config: ReaderConfig) -> None:
        super().__init__()
        inputs, layers = 12, []
        for stride, width in config.layers:
            layers.append(nn.Conv2d(inputs, width, 3, stride, padding=1))
            inputs = width
        self.convolutions = nn.ModuleList(layers)
        self.dense = nn.Linear(inputs * MAP**2, config.features)
        self.head = nn.Linear(config.features, 2 * len(config.factors))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[N, 3, size, size] in [-1, 1] -> features [N, D] and answers [N, 2 F].

        The first F answers are standardised values (of a binary factor the logit),
        the last F the logarithms of their variances (of a binary factor unused).
        """
        x = F.pixel_unshuffle(x, 2)
        for layer in self.convolutions:
            x = F.leaky_relu(layer(x), SLOPE)
        features = F.leaky_relu(self.dense(x.flatten(1)), SLOPE)
        return features, self.head(features)


@plain_dataclass(frozen=True, eq=False)
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
