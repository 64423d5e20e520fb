"""The networks once more, in float64 numpy, written from the papers' equations.

Nothing here shares code, layout or tricks with the package: plain convolutions with
each image's own weights, the filter as a convolution of a zero-filled picture.
"""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.signal import convolve2d

from sgviz.models.generator import Generator, GeneratorConfig

Array = NDArray[np.float64]
Weights = dict[str, Array]
FILTER = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 64.0


class Reference:
    """StyleGAN2 for one image at a time; x is [C, H, W]."""

    @staticmethod
    def lrelu(x: Array) -> Array:
        return np.where(x > 0, x, 0.2 * x)

    @staticmethod
    def correlate(x: Array, weight: Array, pad: int, stride: int = 1) -> Array:
        """What the field calls convolution: [I, H, W] and [O, I, k, k] -> [O, ., .]."""
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
        windows = sliding_window_view(x, weight.shape[2:], axis=(1, 2))
        y: Array = np.einsum("ihwkl,oikl->ohw", windows, weight)
        return y[:, ::stride, ::stride]

    @staticmethod
    def spread(x: Array) -> Array:
        """Zeros between the pixels: [H, W] -> [2H - 1, 2W - 1]."""
        y = np.zeros((2 * x.shape[0] - 1, 2 * x.shape[1] - 1))
        y[::2, ::2] = x
        return y

    def up_convolve(self, x: Array, weight: Array) -> Array:
        """Spread, convolve with the kernel, filter; the middle 2H x 2W of it."""
        size = 2 * x.shape[1]
        spread = [self.spread(channel) for channel in x]
        y = [
            sum(convolve2d(s, k) for s, k in zip(spread, kernels, strict=True))
            for kernels in weight
        ]
        return np.stack(
            [convolve2d(c, 4 * FILTER)[2 : 2 + size, 2 : 2 + size] for c in y]
        )

    def upsample(self, x: Array) -> Array:
        size = 2 * x.shape[1]
        y = [convolve2d(self.spread(c), 4 * FILTER) for c in x]
        return np.stack([c[1 : 1 + size, 1 : 1 + size] for c in y])

    def blurred(self, x: Array, drop: int) -> Array:
        """Each channel filtered, ``drop`` of the outermost pixels left out a side."""
        y = [convolve2d(c, FILTER)[drop:-drop, drop:-drop] for c in x]
        return np.stack(y)

    def mapping(self, weights: Weights, z: Array, depth: int, **how: float) -> Array:
        """``how``: lr, weight, post, bias gains; fan_in and unit as 0 or 1."""
        length = np.mean(z**2, 1, keepdims=True)
        x = z / np.sqrt(length + 1e-8)
        if how.get("unit"):
            x = z / np.linalg.norm(z, axis=1, keepdims=True)
        lr = how.get("lr", 0.01)
        for i in range(depth):
            w, b = weights[f"fc{i}.weight"], weights[f"fc{i}.bias"]
            gain = how.get("weight", 1.0) * lr
            if how.get("fan_in", 1):
                gain /= np.sqrt(w.shape[1])
            y = x @ (w * gain).T + b * lr * how.get("bias", 1.0)
            x = self.lrelu(y) * how.get("post", np.sqrt(2))
        return x

    def conditional(
        self, weights: Weights, z: Array, c: Array, depth: int, *, together: bool
    ) -> Array:
        """StyleGAN2's mapping with a label: ADA's form, or TensorFlow's."""
        embed = weights["embed.weight"]
        y = c @ embed.T / np.sqrt(c.shape[1]) + weights["embed.bias"]

        def normal(x: Array) -> Array:
            return x / np.sqrt((x**2).mean(1, keepdims=True) + 1e-8)

        x = np.concatenate([z, y] if together else [normal(z), normal(y)], 1)
        x = normal(x) if together else x
        for i in range(depth):
            w, b = weights[f"fc{i}.weight"], weights[f"fc{i}.bias"]
            y = x @ (w * 0.01 / np.sqrt(w.shape[1])).T + b * 0.01
            x = self.lrelu(y) * np.sqrt(2)
        return x

    @staticmethod
    def style(weights: Weights, name: str, w: Array) -> Array:
        a = weights[f"{name}.affine.weight"]
        return w @ a.T / np.sqrt(a.shape[1]) + weights[f"{name}.affine.bias"]

    def layer(
        self, weights: Weights, name: str, x: Array, w: Array, noise: Array | None
    ) -> Array:
        """One modulated convolution with its noise, bias and activation."""
        modulated = (
            weights[f"{name}.weight"] * self.style(weights, name, w)[:, None, None]
        )
        squares = (modulated**2).sum((1, 2, 3), keepdims=True)
        kernel = modulated / np.sqrt(squares + 1e-8)
        up = name.endswith("conv0")
        y = self.up_convolve(x, kernel) if up else self.correlate(x, kernel, 1)
        if noise is not None:
            y = y + noise * weights[f"{name}.noise_strength"]
        y = y + weights[f"{name}.bias"][:, None, None]
        return self.lrelu(y) * np.sqrt(2)

    def colours(self, weights: Weights, name: str, x: Array, w: Array) -> Array:
        kernel = weights[f"{name}.weight"] * self.style(weights, name, w)[:, None, None]
        y = self.correlate(x, kernel / np.sqrt(len(x)), 0)
        return y + weights[f"{name}.bias"][:, None, None]

    def synthesis(self, weights: Weights, ws: Array, *, noise: bool = True) -> Array:
        """One image [3, R, R] of ws [num_ws, w_dim], by the table of rows."""
        x, rgb = weights["b4.const"], np.zeros((3, 2, 2))
        for level in range(len(ws) // 2):
            name = f"b{4 << level}"
            rows = {"conv0": 2 * level - 1, "conv1": 2 * level, "torgb": 2 * level + 1}
            for conv in ("conv0", "conv1")[level == 0 :]:
                own = weights[f"{name}.{conv}.noise_const"] if noise else None
                x = self.layer(weights, f"{name}.{conv}", x, ws[rows[conv]], own)
            new = self.colours(weights, f"{name}.torgb", x, ws[rows["torgb"]])
            rgb = self.upsample(rgb) + new
        return rgb

    def convolution(
        self, weights: Weights, name: str, x: Array, *, down: bool = False
    ) -> Array:
        """A layer of the discriminator before its gains on the result."""
        w = weights[f"{name}.weight"]
        kernel = w / np.sqrt(w[0].size)
        bias = weights.get(f"{name}.bias", np.zeros(len(w)))[:, None, None]
        if not down:
            return self.correlate(x, kernel, w.shape[2] // 2) + bias
        drop = 1 if w.shape[2] == 3 else 2
        return self.correlate(self.blurred(x, drop), kernel, 0, stride=2) + bias

    def block(self, weights: Weights, name: str, x: Array) -> Array:
        """A residual block of the discriminator."""
        y = self.lrelu(self.convolution(weights, f"{name}.conv0", x)) * np.sqrt(2)
        y = self.lrelu(self.convolution(weights, f"{name}.conv1", y, down=True))
        skip = self.convolution(weights, f"{name}.skip", x, down=True)
        result: Array = y * np.sqrt(2) * np.sqrt(0.5) + skip * np.sqrt(0.5)
        return result


@pytest.fixture(scope="session")
def reference() -> Reference:
    return Reference()


def lively(generator: Generator, seed: int = 3) -> Generator:
    """Biases, noise strengths and w_avg away from zero, so that each one counts."""
    own = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in generator.named_parameters():
            if name.endswith(("bias", "noise_strength")):
                size = 10.0 if name.startswith("mapping") else 0.3
                parameter += size * torch.randn(parameter.shape, generator=own)
        generator.mapping.w_avg += torch.randn(
            generator.mapping.w_avg.shape, generator=own
        )
    return generator


MakeGenerator = Callable[..., Generator]


@pytest.fixture(scope="session")
def make() -> MakeGenerator:
    """A small lively generator; keywords change its configuration."""

    def make_generator(**changes: object) -> Generator:
        sizes = {
            "z_dim": 12,
            "w_dim": 16,
            "depth": 3,
            "resolution": 32,
            "channels": (10, 8, 6, 4),
        } | changes
        config = GeneratorConfig(**sizes)  # type: ignore[arg-type]
        return lively(Generator(config)).eval().requires_grad_(False)

    return make_generator


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="session")
def draw() -> Callable[..., torch.Tensor]:
    """Seeded standard normal numbers of a shape."""
    return normal
