"""The StyleGAN1 synthesis: a learned constant, instance norm and a style a layer.

Karras et al. 2019, arXiv 1812.04948, figure 1 (b) and appendix C. A layer is: 3x3
convolution, a blur where it doubles the resolution, noise, bias, LeakyReLU, instance
norm, style. The constant goes through the same without a convolution; colours are
made once, at the end.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgviz.models.layers import SQRT2, FullyConnected, draw_normal, leaky_relu
from sgviz.models.resample import blur, box
from sgviz.models.synthesis import (
    Entering,
    Feed,
    Noisy,
    Synthesis,
    SynthesisConfig,
    levels,
)

# From here on the original doubles by a transposed convolution, whose kernels lie the
# other way round than those of a convolution of the enlarged picture.
TRANSPOSED_FROM = 128
# It divides each channel by sqrt(variance + this).
EPSILON = 1e-8


def enlarge(x: Tensor, weight: Tensor, *, transposed: bool) -> Tensor:
    """Double x [N, I, H, W], convolve with ``weight`` [O, I, 3, 3], blur.

    Each pixel becomes 2x2 equal ones; their convolution is a transposed convolution
    of stride 2 and the sum of each 2x2 neighbours of it, a quarter of the work.
    ``transposed``: the weight is meant for that already, else it is turned around.
    """
    kernel = weight if transposed else weight.flip(2, 3)
    return blur(box(F.conv_transpose2d(x, kernel.transpose(0, 1), stride=2)))


def restyle(x: Tensor, style: Tensor, epsilon: float = EPSILON) -> Tensor:
    """AdaIN: each channel of x at mean 0 and variance 1, times (s0 + 1), plus s1.

    x [N, C, H, W], ``style`` [N, 2 C]: all s0, then all s1 (equation 1).
    """
    scale, shift = style.chunk(2, dim=1)
    if len(x) == 1 and not torch.is_grad_enabled():
        # A batch of one is its own statistics, and torch has that in two passes.
        return F.batch_norm(
            x, None, None, scale[0] + 1.0, shift[0], training=True, eps=epsilon
        )
    # Over rows of channels: torch.var_mean of this layout takes ten times as long.
    pixels = x.permute(0, 2, 3, 1).flatten(1, 2).to(style.dtype)
    mean = pixels.mean(dim=1)
    variance = (pixels - mean[:, None]).square().mean(dim=1)
    scale = (scale + 1.0) * (variance + epsilon).rsqrt()
    shift = torch.addcmul(shift, mean, scale, value=-1.0)
    scale, shift = scale.to(x.dtype), shift.to(x.dtype)
    return torch.addcmul(shift[:, :, None, None], x, scale[:, :, None, None])


class StyledLayer(Noisy):
    """What every row feeds: [convolution, blur,] noise, bias, LeakyReLU, AdaIN.

    ``inputs`` None: no convolution. x [N, I, H, W], w [N, w_dim] -> [N, O, R, R] with
    R = H, or 2 H if ``up``. ``noise_strength`` has a number for each channel.
    """

    def __init__(
        self,
        inputs: int | None,
        outputs: int,
        w_dim: int,
        resolution: int,
        *,
        up: bool = False,
    ) -> None:
        super().__init__()
        self.up, self.resolution = up, resolution
        self.weight: nn.Parameter | None = None
        self.gain = 1.0
        if inputs is not None:
            self.weight = nn.Parameter(torch.empty(outputs, inputs, 3, 3))
            self.gain = SQRT2 / math.sqrt(9 * inputs)
        self.bias = nn.Parameter(torch.empty(outputs))
        self.affine = FullyConnected(w_dim, 2 * outputs, linear=True)
        self.noise_strength = nn.Parameter(torch.empty(outputs))
        self.register_buffer("noise_const", torch.empty(resolution, resolution))

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer: no noise, no bias."""
        if self.weight is not None:
            draw_normal(self.weight, generator)
        self.affine.reset(generator)
        draw_normal(self.noise_const, generator)
        with torch.no_grad():
            self.bias.zero_()
            self.noise_strength.zero_()

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """Outputs [N, O, R, R]; ``noise`` [N or 1, 1, R, R], None: none.

        All is computed without the convolution's gain: LeakyReLU is homogeneous,
        and the norm takes a factor out again, but for its epsilon.
        """
        y = self._convolved(x)
        y = y.add_((self.bias / self.gain)[:, None, None].to(x.dtype))
        if noise is not None:
            strength = (self.noise_strength / self.gain)[:, None, None].to(x.dtype)
            y = y.addcmul_(noise.to(x.dtype), strength)
        return restyle(leaky_relu(y), self.affine(w), EPSILON / self.gain**2)

    def _convolved(self, x: Tensor) -> Tensor:
        if self.weight is None:
            return x.clone()
        weight = self.weight.to(x.dtype)
        if not self.up:
            return F.conv2d(x, weight, padding=1)
        return enlarge(x, weight, transposed=self.resolution >= TRANSPOSED_FROM)


class StyledBlock(nn.Module):
    """The two layers of one resolution; 4x4 begins with a learned constant."""

    def __init__(self, config: SynthesisConfig, level: int) -> None:
        super().__init__()
        res, outputs, w_dim = 4 << level, config.channels[level], config.w_dim
        self.resolution = res
        inputs = config.channels[level - 1] if level else None
        if level == 0:
            self.const = nn.Parameter(torch.empty(outputs, res, res))
        self.conv0 = StyledLayer(inputs, outputs, w_dim, res, up=level > 0)
        self.conv1 = StyledLayer(outputs, outputs, w_dim, res)

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained block; the constant is 1."""
        if self.resolution == 4:
            with torch.no_grad():
                self.const.fill_(1.0)
        self.conv0.reset(generator)
        self.conv1.reset(generator)


class Colours(nn.Module):
    """1x1 convolution to colours, without a style: x [N, I, R, R] -> [N, 3, R, R]."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(3, inputs, 1, 1))
        self.bias = nn.Parameter(torch.empty(3))
        self.gain = 1.0 / math.sqrt(inputs)

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer."""
        draw_normal(self.weight, generator)
        with torch.no_grad():
            self.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Colours, in the precision of the weights, of x of any float type."""
        weight = (self.weight[:, :, 0, 0] * self.gain).to(x.dtype)
        y = torch.matmul(x.permute(0, 2, 3, 1), weight.t()).to(self.bias.dtype)
        return (y + self.bias).permute(0, 3, 1, 2)


class AdainSynthesis(Synthesis):
    """The synthesis of StyleGAN1.

    ``blocks`` are named ``b4`` ... ``b{R}``; row r feeds layer r, two a resolution,
    and the last one the colours too.
    """

    def __init__(self, config: SynthesisConfig) -> None:
        super().__init__()
        self.config = config
        count = levels(config.resolution)
        self.blocks = tuple(StyledBlock(config, level) for level in range(count))
        for block in self.blocks:
            self.add_module(f"b{block.resolution}", block)
        self.torgb = Colours(config.channels[-1])
        layers = tuple(conv for b in self.blocks for conv in (b.conv0, b.conv1))
        self.layers = self.noisy = layers
        self.num_ws = 2 * count
        self.row_resolutions = tuple(layer.resolution for layer in layers)
        self.row_names = _row_names(self.row_resolutions)

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network."""
        for block in self.blocks:
            block.reset(generator)
        self.torgb.reset(generator)

    def affines(self, row: int) -> tuple[FullyConnected, ...]:
        """Of a row's layer: all scales (less the 1 that is added), all shifts."""
        return (self.layers[row].affine,)

    def step(self, at: Entering, feed: Feed) -> Entering:
        """Walk one row: its layer, and after the last the colours."""
        x = at.x
        if x is None:
            const = self.blocks[0].const.to(feed.dtype).expand(len(feed.w), -1, -1, -1)
            x = const.contiguous(memory_format=torch.channels_last)
        x = self.layers[at.row](x, feed.w, feed.noise)
        rgb = self.torgb(x) if at.row == self.num_ws - 1 else None
        return Entering(at.row + 1, x, rgb)


def _row_names(sizes: tuple[int, ...]) -> tuple[str, ...]:
    names = ["4x4, the constant", "4x4"]
    for res in sizes[2::2]:
        names += [f"{res}x{res}, from {res // 2}x{res // 2}", f"{res}x{res}"]
    return tuple(names)
