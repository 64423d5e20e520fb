"""The small named functions that every network is made of, and the dense layer.

Sources: Karras et al. 2018, arXiv 1710.10196 (equalized learning rate, section
4.1; pixel norm, 4.2); Karras et al. 2020, arXiv 1912.04958.
"""

import math
import zlib

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLOPE = 0.2
SQRT2 = math.sqrt(2.0)


def pixel_norm(x: Tensor) -> Tensor:
    """Each row of x [N, C] at root mean square 1: x / sqrt(mean(x^2) + 1e-8)."""
    return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


def unit_norm(x: Tensor) -> Tensor:
    """Each row of x [N, C] at Euclidean length 1 (lucidrains' convention)."""
    return F.normalize(x, dim=1)


def leaky_relu(x: Tensor) -> Tensor:
    """LeakyReLU of slope 0.2, written over x.

    It is positively homogeneous, lrelu(g x) = g lrelu(x) for g > 0; so gains
    that the papers apply after it are applied before it, where they are free.
    """
    return F.leaky_relu_(x, SLOPE)


def draw_normal(into: Tensor, generator: torch.Generator, std: float = 1.0) -> None:
    """Fill a tensor with N(0, std^2), drawn where the generator lives (CPU)."""
    with torch.no_grad():
        drawn = torch.randn(into.shape, generator=generator, device=generator.device)
        into.copy_(drawn.mul_(std))


def own_stream(seed: int, name: str) -> torch.Generator:
    """The random stream of a network; another name, another stream.

    Latents drawn from ``manual_seed(seed)`` would otherwise be the very numbers
    in the rows of the first weight matrix.
    """
    # torch's CPU generator looks at the lower 32 bits of a seed alone.
    return torch.Generator().manual_seed(zlib.crc32(f"{name} {seed}".encode()))


class FullyConnected(nn.Module):
    """y = post_gain * act(weight_gain * x W^T + bias_gain * b).

    ``weight`` [out, in] is stored with standard deviation ``stored_std`` and
    brought to its running scale by ``weight_gain`` (equalized learning rate).
    ``linear`` leaves out the activation. x [N, in] -> y [N, out].
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        linear: bool = False,
        weight_gain: float | None = None,
        bias_gain: float = 1.0,
        post_gain: float = SQRT2,
        stored_std: float = 1.0,
        bias_init: float = 0.0,
    ) -> None:
        super().__init__()
        self.linear = linear
        self.stored_std, self.bias_init = stored_std, bias_init
        # The gain after the activation goes in front of it: see leaky_relu.
        after = 1.0 if linear else post_gain
        gain = 1.0 / math.sqrt(inputs) if weight_gain is None else weight_gain
        self.alpha, self.beta = gain * after, bias_gain * after
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.empty(outputs))

    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights of an untrained layer."""
        draw_normal(self.weight, generator, self.stored_std)
        with torch.no_grad():
            self.bias.fill_(self.bias_init)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs [N, out] of x [N, in]."""
        y = torch.addmm(self.bias, x, self.weight.t(), beta=self.beta, alpha=self.alpha)
        return y if self.linear else leaky_relu(y)
