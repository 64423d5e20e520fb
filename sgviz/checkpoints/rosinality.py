"""Checkpoints of rosinality/stylegan2-pytorch: of training, and converted ones.

A table with ``g_ema`` and ``g``, each the names and tensors of a generator, and in
converted files ``latent_avg``. Names and layouts: model.py there.
"""

import re

from sgviz.checkpoints.arrays import Taken, as_array, first, flat, number
from sgviz.checkpoints.errors import ModelFileError, printable
from sgviz.checkpoints.found import Found, config_of
from sgviz.checkpoints.pickle_nodes import Array, Node
from sgviz.checkpoints.state_dict import state_of
from sgviz.models.synthesis import levels

NETWORKS = {"G_ema": "g_ema", "G": "g"}
LICENCE = "rosinality/stylegan2-pytorch: MIT; converted networks of NVIDIA: theirs"
SMALLEST = 8

_CONV = re.compile(r"(conv1|convs\.(\d{1,2}))\.(.+)")
_RGB = re.compile(r"(to_rgb1|to_rgbs\.(\d{1,2}))\.(.+)")
_STYLE = re.compile(r"style\.(\d{1,2})\.(weight|bias)")
_NOISE = re.compile(r"noises\.noise_(\d{1,2})")
_KERNELS = (".kernel",)


def is_ours(value: object) -> bool:
    """Whether it is what those files hold."""
    return bool(generators_of(value))


def generators_of(value: object) -> tuple[str, ...]:
    """The generators in it: G_ema, G, or both."""
    tables = value if type(value) is dict else {}
    found = {name: tables.get(key) for name, key in NETWORKS.items()}
    return tuple(
        n for n, t in found.items() if type(t) is dict and "style.1.weight" in t
    )


def find(value: object, wanted: str) -> Found:
    """The generator of that name; ModelFileError."""
    table = value if type(value) is dict else {}
    key = NETWORKS.get(wanted, wanted)
    state = state_of(table.get(key))
    if "style.1.weight" not in state:
        raise ModelFileError(f"it holds no network {printable(wanted, 20)}", "unknown")
    tensors = {}
    odd: list[str] = []
    for name, array in state.items():
        placed = _placed(name, array)
        if placed is not None:
            tensors[placed[0]] = Taken(placed[1])
        elif not name.endswith(_KERNELS):
            odd.append(name)
    average = as_array(table.get("latent_avg"))
    if average is not None and wanted == "G_ema":
        tensors["mapping.w_avg"] = Taken(flat(average))
    provenance = {
        "family": "StyleGAN2 of rosinality",
        "network": wanted,
        "licence": LICENCE,
    }
    taken = {"latent_avg", *(NETWORKS[name] for name in generators_of(value))}
    others = [k for k in table if type(k) is str and k not in taken]
    ignored = (*others, *odd)
    config = config_of(_fields(tensors, table))
    return Found(config, tensors, provenance, ignored=ignored).checked()


def _fields(
    tensors: dict[str, Taken], table: dict[object, object]
) -> dict[str, object]:
    depth = sum(f"mapping.fc{i}.weight" in tensors for i in range(len(tensors)))
    shape = tensors["mapping.fc0.weight"].shape
    if len(shape) != 2:
        raise ModelFileError("its first layer of mapping is no matrix")
    resolution = 4
    while f"synthesis.b{2 * resolution}.conv1.bias" in tensors:
        resolution *= 2
    biases = [
        tensors.get(f"synthesis.b{4 << i}.conv1.bias")
        for i in range(levels(resolution))
    ]
    if resolution < SMALLEST or any(b is None or len(b.shape) != 1 for b in biases):
        raise ModelFileError("its synthesis has none of the known sizes", "unknown")
    said = table.get("args")
    args = said.state if isinstance(said, Node) and type(said.state) is dict else {}
    if type(size := args.get("size")) is int and size != resolution:
        raise ModelFileError(
            f"it says size {size:,}, and its tensors are for {resolution}"
        )
    return {
        "z_dim": shape[1],
        "w_dim": shape[0],
        "depth": depth,
        "resolution": resolution,
        "channels": [b.shape[0] for b in biases if b is not None],
    }


def _placed(name: str, array: Array) -> tuple[str, Array] | None:
    """Our name and the tensor as we have it; None for what has no place."""
    if match := _STYLE.fullmatch(name):
        return f"mapping.fc{int(match[1]) - 1}.{match[2]}", array
    if name == "input.input":
        return "synthesis.b4.const", first(array)
    if match := _NOISE.fullmatch(name):
        return f"{_layer(int(match[1]))}.noise_const", first(array, 2)
    if match := _CONV.fullmatch(name):
        index = 0 if match[2] is None else int(match[2]) + 1
        return _convolution(_layer(index), match[3], array)
    if match := _RGB.fullmatch(name):
        res = 4 if match[2] is None else 8 << int(match[2])
        return _colours(f"synthesis.b{res}.torgb", match[3], array)
    return None


def _layer(index: int) -> str:
    """Our name of the convolution with that number, 0 at 4x4."""
    return f"synthesis.b{4 << (index + 1) // 2}.conv{(index + 1) % 2}"


def _convolution(here: str, part: str, array: Array) -> tuple[str, Array] | None:
    match part:
        case "conv.weight":
            return f"{here}.weight", first(array)
        case "conv.modulation.weight" | "conv.modulation.bias":
            return f"{here}.affine.{part.rpartition('.')[2]}", array
        case "noise.weight":
            return f"{here}.noise_strength", number(array)
        case "activate.bias":
            return f"{here}.bias", flat(array)
    return None


def _colours(here: str, part: str, array: Array) -> tuple[str, Array] | None:
    match part:
        case "conv.weight":
            return f"{here}.weight", first(array)
        case "conv.modulation.weight" | "conv.modulation.bias":
            return f"{here}.affine.{part.rpartition('.')[2]}", array
        case "bias":
            return f"{here}.bias", flat(array)
    return None
