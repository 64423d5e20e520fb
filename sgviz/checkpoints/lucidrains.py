"""Checkpoints of lucidrains/stylegan2-pytorch: a table of ``GAN`` and ``version``.

The mapping has a scaling of its own (models/mapping.py, LUCIDRAINS), and so has the
synthesis (models/synthesis_bilinear.py). Networks with attention, with a first block
that is computed from w, or with transparency are known by their mapping alone. Names
and layouts: stylegan2_pytorch.py there.
"""

import re
from dataclasses import asdict

from sgviz.checkpoints.arrays import Taken, first, flat
from sgviz.checkpoints.errors import ModelFileError, printable
from sgviz.checkpoints.found import Found, config_of
from sgviz.checkpoints.geometry_only import without_images
from sgviz.checkpoints.state_dict import State, matrix, state_of, tensor
from sgviz.models.mapping import LUCIDRAINS

NETWORKS = {"G_ema": ("SE", "GE"), "G": ("S", "G")}
LICENCE = "lucidrains/stylegan2-pytorch: MIT"
LR_MULTIPLIER = 0.1
FILTER = ".upsample.1.f"
# What a block calls its parts, and what we do.
PARTS = {
    "conv1.weight": "conv0.weight",
    "to_style1.weight": "conv0.affine.weight",
    "to_style1.bias": "conv0.affine.bias",
    "to_noise1.weight": "conv0.noise_strength",
    "to_noise1.bias": "conv0.bias",
    "conv2.weight": "conv1.weight",
    "to_style2.weight": "conv1.affine.weight",
    "to_style2.bias": "conv1.affine.bias",
    "to_noise2.weight": "conv1.noise_strength",
    "to_noise2.bias": "conv1.bias",
    "to_rgb.conv.weight": "torgb.weight",
    "to_rgb.to_style.weight": "torgb.affine.weight",
    "to_rgb.to_style.bias": "torgb.affine.bias",
}
_BLOCK = re.compile(r"blocks\.(\d{1,2})\.(.+)")


def is_ours(value: object) -> bool:
    """Whether it is what those files hold."""
    return bool(generators_of(value))


def generators_of(value: object) -> tuple[str, ...]:
    """The generators in it: G_ema, G, or both."""
    state = value.get("GAN") if type(value) is dict else None
    if type(state) is not dict:
        return ()
    return tuple(n for n, (s, _) in NETWORKS.items() if f"{s}.net.0.weight" in state)


def find(value: object, wanted: str) -> Found:
    """The mapping network of that generator; ModelFileError."""
    table = value if type(value) is dict else {}
    state = state_of(table.get("GAN"))
    if wanted not in NETWORKS or f"{NETWORKS[wanted][0]}.net.0.weight" not in state:
        raise ModelFileError(f"it holds no network {printable(wanted, 20)}", "unknown")
    style, synthesis = NETWORKS[wanted]
    tensors, fields = _mapping(state, style)
    own = {
        name.removeprefix(f"{synthesis}."): array
        for name, array in state.items()
        if name.startswith(f"{synthesis}.")
    }
    placed, reason = _placed(own)
    provenance = {
        "family": "StyleGAN2 of lucidrains",
        "network": wanted,
        "licence": LICENCE,
        "version": _version(table),
    }
    parts = {name.partition(".")[0] for name in state}
    if reason:
        others = tuple(sorted(parts - {NETWORKS[n][0] for n in generators_of(value)}))
        config = config_of(fields)
        return without_images(config, tensors, provenance, others, reason).checked()
    taken = {part for name in generators_of(value) for part in NETWORKS[name]}
    others = tuple(sorted(parts - taken))
    config = config_of(fields | _sizes(placed))
    found = Found(config, tensors | placed, provenance, ignored=others)
    return found.checked()


def _mapping(state: State, style: str) -> tuple[dict[str, Taken], dict[str, object]]:
    """The tensors of the mapping by our names, and the fields they say."""
    tensors, depth = {}, 0
    while f"{style}.net.{2 * depth}.weight" in state:
        for part in ("weight", "bias"):
            taken = Taken(tensor(state, f"{style}.net.{2 * depth}.{part}"))
            tensors[f"mapping.fc{depth}.{part}"] = taken
        depth += 1
    w_dim, z_dim = matrix(state, f"{style}.net.0.weight")
    fields: dict[str, object] = {
        "z_dim": z_dim,
        "w_dim": w_dim,
        "depth": depth,
        "lr_multiplier": LR_MULTIPLIER,
        "gains": asdict(LUCIDRAINS),
    }
    return tensors, fields


def _placed(own: State) -> tuple[dict[str, Taken], str]:
    """The tensors of a synthesis by our names; or why it makes no images here."""
    placed: dict[str, Taken] = {}
    for name, array in own.items():
        match = _BLOCK.fullmatch(name)
        if name == "initial_block":
            placed["synthesis.const"] = Taken(first(array))
        elif name.startswith("initial_conv."):
            part = name.removeprefix("initial_conv.")
            placed[f"synthesis.initial.{part}"] = Taken(array)
        elif match and match[2] in PARTS:
            ours = PARTS[match[2]]
            strength = ours.endswith("noise_strength")
            here = f"synthesis.b{4 << int(match[1])}.{ours}"
            placed[here] = Taken(flat(array) if strength else array)
        elif not name.endswith(FILTER):
            part = printable(name.partition(".")[0], 20)
            return {}, f"a synthesis with parts of its own ({part})"
    colours = [t for name, t in placed.items() if name.endswith(".torgb.weight")]
    if "synthesis.const" not in placed or not colours:
        return {}, "a synthesis that is not whole"
    if any(weight.shape[:1] != (3,) for weight in colours):
        return {}, "a synthesis of images that are not RGB"
    return placed, ""


def _sizes(placed: dict[str, Taken]) -> dict[str, object]:
    """Family, resolution and channels that the tensors say."""
    channels: list[int] = []
    while (name := f"synthesis.b{4 << len(channels)}.conv1.bias") in placed:
        shape = placed[name].shape
        if len(shape) != 1:
            raise ModelFileError("its synthesis has a bias that is none")
        channels.append(shape[0])
    return {
        "family": "lucidrains",
        "resolution": 2 << len(channels),
        "channels": channels,
    }


def _version(table: dict[object, object]) -> str:
    said = table.get("version")
    return printable(said, 20) if type(said) is str else ""
