"""What the synthesis of every family is: a walk over the rows of ws to an image.

Row r feeds one layer (StyleGAN2: and first the colours of the resolution before).
So what enters row r depends on the rows before r alone, and a change of row r can be
computed from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass as plain_dataclass
from math import log2
from typing import Annotated, Literal

import torch
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

from sgviz.models.layers import FullyConnected

FROZEN = ConfigDict(extra="forbid", allow_inf_nan=False)
NoiseMode = Literal["const", "none", "random"]
# Or the maps themselves, [N or 1, 1, r, r], one for each row that has noise.
Noise = NoiseMode | Sequence[Tensor]
Resolution = Annotated[int, Field(ge=8, le=1024)]
Width = Annotated[int, Field(ge=2, le=4096)]
ChannelCount = Annotated[int, Field(ge=1, le=4096)]
Channels = Annotated[tuple[ChannelCount, ...], Field(min_length=2, max_length=64)]
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
    w_dim: Width = 512
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


@plain_dataclass(frozen=True, eq=False)
class Feed:
    """What one row is fed with: w [N, w_dim], noise times its multiplier or None.

    ``noise`` is [N or 1, 1, r, r]; ``transform`` [3, 3] moves what is drawn, where
    the family can (None: leave it).
    """

    w: Tensor
    noise: Tensor | None
    dtype: torch.dtype
    transform: Tensor | None = None


START = Entering()


class Noisy(nn.Module):
    """A layer with a stored noise map [R, R] and learned strength ([] or [C])."""

    resolution: int
    noise_const: Tensor
    noise_strength: nn.Parameter

    def loudness(self) -> float:
        """The learned strength, as root mean square over channels where it is many."""
        strength = self.noise_strength.detach()
        if strength.dim() == 0:
            return float(strength)
        return float(strength.square().mean().sqrt())


class Synthesis(nn.Module):
    """ws [N, num_ws, w_dim] -> image [N, 3, R, R], nominally in [-1, 1].

    ``noisy[r]`` is the layer that row r feeds with noise; later rows have none.
    ``can_move`` says whether a transform means anything here. Parameters are not
    drawn until :meth:`reset`.
    """

    num_ws: int
    row_names: tuple[str, ...]
    row_resolutions: tuple[int, ...]
    noisy: tuple[Noisy, ...] = ()
    can_move = False

    @property
    def noise_resolutions(self) -> tuple[int, ...]:
        """The sizes of the noise maps, a row each."""
        return tuple(layer.resolution for layer in self.noisy)

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network."""
        raise NotImplementedError

    def affines(self, row: int) -> tuple[FullyConnected, ...]:
        """What makes the styles of the layers that ``row`` feeds: A w + b each."""
        raise NotImplementedError

    def styles(self, row: int, w: Tensor) -> Tensor:
        """The styles that w [N, w_dim] gives to what ``row`` feeds, [N, channels].

        s = A w + b (arXiv 1812.04948, section 2; the space S of arXiv 2011.12799):
        first those of the row's convolution, then, where it feeds colours too, theirs.
        Gains that a layer applies to its styles afterwards are left out.

        Raises
        ------
        ValueError
            There is no such row, or this network has no styles.
        """
        if not 0 <= row < self.num_ws:
            raise ValueError(f"this network has the rows 0 to {self.num_ws - 1}")
        return torch.cat([affine(w) for affine in self.affines(row)], dim=1)

    def step(self, at: Entering, feed: Feed) -> Entering:
        """Walk one row; the last one always makes colours."""
        raise NotImplementedError

    def forward(
        self,
        ws: Tensor,
        noise: Noise = "const",
        strength: Tensor | None = None,
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
        since: Entering = START,
        transform: Tensor | None = None,
    ) -> Tensor:
        """The image, float32 [N, 3, R, R] unclamped, of ws [N, num_ws, w_dim].

        ``noise``: the stored maps, none, maps drawn from ``generator`` for each
        image, or given ones. ``strength`` [num_ws] multiplies the learned strengths;
        rows without noise have none. ``dtype`` is that of the convolutions: float32 is
        exact, bfloat16 fast. ``since`` leaves out the rows before ``since.row``;
        then the same generator state still draws the same noise. ``transform`` is
        that of :class:`Feed`.

        Raises
        ------
        ValueError
            Random noise without a generator.
        """
        rgb: Tensor | None = None
        steps = self.walk(ws, noise, strength, generator, dtype, since, transform)
        for at in steps:
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
        transform: Tensor | None = None,
    ) -> Entering:
        """What enters ``row`` (0 to num_ws - 1): to be kept while that row changes."""
        steps = self.walk(ws, noise, strength, generator, dtype, since, transform)
        return since if row <= since.row else next(s for s in steps if s.row == row)

    def walk(
        self,
        ws: Tensor,
        noise: Noise = "const",
        strength: Tensor | None = None,
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
        since: Entering = START,
        transform: Tensor | None = None,
    ) -> Iterator[Entering]:
        """Row after row: what leaves row r enters row r + 1."""
        maps = self._noise_maps(ws, noise, strength, generator)
        at = since
        for row in range(since.row, self.num_ws):
            at = self.step(at, Feed(ws[:, row], maps[row], dtype, transform))
            yield at

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
        for row, layer in enumerate(self.noisy):
            noise_map = layer.noise_const[None, None]
            if not isinstance(noise, str):
                noise_map = noise[row]
            elif noise == "random":
                noise_map = _random_map(len(ws), layer.resolution, generator, ws.device)
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
