"""The alias-free synthesis of StyleGAN3, kinds t and r: ws -> image.

Karras et al. 2021, arXiv 2106.12423, section 3 and appendix F. It begins with waves
whose frequencies are fixed, moved and turned by the first row; each further row feeds a
modulated convolution between two filtered nonlinearities. It has no noise.
"""

import math
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sgviz.models.alias_free import AliasFreeConfig, Band, LayerPlan, plan
from sgviz.models.filtered import FilteredLeakyReLU
from sgviz.models.layers import SQRT2, FullyConnected, draw_normal
from sgviz.models.modulated import demodulation
from sgviz.models.synthesis import Entering, Feed, Synthesis


def placement(right: float = 0.0, down: float = 0.0, turn: float = 0.0) -> Tensor:
    """The transform [3, 3] that moves what is drawn.

    ``right`` and ``down`` in sides of the image, ``turn`` in radians counterclockwise
    about the centre, before it is moved. It says where each point comes from.
    """
    cos, sin = math.cos(turn), math.sin(turn)
    return torch.tensor(
        [
            [cos, -sin, sin * down - cos * right],
            [sin, cos, -sin * right - cos * down],
            [0.0, 0.0, 1.0],
        ]
    )


class FourierInput(nn.Module):
    """w [N, w_dim] -> waves [N, C, size, size] within a band (section 3.2).

    ``affine`` gives a rotation and a translation; ``transform`` comes after it, unless
    another is given.
    """

    freqs: Tensor
    phases: Tensor
    transform: Tensor

    def __init__(self, channels: int, band: Band, w_dim: int) -> None:
        super().__init__()
        self.band = band
        self.affine = FullyConnected(w_dim, 4, linear=True)
        self.weight = nn.Parameter(torch.empty(channels, channels))
        self.register_buffer("freqs", torch.empty(channels, 2))
        self.register_buffer("phases", torch.empty(channels))
        self.register_buffer("transform", torch.empty(3, 3))

    def reset(self, generator: torch.Generator) -> None:
        """Draw frequencies from a disc as wide as the band; nothing moves them."""
        draw_normal(self.weight, generator)
        drawn = torch.rand(
            3, len(self.phases), generator=generator, device=generator.device
        )
        radius, angle = drawn[0].sqrt() * self.band.cutoff, drawn[1] * 2.0 * math.pi
        with torch.no_grad():
            around = torch.stack((angle.cos(), angle.sin()), dim=1)
            self.freqs.copy_(around * radius[:, None])
            self.phases.copy_(drawn[2] - 0.5)
            self.transform.copy_(torch.eye(3))
            self.affine.weight.zero_()
            self.affine.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))

    def forward(self, w: Tensor, transform: Tensor | None = None) -> Tensor:
        """The waves, with the band's margin around the image."""
        moved = self._learned(w) @ (self.transform if transform is None else transform)
        phases = self.phases + (self.freqs @ moved[:, :2, 2:]).squeeze(2)
        freqs = self.freqs @ moved[:, :2, :2]
        # What a transform makes too fine for the sampling rate fades out.
        beyond = freqs.norm(dim=2) - self.band.cutoff
        room = self.band.rate / 2.0 - self.band.cutoff
        loudness = (1.0 - beyond / room).clamp(0.0, 1.0)
        size = self.band.size
        places = (torch.arange(size, device=w.device) + 0.5 - size / 2) / self.band.rate
        places = places.to(w.dtype)
        # [N, y, x, C]: the phase of every wave at every place.
        across = places[None, None, :, None] * freqs[:, None, None, :, 0]
        along = places[None, :, None, None] * freqs[:, None, None, :, 1]
        cycles = across + along + phases[:, None, None]
        waves = (cycles * (2.0 * math.pi)).sin() * loudness[:, None, None]
        mixed: Tensor = waves @ self.weight.t() / math.sqrt(len(self.weight))
        return mixed.permute(0, 3, 1, 2)

    def _learned(self, w: Tensor) -> Tensor:
        """The rotation, after the translation, that w asks for: [N, 3, 3]."""
        given = self.affine(w)
        cos, sin, x, y = (given / given[:, :2].norm(dim=1, keepdim=True)).unbind(dim=1)
        zero, one = torch.zeros_like(x), torch.ones_like(x)
        # The product of the two, row by row.
        rows = (
            (cos, -sin, sin * y - cos * x),
            (sin, cos, -sin * x - cos * y),
            (zero, zero, one),
        )
        return torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)


class AliasFreeLayer(nn.Module):
    """Modulated convolution, bias, filtered leaky ReLU times sqrt(2).

    x [N, I, s, s], w [N, w_dim] -> [N, O, s', s']. ``magnitude_ema`` is the mean square
    of x in training, which is divided out.
    """

    magnitude_ema: Tensor

    def __init__(self, layer: LayerPlan, w_dim: int, clamp: float | None) -> None:
        super().__init__()
        self.plan = layer
        self.activate = FilteredLeakyReLU(layer, clamp)
        kernel = (layer.outputs, layer.inputs, layer.kernel, layer.kernel)
        self.affine = FullyConnected(w_dim, layer.inputs, linear=True, bias_init=1.0)
        self.weight = nn.Parameter(torch.empty(kernel))
        self.bias = nn.Parameter(torch.empty(layer.outputs))
        self.register_buffer("magnitude_ema", torch.empty(()))

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer."""
        self.affine.reset(generator)
        draw_normal(self.weight, generator)
        with torch.no_grad():
            self.bias.zero_()
            self.magnitude_ema.fill_(1.0)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Outputs [N, O, s', s'] of x [N, I, s, s], w [N, w_dim]."""
        style = self.affine(w)
        scale = demodulation(self.weight, style) * self.magnitude_ema.rsqrt() * SQRT2
        bias = (self.bias * SQRT2).to(x.dtype)
        padding = self.plan.kernel - 1
        if len(x) == 1 and not torch.is_grad_enabled():
            # Style, demodulation and gains go into the weights.
            folded = self.weight * style[0][:, None, None]
            folded = folded.mul_(scale[0][:, None, None, None]).to(x.dtype)
            return self.activate(F.conv2d(x, folded, bias, padding=padding))
        styled = x * style.to(x.dtype)[:, :, None, None]
        y = F.conv2d(styled, self.weight.to(x.dtype), padding=padding)
        scale = scale.to(x.dtype)[:, :, None, None]
        return self.activate(torch.addcmul(bias[:, None, None], y, scale))


class AliasFreeColours(AliasFreeLayer):
    """The last layer: 1x1, neither demodulated nor filtered, to colours."""

    def __init__(self, layer: LayerPlan, w_dim: int, clamp: float | None) -> None:
        super().__init__(layer, w_dim, clamp)
        self.clamp, self.gain = clamp, 1.0 / math.sqrt(layer.inputs)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Colours [N, 3, R, R], in the precision of the weights."""
        style = self.affine(w) * (self.gain * self.magnitude_ema.rsqrt())
        weight = (self.weight[:, :, 0, 0] * style[:, None]).to(x.dtype)
        n, channels, height, width = x.shape
        pixels = x.permute(0, 2, 3, 1).reshape(n, height * width, channels)
        y = torch.matmul(pixels, weight.transpose(1, 2)).to(w.dtype) + self.bias
        y = y.view(n, height, width, 3).permute(0, 3, 1, 2)
        return y if self.clamp is None else y.clamp(-self.clamp, self.clamp)


class AliasFreeSynthesis(Synthesis):
    """The synthesis of StyleGAN3.

    Row 0 feeds ``input``, row r the layer ``L{r - 1}``, the last one the colours.
    """

    can_move = True

    def __init__(self, config: AliasFreeConfig) -> None:
        super().__init__()
        self.config = config
        *inner, last = plan(config)
        first = inner[0].before
        self.input = FourierInput(config.channels[0], first, config.w_dim)
        clamp = config.conv_clamp
        layers = [AliasFreeLayer(each, config.w_dim, clamp) for each in inner]
        self.layers = (*layers, AliasFreeColours(last, config.w_dim, clamp))
        for i, layer in enumerate(self.layers):
            self.add_module(f"L{i}", layer)
        self.num_ws = len(self.layers) + 1
        rates = [each.after.rate for each in inner]
        self.row_resolutions = (first.rate, *rates, config.resolution)
        self.row_names = (
            f"{first.rate}x{first.rate}, the waves",
            *(f"{rate}x{rate}, layer {i}" for i, rate in enumerate(rates)),
            f"{config.resolution}x{config.resolution} colour",
        )

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network."""
        self.input.reset(generator)
        for layer in self.layers:
            layer.reset(generator)

    def affines(self, row: int) -> tuple[FullyConnected, ...]:
        """Row 0: the rotation and translation of the waves; else those of a layer."""
        fed = self.input if row == 0 else self.layers[row - 1]
        return (fed.affine,)

    def step(self, at: Entering, feed: Feed) -> Entering:
        """Walk one row: the waves, a layer, or the colours."""
        following = replace(at, row=at.row + 1)
        if at.row == 0:
            x = self.input(feed.w, feed.transform).to(feed.dtype)
            return replace(following, x=x)
        assert at.x is not None  # row 0 made it
        y = self.layers[at.row - 1](at.x, feed.w)
        if at.row < self.num_ws - 1:
            return replace(following, x=y)
        return replace(following, rgb=y * self.config.design.output_scale)
