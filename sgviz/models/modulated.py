"""Convolutions that a style modulates, and the layers of the StyleGAN2 synthesis.

Karras et al. 2020, arXiv 1912.04958, equations 1 to 3. Scaling the input by the
style and the output by the demodulation, around one plain convolution, equals a
convolution with modulated weights, and one convolution then serves a batch.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgviz.models.layers import SQRT2, FullyConnected, draw_normal, leaky_relu
from sgviz.models.resample import fir, fir_plus
from sgviz.models.synthesis import Noisy
from sgviz.models.winograd import convolve_rows, kernels_of, pays


def squares_of(weight: Tensor) -> Tensor:
    """The squared length of each kernel of ``weight`` [O, I, k, k]: [O, I]."""
    # As a matrix product: three times as fast as a sum over pairs of short axes.
    return weight.square().flatten(2) @ weight.new_ones(weight[0, 0].numel())


def demodulation(
    weight: Tensor, style: Tensor, squares: Tensor | None = None
) -> Tensor:
    """1 / (length of each modulated filter): [N, O] (equation 3).

    ``weight`` [O, I, k, k], ``style`` [N, I]; ``squares`` are :func:`squares_of` the
    weight where they are known.
    """
    squares = squares_of(weight) if squares is None else squares
    return (style.square() @ squares.t() + 1e-8).rsqrt()


def laid_out(weight: Tensor, *, up: bool) -> Tensor:
    """A weight [O, I, 3, 3] in the order of memory in which a convolution wants it."""
    last = torch.channels_last
    if not up:
        return weight.contiguous(memory_format=last)
    return weight.transpose(0, 1).contiguous(memory_format=last).transpose(0, 1)


def convolve(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    kernels: Tensor | None = None,
    *,
    up: bool,
) -> Tensor:
    """3x3 convolution of x [N, I, H, W] -> [N, O, H, W], or [N, O, 2H, 2W] if up.

    Upwards it is the transposed convolution of stride 2, then the filter times 4.
    That is faster than both in one, be it as four phases of 3x3 or as a
    convolution of the upsampled input: those multiply four times as much. With a
    ``bias`` it is not to be differentiated. ``kernels`` are :func:`kernels_of` the
    weight where they are known.
    """
    if not up and pays(x, weight):
        y = convolve_rows(x, kernels_of(weight) if kernels is None else kernels)
        return y if bias is None else y.add_(bias[:, None, None])
    if not up:
        return F.conv2d(x, weight, bias, padding=1)
    y = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    if bias is None:
        return fir(y, padding=1, gain=4.0)
    return fir_plus(y, bias, padding=1, gain=4.0)


def modulated_conv(
    x: Tensor,
    weight: Tensor,
    style: Tensor,
    bias: Tensor,
    squares: Tensor | None = None,
    kernels: Tensor | None = None,
    *,
    up: bool,
) -> Tensor:
    """Modulated and demodulated convolution times sqrt(2), then bias, for a batch.

    x [N, I, H, W], ``weight`` [O, I, 3, 3], ``style`` [N, I] -> [N, O, R, R].
    ``squares`` as in :func:`demodulation`, ``kernels`` as in :func:`convolve`.
    """
    scale = (demodulation(weight, style, squares) * SQRT2).to(x.dtype)
    styled = x * style.to(x.dtype)[:, :, None, None]
    y = convolve(styled, weight.to(x.dtype), None, kernels, up=up)
    return torch.addcmul(bias[:, None, None], y, scale[:, :, None, None])


def folded_conv(
    x: Tensor,
    weight: Tensor,
    style: Tensor,
    bias: Tensor,
    squares: Tensor | None = None,
    *,
    up: bool,
) -> Tensor:
    """What :func:`modulated_conv` computes, for one image and without gradients.

    Style, demodulation and gain go into the weights, not over the activations.
    """
    scale = demodulation(weight, style, squares) * SQRT2
    folded = weight * style[0][:, None, None]
    folded = folded.mul_(scale[0][:, None, None, None]).to(x.dtype)
    return convolve(x, folded, bias, up=up)


class ModulatedConv(Noisy):
    """Modulated 3x3 convolution, noise, bias, LeakyReLU times sqrt(2).

    x [N, I, H, W], w [N, w_dim] -> [N, O, R, R] with R = H, or 2 H if ``up``.
    Once it is settled, ``squares`` [O, I] of the weights are known, and ``kernels``
    where they are used.
    """

    squares: Tensor | None
    kernels: Tensor | None

    def __init__(
        self,
        inputs: int,
        outputs: int,
        w_dim: int,
        resolution: int,
        *,
        up: bool = False,
        clamp: float | None = None,
    ) -> None:
        super().__init__()
        self.up, self.resolution, self.clamp = up, resolution, clamp
        self.affine = FullyConnected(w_dim, inputs, linear=True, bias_init=1.0)
        self.weight = nn.Parameter(torch.empty(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.empty(outputs))
        self.noise_strength = nn.Parameter(torch.empty(()))
        self.register_buffer("noise_const", torch.empty(resolution, resolution))
        for known in ("squares", "kernels"):
            self.register_buffer(known, None, persistent=False)

    @torch.no_grad()
    def settle(self) -> None:
        """Lay the weights out and make of them what every image needs, once.

        For a network that is not trained: its weights stay what they are. Were it to
        be trained after all, what is known of them would not be used.
        """
        self.squares = squares_of(self.weight)
        weight = self.weight.data = laid_out(self.weight.data, up=self.up)
        entering = weight.new_empty(()).expand(
            1, weight.shape[1], self.resolution, self.resolution
        )
        if not self.up and not self._folds(entering) and pays(entering, weight):
            self.kernels = kernels_of(weight)

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer: no noise, no bias."""
        self.affine.reset(generator)
        draw_normal(self.weight, generator)
        draw_normal(self.noise_const, generator)
        with torch.no_grad():
            self.bias.zero_()
            self.noise_strength.zero_()

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """Outputs [N, O, R, R] of x [N, I, H, W], w [N, w_dim].

        ``noise`` [N or 1, 1, R, R] is multiplied by the learned strength; None: none.
        """
        style = self.affine(w)
        bias = (self.bias * SQRT2).to(x.dtype)
        squares = kernels = None
        if not self.weight.requires_grad:
            squares, kernels = self.squares, self.kernels
        if self._folds(x):
            y = folded_conv(x, self.weight, style, bias, squares, up=self.up)
        else:
            y = modulated_conv(
                x, self.weight, style, bias, squares, kernels, up=self.up
            )
        if noise is not None:
            y = y.add_((noise * (self.noise_strength * SQRT2)).to(x.dtype))
        y = leaky_relu(y)
        return y if self.clamp is None else y.clamp_(-self.clamp, self.clamp)

    def _folds(self, x: Tensor) -> bool:
        """Whether passes over the weights are cheaper than those over x and y."""
        alone = len(x) == 1 and not torch.is_grad_enabled()
        return alone and x.numel() >= self.weight.numel()


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to colours, neither demodulated nor activated.

    x [N, I, R, R], w [N, w_dim] -> [N, 3, R, R].
    """

    def __init__(self, inputs: int, w_dim: int, clamp: float | None = None) -> None:
        super().__init__()
        self.clamp = clamp
        self.affine = FullyConnected(w_dim, inputs, linear=True, bias_init=1.0)
        self.weight = nn.Parameter(torch.empty(3, inputs, 1, 1))
        self.bias = nn.Parameter(torch.empty(3))
        self.gain = 1.0 / math.sqrt(inputs)

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer."""
        self.affine.reset(generator)
        draw_normal(self.weight, generator)
        with torch.no_grad():
            self.bias.zero_()

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Colours, float32 [N, 3, R, R], of x [N, I, R, R] of any float type."""
        n, channels, height, width = x.shape
        style = self.affine(w) * self.gain
        # One small matrix an image, instead of a pass over x and a convolution.
        weight = (self.weight[:, :, 0, 0] * style[:, None]).to(x.dtype)
        pixels = x.permute(0, 2, 3, 1).reshape(n, height * width, channels)
        y = torch.matmul(pixels, weight.transpose(1, 2)).to(w.dtype) + self.bias
        y = y.view(n, height, width, 3).permute(0, 3, 1, 2)
        return y if self.clamp is None else y.clamp(-self.clamp, self.clamp)
