"""Brightness, contrast, luma, hue and saturation of images, as one 4x4 matrix.

Karras et al. 2020, arXiv 2006.06676, section 2.4 and appendix B. Colours are columns
(r, g, b, 1) with 0 for the middle grey; the axis of luma is (1, 1, 1) / sqrt(3).
"""

import math

import torch
from torch import Tensor

# Projects colours on the axis of luma, and turns them by a quarter around it.
GREY = torch.full((3, 3), 1.0 / 3.0)
AROUND = torch.tensor([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
AROUND = AROUND / math.sqrt(3.0)
ONE = torch.eye(3)


def brighten(by: Tensor) -> Tensor:
    """Adds ``by`` [N] to every colour: matrices [N, 4, 4], as from all of these."""
    matrix = torch.eye(4).repeat(len(by), 1, 1)
    matrix[:, :3, 3] = by[:, None]
    return matrix


def contrast(factor: Tensor) -> Tensor:
    """Multiplies every colour by ``factor`` [N]."""
    return _with_colours(ONE * factor[:, None, None])


def flip_luma(flipped: Tensor) -> Tensor:
    """Light becomes dark and hues stay, where ``flipped`` (bool [N])."""
    twice = torch.where(flipped, 2.0, 0.0)[:, None, None]
    return _with_colours(ONE - twice * GREY)


def rotate_hue(angle: Tensor) -> Tensor:
    """Turns colours by ``angle`` [N] radians around the axis of luma."""
    c, s = angle.cos()[:, None, None], angle.sin()[:, None, None]
    return _with_colours(ONE * c + GREY * (1.0 - c) + AROUND * s)


def saturate(factor: Tensor) -> Tensor:
    """Moves colours away from grey by ``factor`` [N]; 0 leaves luma alone."""
    f = factor[:, None, None]
    return _with_colours(ONE * f + GREY * (1.0 - f))


def recolour(images: Tensor, matrix: Tensor) -> Tensor:
    """Images [N, 3, H, W] with their colours multiplied by matrices [N, 4, 4]."""
    flat = images.reshape(len(images), 3, -1)
    return torch.baddbmm(matrix[:, :3, 3:], matrix[:, :3, :3], flat).view_as(images)


def _with_colours(colours: Tensor) -> Tensor:
    matrix = torch.eye(4).repeat(len(colours), 1, 1)
    matrix[:, :3, :3] = colours
    return matrix
