"""Augmentation of what the discriminator sees, and the probability that adapts.

Karras et al. 2020, arXiv 2006.06676: section 2.4 and appendix B (which changes, in
which order, how strong), section 3 (the rule). Each change is made with probability p
and all are two matrices an image; images for which none is drawn are as they were.
Where a rotation may come twice each comes with 1 - sqrt(1 - p), together with p.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.training import augment_colour as colour
from sgviz.training import augment_geometry as geometry

# A name with "?" decides whether the change of that name is made.
UNIFORM = (
    *("flip?", "flip", "turn?", "turn", "shift?", "shift x", "shift y", "scale?"),
    *("rotate?", "rotate", "stretch?", "rotate again?", "rotate again", "slide?"),
    *("brightness?", "contrast?", "luma?", "luma", "hue?", "hue", "saturation?"),
)
NORMAL = (
    *("scale", "stretch", "slide x", "slide y"),
    *("brightness", "contrast", "saturation"),
)
# In shares of the side, and in powers of two.
SHIFT, SLIDE, SCALE, STRETCH = 0.125, 0.125, 0.2, 0.2
BRIGHTNESS, CONTRAST, SATURATION = 0.2, 0.5, 1.0


@dataclass(frozen=True, eq=False)
class Draws:
    """The random numbers of N images, on the CPU: as many whatever is made of them.

    ``uniform`` [N, 21] in [0, 1) and ``normal`` [N, 7], a column for each name.
    """

    uniform: Tensor
    normal: Tensor

    @classmethod
    def of(cls, count: int, generator: torch.Generator) -> "Draws":
        """Draw for ``count`` images."""
        uniform = torch.rand(count, len(UNIFORM), generator=generator)
        return cls(uniform, torch.randn(count, len(NORMAL), generator=generator))

    def rows(self, which: slice) -> "Draws":
        """The numbers of some of the images."""
        return Draws(self.uniform[which], self.normal[which])

    def u(self, name: str) -> Tensor:
        """A column of uniform numbers [N]."""
        return self.uniform[:, UNIFORM.index(name)]

    def n(self, name: str) -> Tensor:
        """A column of normal numbers [N]."""
        return self.normal[:, NORMAL.index(name)]

    def chosen(self, name: str, p: float) -> Tensor:
        """Whether the change is made, for each image: bool [N]."""
        return self.u(f"{name}?") < p

    def power(self, name: str, p: float, spread: float) -> Tensor:
        """2^(spread n) [N] where the change is made, else exactly 1."""
        return torch.where(self.chosen(name, p), (spread * self.n(name)).exp2(), 1.0)

    def angle(self, name: str, p: float) -> Tensor:
        """An angle in [-pi, pi) [N] where the change is made, else exactly 0."""
        angle = (2.0 * self.u(name) - 1.0) * math.pi
        return torch.where(self.chosen(name, p), angle, 0.0)


def augment(images: Tensor, draws: Draws, p: float) -> Tensor:
    """Images [N, 3, R, R], each changed as its draws say; twice differentiable."""
    device = images.device
    places = places_of(draws, p, images.shape[2]).to(device)
    colours = colours_of(draws, p).to(device, images.dtype)
    return colour.recolour(geometry.read(images, places), colours)


def places_of(draws: Draws, p: float, side: int) -> Tensor:
    """Where each pixel is read [N, 3, 3]: the inverse of all changes, first first."""
    shifted, slid = draws.chosen("shift", p), draws.chosen("slide", p)
    again = 1.0 - math.sqrt(1.0 - p)
    scale, stretch = draws.power("scale", p, SCALE), draws.power("stretch", p, STRETCH)
    quarters = torch.where(draws.chosen("turn", p), 4.0 * draws.u("turn"), 0.0)

    def shift(name: str) -> Tensor:
        pixels = ((2.0 * draws.u(name) - 1.0) * SHIFT * side).round()
        return torch.where(shifted, pixels, 0.0)

    def slide(name: str) -> Tensor:
        return torch.where(slid, draws.n(name) * SLIDE * side, 0.0)

    matrix = geometry.unflip(draws.chosen("flip", p) & (draws.u("flip") < 0.5))
    for step in (
        geometry.unturn(quarters.long().clamp(max=3)),
        geometry.unshift(shift("shift x"), shift("shift y")),
        geometry.unscale(scale, scale),
        geometry.unrotate(draws.angle("rotate", again)),
        geometry.unscale(stretch, 1.0 / stretch),
        geometry.unrotate(draws.angle("rotate again", again)),
        geometry.unshift(slide("slide x"), slide("slide y")),
    ):
        matrix = matrix @ step
    return matrix


def colours_of(draws: Draws, p: float) -> Tensor:
    """The matrix of each image's colours [N, 4, 4]: all changes, the first first."""
    by = draws.n("brightness") * BRIGHTNESS
    matrix = colour.brighten(torch.where(draws.chosen("brightness", p), by, 0.0))
    luma = draws.chosen("luma", p) & (draws.u("luma") < 0.5)
    for step in (
        colour.contrast(draws.power("contrast", p, CONTRAST)),
        colour.flip_luma(luma),
        colour.rotate_hue(draws.angle("hue", p)),
        colour.saturate(draws.power("saturation", p, SATURATION)),
    ):
        matrix = step @ matrix
    return matrix


def adapted(p: float, sign: float, target: float, images: int, kimg: float) -> float:
    """The next p, in [0, 1], after ``images`` images with the mean sign of D(real).

    It grows while D is surer of what is real than ``target``, and shrinks else; from
    0 to 1 in ``kimg`` thousand images (section 3).
    """
    change = images / (1000.0 * kimg)
    if sign == target:
        return p
    return min(1.0, max(0.0, p + math.copysign(change, sign - target)))
