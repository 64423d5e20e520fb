"""What a network's file says of it, without reading its weights."""

import math
from typing import Any, BinaryIO

from sgviz.checkpoints.container import read_header, read_tensors
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.facts import w_avg_norm
from sgviz.checkpoints.found import W_AVG
from sgviz.checkpoints.native import EMA, read_metadata
from sgviz.checkpoints.open_model import look_at
from sgviz.checkpoints.source import (
    SNIFF,
    foreign_container,
    read_exactly,
)
from sgviz.checkpoints.window import Budget
from sgviz.models.generator import config_to_dict

Info = dict[str, Any]


def model_info(file: BinaryIO, size: int, name: str) -> Info:
    """config, kimg, provenance, weights, w_avg_norm, checkpoint of an open file.

    Raises
    ------
    FileError
        One sentence: damaged, or no network that sgviz knows.
    """
    file.seek(0)
    start = bytes(read_exactly(file, min(size, SNIFF), name))
    file.seek(0)
    foreign = foreign_container(start) is not None
    return (_foreign if foreign else _native)(file, size, name)


def _native(file: BinaryIO, size: int, name: str) -> Info:
    header = read_header(file, size, name)
    config, kimg, provenance = read_metadata(header, name)
    checkpoint = any(key.startswith(EMA) for key in header.entries)
    prefix = EMA if checkpoint else ""
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
        "checkpoint": checkpoint,
    }


def _foreign(file: BinaryIO, size: int, name: str) -> Info:
    found = look_at(file, size, name)
    w_avg = found.tensors.get(W_AVG)
    read = None if w_avg is None else w_avg.read(file, Budget(tensors=size))
    return {
        "config": config_to_dict(found.config),
        "kimg": None,
        "provenance": found.described(),
        "weights": sum(math.prod(taken.shape) for taken in found.tensors.values()),
        "w_avg_norm": None if read is None else w_avg_norm(read),
        "checkpoint": False,
        "notice": found.notice,
    }
