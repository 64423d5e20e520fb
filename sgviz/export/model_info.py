"""What a network's file says of it, without reading its weights."""

import math
from typing import Any, BinaryIO

from sgviz.checkpoints.container import read_header, read_tensors
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.facts import w_avg_norm
from sgviz.checkpoints.found import W_AVG
from sgviz.checkpoints.native import (
    networks_in,
    own_first,
    prefix_of,
    read_metadata,
)
from sgviz.checkpoints.open_model import DEFAULT, look_at
from sgviz.checkpoints.source import (
    SNIFF,
    foreign_container,
    read_exactly,
)
from sgviz.checkpoints.window import Budget
from sgviz.models.generator import config_to_dict

Info = dict[str, Any]


def model_info(file: BinaryIO, size: int, name: str, network: str = DEFAULT) -> Info:
    """config, kimg, provenance, weights and more of a network in an open file.

    Raises
    ------
    FileError
        One sentence: damaged, or no network that sgviz knows.
    """
    file.seek(0)
    start = bytes(read_exactly(file, min(size, SNIFF), name))
    file.seek(0)
    foreign = foreign_container(start) is not None
    return (_foreign if foreign else _native)(file, size, name, network)


def _native(file: BinaryIO, size: int, name: str, network: str) -> Info:
    header = read_header(file, size, name)
    config, kimg, provenance = read_metadata(header, name)
    networks = networks_in(header)
    prefix = prefix_of(networks, network, name)
    weights = [
        math.prod(entry.shape)
        for key, entry in header.entries.items()
        if key.startswith(prefix)
    ]
    if (key := prefix + W_AVG) not in header.entries:
        raise FileError(f"{name} lacks the tensor {key}")
    w_avg = read_tensors(file, header, [key], name)[key]
    return {
        "config": config_to_dict(config),
        "kimg": kimg,
        "provenance": provenance,
        "weights": sum(weights),
        "w_avg_norm": w_avg_norm(w_avg),
        "checkpoint": bool(networks),
        **_networks(networks, network),
    }


def _foreign(file: BinaryIO, size: int, name: str, network: str) -> Info:
    found = look_at(file, size, name, network)
    w_avg = found.tensors.get(W_AVG)
    read = None if w_avg is None else w_avg.read(file, Budget(tensors=size))
    return {
        "config": config_to_dict(found.config),
        "kimg": None,
        "provenance": found.described(),
        "weights": sum(math.prod(taken.shape) for taken in found.tensors.values()),
        "w_avg_norm": None if read is None else w_avg_norm(read),
        "checkpoint": False,
        **_networks(found.networks, network),
        "notice": found.notice,
    }


def _networks(networks: tuple[str, ...], network: str) -> Info:
    """The generators of a file, the one described first; nothing of a file of one."""
    return {"networks": list(own_first(networks, network))} if networks else {}
