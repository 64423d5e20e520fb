"""The synthesis of a StyleGAN3 pickle, configurations t and r, by our names.

Layers are called L{number}_{size}_{channels}; the design of their filters is computed
anew from a few numbers, and compared with what each layer says of itself.
"""

import math
import re
from dataclasses import dataclass, field

from sgviz.checkpoints.arrays import Taken
from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.found import config_of
from sgviz.checkpoints.module_tree import Tree
from sgviz.models.alias_free import Kind, LayerPlan, plan
from sgviz.models.generator import GeneratorConfig

NAME = re.compile(r"synthesis\.L(\d{1,2})_(\d{1,4})_(\d{1,4})")
SAME = 1e-6
# What our Design calls otherwise than the file.
DESIGN = {
    "num_critical": "critical",
    "first_cutoff": "first_cutoff",
    "first_stopband": "first_stopband",
    "last_stopband_rel": "last_stopband",
    "margin_size": "margin",
    "output_scale": "output_scale",
}
LAYER_DESIGN = {"filter_size": "filter_size", "lrelu_upsampling": "oversampling"}
KINDS: dict[int, Kind] = {3: "t", 1: "r"}
FILTERS = ("up_filter", "down_filter")


@dataclass
class AliasFree:
    """Fields of the configuration and tensors; or why there are no images."""

    fields: dict[str, object] = field(default_factory=dict)
    tensors: dict[str, Taken] = field(default_factory=dict)
    reason: str = ""


def alias_free(tree: Tree, mapping: dict[str, object]) -> AliasFree:
    """The synthesis at ``synthesis``, with the ``mapping``'s fields beside it."""
    found = [(match, path) for path in tree.modules if (match := NAME.fullmatch(path))]
    found.sort(key=lambda each: int(each[0][1]))
    paths = [path for _, path in found]
    if [int(match[1]) for match, _ in found] != list(range(len(paths))) or not paths:
        return AliasFree(reason="a synthesis of StyleGAN3 without all of its layers")
    weights = [tree.tensors.get(f"{path}.weight") for path in paths]
    shapes = [weight.shape for weight in weights if weight and len(weight.shape) == 4]
    if len(shapes) != len(paths) or shapes[-1][0] != 3 or shapes[0][2] not in KINDS:
        return AliasFree(reason="a synthesis of StyleGAN3 of an unusual form")
    clamp = tree.attribute(paths[0], "conv_clamp")
    kind = KINDS[shapes[0][2]]
    fields: dict[str, object] = {
        "family": f"stylegan3-{kind}",
        "resolution": int(found[-1][0][2]),
        "channels": [shape[0] for shape in shapes[:-1]],
        "conv_clamp": float(clamp) if isinstance(clamp, int | float) else None,
        "design": _design(tree, paths[0]),
    }
    try:
        config = config_of(mapping | fields)
    except ModelFileError as error:
        return AliasFree(reason=f"a synthesis of StyleGAN3: {error}")
    if not _agrees(tree, paths, config, kind):
        return AliasFree(reason="a synthesis of StyleGAN3 with filters of its own")
    return AliasFree(fields, _tensors(tree))


def _design(tree: Tree, layer: str) -> dict[str, object]:
    said = {ours: tree.attribute("synthesis", name) for name, ours in DESIGN.items()}
    said |= {ours: tree.attribute(layer, name) for name, ours in LAYER_DESIGN.items()}
    return {name: value for name, value in said.items() if type(value) in (int, float)}


def _agrees(tree: Tree, paths: list[str], config: GeneratorConfig, kind: Kind) -> bool:
    """Whether every layer says of itself what we compute for it."""
    plans = plan(config.alias_free(kind))
    clamps = [tree.attribute(path, "conv_clamp") for path in paths]
    if any(type(c) not in (int, float, type(None)) for c in clamps):
        return False
    return (
        len(plans) == len(paths)
        and len(set(clamps)) == 1
        and all(map(_same_layer, [tree] * len(paths), paths, plans))
    )


def _same_layer(tree: Tree, path: str, ours: LayerPlan) -> bool:
    match = NAME.fullmatch(path)
    wanted: dict[str, float] = {
        "in_cutoff": ours.before.cutoff,
        "out_cutoff": ours.after.cutoff,
        "in_half_width": ours.before.half_width,
        "out_half_width": ours.after.half_width,
        "in_sampling_rate": ours.before.rate,
        "out_sampling_rate": ours.after.rate,
        "up_factor": ours.up,
        "down_factor": ours.down,
        "down_radial": ours.radial,
    }
    for name, value in wanted.items():
        said = tree.attribute(path, name)
        if not isinstance(said, int | float):
            return False
        if not math.isclose(said, value, rel_tol=SAME, abs_tol=SAME):
            return False
    return match is not None and int(match[2]) == ours.after.size


def _tensors(tree: Tree) -> dict[str, Taken]:
    """The tensors by our names: layers without their sizes, no filters."""
    taken = {}
    for name, array in tree.tensors.items():
        path, _, last = name.rpartition(".")
        if last not in FILTERS:
            short = NAME.sub(lambda match: f"synthesis.L{match[1]}", path)
            taken[f"{short}.{last}"] = Taken(array)
    return taken
