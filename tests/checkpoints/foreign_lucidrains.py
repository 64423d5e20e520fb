"""Checkpoints in the structure of lucidrains', written without that program."""

from collections import OrderedDict

import torch
from torch import Tensor

from tests.checkpoints.foreign_files import CHANNELS, W, torch_saved

Tensors = dict[str, Tensor]
DEPTH = 3
PARTS = {
    "conv0.weight": "conv1.weight",
    "conv0.affine": "to_style1",
    "conv1.weight": "conv2.weight",
    "conv1.affine": "to_style2",
    "torgb.weight": "to_rgb.conv.weight",
    "torgb.affine": "to_rgb.to_style",
}


def weights(seed: int = 0) -> Tensors:
    """The tensors of a small network by sgviz's names; it has no w_avg."""
    stream = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=stream)

    made: Tensors = {}
    for i in range(DEPTH):
        made[f"mapping.fc{i}.weight"], made[f"mapping.fc{i}.bias"] = draw(W, W), draw(W)
    first = CHANNELS[0]
    made["synthesis.const"] = draw(first, 4, 4)
    made["synthesis.initial.weight"] = draw(first, first, 3, 3) / 6
    made["synthesis.initial.bias"] = draw(first)
    for level, outputs in enumerate(CHANNELS):
        here, inputs = f"synthesis.b{4 << level}", CHANNELS[max(level - 1, 0)]
        for name, ins in (("conv0", inputs), ("conv1", outputs)):
            made[f"{here}.{name}.weight"] = draw(outputs, ins, 3, 3)
            made[f"{here}.{name}.bias"] = draw(outputs)
            made[f"{here}.{name}.noise_strength"] = draw(outputs)
            made[f"{here}.{name}.affine.weight"] = draw(ins, W)
            made[f"{here}.{name}.affine.bias"] = draw(ins)
        made[f"{here}.torgb.weight"] = draw(3, outputs, 1, 1)
        made[f"{here}.torgb.affine.weight"] = draw(outputs, W)
        made[f"{here}.torgb.affine.bias"] = draw(outputs)
    return made


def state_of(tensors: Tensors, style: str, synthesis: str) -> Tensors:
    """The names and layouts of one of its two generators."""
    state: Tensors = OrderedDict()
    for name, tensor in tensors.items():
        room, *path = name.split(".")
        if room == "mapping":
            state[f"{style}.net.{2 * int(path[0][2:])}.{path[1]}"] = tensor
        elif path == ["const"]:
            state[f"{synthesis}.initial_block"] = tensor[None]
        elif path[0] == "initial":
            state[f"{synthesis}.initial_conv.{path[1]}"] = tensor
        else:
            level = int(path[0][1:]).bit_length() - 3
            state |= _of_block(f"{synthesis}.blocks.{level}", path[1:], tensor)
    for level in range(len(CHANNELS) - 1):
        name = f"{synthesis}.blocks.{level}.to_rgb.upsample.1.f"
        state[name] = torch.tensor([1.0, 2.0, 1.0])
    return state


def _of_block(there: str, path: list[str], tensor: Tensor) -> Tensors:
    layer, *rest = path
    number = "1" if layer == "conv0" else "2"
    if rest == ["bias"]:
        return {f"{there}.to_noise{number}.bias": tensor}
    if rest == ["noise_strength"]:
        return {f"{there}.to_noise{number}.weight": tensor[:, None]}
    if rest[0] == "affine":
        return {f"{there}.{PARTS[f'{layer}.affine']}.{rest[1]}": tensor}
    return {f"{there}.{PARTS[f'{layer}.weight']}": tensor}


def lucidrains(tensors: Tensors | None = None, **more: Tensor) -> bytes:
    """A checkpoint: both generators, some of a discriminator; ``more`` of the average.

    A double underscore in a name of ``more`` stands for a point.
    """
    average = weights() if tensors is None else tensors
    other = {name: 2 * tensor for name, tensor in average.items()}
    state = state_of(average, "SE", "GE") | state_of(other, "S", "G")
    state |= {f"GE.{name.replace('__', '.')}": t for name, t in more.items()}
    state["D.final_conv.weight"] = torch.ones(2)
    return torch_saved({"GAN": state, "version": "1.8.9"})
