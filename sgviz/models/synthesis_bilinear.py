"""The synthesis of lucidrains/stylegan2-pytorch: ws -> image.

StyleGAN2's modulated convolutions and skips (arXiv 1912.04958, figure 7), with other
choices around them: bilinear upsampling, a row of ws for a whole resolution, one map of
uniform noise of which every layer takes a corner, colours that are blurred after each
doubling, pictures from 0 to 1. No equalized learning rate, no gains.
"""

import math
from collections.abc import Iterator
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgviz.models.layers import FullyConnected, draw_normal, leaky_relu, own_stream
from sgviz.models.modulated import demodulation
from sgviz.models.synthesis import (
    Entering,
    Feed,
    Noise,
    Noisy,
    Synthesis,
    SynthesisConfig,
    levels,
)

BLUR = (0.25, 0.5, 0.25)


def double(x: Tensor) -> Tensor:
    """Twice as large: x [N, C, H, W] -> [N, C, 2H, 2W], bilinear, borders repeated."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def blur(x: Tensor) -> Tensor:
    """Filter x [N, C, H, W] with [1, 2, 1] / 4 each way, mirrored at its border."""
    taps = x.new_tensor(BLUR)
    kernel = (taps[:, None] * taps).expand(x.shape[1], 1, 3, 3)
    return F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), kernel, groups=x.shape[1])


class NoisyConv(nn.Module):
    """Modulated 3x3 convolution, noise, bias, LeakyReLU.

    x [N, I, H, W], w [N, w_dim] -> [N, O, H, W]; the style is A w + b + 1.
    """

    def __init__(self, inputs: int, outputs: int, w_dim: int) -> None:
        super().__init__()
        self.affine = _affine(w_dim, inputs)
        self.weight = nn.Parameter(torch.empty(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.empty(outputs))
        self.noise_strength = nn.Parameter(torch.empty(outputs))

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer (arXiv 1502.01852): no noise."""
        self.affine.reset(generator)
        draw_normal(self.weight, generator, math.sqrt(2.0 / self.weight[0].numel()))
        with torch.no_grad():
            self.bias.zero_()
            self.noise_strength.zero_()

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """Outputs [N, O, H, W]; ``noise`` [N or 1, 1, H, W], None: none."""
        style = self.affine(w) + 1.0
        scale = demodulation(self.weight, style)
        bias = self.bias.to(x.dtype)
        if len(x) == 1 and not torch.is_grad_enabled():
            # Style and demodulation go into the weights.
            folded = self.weight * style[0][:, None, None]
            folded = folded.mul_(scale[0][:, None, None, None]).to(x.dtype)
            y = F.conv2d(x, folded, bias, padding=1)
        else:
            styled = x * style.to(x.dtype)[:, :, None, None]
            y = F.conv2d(styled, self.weight.to(x.dtype), padding=1)
            scale = scale.to(x.dtype)[:, :, None, None]
            y = torch.addcmul(bias[:, None, None], y, scale)
        if noise is not None:
            strength = self.noise_strength.to(x.dtype)[:, None, None]
            y = y.addcmul(noise.to(x.dtype), strength)
        return leaky_relu(y)


class Colours(nn.Module):
    """1x1 modulated convolution to colours: x [N, I, H, W] -> float32 [N, 3, H, W]."""

    def __init__(self, inputs: int, w_dim: int) -> None:
        super().__init__()
        self.affine = _affine(w_dim, inputs)
        self.weight = nn.Parameter(torch.empty(3, inputs, 1, 1))

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer."""
        self.affine.reset(generator)
        draw_normal(self.weight, generator, math.sqrt(2.0 / len(self.weight[0])))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Colours, neither demodulated nor biased."""
        style = self.affine(w) + 1.0
        weight = (self.weight[:, :, 0, 0] * style[:, None]).to(x.dtype)
        y = torch.matmul(weight, x.flatten(2)).to(w.dtype)
        return y.view(len(x), 3, *x.shape[2:])


class BilinearBlock(Noisy):
    """The layers of one resolution, all fed by one row."""

    def __init__(self, config: SynthesisConfig, level: int) -> None:
        super().__init__()
        channels, w_dim = config.channels, config.w_dim
        self.resolution = 4 << level
        self.conv0 = NoisyConv(channels[max(level - 1, 0)], channels[level], w_dim)
        self.conv1 = NoisyConv(channels[level], channels[level], w_dim)
        self.torgb = Colours(channels[level], w_dim)

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained block."""
        for layer in (self.conv0, self.conv1, self.torgb):
            layer.reset(generator)

    def loudness(self) -> float:
        """The learned strength, as root mean square over both layers' channels."""
        both = torch.cat((self.conv0.noise_strength, self.conv1.noise_strength))
        return float(both.detach().square().mean().sqrt())


class BilinearSynthesis(Synthesis):
    """The synthesis of lucidrains' networks: row r feeds the block ``b{4 << r}``."""

    def __init__(self, config: SynthesisConfig) -> None:
        super().__init__()
        self.config = config
        count, first = levels(config.resolution), config.channels[0]
        self.const = nn.Parameter(torch.empty(first, 4, 4))
        self.initial = nn.Conv2d(first, first, 3, padding=1)
        self.blocks = tuple(BilinearBlock(config, level) for level in range(count))
        for block in self.blocks:
            self.add_module(f"b{block.resolution}", block)
        self.noisy = self.blocks
        self.num_ws = count
        self.row_resolutions = tuple(block.resolution for block in self.blocks)
        self.row_names = tuple(f"{res}x{res}" for res in self.row_resolutions)

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network."""
        draw_normal(self.const, generator)
        weight = self.initial.weight
        draw_normal(weight, generator, math.sqrt(2.0 / weight[0].numel()))
        with torch.no_grad():
            assert self.initial.bias is not None
            self.initial.bias.zero_()
        for block in self.blocks:
            block.reset(generator)

    def affines(self, row: int) -> tuple[FullyConnected, ...]:
        """Of the two convolutions and the colours of a resolution (less 1 each)."""
        block = self.blocks[row]
        return (block.conv0.affine, block.conv1.affine, block.torgb.affine)

    def step(self, at: Entering, feed: Feed) -> Entering:
        """Walk one row: two convolutions, and the colours on those before."""
        block, x = self.blocks[at.row], at.x
        if x is None:
            const = self.const.expand(len(feed.w), -1, -1, -1)
            x = self.initial(const).to(feed.dtype)
            x = x.contiguous(memory_format=torch.channels_last)
        else:
            x = double(x)
        x = block.conv0(x, feed.w, feed.noise)
        x = block.conv1(x, feed.w, feed.noise)
        rgb = block.torgb(x, feed.w)
        if at.rgb is not None:
            rgb = rgb + at.rgb
        last = at.row == self.num_ws - 1
        # Its pictures go from 0 to 1.
        return Entering(at.row + 1, x, 2.0 * rgb - 1.0 if last else blur(double(rgb)))

    def _noise_maps(
        self,
        ws: Tensor,
        noise: Noise,
        strength: Tensor | None,
        generator: torch.Generator | None,
    ) -> list[Tensor | None]:
        """Corners of one uniform map: none is stored, so const is one of a seed."""
        if noise == "none":
            return [None] * self.num_ws
        maps = list(self._corners(ws, noise, generator))
        if strength is None:
            return [*maps]
        return [each * times for each, times in zip(maps, strength, strict=True)]

    def _corners(
        self, ws: Tensor, noise: Noise, generator: torch.Generator | None
    ) -> Iterator[Tensor]:
        """The map of each row, [N or 1, 1, r, r]."""
        if not isinstance(noise, str):
            yield from noise
            return
        size = self.config.resolution
        whole = _uniform(size)
        if noise == "random":
            if generator is None:
                raise ValueError("random noise needs a generator")
            shape = (len(ws), 1, size, size)
            whole = torch.rand(shape, generator=generator, device=generator.device)
        for res in self.row_resolutions:
            yield whole[:, :, :res, :res].to(ws.device)


@lru_cache(maxsize=2)
def _uniform(size: int) -> Tensor:
    """The map of the noise mode const, [1, 1, size, size]."""
    return torch.rand((1, 1, size, size), generator=own_stream(0, "noise map"))


def _affine(w_dim: int, outputs: int) -> FullyConnected:
    std = math.sqrt(2.0 / w_dim)
    return FullyConnected(w_dim, outputs, linear=True, weight_gain=1.0, stored_std=std)
