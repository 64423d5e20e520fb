"""Files in the structures of other programs, written without those programs.

Small networks with random weights. What a file names (a class of NVIDIA's, a Network
of TensorFlow's) is written as a name alone: nothing here defines or imports it.
"""

import argparse
import io
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor

SOURCE = "raise SystemExit('this source was run')"
Z, W, RES, CHANNELS = 6, 5, 16, (4, 3, 2)
FAN = {4: 0, 8: 1, 16: 2}

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Named:
    """A name that is written as such."""

    module: str
    name: str

    def __call__(self) -> None:
        """The pickler asks whether it could be called."""


@dataclass(eq=False)
class Call:
    """A call of a name with arguments, and what it is filled with after it."""

    made_by: Named
    args: tuple[object, ...] = ()
    state: object = None


@dataclass(eq=False)
class New(Call):
    """The same with the opcode for new objects."""


class Writer(pickle._Pickler):  # type: ignore[name-defined,misc]
    """A pickler that writes the names above as names."""

    def save(self, obj: object, save_persistent_id: bool = True) -> None:
        if isinstance(obj, Named):
            self._name(obj)
        elif isinstance(obj, Call) and id(obj) not in self.memo:
            self.save(obj.made_by)
            self.save(obj.args)
            self.write(pickle.NEWOBJ if isinstance(obj, New) else pickle.REDUCE)
            self.memoize(obj)
            if obj.state is not None:
                self.save(obj.state)
                self.write(pickle.BUILD)
        else:
            super().save(obj, save_persistent_id)

    def _name(self, obj: Named) -> None:
        if self.proto >= 4:
            self.save(obj.module)
            self.save(obj.name)
            self.write(pickle.STACK_GLOBAL)
        else:
            self.write(f"c{obj.module}\n{obj.name}\n".encode())


def pickled(value: object, protocol: int = 4) -> bytes:
    """The bytes of a pickle."""
    buffer = io.BytesIO()
    Writer(buffer, protocol).dump(value)
    return buffer.getvalue()


def torch_saved(value: object, *, legacy: bool = False) -> bytes:
    """The bytes of torch.save."""
    buffer = io.BytesIO()
    ours = SimpleNamespace(__name__="ours", Pickler=Writer, dump=pickle.dump)
    torch.save(value, buffer, ours, _use_new_zipfile_serialization=not legacy)
    return buffer.getvalue()


def weights(seed: int = 0, c_dim: int = 0, depth: int = 2) -> Tensors:
    """The tensors of a small StyleGAN2, by sgviz's names, none of them trivial."""
    stream = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=stream)

    made: Tensors = {}
    inputs = Z + (W if c_dim else 0)
    for i in range(depth):
        made[f"mapping.fc{i}.weight"] = draw(W, inputs if i == 0 else W) * 100
        made[f"mapping.fc{i}.bias"] = draw(W) * 30
    if c_dim:
        made["mapping.embed.weight"], made["mapping.embed.bias"] = (
            draw(W, c_dim),
            draw(W),
        )
    made["mapping.w_avg"] = draw(W) * 0.1
    made["synthesis.b4.const"] = draw(CHANNELS[0], 4, 4)
    for level, outputs in enumerate(CHANNELS):
        res, below = 4 << level, CHANNELS[max(level - 1, 0)]
        layers = {"conv0": below, "conv1": outputs} if level else {"conv1": outputs}
        for name, ins in layers.items():
            _convolution(made, f"synthesis.b{res}.{name}", draw, outputs, ins, res)
        here = f"synthesis.b{res}.torgb"
        made[f"{here}.weight"], made[f"{here}.bias"] = draw(3, outputs, 1, 1), draw(3)
        made[f"{here}.affine.weight"] = draw(outputs, W)
        made[f"{here}.affine.bias"] = _exact(draw(outputs))
    return made


def _exact(x: Tensor) -> Tensor:
    """Rounded so that minus 1 plus 1 gives the same number."""
    return (x * 64).round() / 64 + 1


def _convolution(
    made: Tensors, here: str, draw: Any, outputs: int, inputs: int, res: int
) -> None:
    made[f"{here}.weight"], made[f"{here}.bias"] = (
        draw(outputs, inputs, 3, 3),
        draw(outputs),
    )
    made[f"{here}.affine.weight"] = draw(inputs, W)
    made[f"{here}.affine.bias"] = _exact(draw(inputs))
    made[f"{here}.noise_strength"], made[f"{here}.noise_const"] = draw(), draw(res, res)


# NVIDIA's pickles: modules with their sources.


def module(
    class_name: str,
    tensors: Mapping[str, object],
    children: Mapping[str, object],
    attributes: Mapping[str, object],
) -> Call:
    """A module of a persistent class; tensors are parameters but for known buffers."""
    buffers = ("w_avg", "noise_const", "resample_filter", "magnitude_ema")
    state = {
        "training": False,
        "_parameters": OrderedDict(
            (k, torch.nn.Parameter(v, False) if isinstance(v, Tensor) else v)
            for k, v in tensors.items()
            if k not in buffers
        ),
        "_buffers": OrderedDict((k, v) for k, v in tensors.items() if k in buffers),
        "_non_persistent_buffers_set": set(),
        "_forward_hooks": OrderedDict(),
        "_modules": OrderedDict(children),
        **attributes,
    }
    meta = {
        "type": "class",
        "version": 6,
        "module_src": SOURCE,
        "class_name": class_name,
        "state": state,
    }
    name = Named("torch_utils.persistence", "_reconstruct_persistent_obj")
    return Call(name, (meta,))


def nvidia_module(
    tensors: Tensors,
    said: Mapping[str, dict[str, object]] | None = None,
    **attributes: object,
) -> Call:
    """A generator of stylegan2-ada-pytorch of these tensors.

    ``said`` is what modules say of themselves besides, by their paths.
    """
    tree: dict[str, Any] = {}
    for name, tensor in tensors.items():
        at = tree
        *path, last = name.split(".")
        for part in path:
            at = at.setdefault(part, {})
        at[last] = tensor
    root = {"z_dim": Z, "w_dim": W, "img_resolution": RES, "img_channels": 3}
    return _module("Generator", tree, "", root | attributes, said or {})


def _module(
    class_name: str,
    tree: dict[str, Any],
    path: str,
    attributes: dict[str, object],
    said: Mapping[str, dict[str, object]],
) -> Call:
    own = {k: v for k, v in tree.items() if not isinstance(v, dict)}
    children = {
        k: _module(
            f"Class_{k}",
            v,
            f"{path}.{k}",
            _attributes(f"{path}.{k}", v) | said.get(f"{path}.{k}"[1:], {}),
            said,
        )
        for k, v in tree.items()
        if isinstance(v, dict)
    }
    return module(class_name, own, children, attributes)


def _attributes(path: str, tree: dict[str, Any]) -> dict[str, object]:
    last = path.rpartition(".")[2]
    if last.startswith(("fc", "embed")):
        lr = 0.01 if last.startswith("fc") else 1.0
        inputs = tree["weight"].shape[1] if "weight" in tree else 1
        gain = lr / np.sqrt(max(inputs, 1))
        kind = "lrelu" if last.startswith("fc") else "linear"
        return {"activation": kind, "weight_gain": gain, "bias_gain": lr}
    if last.startswith("conv"):
        return {"activation": "lrelu", "conv_clamp": 256, "use_noise": True}
    if last == "torgb":
        return {"conv_clamp": 256}
    if last == "mapping":
        depth = sum(key.startswith("fc") for key in tree)
        return {"num_layers": depth, "w_avg_beta": 0.995}
    if last.startswith("b") and last[1:].isdigit():
        return {"architecture": "skip", "_init_kwargs": EASY}
    return {}


EASY = New(Named("dnnlib.util", "EasyDict"))


def nvidia(tensors: Tensors, protocol: int = 4, **attributes: object) -> bytes:
    """A pickle of stylegan2-ada-pytorch."""
    average = nvidia_module(tensors, **attributes)
    other = {name: 2 * tensor for name, tensor in tensors.items()}
    return pickled(
        {
            "training_set_kwargs": {"class_name": "x"},
            "G": nvidia_module(other, **attributes),
            "D": module("Discriminator", {}, {}, {}),
            "G_ema": average,
            "augment_pipe": None,
        },
        protocol,
    )


# TensorFlow's: networks of named variables.


def tensorflow(tensors: Tensors, protocol: int = 4, **kwargs: object) -> bytes:
    """A pickle of StyleGAN2 of TensorFlow."""
    mapping: list[tuple[str, object]] = []
    synthesis: list[tuple[str, object]] = []
    top: list[tuple[str, object]] = [("lod", np.float32(0))]
    for name, tensor in tensors.items():
        array = tensor.numpy()
        parts = name.split(".")
        if name == "mapping.w_avg":
            top.append(("dlatent_avg", array))
        elif parts[0] == "mapping":
            label = "LabelEmbed" if parts[1] == "embed" else f"Dense{parts[1][2:]}"
            turned = array.T if parts[2] == "weight" else array
            mapping.append((f"{label}/{parts[2]}", np.ascontiguousarray(turned)))
        else:
            synthesis.append(_variable(parts[1:], array))
    parts_of = {
        "mapping": network(mapping, {}, {}),
        "synthesis": network(synthesis, {}, {}),
    }
    whole = network(top, parts_of, {"resolution": RES, **kwargs})
    return pickled((network([], {}, {}), network([], {}, {}), whole), protocol)


def network(
    variables: list[tuple[str, object]],
    components: Mapping[str, object],
    kwargs: Mapping[str, object],
    version: int = 4,
) -> Call:
    """A Network of TensorFlow's."""
    state = {
        "version": version,
        "name": "Gs",
        "static_kwargs": dict(kwargs),
        "components": dict(components),
        "build_module_src": SOURCE,
        "build_func_name": "G_main",
        "variables": variables,
    }
    return New(Named("dnnlib.tflib.network", "Network"), (), state)


def _variable(parts: list[str], array: Any) -> tuple[str, object]:
    """The name and layout of a variable of TensorFlow's synthesis."""
    res = int(parts[0][1:])
    if parts[1] == "const":
        return f"{res}x{res}/Const/const", array[None]
    index = 2 * (res.bit_length() - 1)
    places = {"conv0": "Conv0_up", "conv1": "Conv" if res == 4 else "Conv1"}
    there = f"{res}x{res}/{places.get(parts[1], 'ToRGB')}"
    last = ".".join(parts[2:])
    if last == "noise_const":
        number = 0 if res == 4 else index - (5 if parts[1] == "conv0" else 4)
        return f"noise{number}", array[None, None]
    if last == "noise_strength":
        return f"{there}/noise_strength", np.float32(array)
    if last == "weight":
        turned = array[:, :, ::-1, ::-1] if parts[1] == "conv0" else array
        return f"{there}/weight", np.ascontiguousarray(turned.transpose(2, 3, 1, 0))
    if last == "affine.weight":
        return f"{there}/mod_weight", np.ascontiguousarray(array.T)
    if last == "affine.bias":
        return f"{there}/mod_bias", array - np.float32(1)
    return f"{there}/bias", array


# rosinality's: a state_dict.


def rosinality_state(tensors: Tensors) -> Tensors:
    """The names and layouts of rosinality's generator."""
    state: Tensors = {}
    for name, tensor in tensors.items():
        parts = name.split(".")
        if parts[0] == "mapping":
            if parts[1] != "w_avg":
                state[f"style.{int(parts[1][2:]) + 1}.{parts[2]}"] = tensor
            continue
        level = FAN[int(parts[1][1:])]
        if parts[2] == "const":
            state["input.input"] = tensor[None]
            continue
        number = 2 * level + (0 if parts[2] == "conv1" else -1)
        rgb = "to_rgb1" if level == 0 else f"to_rgbs.{level - 1}"
        conv = "conv1" if level == 0 else f"convs.{number - 1}"
        here = rgb if parts[2] == "torgb" else conv
        last = ".".join(parts[3:])
        if last == "noise_const":
            state[f"noises.noise_{number}"] = tensor[None, None]
        elif last == "noise_strength":
            state[f"{here}.noise.weight"] = tensor[None]
        elif last == "weight":
            state[f"{here}.conv.weight"] = tensor[None]
        elif last == "bias":
            bias = f"{here}.bias" if parts[2] == "torgb" else f"{here}.activate.bias"
            shape = (1, 3, 1, 1) if parts[2] == "torgb" else (-1,)
            state[bias] = tensor.reshape(shape)
        else:
            state[f"{here}.conv.modulation.{parts[4]}"] = tensor
        if parts[2] == "conv0":
            state[f"{here}.conv.blur.kernel"] = torch.ones(4, 4)
    return state


def rosinality(
    tensors: Tensors,
    *,
    average: bool = True,
    training: bool = False,
    legacy: bool = False,
) -> bytes:
    """A checkpoint of rosinality's, converted or of training."""
    state = OrderedDict(rosinality_state(tensors))
    table: dict[str, object] = {"g_ema": state}
    if average:
        table["latent_avg"] = tensors["mapping.w_avg"]
    if training:
        other = OrderedDict((k, 2 * v) for k, v in state.items())
        step = {"step": torch.tensor(3.0), "exp_avg": torch.ones(2)}
        optimiser = {"state": {0: step}, "param_groups": [{"lr": 0.1, "params": [0]}]}
        table |= {"g": other, "d": {}, "g_optim": optimiser, "ada_aug_p": 0.0}
        table["args"] = argparse.Namespace(size=RES, path="x")
    return torch_saved(table, legacy=legacy)
