"""The StyleGAN2 synthesis with skip connections: ws -> image.

Karras et al. 2020, arXiv 1912.04958, figures 2 and 7. Row r feeds one convolution,
and an odd row first the colours of the resolution before.
"""

from itertools import pairwise

import torch
from torch import nn

from sgviz.models.layers import FullyConnected, draw_normal
from sgviz.models.modulated import ModulatedConv, ToRGB
from sgviz.models.resample import upsample
from sgviz.models.synthesis import (
    Entering,
    Feed,
    Synthesis,
    SynthesisConfig,
    levels,
)


class SynthesisBlock(nn.Module):
    """The layers of one resolution; 4x4 begins with a learned constant."""

    def __init__(self, config: SynthesisConfig, level: int) -> None:
        super().__init__()
        res, outputs = 4 << level, config.channels[level]
        self.resolution = res
        w_dim, clamp = config.w_dim, config.conv_clamp
        if level == 0:
            self.const = nn.Parameter(torch.empty(outputs, res, res))
        else:
            inputs = config.channels[level - 1]
            self.conv0 = ModulatedConv(
                inputs, outputs, w_dim, res, up=True, clamp=clamp
            )
        self.conv1 = ModulatedConv(outputs, outputs, w_dim, res, clamp=clamp)
        self.torgb = ToRGB(outputs, w_dim, clamp)

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained block."""
        if self.resolution == 4:
            draw_normal(self.const, generator)
        else:
            self.conv0.reset(generator)
        self.conv1.reset(generator)
        self.torgb.reset(generator)


class SkipSynthesis(Synthesis):
    """The synthesis of StyleGAN2.

    ``blocks`` are named ``b4`` ... ``b{R}``; ``convolutions[r]`` is what row r
    feeds, and the last row, the last tRGB's, has none.
    """

    def __init__(self, config: SynthesisConfig) -> None:
        super().__init__()
        self.config = config
        sizes = [4 << level for level in range(levels(config.resolution))]
        self.blocks = tuple(SynthesisBlock(config, i) for i in range(len(sizes)))
        for block in self.blocks:
            self.add_module(f"b{block.resolution}", block)
        later = (conv for b in self.blocks[1:] for conv in (b.conv0, b.conv1))
        self.convolutions: tuple[ModulatedConv, ...] = (self.blocks[0].conv1, *later)
        self.noisy = self.convolutions
        self.num_ws = 2 * len(sizes)
        self.row_resolutions = (
            4,
            *(res for res in sizes[1:] for _ in range(2)),
            sizes[-1],
        )
        self.row_names = _row_names(sizes)

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network."""
        for block in self.blocks:
            block.reset(generator)

    def affines(self, row: int) -> tuple[FullyConnected, ...]:
        """Of the convolution of a row, and of the colours before it in an odd row."""
        fed: list[ModulatedConv | ToRGB] = list(self.convolutions[row : row + 1])
        if row % 2 == 1:
            fed.append(self.blocks[row // 2].torgb)
        return tuple(layer.affine for layer in fed)

    def step(self, at: Entering, feed: Feed) -> Entering:
        """Walk one row: the colours of the resolution before, the convolution."""
        blocks, row, x, rgb = self.blocks, at.row, at.x, at.rgb
        if x is None:
            const = blocks[0].const.to(feed.dtype).expand(len(feed.w), -1, -1, -1)
            x = const.contiguous(memory_format=torch.channels_last)
        if row % 2 == 1:
            colours = blocks[row // 2].torgb(x, feed.w)
            rgb = colours if rgb is None else upsample(rgb) + colours
        if row < self.num_ws - 1:
            x = self.convolutions[row](x, feed.w, feed.noise)
        return Entering(row + 1, x, rgb)


def _row_names(sizes: list[int]) -> tuple[str, ...]:
    names = ["4x4"]
    for before, res in pairwise(sizes):
        names += [f"{res}x{res}, and {before}x{before} colour", f"{res}x{res}"]
    return (*names, f"{sizes[-1]}x{sizes[-1]} colour")
