"""The network of a reader of factors: its sizes, its factors, and how well it reads.

Plain convolutions with biases; how it was trained is no matter of this package
(benchmarks/reader.py folds the batch normalisation it learned with into them).
"""

import math
from typing import Annotated

import torch.nn.functional as F
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

SLOPE = 0.1
MAP = 4  # the last map is 4x4: where something is matters as much as what it is

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
