"""The command ``info``: what a file holds, as a table and as text."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from sgviz.checkpoints.circles_file import circles_format, read_open
from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.checkpoints.facts import shown
from sgviz.checkpoints.open_file import Opened, open_file
from sgviz.checkpoints.picture import picture_size
from sgviz.checkpoints.source import SNIFF, open_source, read_exactly
from sgviz.curves import CurveSet
from sgviz.export.model_info import model_info
from sgviz.naming import latent_name
from sgviz.state import CircleSet, GeneratorName, State
from sgviz.state_json import to_json

Info = dict[str, Any]


def describe(path: Path, network: GeneratorName = "G_ema") -> Info:
    """What a file holds, as JSON can hold it: kind, file, bytes, sha256 and more.

    model: config, kimg, provenance, weights, w_avg_norm, checkpoint, networks (its
    generators, the one described first); circles: circles,
    points, w_dim, z_dim, psi, model_sha256, names, lengths; session: state; picture:
    state, width, height.

    Raises
    ------
    FileError
        One sentence: unreadable, damaged, or nothing that sgviz opens.
    """
    opened = open_file(path)
    name = shown_name(path)
    with open_source(path) as (file, size):
        info = {
            "kind": opened.kind,
            "file": name,
            "bytes": size,
            "sha256": opened.sha256,
        }
        match opened.kind:
            case "model":
                return info | model_info(file, size, name, network)
            case "circles":
                return info | _circles(_read_circles(file, size, name))
            case "picture":
                width, height = picture_size(file, size, name)
                return info | {"width": width, "height": height, **_state(opened)}
            case "session":
                return info | _state(opened)


def as_text(info: Mapping[str, Any]) -> str:
    """The same for a person: a line a fact, no control characters."""
    state = info.get("state")
    facts = {key: value for key, value in info.items() if key != "state"}
    if isinstance(said := facts.pop("provenance", None), dict):
        facts |= {key: value for key, value in said.items() if key not in facts}
    if state is not None:
        facts |= {key: state[key] for key in ("model", "psi", "noise", "projection")}
    width = max(len(key) for key in facts)
    return "\n".join(
        f"{key.replace('_', ' '):<{width}}  {shown(value)}"
        for key, value in facts.items()
    )


def as_json(info: Mapping[str, Any]) -> str:
    """The same for a program."""
    return json.dumps(info, indent=1)


def _read_circles(file: BinaryIO, size: int, name: str) -> CurveSet:
    start = bytes(read_exactly(file, min(size, SNIFF), name))
    found = circles_format(start, size)
    if found is None:
        raise FileError(f"{name} changed while it was read")
    return read_open(file, size, name, found)


def _circles(curves: CurveSet) -> Info:
    count, points, w_dim = curves.w.shape
    steps = curves.w - curves.w.roll(-1, 1)
    lengths = steps.double().norm(dim=-1).sum(dim=-1)
    return {
        "circles": count,
        "points": points,
        "w_dim": w_dim,
        "z_dim": None if curves.z is None else curves.z.shape[2],
        "psi": curves.psi if curves.states_psi else None,
        "model_sha256": curves.model_sha256,
        "names": list(curves.names),
        "lengths": [round(length, 4) for length in lengths.tolist()],
        "note": curves.note,
    }


def _state(opened: Opened) -> Info:
    if opened.state is None:
        raise FileError(f"{shown_name(opened.path)} carries no state of sgviz")
    state: State = opened.state
    circles = state.circles
    drawn = len(circles.circles) if isinstance(circles, CircleSet) else None
    return {
        "latent": latent_name(state.latent),
        "latent_b": latent_name(state.latent_b),
        "circles": drawn,
        "state": json.loads(to_json(state, portable=True)),
    }
