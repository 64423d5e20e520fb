"""Portraits: an endless, seeded set of drawn faces whose every factor is known.

The data set that a generator is trained on with no download. ``draw`` turns rows of
factors into images; ``Portraits`` numbers the images of a seed.
"""

import torch
from torch import Tensor

from sgviz.training import portrait_parts as parts
from sgviz.training.face_shapes import Canvas, turned
from sgviz.training.factors import (
    COLUMN,
    FACTORS,
    Traits,
    numbered_factors,
    sample_factors,
)
from sgviz.training.palettes import colours_of
from sgviz.training.portrait_hair import (
    hair_of,
    paint_hair_behind,
    paint_hair_in_front,
)

__all__ = ["FACTORS", "Portraits", "draw", "sample_factors"]

SIZES = tuple(2**k for k in range(4, 11))
# Pixels painted at once: enough to keep torch busy, few enough for small memory.
CHUNK_PIXELS = 16 * 64 * 64
# Where the features of a face can be, over every tilt and position.
EYES = (-0.80, -0.68, 0.80, 0.42)
LOWER = (-0.70, -0.36, 0.70, 0.70)
BODY = (-1.0, 0.05, 1.0, 1.0)


def draw(factors: Tensor, size: int) -> Tensor:
    """Draw portraits.

    ``factors`` is float32 [N, F] in the order of ``FACTORS``; ``size`` a power of
    two from 16 to 1024. Returns float32 [N, 3, size, size] in [-1, 1], sRGB,
    in channels-last memory. Raises ValueError for another size or width.
    """
    _check_size(size)
    if factors.ndim != 2 or factors.shape[1] != len(FACTORS):
        raise ValueError(
            f"a portrait is drawn from {len(FACTORS)} factors a row, "
            f"not from an array of shape {tuple(factors.shape)}"
        )
    image = torch.empty(len(factors), 3, size, size)
    image = image.contiguous(memory_format=torch.channels_last)
    step = max(1, CHUNK_PIXELS // (size * size))
    with torch.no_grad():
        for k in range(0, len(factors), step):
            chunk = _painted(factors[k : k + step].float().cpu(), size)
            image[k : k + step] = chunk.mul_(2).sub_(1)
    return image


def _check_size(size: int) -> None:
    """ValueError, in one sentence, unless portraits can be drawn in this size."""
    if size not in SIZES:
        raise ValueError(
            f"a portrait's size is a power of two from 16 to 1024, not {size}"
        )


def _painted(factors: Tensor, size: int) -> Tensor:
    """One chunk, [N, 3, size, size] in [0, 1]."""
    traits = Traits(factors)
    colours = colours_of(
        skin_tone=factors[:, COLUMN["skin_tone"]],
        hair_colour=factors[:, COLUMN["hair_colour"]],
        iris_colour=factors[:, COLUMN["iris_colour"]],
        lip_colour=factors[:, COLUMN["lip_colour"]],
        clothes_colour=factors[:, COLUMN["clothes_colour"]],
        background=factors[:, COLUMN["background"]],
    )
    page = _page(len(factors), size)
    head = _head(page, traits)
    hair = hair_of(head, traits)
    parts.paint_background(page, colours)
    paint_hair_behind(head, hair, colours)
    parts.paint_body(page.window(*BODY), traits, colours)
    parts.paint_face(head, hair.front, traits, colours)
    eyes, lower = head.window(*EYES), head.window(*LOWER)
    parts.paint_cheeks(lower, traits, colours)
    parts.paint_nose(lower, traits, colours)
    parts.paint_mouth(lower, traits, colours)
    parts.paint_eyes(eyes, traits, colours)
    parts.paint_brows(eyes, traits, colours)
    paint_hair_in_front(head, hair, traits, colours)
    parts.paint_glasses(eyes, traits)
    return page.image


def _page(count: int, size: int) -> Canvas:
    """A blank canvas in the image's own coordinates."""
    axis = (torch.arange(size) + 0.5) * (2 / size) - 1
    x = axis[None, None, :].expand(1, size, size)
    y = axis[None, :, None].expand(1, size, size)
    return Canvas(torch.empty(count, 3, size, size), x, y, 2 / size)


def _head(page: Canvas, traits: Traits) -> Canvas:
    """The same canvas in the coordinates of the head: moved, then turned."""
    x, y = turned(
        page.x - traits["position_x"],
        page.y + 0.10 - traits["position_y"],
        traits["tilt"],
    )
    return Canvas(page.image, x, y, page.pixel)


class Portraits:
    """The endless set of portraits of one seed, by the number of the image.

    Image k depends on (``seed``, k) alone, whatever batch it is asked for in.
    """

    def __init__(self, size: int, seed: int) -> None:
        """``size`` is a power of two from 16 to 1024; ValueError for another."""
        _check_size(size)
        self.size = size
        self.seed = seed

    def factors(self, first_index: int, count: int) -> Tensor:
        """The factors of ``count`` images from ``first_index``, float32 [count, F]."""
        return numbered_factors(self.seed, first_index, count)

    def batch(self, first_index: int, count: int) -> Tensor:
        """``count`` images from ``first_index``, as ``draw`` returns them."""
        return draw(self.factors(first_index, count), self.size)
