"""The StyleGAN2 synthesis with skip connections: ws -> image.

Karras et al. 2020, arXiv 1912.04958, figures 2 and 7. The network is a walk over
the rows of ws: row r feeds one convolution, and an odd row first the colours of
the resolution before. So what enters row r depends on the rows before r alone,
and a change of row r can be computed from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass as plain_dataclass
from itertools import pairwise
from math import log2
from typing import Annotated, Literal

import torch
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

from sgviz.models.layers import draw_normal
from sgviz.models.modulated import ModulatedConv, ToRGB
from sgviz.models.resample import upsample

FROZEN = ConfigDict(extra="forbid", allow_inf_nan=False)
NoiseMode = Literal["const", "none", "random"]
# Or the maps themselves, [N or 1, 1, r, r], one for each row but the last.
Noise = NoiseMode | Sequence[Tensor]
Resolution = Annotated[int, Field(ge=8, le=1024)]
Channels = Annotated[
    tuple[Annotated[int, Field(ge=1, le=4096)], ...],
    Field(min_length=2, max_length=9),
]
Clamp = Annotated[float, Field(gt=0, le=1e6)]


def levels(resolution: int) -> int:
    """How many resolutions from 4x4 to ``resolution``; ValueError if no power of 2."""
    if resolution < 4 or resolution & (resolution - 1):
        raise ValueError(f"the resolution is a power of two, not {resolution}")
    return int(log2(resolution)) - 1


def check_channels(resolution: int, channels: tuple[int, ...]) -> None:
    """ValueError unless there is one number of channels a resolution."""
    if len(channels) != levels(resolution):
        raise ValueError(
            f"channels need {levels(resolution)} numbers, 4x4 to "
            f"{resolution}x{resolution}, not {len(channels)}"
        )


@dataclass(frozen=True, config=FROZEN)
class SynthesisConfig:
    """Sizes of a synthesis network; ``channels`` count from 4x4 upwards.

    ``conv_clamp`` bounds what leaves each layer (official networks trained in
    fp16 have 256), None: no bound.
    """

    resolution: Resolution = 64
    channels: Channels = (128, 128, 128, 64, 32)
    w_dim: Annotated[int, Field(ge=2, le=4096)] = 512
    conv_clamp: Clamp | None = None

    def __post_init__(self) -> None:
        check_channels(self.resolution, self.channels)


@plain_dataclass(frozen=True, eq=False)
class Entering:
    """What enters row ``row``: the activation x and the colours so far.

    x [N, C, r, r] and rgb float32 [N, 3, r', r'] are None where none is made yet.
    """

    row: int = 0
    x: Tensor | None = None
    rgb: Tensor | None = None


START = Entering()


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


class SynthesisNetwork(nn.Module):
    """ws [N, num_ws, w_dim] -> image [N, 3, R, R], nominally in [-1, 1].

    ``blocks`` are named ``b4`` ... ``b{R}``; ``convolutions[r]`` is what row r
    feeds, and the last row, the last tRGB's, has none. Parameters are not drawn
    until :meth:`reset`.
    """

    def __init__(self, config: SynthesisConfig) -> None:
        super().__init__()
        self.config = config
        sizes = [4 << level for level in range(levels(config.resolution))]
        self.blocks = tuple(SynthesisBlock(config, i) for i in range(len(sizes)))
        for block in self.blocks:
            self.add_module(f"b{block.resolution}", block)
        later = (conv for b in self.blocks[1:] for conv in (b.conv0, b.conv1))
        self.convolutions = (self.blocks[0].conv1, *later)
        self.num_ws = 2 * len(sizes)
        self.row_resolutions: tuple[int, ...] = (
            4,
            *(res for res in sizes[1:] for _ in range(2)),
            sizes[-1],
        )
        self.row_names = _row_names(sizes)

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network."""
        for block in self.blocks:
            block.reset(generator)

    def forward(
        self,
        ws: Tensor,
        noise: Noise = "const",
        strength: Tensor | None = None,
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
        since: Entering = START,
    ) -> Tensor:
        """The image, float32 [N, 3, R, R] unclamped, of ws [N, num_ws, w_dim].

        ``noise``: the stored maps, none, maps drawn from ``generator`` for each
        image, or given ones. ``strength`` [num_ws] multiplies the learned strengths;
        the last row has no noise. ``dtype`` is that of the convolutions: float32 is
        exact, bfloat16 fast. ``since`` leaves out the rows before ``since.row``;
        then the same generator state still draws the same noise.

        Raises
        ------
        ValueError
            Random noise without a generator.
        """
        rgb: Tensor | None = None
        for at in self.walk(ws, noise, strength, generator, dtype, since):
            rgb = at.rgb
        assert rgb is not None  # the last row always makes colours
        return rgb

    def enter(
        self,
        row: int,
        ws: Tensor,
        noise: Noise = "const",
        strength: Tensor | None = None,
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
        since: Entering = START,
    ) -> Entering:
        """What enters ``row`` (0 to num_ws - 1): to be kept while that row changes."""
        steps = self.walk(ws, noise, strength, generator, dtype, since)
        return since if row <= since.row else next(s for s in steps if s.row == row)

    def walk(
        self,
        ws: Tensor,
        noise: Noise = "const",
        strength: Tensor | None = None,
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
        since: Entering = START,
    ) -> Iterator[Entering]:
        """Row after row: what leaves row r enters row r + 1."""
        maps = self._noise_maps(ws, noise, strength, generator)
        at = since
        for row in range(since.row, self.num_ws):
            at = self._step(at, ws[:, row], maps[row], dtype)
            yield at

    def _step(
        self, at: Entering, w: Tensor, noise: Tensor | None, dtype: torch.dtype
    ) -> Entering:
        """Walk one row: the colours of the resolution before, the convolution."""
        blocks, row, x, rgb = self.blocks, at.row, at.x, at.rgb
        if x is None:
            const = blocks[0].const.to(dtype).expand(len(w), -1, -1, -1)
            x = const.contiguous(memory_format=torch.channels_last)
        if row % 2 == 1:
            colours = blocks[row // 2].torgb(x, w)
            rgb = colours if rgb is None else upsample(rgb) + colours
        if row < self.num_ws - 1:
            x = self.convolutions[row](x, w, noise)
        return Entering(row + 1, x, rgb)

    def _noise_maps(
        self,
        ws: Tensor,
        noise: Noise,
        strength: Tensor | None,
        generator: torch.Generator | None,
    ) -> list[Tensor | None]:
        """The noise of each row, [N or 1, 1, r, r] times its multiplier, or None."""
        maps: list[Tensor | None] = [None] * self.num_ws
        if noise == "none":
            return maps
        for row, conv in enumerate(self.convolutions):
            noise_map = conv.noise_const[None, None]
            if not isinstance(noise, str):
                noise_map = noise[row]
            elif noise == "random":
                noise_map = _random_map(len(ws), conv.resolution, generator, ws.device)
            maps[row] = noise_map if strength is None else noise_map * strength[row]
        return maps


def _random_map(
    count: int, res: int, generator: torch.Generator | None, device: torch.device
) -> Tensor:
    if generator is None:
        raise ValueError("random noise needs a generator")
    shape = (count, 1, res, res)
    drawn = torch.randn(shape, generator=generator, device=generator.device)
    return drawn.to(device)


def _row_names(sizes: list[int]) -> tuple[str, ...]:
    names = ["4x4"]
    for before, res in pairwise(sizes):
        names += [f"{res}x{res}, and {before}x{before} colour", f"{res}x{res}"]
    return (*names, f"{sizes[-1]}x{sizes[-1]} colour")
