"""The command ``convert``: anyone's network, written as a file of ours."""

from dataclasses import replace
from pathlib import Path

from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.checkpoints.native import save
from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.open_model import DEFAULT, load_model

ENDING = ".safetensors"


def convert(source: Path, out: Path, network: str = DEFAULT) -> str:
    """Write the network in ``source`` to ``out``; a sentence about it.

    Raises
    ------
    FileError
        One sentence: no network that sgviz knows, or ``out`` is no name for one.
    WriteError
        One sentence; a file that was there before is as it was.
    """
    if out.suffix.lower() != ENDING:
        raise FileError(f"{shown_name(out)} should end in {ENDING}")
    if out.exists() and source.exists() and out.samefile(source):
        raise FileError(f"{shown_name(out)} is the file that is to be converted")
    snapshot = load_model(source, network)
    where = {"source": shown_name(source), "source_sha256": hash_file(source)}
    provenance = dict(snapshot.provenance)
    provenance |= {key: text for key, text in where.items() if key not in provenance}
    save(replace(snapshot, provenance=provenance), out)
    count = sum(tensor.numel() for tensor in snapshot.weights.values())
    return f"{shown_name(out)}: {count:,} weights"
