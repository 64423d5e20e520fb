"""Pickles of stylegan2-ada-pytorch and stylegan3, and of their relatives.

Names, sizes and attributes: the repositories' training/networks*.py. What a file
says about itself is only compared with its tensors, never believed.
"""

import math
from dataclasses import dataclass, field

from sgviz.checkpoints.arrays import Taken
from sgviz.checkpoints.errors import ModelFileError, printable
from sgviz.checkpoints.found import NVIDIA, Found, config_of
from sgviz.checkpoints.geometry_only import without_images
from sgviz.checkpoints.module_tree import Tree, is_module, tree_of
from sgviz.checkpoints.pickle_nodes import Array
from sgviz.checkpoints.stylegan3 import alias_free
from sgviz.models.synthesis import levels

GENERATORS = ("G_ema", "G")
LAYERS = ("conv0", "conv1", "torgb")
TAPS = [1, 3, 3, 1]

Fields = dict[str, object]


@dataclass
class Synthesis:
    """What was found: fields of the configuration, all tensors, filled-in zeros.

    ``reason`` says why it makes no images here; empty: it does.
    """

    fields: Fields = field(default_factory=dict)
    tensors: dict[str, Taken] = field(default_factory=dict)
    zeros: frozenset[str] = frozenset()
    reason: str = ""
    family: str = "StyleGAN2"


def is_ours(value: object) -> bool:
    """Whether it is what those pickles hold: networks by name, or a bare one."""
    return bool(_networks(value))


def generators_of(value: object) -> tuple[str, ...]:
    """The generators in it: G_ema, G, or both."""
    networks = _networks(value)
    return tuple(name for name in GENERATORS if name in networks)


def find(value: object, wanted: str) -> Found:
    """The generator of that name.

    Raises
    ------
    ModelFileError
        It is not there, contradicts itself, or is none that sgviz knows.
    """
    networks = _networks(value)
    if wanted not in networks:
        there = ", ".join(printable(name, 20) for name in list(networks)[:6])
        raise ModelFileError(f"it holds {there}, but no {wanted}", "unknown")
    whole = tree_of(networks[wanted])
    inner = _with_mapping(whole)
    fields = mapping_of(inner)
    synthesis = _synthesis_of(inner, fields)
    _compare(inner, fields | synthesis.fields)
    provenance = {
        "family": synthesis.family,
        "network": wanted,
        "classes": ", ".join(sorted(set(whole.classes.values()))),
        "module_sha256": " ".join(sorted(whole.sources)),
        "licence": NVIDIA,
    }
    provenance = {k: printable(v) for k, v in provenance.items() if v}
    others = tuple(sorted(name for name in networks if name not in GENERATORS))
    if synthesis.reason:
        return without_images(
            config_of(fields), _taken(inner), provenance, others, synthesis.reason
        ).checked()
    config = config_of(fields | synthesis.fields)
    tensors = synthesis.tensors
    return Found(config, tensors, provenance, synthesis.zeros, others).checked()


def _networks(value: object) -> dict[str, object]:
    """The networks in what a pickle holds, by name; a bare one is G_ema."""
    if is_module(value):
        return {"G_ema": value}
    if type(value) is not dict:
        return {}
    return {key: n for key, n in value.items() if type(key) is str and is_module(n)}


def mapping_of(tree: Tree) -> Fields:
    """The fields of the mapping network at ``mapping``.

    Raises
    ------
    ModelFileError
        It has parts that are not known, or layers of unusual scaling.
    """
    own = {k: a for k, a in tree.tensors.items() if k.startswith("mapping.")}
    depth = sum(f"mapping.fc{i}.weight" in own for i in range(len(own)))
    known = {
        f"mapping.fc{i}.{part}" for i in range(depth) for part in ("weight", "bias")
    }
    known |= {"mapping.w_avg", "mapping.embed.weight", "mapping.embed.bias"}
    if odd := sorted(own.keys() - known):
        what = printable(odd[0], 60)
        raise ModelFileError(f"its mapping has {what}, which is not known", "unknown")
    inputs, w_dim = (
        _two(own, "mapping.fc0.weight")[1],
        _two(own, "mapping.fc0.weight")[0],
    )
    fields: Fields = {"w_dim": w_dim, "depth": depth}
    embedded = 0
    if "mapping.embed.weight" in own:
        embedded, fields["c_dim"] = _two(own, "mapping.embed.weight")
        if embedded != w_dim:
            raise ModelFileError("its labels have a width of their own", "unknown")
    fields["z_dim"] = inputs - embedded
    fields["lr_multiplier"] = _lr_multiplier(tree, own, depth)
    beta = tree.attribute("mapping", "w_avg_beta")
    if type(beta) is float:
        fields["w_avg_beta"] = beta
    return fields


def _with_mapping(tree: Tree) -> Tree:
    """The part whose mapping is at ``mapping``: the network, or a part of it."""
    ends = "mapping.fc0.weight"
    places = [k.removesuffix(ends) for k in tree.tensors if k.endswith(ends)]
    places = [p for p in places if not p or p.endswith(".")]
    if len(places) != 1:
        name = printable(tree.classes.get("", "a module"), 40)
        what = "no mapping network" if not places else "several mapping networks"
        raise ModelFileError(f"its {name} has {what} that sgviz knows", "unknown")
    return tree.below(places[0].removesuffix("."))


def _lr_multiplier(tree: Tree, own: dict[str, Array], depth: int) -> float:
    """The multiplier that all layers share; their other gains must follow from it."""
    found: set[float] = set()
    for i in range(depth):
        path = f"mapping.fc{i}"
        lr, gain = (
            tree.attribute(path, "bias_gain"),
            tree.attribute(path, "weight_gain"),
        )
        if tree.attribute(path, "activation") not in ("lrelu", None):
            raise ModelFileError("its mapping has another activation", "unknown")
        if type(lr) not in (int, float) or not isinstance(gain, float):
            raise ModelFileError("its mapping does not say its gains", "unknown")
        lr = float(lr) if isinstance(lr, int | float) else 0.0
        inputs = _two(own, f"{path}.weight")[1]
        if not math.isclose(gain, lr / math.sqrt(max(inputs, 1)), rel_tol=1e-5):
            raise ModelFileError("its mapping has unusual gains", "unknown")
        found.add(lr)
    if len(found) != 1:
        raise ModelFileError("its mapping has layers of several gains", "unknown")
    return found.pop()


def _synthesis_of(tree: Tree, mapping: Fields) -> Synthesis:
    """The synthesis at ``synthesis``, if it is one of StyleGAN2's or StyleGAN3's."""
    if "synthesis.input.freqs" in tree.tensors:
        found = alias_free(tree, mapping)
        return Synthesis(
            found.fields, found.tensors, reason=found.reason, family="StyleGAN3"
        )
    if "synthesis.b4.const" not in tree.tensors:
        return Synthesis(reason="a synthesis that sgviz does not know", family="other")
    resolution = 4
    while f"synthesis.b{2 * resolution}.conv1.weight" in tree.tensors:
        resolution *= 2
    blocks = [f"synthesis.b{4 << i}" for i in range(levels(resolution))]
    weights = [tree.tensors.get(f"{block}.conv1.weight") for block in blocks]
    channels = [weight.shape[0] for weight in weights if weight and weight.shape]
    if resolution < 8 or len(channels) != len(blocks):
        return Synthesis(reason="a synthesis of an unusual size")
    layers = [
        f"{b}.{name}"
        for b in blocks
        for name in LAYERS
        if (b, name) != (blocks[0], "conv0")
    ]
    if reason := _unusual(tree, blocks, layers):
        return Synthesis(reason=reason)
    clamp = tree.attribute(layers[0], "conv_clamp")
    fields: Fields = {"resolution": resolution, "channels": channels}
    fields["conv_clamp"] = float(clamp) if isinstance(clamp, int | float) else None
    noiseless = [p for p in layers if tree.attribute(p, "use_noise") is False]
    zeros = {f"{p}.{n}" for p in noiseless for n in ("noise_const", "noise_strength")}
    name = "stylegan3" if tree.attribute("mapping.fc0", "in_features") else "ada"
    family = {"stylegan3": "StyleGAN2 of stylegan3", "ada": "StyleGAN2 of ada-pytorch"}
    tensors = {k: t for k, t in _taken(tree).items() if not k.endswith("_filter")}
    return Synthesis(fields, tensors, frozenset(zeros), "", family[name])


def _unusual(tree: Tree, blocks: list[str], layers: list[str]) -> str:
    """Why a synthesis with the blocks of StyleGAN2 makes no images here, or nothing."""
    for block in blocks:
        if tree.attribute(block, "architecture") not in ("skip", None):
            return "a synthesis without skip connections"
        taps = tree.attribute(block, "resample_filter")
        filter_ = tree.tensors.get(f"{block}.resample_filter")
        if taps not in (TAPS, None) or (filter_ and filter_.shape != (4, 4)):
            return "a synthesis with another filter"
    clamps = [tree.attribute(layer, "conv_clamp") for layer in layers]
    for layer, clamp in zip(layers, clamps, strict=True):
        if tree.attribute(layer, "activation") not in ("lrelu", None):
            return "a synthesis with another activation"
        if type(clamp) not in (int, float, type(None)) or clamp != clamps[0]:
            return "a synthesis with several clamps"
        weight = tree.tensors.get(f"{layer}.weight")
        if layer.endswith("torgb") and (weight is None or weight.shape[:1] != (3,)):
            return "a synthesis of images that are not RGB"
    return ""


def _compare(tree: Tree, fields: Fields) -> None:
    """ModelFileError where the network says other sizes than its tensors have."""
    names = {"img_resolution": "resolution", "z_dim": "z_dim", "w_dim": "w_dim"}
    for said_as, name in (names | {"c_dim": "c_dim"}).items():
        said, known = tree.attribute("", said_as), fields.get(name)
        if name == "c_dim" and known is None:
            known = 0
        if type(said) is int and known is not None and said != known:
            raise ModelFileError(
                f"it says {said_as} {said:,}, and its tensors are for {known}"
            )
    layers = tree.attribute("mapping", "num_layers")
    if type(layers) is int and layers != fields["depth"]:
        raise ModelFileError(
            f"it says {layers:,} layers of mapping, and has {fields['depth']}"
        )


def _two(own: dict[str, Array], name: str) -> tuple[int, int]:
    """The sides of a matrix."""
    array = own.get(name)
    if array is None or len(array.shape) != 2:
        raise ModelFileError(f"it lacks the matrix {name}")
    return array.shape[0], array.shape[1]


def _taken(tree: Tree) -> dict[str, Taken]:
    return {name: Taken(array) for name, array in tree.tensors.items()}
