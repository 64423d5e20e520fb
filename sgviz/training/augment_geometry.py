"""Flips, turns, shifts, scales and rotations of images, as one matrix and one reading.

Karras et al. 2020, arXiv 2006.06676, section 2.4 and appendix B. A matrix says where
in the old image a pixel of the new one is read from, in pixels from the middle.
Reading gathers four neighbours, so it can be differentiated any number of times
(torch's own ``grid_sample`` cannot be differentiated twice). A pixel read from a
pixel is that pixel exactly; any other is interpolated between its four neighbours.
Beyond its border an image is reflected.
"""

import torch
from torch import Tensor


def affine(a: Tensor, b: Tensor, c: Tensor, d: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Matrices [N, 3, 3] with the rows (a, b, x), (c, d, y), (0, 0, 1); each [N]."""
    none, one = torch.zeros_like(a), torch.ones_like(a)
    return torch.stack((a, b, x, c, d, y, none, none, one), dim=1).view(-1, 3, 3)


def unflip(flipped: Tensor) -> Tensor:
    """Reads images that are mirrored where ``flipped`` (bool [N])."""
    one, none = torch.ones(len(flipped)), torch.zeros(len(flipped))
    return affine(torch.where(flipped, -1.0, 1.0), none, none, one, none, none)


def unturn(quarters: Tensor) -> Tensor:
    """Reads images turned by so many quarters (0 to 3, int [N]), exactly."""
    cosines, sines = torch.tensor([1.0, 0.0, -1.0, 0.0]), torch.tensor([0, 1.0, 0, -1])
    c, s = cosines[quarters], sines[quarters]
    none = torch.zeros_like(c)
    return affine(c, s, -s, c, none, none)


def unrotate(angle: Tensor) -> Tensor:
    """Reads images rotated by ``angle`` [N] radians, from the x axis to the y axis."""
    c, s, none = angle.cos(), angle.sin(), torch.zeros_like(angle)
    return affine(c, s, -s, c, none, none)


def unshift(x: Tensor, y: Tensor) -> Tensor:
    """Reads images moved by x and y pixels [N], to the right and down."""
    one, none = torch.ones_like(x), torch.zeros_like(x)
    return affine(one, none, none, one, -x, -y)


def unscale(x: Tensor, y: Tensor) -> Tensor:
    """Reads images made larger by the factors x and y [N]."""
    none = torch.zeros_like(x)
    return affine(1.0 / x, none, none, 1.0 / y, none, none)


def read(images: Tensor, matrix: Tensor) -> Tensor:
    """Images [N, C, H, W] read where ``matrix`` [N, 3, 3] says; of the same shape."""
    n, channels, height, width = images.shape
    x, y = _places(matrix, height, width)
    left, top = x.floor(), y.floor()
    right_share = (x - left).to(images.dtype)[:, None]
    lower_share = (y - top).to(images.dtype)[:, None]
    columns = [reflected(left.long() + i, width) for i in (0, 1)]
    rows = [reflected(top.long() + i, height) * width for i in (0, 1)]
    flat = images.reshape(n, channels, height * width)

    def corner(row: Tensor, column: Tensor) -> Tensor:
        index = (row + column)[:, None].expand(-1, channels, -1)
        return flat.gather(2, index)

    upper, lower = (
        # Not lerp: what has no share must not count, even where it is rounded.
        corner(row, columns[0]) * (1.0 - right_share)
        + corner(row, columns[1]) * right_share
        for row in rows
    )
    return (upper * (1.0 - lower_share) + lower * lower_share).view_as(images)


def reflected(index: Tensor, size: int) -> Tensor:
    """Indices of any size within 0 ... size - 1, mirrored at the outer pixels."""
    last = size - 1
    return last - (index.remainder(2 * last) - last).abs()


def _places(matrix: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Where each pixel is read: x and y [N, H W], counted from the first pixel."""
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    across = (torch.arange(width, device=matrix.device) - middle_x).repeat(height)
    down = torch.arange(height, device=matrix.device) - middle_y
    down = down.repeat_interleave(width)
    # No matrix product: on a GPU that may round to ten bits, less than a pixel.
    x, y = (
        matrix[:, i, :1] * across + matrix[:, i, 1:2] * down + matrix[:, i, 2:]
        for i in (0, 1)
    )
    return x + middle_x, y + middle_y
