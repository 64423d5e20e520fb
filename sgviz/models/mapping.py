"""The mapping network f: Z -> W, of every generation of StyleGAN.

Karras et al. 2019, arXiv 1812.04948, section 2: pixel norm, then fully connected
layers. The generations differ in their gains alone, which are parameters here.
"""

import math
from collections.abc import Iterator
from dataclasses import field
from typing import Annotated, Literal

import torch
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

from sgviz.models.layers import SQRT2, FullyConnected, pixel_norm, unit_norm

FROZEN = ConfigDict(extra="forbid", allow_inf_nan=False)
Gain = Annotated[float, Field(gt=0, le=1e4)]
Width = Annotated[int, Field(ge=2, le=4096)]
Depth = Annotated[int, Field(ge=1, le=16)]
Beta = Annotated[float, Field(ge=0, lt=1)]
LrMultiplier = Annotated[float, Field(gt=0, le=1)]


@dataclass(frozen=True, config=FROZEN)
class Gains:
    """The constants of a mapping layer; the defaults are those of StyleGAN2.

    Running weight = stored * ``weight`` * lr_multiplier / sqrt(inputs), without
    the last factor where ``fan_in`` is False; running bias = stored * ``bias`` *
    lr_multiplier; ``post`` multiplies after the activation. ``stored_std`` is the
    standard deviation of untrained stored weights, None: 1 / lr_multiplier.
    ``norm`` brings z to root mean square 1 or to length 1.
    """

    weight: Gain = 1.0
    post: Gain = SQRT2
    bias: Gain = 1.0
    fan_in: bool = True
    norm: Literal["rms", "unit"] = "rms"
    stored_std: Gain | None = None


STYLEGAN1 = Gains(weight=SQRT2, post=1.0)
STYLEGAN2 = Gains()
LUCIDRAINS = Gains(post=1.0, fan_in=False, norm="unit", stored_std=1.0)


@dataclass(frozen=True, config=FROZEN)
class MappingConfig:
    """Sizes and conventions of a mapping network."""

    z_dim: Width = 512
    w_dim: Width = 512
    depth: Depth = 8
    lr_multiplier: LrMultiplier = 0.01
    gains: Gains = field(default_factory=Gains)
    w_avg_beta: Beta = 0.995


class MappingNetwork(nn.Module):
    """z [N, z_dim] -> w [N, w_dim], and the running mean ``w_avg`` [w_dim].

    The ``layers`` are named ``fc0`` ... ``fc{depth-1}``. Parameters are not drawn until
    :meth:`reset`.
    """

    w_avg: Tensor

    def __init__(self, config: MappingConfig) -> None:
        super().__init__()
        self.config = config
        widths = (config.z_dim, *[config.w_dim] * (config.depth - 1))
        self.layers = tuple(_layer(config, width) for width in widths)
        for i, layer in enumerate(self.layers):
            self.add_module(f"fc{i}", layer)
        self.register_buffer("w_avg", torch.zeros(config.w_dim))

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network; w_avg is zero as in a fresh training run."""
        for layer in self.layers:
            layer.reset(generator)
        self.w_avg.zero_()

    def activations(self, z: Tensor) -> Iterator[Tensor]:
        """The normalised z [N, z_dim], then what leaves each layer [N, w_dim]."""
        x = pixel_norm(z) if self.config.gains.norm == "rms" else unit_norm(z)
        yield x
        for layer in self.layers:
            x = layer(x)
            yield x

    def forward(self, z: Tensor) -> Tensor:
        """The w [N, w_dim] of z [N, z_dim] of any length, without truncation."""
        *_, w = self.activations(z)
        return w

    @torch.no_grad()
    def update_w_avg(self, w: Tensor) -> None:
        """Move w_avg towards the mean of w [N, w_dim] (moving average, w_avg_beta)."""
        mean = w.detach().float().mean(dim=0)
        self.w_avg.lerp_(mean, 1.0 - self.config.w_avg_beta)

    @torch.no_grad()
    def estimate_w_avg(self, generator: torch.Generator, count: int = 4096) -> Tensor:
        """The mean w [w_dim] of ``count`` random z, for networks that store none."""
        shape = (count, self.config.z_dim)
        z = torch.randn(shape, generator=generator, device=generator.device)
        mean: Tensor = self(z.to(self.w_avg.device)).mean(dim=0)
        return mean


def _layer(config: MappingConfig, inputs: int) -> FullyConnected:
    gains, lr = config.gains, config.lr_multiplier
    fan_in = math.sqrt(inputs) if gains.fan_in else 1.0
    return FullyConnected(
        inputs,
        config.w_dim,
        weight_gain=gains.weight * lr / fan_in,
        bias_gain=gains.bias * lr,
        post_gain=gains.post,
        stored_std=gains.stored_std or 1.0 / lr,
    )
