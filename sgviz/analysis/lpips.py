"""LPIPS on a VGG16 from a file: images -> points whose squared distance it is.

Zhang et al. 2018, arXiv 1801.03924, section 3: the maps after the last ReLU of each of
VGG16's five stages, each pixel's channels brought to length 1; d = sum over stages
of the mean over pixels of sum over channels of w_c (a_c - b_c)^2. The weights w >= 0
are learned; without them all are 1 and the number is no LPIPS, and is never called so.

Names of tensors that are understood, of any width (3x3 convolutions):

    features.{0,2,5,7,10,12,14,17,19,21,24,26,28}.weight, .bias     torchvision's VGG16
    net.slice{1-5}.{the same}.weight, .bias                         the program of LPIPS
    lin{0-4}.model.1.weight  or  lin{0-4}.weight   [1, C, 1, 1]      LPIPS's weights
"""

import math
import re
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.checkpoints.weights_file import read_weights

# The convolutions by their place in torchvision's VGG16; a stage ends with its last.
STAGES = ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28))
LAYERS = tuple(layer for stage in STAGES for layer in stage)
# ImageNet's mean and deviation, for images in [-1, 1] rather than [0, 1].
SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)
EPSILON = 1e-10
SMALLEST = 16  # pixels: four halvings leave one

_CONV = re.compile(r"(?:.*\.)?(?:features|net\.slice[1-5])\.(\d{1,2})\.(weight|bias)")
_HEAD = re.compile(r"(?:.*\.)?(?:lin|lins\.)([0-4])\.(?:model\.1\.)?weight")


@dataclass(frozen=True, eq=False)
class PerceptualNetwork:
    """VGG16's convolutions as (weight, bias), and one row of weights [C] a stage."""

    name: str
    is_lpips: bool
    convolutions: tuple[tuple[Tensor, Tensor], ...]
    heads: tuple[Tensor, ...]

    def embed_steps(self, images: Tensor) -> Generator[None, None, Tensor]:
        """Images [N, 3, R, R] in [-1, 1] -> [N, D] with |a - b|^2 = d; rests a layer.

        Raises
        ------
        ValueError
            The images are smaller than 16 pixels.
        """
        if min(images.shape[-2:]) < SMALLEST:
            side = min(images.shape[-2:])
            raise ValueError(f"a VGG16 looks at {SMALLEST} pixels and more, not {side}")
        x = _entering(images.detach().float())
        layers, parts = iter(self.convolutions), []
        for number, stage in enumerate(STAGES):
            if number:
                x = F.max_pool2d(x, 2)
            for _ in stage:
                x = _layer(x, *next(layers))
                yield
            parts.append(_unit(x, self.heads[number]))
        return torch.cat(parts, dim=1)


def load_network(path: Path) -> PerceptualNetwork:
    """The perceptual network in a file: safetensors, or torch's state_dict.

    Raises
    ------
    FileError
        One sentence: unreadable, or not a VGG16, with the first tensor that is missing
        or does not fit.
    """
    name = shown_name(path)
    found: dict[str, Tensor] = {}
    seen: set[str] = set()

    def is_wanted(key: str) -> bool:
        ours = _our_name(key)
        new = ours is not None and ours not in seen
        if ours is not None and new:
            seen.add(ours)
        return new

    for key, tensor in read_weights(path, is_wanted).items():
        ours = _our_name(key)
        if ours is not None:
            found[ours] = tensor
    if not found:
        raise FileError(
            f"{name} does not fit: none of its tensors is named as a VGG16's"
        )
    if not any(key.startswith("features") for key in found):
        raise FileError(
            f"{name} does not fit: it holds LPIPS's weights without the VGG16 that "
            "they weigh"
        )
    return _assembled(found, name)


def _assembled(found: dict[str, Tensor], name: str) -> PerceptualNetwork:
    inputs, convolutions = 3, []
    for layer in LAYERS:
        weight = _taken(found, f"features.{layer}.weight", name)
        outputs = weight.shape[0] if weight.ndim else 0
        _check(weight, (outputs, inputs, 3, 3), f"features.{layer}.weight", name)
        bias = _taken(found, f"features.{layer}.bias", name)
        _check(bias, (outputs,), f"features.{layer}.bias", name)
        # Convolutions are several times faster so.
        weight = weight.contiguous(memory_format=torch.channels_last)
        convolutions.append((weight, bias))
        inputs = outputs
    ends = [LAYERS.index(stage[-1]) for stage in STAGES]
    widths = [len(convolutions[end][1]) for end in ends]
    is_lpips = any(key.startswith("lin") for key in found)
    heads = [torch.ones(width) for width in widths]
    for stage, width in enumerate(widths if is_lpips else ()):
        weight = _taken(found, f"lin{stage}.weight", name)
        _check(weight, (1, width, 1, 1), f"lin{stage}.weight", name)
        if bool((weight < 0).any()):
            raise FileError(f"{name} does not fit: lin{stage} weighs below zero")
        heads[stage] = weight.flatten()
    what = "LPIPS on VGG16" if is_lpips else "VGG16 features, unweighted (not LPIPS)"
    return PerceptualNetwork(
        f"{what}, {name}", is_lpips, tuple(convolutions), tuple(heads)
    )


def _our_name(key: str) -> str | None:
    if (match := _CONV.fullmatch(key)) and int(match[1]) in LAYERS:
        return f"features.{int(match[1])}.{match[2]}"
    if match := _HEAD.fullmatch(key):
        return f"lin{match[1]}.weight"
    return None


def _taken(found: dict[str, Tensor], key: str, name: str) -> Tensor:
    if key not in found:
        raise FileError(f"{name} does not fit: it lacks the tensor {key}")
    return found[key]


def _check(tensor: Tensor, shape: tuple[int, ...], key: str, name: str) -> None:
    if tuple(tensor.shape) != shape or 0 in shape:
        sides = [("x".join(map(str, s)) or "a number") for s in (tensor.shape, shape)]
        raise FileError(f"{name} does not fit: {key} is {sides[0]}, not {sides[1]}")


@torch.no_grad()
def _entering(images: Tensor) -> Tensor:
    shift = images.new_tensor(SHIFT)[:, None, None]
    scale = images.new_tensor(SCALE)[:, None, None]
    scaled: Tensor = (images - shift) / scale
    return scaled.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def _layer(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return F.conv2d(x, weight, bias, padding=1).relu_()


@torch.no_grad()
def _unit(x: Tensor, weight: Tensor) -> Tensor:
    """Channels of length 1, times sqrt(w / pixels), flat [N, C h w]."""
    length = x.square().sum(dim=1, keepdim=True).sqrt()
    pixels = math.sqrt(x.shape[2] * x.shape[3])
    weighed = weight.sqrt()[:, None, None] / pixels
    return (x / (length + EPSILON) * weighed).flatten(1)
