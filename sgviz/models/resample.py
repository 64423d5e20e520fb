"""Resampling by two with the [1, 3, 3, 1] filter, in each direction.

All of it is linear, and each operation's gradient is another of them, so it can be
differentiated any number of times. Alignment: Karras et al. 2020, arXiv 1912.04958,
and Zhang 2019, arXiv 1904.11486.

The gradients are spelled out because torch's own are slower, by far where a strided
depthwise convolution in bf16 is differentiated. Of depthwise, separable, averaging
and shifted forms of the filter the depthwise convolution is the fastest.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

TAPS = (0.125, 0.375, 0.375, 0.125)


def fir(x: Tensor, padding: int, gain: float = 1.0) -> Tensor:
    """Filter x [N, C, H, W] with ``padding`` (0 to 3) zeros a side; sum: gain.

    Result [N, C, H + 2 padding - 3, W + 2 padding - 3].
    """
    filtered: Tensor = _Fir.apply(x, padding, gain)  # type: ignore[no-untyped-call]
    return filtered


def upsample(x: Tensor) -> Tensor:
    """Picture x [N, C, H, W] -> [N, C, 2H, 2W], zero beyond its border.

    Each new pixel is (9, 3, 3, 1) / 16 of its four nearest old ones: bilinear
    interpolation, but for the border.
    """
    larger: Tensor = _Up.apply(x)  # type: ignore[no-untyped-call]
    return larger


def downsample(x: Tensor) -> Tensor:
    """Half of x [N, C, H, W]: [N, C, H / 2, W / 2], each pixel of 4x4 old ones."""
    smaller: Tensor = _Down.apply(x)  # type: ignore[no-untyped-call]
    return smaller


class _Fir(torch.autograd.Function):
    """The filter is symmetric: its transpose is itself, with 3 - padding."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, padding: int, gain: float) -> Tensor:
        ctx.padding, ctx.gain = padding, gain
        return _depthwise(x, padding, stride=1, gain=gain)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        return fir(grads[0], 3 - ctx.padding, ctx.gain), None, None


class _Down(torch.autograd.Function):
    """Its transpose spreads each number over 4x4 pixels, which is upsample / 4."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return _depthwise(x, padding=1, stride=2, gain=1.0)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        return upsample(grads[0]) * 0.25


class _Up(torch.autograd.Function):
    """Its transpose is downsample times 4."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        padded = F.pad(x, (1, 1, 1, 1))
        larger = F.interpolate(padded, scale_factor=2.0, mode="bilinear")
        return larger[:, :, 2:-2, 2:-2]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        return downsample(grads[0]) * 4.0


def _depthwise(x: Tensor, padding: int, stride: int, gain: float) -> Tensor:
    taps = [[gain * a * b for b in TAPS] for a in TAPS]
    kernel = torch.tensor(taps, dtype=x.dtype, device=x.device)
    channels = x.shape[1]
    kernel = kernel.expand(channels, 1, 4, 4)
    return F.conv2d(x, kernel, stride=stride, padding=padding, groups=channels)
