"""What a generator's samples may be and portraits are not: soft, noisy, or nonsense.

A reader that saw clean portraits alone would be as sure of anything else. Here are the
images with which it learns to doubt: portraits that were blurred, made smaller, written
as a JPEG writes them, or noisy, of which the factors hold still; and pictures in which
there is nothing to be read, given random factors, so that the best answer is the law
of each factor and a confidence of 0.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from sgviz.analysis.reader import resampled

BLOCK = 8


class Corruption:
    """Seeded corruptions of batches [N, 3, R, R] in [-1, 1], R a multiple of 8."""

    def __init__(self, seed: int) -> None:
        self.own = torch.Generator().manual_seed(seed)

    def softened(self, images: Tensor) -> Tensor:
        """Portraits that can still be read: a share of the batch for each harm."""
        images = images.clone()
        size, count = images.shape[-1], len(images)
        for share, side in ((0.30, size // 2), (0.08, size // 4)):
            part = self._some(count, share)
            images[part] = _smaller(images[part], side)
        for _ in range(2):
            part = self._some(count, 0.15)
            images[part] = blurred(images[part], 0.3 + 1.2 * self._one())
        part = self._some(count, 0.20)
        step = 0.02 + 0.25 * self._uniform(len(part))
        images[part] = quantised(images[part], step)
        part = self._some(count, 0.25)
        level = 0.08 * self._uniform(len(part))[:, None, None, None]
        images[part] += level * torch.randn(images[part].shape, generator=self.own)
        return images.clamp_(-1, 1)

    def nonsense(self, images: Tensor) -> Tensor:
        """As many pictures in which no factor can be read, made from ``images``."""
        kinds = (self._clouds, self._shuffled, self._melted)
        parts = torch.chunk(images, len(kinds))
        return torch.cat([make(part) for make, part in zip(kinds, parts, strict=False)])

    def _clouds(self, images: Tensor) -> Tensor:
        """Noise in several octaves, in the colours of a portrait."""
        n, size = len(images), images.shape[-1]
        fall = 0.3 + 0.6 * self._uniform(n)[:, None, None, None]
        clouds = torch.zeros_like(images)
        for octave in range(int(math.log2(size)) - 1):
            side = 4 << octave
            field = torch.randn(n, 3, side, side, generator=self.own)
            clouds += fall**octave * F.interpolate(field, (size, size), mode="bilinear")
        mean, std = images.mean((2, 3), keepdim=True), images.std((2, 3), keepdim=True)
        return (mean + 0.8 * std * clouds).clamp(-1, 1)

    def _shuffled(self, images: Tensor) -> Tensor:
        """The blocks of each portrait in another order, 4 x 4 or 8 x 8 of them."""
        n, size = len(images), images.shape[-1]
        cut = 4 if self._one() < 0.5 else 8
        side = size // cut
        blocks = F.unfold(images, side, stride=side)
        order = torch.rand(n, 1, cut * cut, generator=self.own).argsort(-1)
        moved = blocks.gather(2, order.expand_as(blocks))
        return F.fold(moved, (size, size), side, stride=side)

    def _melted(self, images: Tensor) -> Tensor:
        """Portraits bent so far that their places and lengths mean nothing."""
        n, size = len(images), images.shape[-1]
        bend = torch.randn(n, 2, 5, 5, generator=self.own)
        bend = F.interpolate(bend, (size, size), mode="bicubic", align_corners=True)
        reach = 0.20 + 0.25 * self._uniform(n)[:, None, None, None]
        straight = F.affine_grid(
            torch.eye(2, 3).expand(n, 2, 3), list(images.shape), align_corners=False
        )
        place = straight + (reach * bend).permute(0, 2, 3, 1)
        return F.grid_sample(
            images, place, padding_mode="reflection", align_corners=False
        )

    def _some(self, count: int, share: float) -> Tensor:
        drawn = torch.randperm(count, generator=self.own)
        return drawn[: max(1, round(share * count))]

    def _uniform(self, count: int) -> Tensor:
        return torch.rand(count, generator=self.own)

    def _one(self) -> float:
        return float(torch.rand((), generator=self.own))


def blurred(images: Tensor, sigma: float) -> Tensor:
    """A Gaussian filter of ``sigma`` pixels, the edges continued."""
    reach = math.ceil(2.5 * sigma)
    x = torch.arange(-reach, reach + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (x / sigma).square())
    kernel = (kernel / kernel.sum()).expand(3, 1, -1)
    padded = F.pad(images, (reach,) * 4, mode="replicate")
    across = F.conv2d(padded, kernel[:, :, None], groups=3)
    return F.conv2d(across, kernel[:, :, :, None], groups=3)


def quantised(images: Tensor, step: Tensor) -> Tensor:
    """What a JPEG does: blocks of 8x8 as cosines, the fine ones in coarse steps.

    ``step`` [N] is the step of the mean; it grows with the frequency.
    """
    n, c, size, _ = images.shape
    cut = size // BLOCK
    k = torch.arange(BLOCK, dtype=torch.float32)
    cosine = torch.cos(math.pi / BLOCK * (k[None] + 0.5) * k[:, None])
    cosine *= torch.where(k == 0, 1 / BLOCK, 2 / BLOCK).sqrt()[:, None]
    blocks = images.reshape(n, c, cut, BLOCK, cut, BLOCK).permute(0, 1, 2, 4, 3, 5)
    waves = cosine @ blocks @ cosine.T
    steps = step[:, None, None, None, None, None] * (1 + (k[:, None] + k) / 2)
    waves = (waves / steps).round() * steps
    blocks = cosine.T @ waves @ cosine
    return blocks.permute(0, 1, 2, 4, 3, 5).reshape(images.shape)


def _smaller(images: Tensor, side: int) -> Tensor:
    """Images as they are after a detour over ``side`` pixels."""
    size = images.shape[-1]
    return resampled(F.avg_pool2d(images, size // side), size)
