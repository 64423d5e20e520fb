"""How far apart two images are, by three rulers, each named for what it is.

Each ruler puts an image somewhere in a space of many numbers, and the distance of two
images is the squared Euclidean distance there: d(a, b) = |e(a) - e(b)|^2. So sqrt(d) is
a length, and lengths along a curve add up. (LPIPS is of this form too, with the square
roots of its weights taken into e.)
"""

import math
from collections.abc import Generator
from pathlib import Path
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from sgviz.analysis.lpips import PerceptualNetwork, load_network
from sgviz.analysis.reader import FactorReader, load_reader

LARGEST = 256
TOGETHER = 4  # images that the reader sees in a piece of 4 ms

Embedding = Generator[None, None, Tensor]


class Ruler(Protocol):
    """A way to tell images apart; ``name`` says which, wherever a number is shown.

    ``published`` is True where its path lengths may stand beside published ones.
    """

    name: str
    published: bool

    def embed_steps(self, images: Tensor) -> Embedding:
        """Images [N, 3, R, R], nominally in [-1, 1] -> [N, D], resting in between."""
        ...


class Pixels:
    """Mean squared difference of pixels, from black to white being 1."""

    name = "pixels (mean squared difference, black to white = 1)"
    published = False

    def embed_steps(self, images: Tensor) -> Embedding:
        """The pixels themselves / (2 sqrt(their number))."""
        yield from ()
        flat = images.detach().flatten(1)
        return flat / (2.0 * math.sqrt(flat.shape[1]))


class ReaderFeatures:
    """The features of the bundled reader of portraits, which learned from portraits."""

    name = "features of the bundled portraits reader (not LPIPS)"
    published = False

    def __init__(self, reader: FactorReader | None = None) -> None:
        self._reader = reader or load_reader()

    def embed_steps(self, images: Tensor) -> Embedding:
        """What lies before the reader's last layer."""
        found = []
        for part in torch.split(images, TOGETHER):
            found.append(self._reader.read(part).features)
            yield
        return torch.cat(found)


class PerceptualFile:
    """The network of a file: LPIPS where it brings LPIPS's weights."""

    def __init__(self, network: PerceptualNetwork) -> None:
        self._network = network
        self.name = network.name
        self.published = network.is_lpips

    def embed_steps(self, images: Tensor) -> Embedding:
        """Its weighted unit features, resting after each layer."""
        return self._network.embed_steps(images)


def open_ruler(path: Path) -> Ruler:
    """The perceptual network in a file; FileError with one sentence."""
    return PerceptualFile(load_network(path))


def prepared(images: Tensor, crop: bool = False) -> Tensor:
    """Images [N, 3, H, H] as path lengths are defined on: cropped, at most 256 pixels.

    ``crop`` takes the face out of an aligned portrait, rows 3/8 to 7/8 and columns 2/8
    to 6/8; what is larger than 256 pixels is averaged over blocks. Smaller images stay
    as they are. (Karras et al. 2019, arXiv 1812.04948, section 4.1 and its program.)
    """
    if crop:
        c = images.shape[2] // 8
        images = images[:, :, 3 * c : 7 * c, 2 * c : 6 * c]
    factor = images.shape[2] // LARGEST
    return F.avg_pool2d(images, factor) if factor > 1 else images


def squared(a: Tensor, b: Tensor) -> Tensor:
    """The d = |a - b|^2 of embeddings [N, D] -> float64 [N]."""
    return (a.double() - b.double()).square().sum(dim=1)
