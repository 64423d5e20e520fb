"""The discriminator of StyleGAN2: residual blocks down to 4x4, then one logit.

Karras et al. 2020, arXiv 1912.04958, section 4.1 and figure 7 (residual);
minibatch standard deviation: arXiv 1710.10196, section 3.
"""

import math
from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor, nn
from torch.nn import functional as F

from sgviz.models.layers import (
    SQRT2,
    FullyConnected,
    draw_normal,
    leaky_relu,
    own_stream,
)
from sgviz.models.mapping import FROZEN
from sgviz.models.resample import downsample, fir
from sgviz.models.synthesis import Channels, Resolution, check_channels, levels


@dataclass(frozen=True, config=FROZEN)
class DiscriminatorConfig:
    """Sizes of a discriminator; ``channels`` count from 4x4 upwards.

    ``mbstd_group`` images share a minibatch standard deviation (a batch must be
    a multiple of it, or smaller); ``mbstd_features`` are its channels, 0: none.
    """

    resolution: Resolution = 64
    channels: Channels = (128, 128, 128, 64, 32)
    mbstd_group: Annotated[int, Field(ge=1, le=256)] = 4
    mbstd_features: Annotated[int, Field(ge=0, le=64)] = 1

    def __post_init__(self) -> None:
        check_channels(self.resolution, self.channels)


def minibatch_std(x: Tensor, group: int, features: int = 1) -> Tensor:
    """How much the images of a group differ: [N, features, H, W], for appending.

    x [N, C, H, W]. Images n, n + N/group, n + 2N/group ... are a group; the
    standard deviations over it are averaged over pixels and C / features
    channels.

    Raises
    ------
    ValueError
        N is no multiple of the group, or C none of the features.
    """
    n, c, h, w = x.shape
    group = min(group, n)
    if n % group or c % features:
        raise ValueError(
            f"{n} images of {c} channels do not split into groups of {group} "
            f"and {features} features"
        )
    y = x.float() if x.dtype == torch.bfloat16 else x
    y = y.reshape(group, n // group, features, c // features, h, w)
    variance = (y - y.mean(dim=0)).square().mean(dim=0)
    spread = (variance + 1e-8).sqrt().mean(dim=(2, 3, 4))
    return spread.to(x.dtype).repeat(group, 1)[:, :, None, None].expand(-1, -1, h, w)


class Convolution(nn.Module):
    """k x k convolution of equalized learning rate; optionally bias and LeakyReLU.

    x [N, I, H, W] -> [N, O, H, W], or [N, O, H/2, W/2] if ``down``. ``gain``
    multiplies the result.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        size: int,
        *,
        down: bool = False,
        linear: bool = False,
        gain: float = SQRT2,
    ) -> None:
        super().__init__()
        self.size, self.down, self.gain = size, down, gain
        self.weight_gain = gain / math.sqrt(inputs * size * size)
        self.weight = nn.Parameter(torch.empty(outputs, inputs, size, size))
        self.bias = None if linear else nn.Parameter(torch.empty(outputs))

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer."""
        draw_normal(self.weight, generator)
        if self.bias is not None:
            with torch.no_grad():
                self.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [N, O, H, W], or half that size if down, of x [N, I, H, W]."""
        weight = (self.weight * self.weight_gain).to(x.dtype)
        if self.bias is None:
            return F.conv2d(downsample(x) if self.down else x, weight)
        bias = (self.bias * self.gain).to(x.dtype)
        if self.down:
            y = F.conv2d(fir(x, 2), weight, bias, stride=2)
        else:
            y = F.conv2d(x, weight, bias, padding=self.size // 2)
        return leaky_relu(y)


class ResidualBlock(nn.Module):
    """x [N, I, H, W] -> [N, O, H/2, W/2]; the first block also takes the image in."""

    def __init__(self, inputs: int, outputs: int, *, first: bool) -> None:
        super().__init__()
        half = math.sqrt(0.5)
        self.fromrgb = Convolution(3, inputs, 1) if first else None
        self.conv0 = Convolution(inputs, inputs, 3)
        self.conv1 = Convolution(inputs, outputs, 3, down=True, gain=1.0)
        self.skip = Convolution(inputs, outputs, 1, down=True, linear=True, gain=half)

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained block."""
        for layer in (self.fromrgb, self.conv0, self.conv1, self.skip):
            if layer is not None:
                layer.reset(generator)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [N, O, H/2, W/2] of x [N, I, H, W], first of all an image."""
        if self.fromrgb is not None:
            x = self.fromrgb(x)
        y: Tensor = self.conv1(self.conv0(x)) + self.skip(x)
        return y


class Epilogue(nn.Module):
    """x [N, C, 4, 4] -> logits [N], in float32 but for the convolution's input."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        c = config.channels[0]
        self.group, self.features = config.mbstd_group, config.mbstd_features
        self.conv = Convolution(c + self.features, c, 3)
        self.fc = FullyConnected(c * 16, c)
        self.out = FullyConnected(c, 1, linear=True)

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained epilogue."""
        for layer in (self.conv, self.fc, self.out):
            layer.reset(generator)

    def forward(self, x: Tensor) -> Tensor:
        """Logits [N] of x [N, C, 4, 4]."""
        x = x.to(self.conv.weight.dtype)
        if self.features:
            x = torch.cat((x, minibatch_std(x, self.group, self.features)), dim=1)
        logits: Tensor = self.out(self.fc(self.conv(x).flatten(1)))
        return logits[:, 0]


class Discriminator(nn.Module):
    """image [N, 3, R, R] in [-1, 1] -> logits [N]: above 0 means real.

    Twice differentiable (the R1 penalty differentiates its gradient). The blocks
    are ``b{R}`` ... ``b8``, then ``b4``; the same ``seed``, the same weights.
    """

    def __init__(self, config: DiscriminatorConfig, seed: int | None = 0) -> None:
        super().__init__()
        self.config = config
        top = levels(config.resolution) - 1
        sizes = [config.channels[i - 1 : i + 1] for i in range(top, 0, -1)]
        self.blocks = tuple(
            ResidualBlock(inputs, outputs, first=i == 0)
            for i, (outputs, inputs) in enumerate(sizes)
        )
        for i, block in enumerate(self.blocks):
            self.add_module(f"b{config.resolution >> i}", block)
        self.b4 = Epilogue(config)
        if seed is not None:
            self.reset(own_stream(seed, "d"))

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network."""
        for block in self.blocks:
            block.reset(generator)
        self.b4.reset(generator)

    def forward(self, image: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Logits, float32 [N], of images [N, 3, R, R]; ``dtype`` is the blocks'."""
        x = image.to(dtype).contiguous(memory_format=torch.channels_last)
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.b4(x)
        return logits
