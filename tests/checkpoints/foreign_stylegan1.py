"""Files of StyleGAN1 in TensorFlow's and genforce's structures."""

from collections import OrderedDict

import numpy as np
import torch

from tests.checkpoints.foreign_files import (
    CHANNELS,
    RES,
    Tensors,
    W,
    Z,
    network,
    pickled,
    torch_saved,
)


def weights(seed: int = 0, c_dim: int = 0) -> Tensors:
    """The tensors of a small StyleGAN1, by sgviz's names, none of them trivial."""
    stream = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=stream)

    made: Tensors = {}
    inputs = 2 * Z if c_dim else Z
    for i in range(2):
        made[f"mapping.fc{i}.weight"] = draw(W, W if i else inputs) * 100
        made[f"mapping.fc{i}.bias"] = draw(W) * 30
    if c_dim:
        made["mapping.embed.weight"] = draw(Z, c_dim)
        made["mapping.embed.bias"] = torch.zeros(Z)
    made["mapping.w_avg"] = draw(W) * 0.1
    made["synthesis.b4.const"] = draw(CHANNELS[0], 4, 4)
    for level, outputs in enumerate(CHANNELS):
        res, below = 4 << level, CHANNELS[max(level - 1, 0)]
        for name in ("conv0", "conv1"):
            here = f"synthesis.b{res}.{name}"
            if (level, name) != (0, "conv0"):
                inputs = below if name == "conv0" else outputs
                made[f"{here}.weight"] = draw(outputs, inputs, 3, 3)
            made[f"{here}.bias"] = draw(outputs)
            made[f"{here}.noise_strength"] = draw(outputs)
            made[f"{here}.noise_const"] = draw(res, res)
            made[f"{here}.affine.weight"] = draw(2 * outputs, W)
            made[f"{here}.affine.bias"] = draw(2 * outputs)
    made["synthesis.torgb.weight"] = draw(3, CHANNELS[-1], 1, 1)
    made["synthesis.torgb.bias"] = draw(3)
    return made


def tensorflow(tensors: Tensors, lod: float = 0.0, version: int = 3) -> bytes:
    """A pickle of StyleGAN1 of TensorFlow."""
    mapping: list[tuple[str, object]] = []
    synthesis: list[tuple[str, object]] = [("lod", np.float32(lod))]
    for name, tensor in tensors.items():
        array, parts = tensor.numpy(), name.split(".")
        if parts[0] == "mapping" and parts[1] != "w_avg":
            if parts[1] == "embed":
                if parts[2] == "weight":
                    mapping.append(("LabelConcat/weight", _label(tensor).numpy()))
                continue
            turned = array.T.copy() if parts[2] == "weight" else array
            mapping.append((f"Dense{parts[1][2:]}/{parts[2]}", turned))
        elif parts[0] == "synthesis":
            synthesis.append(_variable(parts[1:], array))
    # The colours of a coarser stage, which are not used any more.
    synthesis.append(("ToRGB_lod1/weight", np.ones((1, 1, 3, 3), np.float32)))
    parts_of = {
        "mapping": network(mapping, {}, {}, version),
        "synthesis": network(synthesis, {}, {}, version),
    }
    top: list[tuple[str, object]] = [
        ("dlatent_avg", tensors["mapping.w_avg"].numpy()),
        ("lod", np.float32(lod)),
    ]
    whole = network(top, parts_of, {"resolution": RES}, version)
    other = network([], {}, {}, version)
    return pickled((other, other, whole))


def _label(tensor: torch.Tensor) -> torch.Tensor:
    """[classes, z_dim], which these programs multiply by no 1 / sqrt(classes)."""
    return tensor.t() / tensor.shape[1] ** 0.5


def _variable(parts: list[str], array: np.ndarray) -> tuple[str, object]:  # type: ignore[type-arg]
    if parts[0] == "torgb":
        turned = array.transpose(2, 3, 1, 0).copy() if parts[1] == "weight" else array
        return f"ToRGB_lod0/{parts[1]}", turned
    res = int(parts[0][1:])
    if parts[1] == "const":
        return f"{res}x{res}/Const/const", array[None]
    first = parts[1] == "conv0"
    names = ("Const", "Conv") if res == 4 else ("Conv0_up", "Conv1")
    there = f"{res}x{res}/{names[not first]}"
    match ".".join(parts[2:]):
        case "noise_const":
            index = 2 * (res.bit_length() - 3) + (not first)
            return f"noise{index}", array[None, None]
        case "noise_strength":
            return f"{there}/Noise/weight", array
        case "weight":
            return f"{there}/weight", array.transpose(2, 3, 1, 0).copy()
        case "affine.weight":
            return f"{there}/StyleMod/weight", array.T.copy()
        case "affine.bias":
            return f"{there}/StyleMod/bias", array
    return f"{there}/bias", array


def genforce(tensors: Tensors, lod: float = 0.0) -> bytes:
    """A checkpoint of genforce's StyleGAN1."""
    state: Tensors = OrderedDict()
    state["synthesis.lod"] = torch.tensor(lod)
    for name, tensor in tensors.items():
        parts = name.split(".")
        if name == "mapping.w_avg":
            state["truncation.w_avg"] = tensor
        elif parts[1] == "embed":
            if parts[2] == "weight":
                state["mapping.label_weight"] = _label(tensor)
        elif parts[0] == "mapping":
            state[f"mapping.dense{parts[1][2:]}.{parts[2]}"] = tensor
        elif parts[1] == "torgb":
            state[f"synthesis.output{len(CHANNELS) - 1}.{parts[2]}"] = tensor
        elif parts[2] == "const":
            state["synthesis.layer0.const"] = tensor[None]
        else:
            level = int(parts[1][1:]).bit_length() - 3
            here = f"synthesis.layer{2 * level + int(parts[2][-1])}"
            places = {
                "noise_const": ("apply_noise.noise", tensor[None, None]),
                "noise_strength": ("apply_noise.weight", tensor),
                "affine.weight": ("style.weight", tensor),
                "affine.bias": ("style.bias", tensor),
            }
            last = ".".join(parts[3:])
            place, value = places.get(last, (last, tensor))
            state[f"{here}.{place}"] = value
    state["synthesis.layer2.blur.kernel"] = torch.ones(1, 1, 3, 3)
    return torch_saved(
        {"generator": state, "generator_smooth": state, "discriminator": {}}
    )
