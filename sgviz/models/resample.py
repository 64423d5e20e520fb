"""Resampling by two with the [1, 3, 3, 1] filter, in each direction.

[1, 3, 3, 1] is [1, 1] convolved with itself three times, so the filter is three
averages over 2x2. All of it is linear and can be differentiated any number of
times. Alignment: Karras et al. 2020, arXiv 1912.04958, and Zhang 2019,
arXiv 1904.11486.
"""

from torch import Tensor
from torch.nn import functional as F


def fir(x: Tensor, padding: int) -> Tensor:
    """Filter x [N, C, H, W] with ``padding`` (0 to 3) zeros a side; sum 1.

    Result [N, C, H + 2 padding - 3, W + 2 padding - 3].
    """
    for i in range(3):
        x = F.avg_pool2d(x, 2, stride=1, padding=int(i < padding))
    return x


def upsample(x: Tensor) -> Tensor:
    """Picture x [N, C, H, W] -> [N, C, 2H, 2W], zero beyond its border.

    Each new pixel is (9, 3, 3, 1) / 16 of its four nearest old ones: bilinear
    interpolation, but for the border.
    """
    x = F.interpolate(F.pad(x, (1, 1, 1, 1)), scale_factor=2.0, mode="bilinear")
    return x[:, :, 2:-2, 2:-2]


def downsample(x: Tensor) -> Tensor:
    """Half the size, [N, C, H/2, W/2], of x [N, C, H, W]; each of 4x4 old pixels."""
    x = F.avg_pool2d(x, 2, stride=1, padding=1)
    return F.avg_pool2d(F.avg_pool2d(x, 2, stride=1), 2, stride=2)
