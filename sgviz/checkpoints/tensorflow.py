"""Pickles of the TensorFlow versions of StyleGAN: StyleGAN2, its ADA, StyleGAN1.

A tuple of three networks, (G, D, Gs), each with a list of variables and components
of the same form; Gs is the average. Names and layouts: dnnlib/tflib/network.py and
training/networks_stylegan*.py of NVlabs/stylegan and NVlabs/stylegan2.
"""

from hashlib import sha256

from sgviz.checkpoints.arrays import (
    Taken,
    as_array,
    as_number,
    first,
    number,
    permuted,
    small_number,
    unscaled,
)
from sgviz.checkpoints.errors import ModelFileError, printable
from sgviz.checkpoints.found import NVIDIA, Found, config_of
from sgviz.checkpoints.geometry_only import without_images
from sgviz.checkpoints.pickle_nodes import Array, Node
from sgviz.checkpoints.stylegan1 import GAINS as STYLEGAN1_GAINS
from sgviz.checkpoints.stylegan1 import Layer, stylegan1
from sgviz.models.synthesis import levels

NETWORK = "Network"
PLACES = {"G": 0, "D": 1, "G_ema": 2}
MAX_DEPTH, MAX_VARIABLES = 4, 5_000
TAPS = [1, 3, 3, 1]
# Labels that enter together with z have no bias in TensorFlow.
NO_BIAS = frozenset({"mapping.embed.bias"})
MATRIX, KERNEL = (1, 0), (3, 2, 0, 1)

Variables = dict[str, Array]


def is_ours(value: object) -> bool:
    """Whether it is what those pickles hold."""
    networks = value if type(value) is tuple else (value,)
    return len(networks) in (1, 3) and all(
        isinstance(n, Node) and n.name == NETWORK for n in networks
    )


def generators_of(value: object) -> tuple[str, ...]:
    """The generators in it: a bare network counts as the average."""
    return ("G_ema", "G") if type(value) is tuple and len(value) == 3 else ("G_ema",)


def find(value: object, wanted: str) -> Found:
    """The generator of that name; ModelFileError."""
    networks = value if type(value) is tuple else (value,)
    if wanted not in PLACES:
        raise ModelFileError(f"it holds G, D, G_ema, but no {wanted}", "unknown")
    node = networks[PLACES[wanted] if len(networks) == 3 else 0]
    variables, kwargs, version = _opened(node)
    sources = _sources(node)
    provenance = {
        "network": wanted,
        "classes": printable(f"tensorflow Network, version {version}"),
        "module_sha256": sources,
        "licence": NVIDIA,
    }
    ignored = ("D",) if len(networks) == 3 else ()
    if "mapping/Dense0/weight" not in variables:
        names = ", ".join(printable(n, 40) for n in list(variables)[:3])
        raise ModelFileError(f"its generator has no mapping, but {names}", "unknown")
    if any("/StyleMod/" in name for name in variables):
        return _stylegan1(variables, kwargs, provenance, ignored)
    return _stylegan2(variables, kwargs, provenance, ignored)


def _stylegan2(
    variables: Variables,
    kwargs: dict[object, object],
    provenance: dict[str, str],
    ignored: tuple[str, ...],
) -> Found:
    provenance = {"family": "StyleGAN2 of TensorFlow"} | provenance
    tensors = _mapping(variables)
    fields = _mapping_fields(tensors, kwargs)
    resolution = 4
    while f"synthesis/{2 * resolution}x{2 * resolution}/Conv1/mod_weight" in variables:
        resolution *= 2
    if reason := _unusual(variables, kwargs, resolution):
        config = config_of(fields)
        return without_images(config, tensors, provenance, ignored, reason).checked()
    sizes = [4 << i for i in range(levels(resolution))]
    for res in sizes:
        _block(tensors, variables, res)
    clamp = kwargs.get("conv_clamp")
    fields |= {
        "resolution": resolution,
        "channels": [tensors[f"synthesis.b{r}.conv1.bias"].shape[0] for r in sizes],
        "conv_clamp": float(clamp) if isinstance(clamp, int | float) else None,
    }
    config = config_of(fields)
    return Found(config, tensors, provenance, NO_BIAS, ignored).checked()


def _block(tensors: dict[str, Taken], variables: Variables, res: int) -> None:
    """The layers of one resolution, by our names."""
    there, here = f"synthesis/{res}x{res}", f"synthesis.b{res}"
    index = 2 * (res.bit_length() - 1)
    if res == 4:
        const = _variable(variables, f"{there}/Const/const")
        tensors[f"{here}.const"] = Taken(first(const))
        _layer(tensors, variables, f"{there}/Conv", f"{here}.conv1", 0)
    else:
        up = f"{there}/Conv0_up"
        _layer(tensors, variables, up, f"{here}.conv0", index - 5, flip=True)
        _layer(tensors, variables, f"{there}/Conv1", f"{here}.conv1", index - 4)
    _layer(tensors, variables, f"{there}/ToRGB", f"{here}.torgb", None)


def _layer(
    tensors: dict[str, Taken],
    variables: Variables,
    there: str,
    here: str,
    noise: int | None,
    *,
    flip: bool = False,
) -> None:
    """A modulated convolution; the kernels of those upwards are stored turned over."""
    weight = permuted(_variable(variables, f"{there}/weight"), KERNEL)
    tensors[f"{here}.weight"] = Taken(weight, flip=flip)
    tensors[f"{here}.bias"] = Taken(_variable(variables, f"{there}/bias"))
    affine = permuted(_variable(variables, f"{there}/mod_weight"), MATRIX)
    tensors[f"{here}.affine.weight"] = Taken(affine)
    bias = _variable(variables, f"{there}/mod_bias")
    tensors[f"{here}.affine.bias"] = Taken(bias, add=1.0)
    if noise is not None:
        strength = number(_variable(variables, f"{there}/noise_strength"))
        tensors[f"{here}.noise_strength"] = Taken(strength)
        const = first(_variable(variables, f"synthesis/noise{noise}"), 2)
        tensors[f"{here}.noise_const"] = Taken(const)


def _unusual(
    variables: Variables, kwargs: dict[object, object], resolution: int
) -> str:
    """Why its synthesis makes no images here, or nothing."""
    if resolution < 8 or "synthesis/4x4/Conv/mod_weight" not in variables:
        return "a synthesis that is none of the last version of StyleGAN2"
    if any("/Skip/" in n or n.startswith("synthesis/ToRGB_lod") for n in variables):
        return "a synthesis without skip connections"
    if kwargs.get("architecture") not in ("skip", None):
        return "a synthesis without skip connections"
    if kwargs.get("resample_kernel") not in (TAPS, None):
        return "a synthesis with another filter"
    if kwargs.get("nonlinearity") not in ("lrelu", None):
        return "a synthesis with another activation"
    if kwargs.get("num_channels") not in (3, None):
        return "a synthesis of images that are not RGB"
    return ""


def _stylegan1(
    variables: Variables,
    kwargs: dict[object, object],
    provenance: dict[str, str],
    ignored: tuple[str, ...],
) -> Found:
    provenance = {"family": "StyleGAN1 of TensorFlow"} | provenance
    tensors = _mapping(variables)
    config = config_of(_mapping_fields(tensors, kwargs) | {"gains": STYLEGAN1_GAINS})
    mapping = Found(config, tensors, provenance, NO_BIAS, ignored)
    layers: list[Layer] = []
    index, res = 0, 4
    while f"synthesis/{res}x{res}/{_second(res)}/weight" in variables:
        for name in ("Const" if res == 4 else "Conv0_up", _second(res)):
            there = f"synthesis/{res}x{res}/{name}"
            layers.append(_stylegan1_layer(variables, there, index))
            index += 1
        res *= 2
    rgb: Layer | None = None
    if "synthesis/ToRGB_lod0/weight" in variables:
        weight = permuted(variables["synthesis/ToRGB_lod0/weight"], KERNEL)
        bias = _variable(variables, "synthesis/ToRGB_lod0/bias")
        rgb = {"weight": weight, "bias": bias}
    return stylegan1(mapping, layers, rgb, small_number(variables.get("lod")))


def _stylegan1_layer(variables: Variables, there: str, index: int) -> Layer:
    style = permuted(_variable(variables, f"{there}/StyleMod/weight"), MATRIX)
    layer: Layer = {
        "bias": _variable(variables, f"{there}/bias"),
        "noise_const": first(_variable(variables, f"synthesis/noise{index}"), 2),
        "noise_strength": _variable(variables, f"{there}/Noise/weight"),
        "affine.weight": style,
        "affine.bias": _variable(variables, f"{there}/StyleMod/bias"),
    }
    if there.endswith("Const"):
        layer["const"] = first(_variable(variables, f"{there}/const"))
    else:
        layer["weight"] = permuted(_variable(variables, f"{there}/weight"), KERNEL)
    return layer


def _second(res: int) -> str:
    return "Conv" if res == 4 else "Conv1"


def _mapping(variables: Variables) -> dict[str, Taken]:
    """The mapping network, by our names."""
    tensors: dict[str, Taken] = {}
    for name, array in variables.items():
        parts = name.split("/")
        if parts[0] != "mapping" or len(parts) != 3:
            continue
        label = parts[1] in ("LabelEmbed", "LabelConcat")
        ours = "embed" if label else f"fc{parts[1].removeprefix('Dense')}"
        turned = permuted(array, MATRIX) if parts[2] == "weight" else array
        taken = unscaled(turned) if parts[1] == "LabelConcat" else Taken(turned)
        tensors[f"mapping.{ours}.{parts[2]}"] = taken
    if "dlatent_avg" in variables:
        tensors["mapping.w_avg"] = Taken(variables["dlatent_avg"])
    return tensors


def _mapping_fields(
    tensors: dict[str, Taken], kwargs: dict[object, object]
) -> dict[str, object]:
    depth = sum(f"mapping.fc{i}.weight" in tensors for i in range(len(tensors)))
    shape = tensors["mapping.fc0.weight"].shape
    if len(shape) != 2:
        raise ModelFileError("its first layer of mapping is no matrix")
    embed = tensors.get("mapping.embed.weight")
    if kwargs.get("mapping_nonlinearity") not in ("lrelu", None):
        raise ModelFileError("its mapping has another activation", "unknown")
    lr = kwargs.get("mapping_lrmul", 0.01)
    fields: dict[str, object] = {"w_dim": shape[0], "depth": depth, "lr_multiplier": lr}
    fields["z_dim"] = shape[1]
    if embed:
        fields |= {"z_dim": shape[1] - embed.shape[0], "c_dim": embed.shape[1]}
        together = "mapping.embed.bias" not in tensors
        fields["label_norm"] = "together" if together else "apart"
    return fields


def _opened(node: object) -> tuple[Variables, dict[object, object], str]:
    """All variables by their paths, the network's arguments, its version."""
    variables: Variables = {}
    waiting: list[tuple[str, object, int]] = [("", node, 0)]
    while waiting:
        prefix, part, depth = waiting.pop()
        state = _state(part)
        own, parts = state.get("variables"), state.get("components", {})
        if type(own) is not list or type(parts) is not dict or depth > MAX_DEPTH:
            raise ModelFileError("its network has no list of variables")
        for item in own:
            _add(variables, prefix, item)
        waiting += [(f"{prefix}{n}/", p, depth + 1) for n, p in parts.items()]
    state = _state(node)
    kwargs = state.get("static_kwargs")
    version = state.get("version")
    text = str(version) if type(version) is int and 0 <= version < 100 else "unknown"
    return variables, kwargs if type(kwargs) is dict else {}, text


def _add(variables: Variables, prefix: str, item: object) -> None:
    pair = isinstance(item, tuple | list) and len(item) == 2
    if not isinstance(item, tuple | list) or not pair or type(item[0]) is not str:
        raise ModelFileError("its network has a variable that is none")
    name, value = prefix + item[0], item[1]
    array = as_number(value) if type(value) is float else as_array(value)
    if name in variables or len(variables) >= MAX_VARIABLES:
        raise ModelFileError("its network has too many variables, or one twice")
    if array is not None:
        variables[name] = array


def _sources(node: object) -> str:
    """The hash of the source that a network brings."""
    source = _state(node).get("build_module_src")
    if type(source) is not str:
        return ""
    return sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _state(node: object) -> dict[object, object]:
    if isinstance(node, Node) and node.name == NETWORK and type(node.state) is dict:
        return node.state
    raise ModelFileError("a part of its network is none")


def _variable(variables: Variables, name: str) -> Array:
    array = variables.get(name)
    if array is None:
        raise ModelFileError(f"it lacks the variable {printable(name, 60)}")
    return array
