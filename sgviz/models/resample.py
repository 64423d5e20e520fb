"""Resampling by two with the [1, 3, 3, 1] filter, and a blur with [1, 2, 1].

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

Taps = tuple[float, ...]
TAPS: Taps = (0.125, 0.375, 0.375, 0.125)
BLUR_TAPS: Taps = (0.25, 0.5, 0.25)
BOX_TAPS: Taps = (0.5, 0.5)


def fir(x: Tensor, padding: int, gain: float = 1.0) -> Tensor:
    """Filter x [N, C, H, W] with ``padding`` (0 to 3) zeros a side; sum: gain.

    Result [N, C, H + 2 padding - 3, W + 2 padding - 3].
    """
    filtered: Tensor = _Fir.apply(x, padding, gain)  # type: ignore[no-untyped-call]
    return filtered


def fir_plus(x: Tensor, bias: Tensor, padding: int, gain: float = 1.0) -> Tensor:
    """:func:`fir` plus ``bias`` [C] in one pass; not to be differentiated."""
    return _depthwise(x, padding, stride=1, gain=gain, bias=bias)


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


def blur(x: Tensor) -> Tensor:
    """Filter x [N, C, H, W] with [1, 2, 1] / 4 in each direction, zero beyond it."""
    blurred: Tensor = _Fir.apply(x, 1, 1.0, BLUR_TAPS)  # type: ignore[no-untyped-call]
    return blurred


def box(x: Tensor) -> Tensor:
    """The sum of each 2x2 neighbours: x [N, C, H, W] -> [N, C, H - 1, W - 1]."""
    summed: Tensor = _Fir.apply(x, 0, 4.0, BOX_TAPS)  # type: ignore[no-untyped-call]
    return summed


class _Fir(torch.autograd.Function):
    """k taps are symmetric: the transpose is the same, with k - 1 - padding."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, padding: int, gain: float, taps: Taps = TAPS
    ) -> Tensor:
        ctx.padding, ctx.gain, ctx.taps = padding, gain, taps
        return _depthwise(x, padding, stride=1, gain=gain, taps=taps)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        padding = len(ctx.taps) - 1 - ctx.padding
        back: Tensor = _Fir.apply(  # type: ignore[no-untyped-call]
            grads[0], padding, ctx.gain, ctx.taps
        )
        return back, None, None, None


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


def _depthwise(
    x: Tensor,
    padding: int,
    stride: int,
    gain: float,
    taps: Taps = TAPS,
    bias: Tensor | None = None,
) -> Tensor:
    outer = [[gain * a * b for b in taps] for a in taps]
    kernel = torch.tensor(outer, dtype=x.dtype, device=x.device)
    channels = x.shape[1]
    kernel = kernel.expand(channels, 1, len(taps), len(taps))
    return F.conv2d(x, kernel, bias, stride=stride, padding=padding, groups=channels)
