"""Signed distances and the canvas they are painted on, vectorised over a batch.

A shape is a signed distance [N, h, w]: negative inside, in the units of the
coordinates. Its coverage of a pixel is ``clamp(0.5 - distance / pixel, 0, 1)``, the
area of a half plane in the pixel, which is what antialiases every edge. Distances
after I. Quilez, "2D distance functions" (iquilezles.org); those of the ellipse and
of the band are first-order ones, exact to the eye near the outline.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

Number = Tensor | float


@dataclass(frozen=True, eq=False)
class Canvas:
    """A batch of images, or a window of one, with the coordinates of its pixels.

    ``image`` [N, 3, h, w] in [0, 1] is painted in place. ``x`` (right) and ``y``
    (down) are broadcastable to [N, h, w]; ``pixel`` is the width of a pixel.
    """

    image: Tensor
    x: Tensor
    y: Tensor
    pixel: float

    @property
    def side(self) -> Tensor:
        """-1 left and 1 right of the middle axis, for mirrored features."""
        return torch.where(self.x < 0, -1.0, 1.0)

    def window(self, left: float, top: float, right: float, bottom: float) -> "Canvas":
        """The part of a whole canvas inside a box given in the image's -1 ... 1."""
        rows = slice(*_span(top, bottom, self.image.shape[2]))
        columns = slice(*_span(left, right, self.image.shape[3]))
        return Canvas(
            self.image[:, :, rows, columns],
            self.x[:, rows, columns],
            self.y[:, rows, columns],
            self.pixel,
        )

    def cover(self, distance: Tensor, softness: Number = 0.0) -> Tensor:
        """The coverage [N, h, w] of a shape; ``softness`` widens its edge."""
        return (0.5 - distance / (self.pixel + softness)).clamp_(0, 1)

    def paint(self, cover: Tensor, colour: Tensor) -> None:
        """Lay a colour [N, 3] or [1, 3] over the image where ``cover`` says."""
        self.image.lerp_(colour[:, :, None, None], cover[:, None])

    def fill(self, distance: Tensor, colour: Tensor) -> None:
        """Paint a sharp shape in one colour."""
        self.paint(self.cover(distance), colour)


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    """The pixels from ``low`` to ``high`` of -1 ... 1, and one more on each side."""
    first = int((low + 1) / 2 * size) - 1
    return max(first, 0), min(int((high + 1) / 2 * size) + 2, size)


def ellipse(x: Tensor, y: Tensor, rx: Number, ry: Number) -> Tensor:
    """Distance to an ellipse around the origin: (k - 1) k / |grad|, k = |p / r|."""
    u, v = x / rx, y / ry
    k = torch.sqrt(u * u + v * v)
    u, v = u / rx, v / ry
    return k * (k - 1) / torch.sqrt(u * u + v * v).clamp_(min=1e-6)


def circle(x: Tensor, y: Tensor, radius: Number) -> Tensor:
    """Distance to a circle around the origin."""
    return torch.sqrt(x * x + y * y) - radius


def box(x: Tensor, y: Tensor, rx: Number, ry: Number, corner: Number) -> Tensor:
    """Distance to a box of half sides ``rx``, ``ry`` with round corners."""
    u, v = x.abs() - (rx - corner), y.abs() - (ry - corner)
    outside = torch.sqrt(u.clamp(min=0) ** 2 + v.clamp(min=0) ** 2)
    return outside + torch.maximum(u, v).clamp_(max=0) - corner


def capsule(
    x: Tensor, y: Tensor, half: Number, thick: Number, taper: Number = 0.0
) -> Tensor:
    """Distance to a lying stroke of half length ``half`` and radius ``thick``.

    ``taper`` takes that much off the radius at the right end.
    """
    along = (x / half).clamp(-1, 1)
    nearest = x - along * half
    radius = thick - (along + 1) * (0.5 * taper)
    return torch.sqrt(nearest * nearest + y * y) - radius


def union(a: Tensor, b: Tensor, blend: float) -> Tensor:
    """The smooth minimum: two shapes melted into one over a width ``blend``."""
    h = (blend - (a - b).abs()).clamp_(min=0)
    return torch.minimum(a, b) - h * h * (0.25 / blend)


def turned(x: Tensor, y: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
    """Coordinates seen from a frame turned clockwise on the screen by ``angle``."""
    c, s = torch.cos(angle), torch.sin(angle)
    return c * x + s * y, c * y - s * x
