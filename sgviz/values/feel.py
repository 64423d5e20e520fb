"""What images are felt with: which ruler, how many samples, whose labels."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sgviz.values.limits import FROZEN, Sha256


@dataclass(frozen=True, config=FROZEN)
class ByPixels:
    """Images differ by their pixels."""

    kind: Literal["pixels"] = "pixels"


@dataclass(frozen=True, config=FROZEN)
class ByReader:
    """Images differ by the features of the bundled reader of portraits."""

    kind: Literal["reader"] = "reader"


@dataclass(frozen=True, config=FROZEN)
class ByNetwork:
    """Images differ by a perceptual network in a file: LPIPS, where it is that."""

    path: str
    sha256: Sha256
    kind: Literal["network"] = "network"


RulerRef = Annotated[ByPixels | ByReader | ByNetwork, Field(discriminator="kind")]


@dataclass(frozen=True, config=FROZEN)
class LabelsFile:
    """Labels that somebody gave to images: a CSV (docs/measure/separability.md)."""

    path: str
    sha256: Sha256


@dataclass(frozen=True, config=FROZEN)
class Feel:
    """How the measures of images are taken.

    ``pairs`` are those of a path length, ``crop`` takes the face out of an aligned
    portrait; ``samples`` are the seeds from 0 on that are read and parted; ``labels``
    None: the factors that the reader reads. ``cloud`` is how many seeds the estimates
    of dimension are given.
    """

    ruler: RulerRef = field(default_factory=ByPixels)
    crop: bool = False
    pairs: Annotated[int, Field(ge=8, le=200_000)] = 400
    samples: Annotated[int, Field(ge=40, le=400_000)] = 6000
    labels: LabelsFile | None = None
    cloud: Annotated[int, Field(ge=100, le=20_000)] = 2000
