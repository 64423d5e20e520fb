"""What a reader of factors makes of a network's images: values, labels, planes.

The blog guessed that the hyperplanes which part, say, glasses from none cut a circle
where its images change. That can be tested: read the factors of samples, fit a plane
in Z and one in W, see where the circle crosses them, and read the images there.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.analysis.reader import FactorReader, Readings
from sgviz.analysis.sampling import FixedNoise, images_steps, mapped, seeds_z
from sgviz.analysis.separability import Labels, split
from sgviz.analysis.svm import Hyperplane, fit_steps
from sgviz.models.generator import Generator as Network
from sgviz.models.mapping import Label

# Images that are made together, and that are read: half as many a piece take 4 ms.
BATCH, READ = 8, 4
# Of what portraits are read with: below this the images are none that it knows.
RECOGNISED = 0.6
NEAR = math.radians(15.0)

Numbers = NDArray[np.float64]
ReadSteps = Generator[int | None, None, Readings]


def read_steps(
    network: Network,
    reader: FactorReader,
    w: Tensor,
    psi: float = 1.0,
    noise: FixedNoise = "const",
) -> ReadSteps:
    """Read the images of w [N, w_dim]; yields how many are read, and None between.

    Raises
    ------
    ValueError
        The network makes no images, or none of a size that can be read.
    """
    found: list[Readings] = []
    for rows in torch.split(w, BATCH):
        images = yield from images_steps(network, rows, noise, psi)
        for part in torch.split(images, READ):
            found.append(reader.read(part))
            yield sum(len(part.values) for part in found)
    return joined(found)


def joined(parts: list[Readings]) -> Readings:
    """Several readings as one."""
    return Readings(
        torch.cat([part.values for part in parts]),
        torch.cat([part.confidence for part in parts]),
        torch.cat([part.features for part in parts]),
    )


@dataclass(frozen=True, eq=False)
class Samples:
    """Seeds of a network: z and w [N, ...] before truncation, and their readings."""

    z: Tensor
    w: Tensor
    readings: Readings | None


def sample_steps(
    network: Network,
    seeds: Sequence[int],
    reader: FactorReader | None,
    label: Label = 0,
    noise: FixedNoise = "const",
) -> Generator[int | None, None, Samples]:
    """Samples by their seeds, read without truncation; yields how many are done.

    Without a reader no image is made. Raises as :func:`read_steps`.
    """
    z = seeds_z(network.config.z_dim, seeds)
    yield 0
    w = torch.cat([mapped(network, part, label) for part in torch.split(z, 256)])
    if reader is None:
        return Samples(z, w.cpu(), None)
    readings = yield from read_steps(network, reader, w, noise=noise)
    return Samples(z, w.cpu(), readings)


@dataclass(frozen=True)
class Verdict:
    """Whether a network's images are read, and the sentence that says so.

    ``confidence`` is the mean over images and readable factors, ``usual`` that over
    portraits of the same size.
    """

    is_read: bool
    confidence: float
    usual: float
    sentence: str


def verdict(readings: Readings, reader: FactorReader, resolution: int) -> Verdict:
    """Whether these are images that the reader knows: its own confidence decides.

    Raises
    ------
    ValueError
        The images are too small to be read.
    """
    columns = torch.tensor(reader.readable(resolution))
    usual = reader.exam(resolution).confidence
    mean = float(readings.confidence[:, columns].mean())
    is_read = mean >= RECOGNISED * usual
    if is_read:
        said = f"read with confidence {mean:.2f} (portraits: {usual:.2f})"
    else:
        said = (
            "the reader knows portraits, and takes these images for none: its "
            f"confidence is {mean:.2f}, of portraits {usual:.2f}"
        )
    return Verdict(is_read, mean, usual, f"{said[0].upper()}{said[1:]}.")


def middles(reader: FactorReader) -> Tensor:
    """The value [F] of each factor that parts it in two: the middle of its range.

    A binary factor is read as a probability, and parted at one half.
    """
    scales = reader.config.factors
    return torch.tensor([0.5 * (scale.low + scale.high) for scale in scales])


def labels_of(readings: Readings, reader: FactorReader, resolution: int) -> Labels:
    """Every readable factor as yes or no: whether it is above its middle.

    ``sure`` is the distance from the middle in standard deviations of the reader's own
    error (of a binary factor: of the probability from one half), so that it orders
    samples as the probability of the label does.

    Raises
    ------
    ValueError
        The images are too small to be read.
    """
    scales = reader.config.factors
    away = readings.values - middles(reader)
    std = torch.tensor([scale.std for scale in scales])
    error = std * (1.0 - readings.confidence).clamp(min=1e-4).sqrt()
    binary = torch.tensor([scale.chance is not None for scale in scales])
    sure = torch.where(binary, away.abs(), away.abs() / error)
    kept = [k for k, ok in enumerate(reader.readable(resolution)) if ok]
    names = tuple(_named(reader, k) for k in kept)
    return Labels(names, away[:, kept] > 0, sure[:, kept], (True,) * len(kept))


def _named(reader: FactorReader, column: int) -> str:
    scale = reader.config.factors[column]
    if scale.chance is not None:
        return scale.name
    return f"{scale.name} > {0.5 * (scale.low + scale.high):g}"


@dataclass(frozen=True, eq=False)
class Plane:
    """A hyperplane of one factor in one space, fitted to three quarters of samples.

    ``accuracy`` is that on the quarter held out, ``chance`` the share of its larger
    class: what saying always the same would reach.
    """

    name: str
    space: str
    plane: Hyperplane
    accuracy: float
    chance: float


def plane_steps(
    x: Tensor, name: str, space: str, positive: Tensor
) -> Generator[None, None, Plane]:
    """Fit the plane of one factor in Z or W.

    Raises
    ------
    ValueError
        One sentence: the samples show only one class.
    """
    seen, unseen = split(len(x))
    share = float(positive.double().mean())
    if share in (0.0, 1.0):
        said = "every sample" if share else "no sample"
        raise ValueError(f"{said} has {name}: there is no plane to look for")
    plane = yield from fit_steps(x[seen], positive[seen])
    right = plane.side(x[unseen]) == positive[unseen]
    held = float(positive[unseen].double().mean())
    return Plane(name, space, plane, float(right.double().mean()), max(held, 1 - held))


def crossings(heights: Numbers, angles: Numbers) -> Numbers:
    """The angles at which a closed curve of heights [N] passes zero, in [0, 2 pi).

    By straight lines between neighbours; an exact zero counts with what follows.
    """
    after = np.roll(heights, -1)
    ahead = np.append(angles[1:], angles[0] + math.tau)
    places = np.flatnonzero((heights > 0) != (after > 0))
    share = heights[places] / (heights[places] - after[places])
    found = angles[places] + share * (ahead[places] - angles[places])
    return np.sort(found % math.tau)


def matched(said: Numbers, seen: Numbers, near: float = NEAR) -> int:
    """How many of the angles ``seen`` have one of ``said`` nearby, each used once.

    The nearest pairs are matched first.
    """
    if not len(said) or not len(seen):
        return 0
    gaps = np.abs((said[:, None] - seen + math.pi) % math.tau - math.pi)
    pairs = 0
    while gaps.size and gaps.min() <= near:
        row, column = np.unravel_index(gaps.argmin(), gaps.shape)
        gaps = np.delete(np.delete(gaps, row, axis=0), column, axis=1)
        pairs += 1
    return pairs


@dataclass(frozen=True, eq=False)
class Met:
    """Where C closed curves cross a plane, and where their images change.

    ``said`` and ``seen``: the angles of either, a circle; ``found`` of the changes lie
    within 15 degrees of a crossing, each used once. ``agreement`` is the share of the
    points whose image is on their side, ``usual`` the share of the commoner side.
    """

    said: tuple[Numbers, ...]
    seen: tuple[Numbers, ...]
    found: int
    agreement: float
    usual: float


def met(heights: Numbers, read: Numbers, angles: Numbers) -> Met:
    """Hold heights above a plane against factors above their middle, both [C, N]."""
    said = tuple(crossings(row, angles) for row in heights)
    seen = tuple(crossings(row, angles) for row in read)
    yes = float((read > 0).mean())
    return Met(
        said,
        seen,
        found=sum(matched(a, b) for a, b in zip(said, seen, strict=True)),
        agreement=float(((heights > 0) == (read > 0)).mean()),
        usual=max(yes, 1.0 - yes),
    )
