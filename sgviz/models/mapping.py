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

# A class by its number, as a row of numbers [N or 1, c_dim], or none: all zeros.
Label = int | None | Tensor
# Whether the embedded label is normalised by itself, or along with z.
LabelNorm = Literal["apart", "together"]
Classes = Annotated[int, Field(ge=0, le=65536)]


@dataclass(frozen=True, config=FROZEN)
class MappingConfig:
    """Sizes and conventions of a mapping network.

    With ``c_dim`` classes a linear layer embeds the label, w_dim wide, and the first
    layer gets it behind z. ``label_norm``: ADA and StyleGAN3 normalise the two apart;
    the TensorFlow networks together, which makes the embedding z_dim wide.
    """

    z_dim: Width = 512
    w_dim: Width = 512
    depth: Depth = 8
    lr_multiplier: LrMultiplier = 0.01
    gains: Gains = field(default_factory=Gains)
    w_avg_beta: Beta = 0.995
    c_dim: Classes = 0
    label_norm: LabelNorm = "apart"

    @property
    def embed_dim(self) -> int:
        """How many numbers the embedded label has."""
        if self.c_dim == 0:
            return 0
        return self.w_dim if self.label_norm == "apart" else self.z_dim


class MappingNetwork(nn.Module):
    """z [N, z_dim] -> w [N, w_dim], and the running mean ``w_avg`` [w_dim].

    The ``layers`` are named ``fc0`` ... ``fc{depth-1}``; a conditional network has
    ``embed``. Parameters are not drawn until :meth:`reset`.
    """

    w_avg: Tensor

    def __init__(self, config: MappingConfig) -> None:
        super().__init__()
        self.config = config
        first = config.z_dim + config.embed_dim
        widths = (first, *[config.w_dim] * (config.depth - 1))
        self.layers = tuple(_layer(config, width) for width in widths)
        for i, layer in enumerate(self.layers):
            self.add_module(f"fc{i}", layer)
        self.embed: FullyConnected | None = None
        if config.c_dim:
            self.embed = FullyConnected(config.c_dim, config.embed_dim, linear=True)
        self.register_buffer("w_avg", torch.zeros(config.w_dim))

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network; w_avg is zero as in a fresh training run."""
        for layer in self.layers:
            layer.reset(generator)
        if self.embed is not None:
            self.embed.reset(generator)
        self.w_avg.zero_()

    def activations(self, z: Tensor, label: Label = 0) -> Iterator[Tensor]:
        """What enters the first layer, then what leaves each layer [N, w_dim].

        The former is z [N, z_dim] normalised, with the label behind it where there
        are classes.
        """
        x = self._entering(z, label)
        yield x
        for layer in self.layers:
            x = layer(x)
            yield x

    def forward(self, z: Tensor, label: Label = 0) -> Tensor:
        """The w [N, w_dim] of z [N, z_dim] of any length, without truncation.

        Networks without classes take no notice of ``label``.

        Raises
        ------
        ValueError
            There is no such class.
        """
        *_, w = self.activations(z, label)
        return w

    def _entering(self, z: Tensor, label: Label) -> Tensor:
        norm = pixel_norm if self.config.gains.norm == "rms" else unit_norm
        if self.embed is None:
            return norm(z)
        embedded = self.embed(self._label_rows(label, z)).expand(len(z), -1)
        if self.config.label_norm == "together":
            return norm(torch.cat((z, embedded), dim=1))
        return torch.cat((norm(z), norm(embedded)), dim=1)

    def _label_rows(self, label: Label, z: Tensor) -> Tensor:
        """The label as numbers, [N or 1, c_dim]."""
        count = self.config.c_dim
        if isinstance(label, Tensor):
            if label.dim() != 2 or label.shape[1] != count:
                raise ValueError(f"a label has {count} numbers")
            return label.to(z)
        row = z.new_zeros(1, count)
        if label is None:
            return row
        if not 0 <= label < count:
            raise ValueError(f"this network has classes 0 to {count - 1}, not {label}")
        row[0, label] = 1.0
        return row

    @torch.no_grad()
    def update_w_avg(self, w: Tensor) -> None:
        """Move w_avg towards the mean of w [N, w_dim] (moving average, w_avg_beta)."""
        mean = w.detach().float().mean(dim=0)
        self.w_avg.lerp_(mean, 1.0 - self.config.w_avg_beta)

    @torch.no_grad()
    def estimate_w_avg(self, generator: torch.Generator, count: int = 4096) -> Tensor:
        """The mean w [w_dim] of ``count`` random z, for networks that store none.

        Where there are classes, each z is given one at random.
        """
        shape, classes = (count, self.config.z_dim), self.config.c_dim
        z = torch.randn(shape, generator=generator, device=generator.device)
        label: Label = 0
        if classes:
            drawn = torch.randint(
                classes, (count,), generator=generator, device=generator.device
            )
            label = nn.functional.one_hot(drawn, classes)
        mean: Tensor = self(z.to(self.w_avg.device), label).mean(dim=0)
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
