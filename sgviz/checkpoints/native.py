"""Our own files of weights: a Snapshot to safetensors and back.

``__metadata__`` holds format = sgviz, version = 1, and config, kimg, provenance as
JSON (docs/files.md). A training checkpoint is the same container with
prefixes (g. d. g_ema. opt_g. opt_d. rng.); opening one takes ``g_ema.``.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from sgviz.checkpoints.container import (
    Header,
    read_header,
    read_tensors,
    write_tensors,
)
from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.source import open_source
from sgviz.checkpoints.watch import Watch
from sgviz.models.generator import (
    Generator,
    GeneratorConfig,
    config_from_dict,
    config_to_dict,
)
from sgviz.models.snapshot import Snapshot

FORMAT, VERSION = "sgviz", 1
MODEL = "model"
EMA = "g_ema."
# The generators of a training checkpoint, by the names that other programs use too.
PREFIXES = {"G_ema": EMA, "G": "g."}
WEIGHT_TYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
PROVENANCE_LIMIT = 64
KIMG_LIMIT = 1e9
WARNING = "warning"


def save(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot atomically; the same snapshot gives the same bytes.

    Raises
    ------
    WriteError
        One sentence; a file that was there before is as it was.
    """
    write_tensors(path, snapshot.weights, metadata_of(snapshot))


def load(path: Path, network: str = "G_ema", watch: Watch | None = None) -> Snapshot:
    """The snapshot in one of our files, or that generator of a training checkpoint.

    Weights are float32 on the CPU, whatever they were stored as; numbers that are
    not finite are counted in ``provenance["warning"]``.

    Raises
    ------
    FileError
        One sentence: not ours, newer than this program, damaged, without that
        generator, or a tensor that does not fit the configuration the file states.
    """
    name = shown_name(path)
    with open_source(path, watch=watch) as (file, size):
        header = read_header(file, size, name)
        config, kimg, provenance = read_metadata(header, name)
        shapes = expected_shapes(config)
        networks = networks_in(header)
        prefix = prefix_of(networks, network, name)
        names = check_names(header, shapes, prefix, name)
        stored = read_tensors(file, header, names, name)
    weights = {key.removeprefix(prefix): _float32(t) for key, t in stored.items()}
    if (bad := count_not_finite(weights)) > 0:
        provenance = provenance | {WARNING: f"{bad:,} weights are not finite numbers"}
    return Snapshot(config, weights, kimg, provenance, own_first(networks, network))


def networks_in(header: Header) -> tuple[str, ...]:
    """The generators of a training checkpoint by name; none where there is but one."""
    return tuple(
        name
        for name, prefix in PREFIXES.items()
        if any(key.startswith(prefix) for key in header.entries)
    )


def own_first(networks: tuple[str, ...], network: str) -> tuple[str, ...]:
    """The names of a file's generators, the one that was opened first."""
    return tuple(sorted(networks, key=lambda name: name != network))


def metadata_of(snapshot: Snapshot) -> dict[str, str]:
    """The ``__metadata__`` of a file that holds this snapshot."""
    return {
        "format": FORMAT,
        "version": str(VERSION),
        "config": json.dumps(config_to_dict(snapshot.config), sort_keys=True),
        "kimg": json.dumps(float(snapshot.kimg)),
        "provenance": json.dumps(dict(snapshot.provenance), sort_keys=True),
    }


def read_metadata(
    header: Header, name: str
) -> tuple[GeneratorConfig, float, dict[str, str]]:
    """Config, kimg and provenance of a file of ours, each checked.

    Raises
    ------
    FileError
        The file is not ours, newer than we are, or states nonsense.
    """
    metadata = header.metadata
    if metadata.get("format") != FORMAT:
        raise FileError(f"{name} is a safetensors file, but not one of sgviz")
    check_version(metadata.get("version", ""), name)
    if (kind := metadata.get("kind", MODEL)) != MODEL:
        raise FileError(f"{name} holds a {printable(kind, 40)}, not a generator")
    kimg = _kimg(_json(metadata, "kimg", name), name)
    provenance = _provenance(_json(metadata, "provenance", name), name)
    return _config(_json(metadata, "config", name), name), kimg, provenance


def check_version(text: str, name: str) -> None:
    """FileError unless ``text`` is the version of files that we read."""
    try:
        version = int(text) if len(text) < 10 else 0
    except ValueError:
        version = 0
    if version > VERSION:
        raise FileError(
            f"{name} was made by a newer sgviz: it has version {version}, this one "
            f"reads version {VERSION}"
        )
    if version != VERSION:
        raise FileError(f"{name} has no usable version number")


def expected_shapes(config: GeneratorConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor of a network; takes no memory for weights."""
    with torch.device("meta"):
        network = Generator(config, seed=None)
    return {key: tuple(t.shape) for key, t in network.state_dict().items()}


def check_names(
    header: Header, shapes: Mapping[str, tuple[int, ...]], prefix: str, name: str
) -> list[str]:
    """The names to read (with prefix): exactly those of ``shapes``, as floats.

    Raises
    ------
    FileError
        Names the first tensor that is missing, unknown, or of another shape or type.
    """
    found = {key: e for key, e in header.entries.items() if key.startswith(prefix)}
    wanted = {prefix + key: shape for key, shape in shapes.items()}
    for key, shape in wanted.items():
        entry = found.get(key)
        if entry is None:
            raise FileError(f"{name} lacks the tensor {printable(key, 60)}")
        if entry.shape != shape:
            raise FileError(
                f"tensor {key} of {name} is {_sides(entry.shape)}, not {_sides(shape)}"
            )
        if entry.dtype not in WEIGHT_TYPES:
            kind = str(entry.dtype).removeprefix("torch.")
            raise FileError(f"tensor {key} of {name} holds {kind}, not weights")
    for key in found:
        if key not in wanted:
            raise FileError(f"{name} has the unknown tensor {printable(key, 60)}")
    return list(wanted)


def prefix_of(networks: tuple[str, ...], network: str, name: str) -> str:
    """What the tensors of a generator begin with; FileError where it is not there."""
    if not networks and network == "G_ema":
        return ""
    if network not in networks:
        raise FileError(f"{name} holds no network {printable(network, 20)}")
    return PREFIXES[network]


def _config(value: object, name: str) -> GeneratorConfig:
    try:
        return config_from_dict(value)
    except ValueError as error:
        raise FileError(f"in {name} {printable(str(error), 160)}") from error


def _kimg(value: object, name: str) -> float:
    # True is an int to Python, and an int may be too large for a float.
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 0 <= value < KIMG_LIMIT:
            return float(value)
    raise FileError(f"{name} does not say how many images it was shown")


def _provenance(value: object, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > PROVENANCE_LIMIT:
        raise FileError(f"{name} has an unusable provenance")
    return {printable(key, 60): printable(str(text)) for key, text in value.items()}


def _json(metadata: Mapping[str, str], key: str, name: str) -> object:
    try:
        return json.loads(metadata[key])
    except KeyError as error:
        raise FileError(f"{name} does not state its {key}") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"the {key} in {name} is not readable JSON") from error


def _float32(tensor: Tensor) -> Tensor:
    return tensor.to(torch.float32)


def count_not_finite(weights: Mapping[str, Tensor]) -> int:
    """How many numbers of some tensors are none, or infinite."""
    # What is not finite makes the sum so, too, and a sum is ten times as fast.
    odd = (t for t in weights.values() if not math.isfinite(float(t.sum())))
    return sum(int((~torch.isfinite(t)).sum()) for t in odd)


def _sides(shape: tuple[int, ...]) -> str:
    return "x".join(str(side) for side in shape) or "one number"
