"""Checkpoints of genforce: StyleGAN1 in torch.

A table with ``generator_smooth`` and ``generator``, each the names and tensors of a
generator. Names and layouts: models/stylegan_generator.py there.
"""

from sgviz.checkpoints.arrays import Taken, first, permuted, small_number, unscaled
from sgviz.checkpoints.errors import ModelFileError, printable
from sgviz.checkpoints.found import Found, config_of
from sgviz.checkpoints.pickle_nodes import Array
from sgviz.checkpoints.state_dict import State, matrix, state_of, tensor
from sgviz.checkpoints.stylegan1 import GAINS, Layer, stylegan1

NETWORKS = {"G_ema": "generator_smooth", "G": "generator"}
LICENCE = "genforce: MIT; converted networks of NVIDIA: theirs"
MAX_LAYERS = 18
FIRST = "mapping.dense0.weight"
NO_BIAS = frozenset({"mapping.embed.bias"})


def is_ours(value: object) -> bool:
    """Whether it is what those files hold."""
    return bool(generators_of(value))


def generators_of(value: object) -> tuple[str, ...]:
    """The generators in it: G_ema, G, or both."""
    tables = value if type(value) is dict else {}
    found = {name: tables.get(key) for name, key in NETWORKS.items()}
    return tuple(n for n, t in found.items() if type(t) is dict and FIRST in t)


def find(value: object, wanted: str) -> Found:
    """The generator of that name; ModelFileError."""
    table = value if type(value) is dict else {}
    key = NETWORKS.get(wanted, wanted)
    state = state_of(table.get(key))
    if FIRST not in state:
        raise ModelFileError(f"it holds no network {printable(wanted, 20)}", "unknown")
    if "synthesis.layer0.const" not in state:
        raise ModelFileError("its generator is none of StyleGAN1", "unknown")
    tensors, depth = {}, 0
    while f"mapping.dense{depth}.weight" in state:
        for part in ("weight", "bias"):
            taken = Taken(tensor(state, f"mapping.dense{depth}.{part}"))
            tensors[f"mapping.fc{depth}.{part}"] = taken
        depth += 1
    if "truncation.w_avg" in state:
        tensors["mapping.w_avg"] = Taken(state["truncation.w_avg"])
    w_dim, inputs = matrix(state, FIRST)
    fields: dict[str, object] = {"z_dim": inputs, "w_dim": w_dim, "depth": depth}
    if "mapping.label_weight" in state:
        # [classes, z_dim]; it is normalised together with z and has no bias.
        label = tensor(state, "mapping.label_weight")
        tensors["mapping.embed.weight"] = unscaled(permuted(label, (1, 0)))
        fields |= {"z_dim": inputs - label.shape[1], "c_dim": label.shape[0]}
        fields["label_norm"] = "together"
    provenance = {
        "family": "StyleGAN1 of genforce",
        "network": wanted,
        "licence": LICENCE,
    }
    chosen = {NETWORKS[name] for name in generators_of(value)}
    ignored = tuple(k for k in table if type(k) is str and k not in chosen)
    config = config_of(fields | {"gains": GAINS})
    mapping = Found(config, tensors, provenance, NO_BIAS, ignored)
    layers = [_layer(state, i) for i in range(_count(state))]
    rgb = _colours(state, len(layers) // 2 - 1)
    return stylegan1(mapping, layers, rgb, small_number(state.get("synthesis.lod")))


def _count(state: State) -> int:
    count = 0
    while count < MAX_LAYERS and f"synthesis.layer{count}.bias" in state:
        count += 1
    return count


def _layer(state: State, index: int) -> Layer:
    there = f"synthesis.layer{index}"
    layer: dict[str, Array] = {
        "bias": tensor(state, f"{there}.bias"),
        "noise_const": first(tensor(state, f"{there}.apply_noise.noise"), 2),
        "noise_strength": tensor(state, f"{there}.apply_noise.weight"),
        "affine.weight": tensor(state, f"{there}.style.weight"),
        "affine.bias": tensor(state, f"{there}.style.bias"),
    }
    if index == 0:
        layer["const"] = first(tensor(state, f"{there}.const"))
    else:
        layer["weight"] = tensor(state, f"{there}.weight")
    return layer


def _colours(state: State, block: int) -> Layer | None:
    names = {part: f"synthesis.output{block}.{part}" for part in ("weight", "bias")}
    if any(name not in state for name in names.values()):
        return None
    return {part: state[name] for part, name in names.items()}
