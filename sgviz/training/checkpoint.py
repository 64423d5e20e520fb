"""A training checkpoint: all of a TrainerState in one file, and back.

The container of :mod:`sgviz.checkpoints.native` with the prefixes g. d. g_ema.
opt_g. opt_d. pl. rng.; ``__metadata__`` has the configuration of the run and its
counters besides, as JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sgviz.checkpoints.container import read_header, read_tensors, write_tensors
from sgviz.checkpoints.errors import FileError, WriteError, shown_name
from sgviz.checkpoints.native import metadata_of, read_metadata
from sgviz.checkpoints.source import open_source
from sgviz.training.config import TrainConfig
from sgviz.training.config_json import from_json, to_json
from sgviz.training.data import data_name, fingerprint_of
from sgviz.training.losses import all_finite
from sgviz.training.state import Counters, TrainerState
from sgviz.training.trainer import Trainer

_COUNTERS = TypeAdapter(Counters)
OTHER_DATA = (
    "the files of {} are not those the run has learned from: it goes on, but not as it"
    " would have"
)


def save_checkpoint(trainer: Trainer, path: Path) -> None:
    """Write all that a run needs to go on.

    Raises
    ------
    WriteError
        One sentence: the disk, or weights that are not finite and must not take
        the place of a good checkpoint. Nothing unverified lies under ``path``.
    """
    state = trainer.state()
    weights = [t for t in state.tensors.values() if t.is_floating_point()]
    if not all_finite(weights):
        name = shown_name(path)
        raise WriteError(f"{name} was not saved: its weights are not finite numbers")
    metadata = metadata_of(trainer.snapshot())
    # A checkpoint may be given away: it names its data, not where they lie.
    shown = replace(trainer.config, data=data_name(trainer.config.data))
    metadata["training"] = to_json(shown)
    metadata["data"] = fingerprint_of(trainer.data)
    metadata["counters"] = json.dumps(asdict(state.counters), sort_keys=True)
    write_tensors(path, state.tensors, metadata)


def load_checkpoint(trainer: Trainer, path: Path) -> None:
    """Let a trainer go on where a checkpoint of the same configuration was written.

    Raises
    ------
    FileError
        One sentence: damaged, of another configuration, or not of a training run.
    """
    name = shown_name(path)
    with open_source(path) as (file, size):
        header = read_header(file, size, name)
        _, _, provenance = read_metadata(header, name)
        counters = counters_in(header.metadata, name)
        tensors = read_tensors(file, header, list(header.entries), name)
    try:
        trainer.restore(TrainerState(tensors, counters))
    except (ValueError, KeyError, RuntimeError) as error:
        raise FileError(f"{name} does not belong to this configuration") from error
    trainer.provenance = {
        key: text for key, text in provenance.items() if key.startswith("begun from")
    }
    found, now = header.metadata.get("data", ""), fingerprint_of(trainer.data)
    if found and found != now:
        trainer.notice = OTHER_DATA.format(data_name(trainer.config.data))
    # What was changed live after the checkpoint was written holds from here on.
    trainer.settle(config_in(header.metadata) or trainer.config)


def config_in(metadata: Mapping[str, str]) -> TrainConfig | None:
    """The configuration of the run that wrote a checkpoint, None if it says none."""
    try:
        return from_json(metadata["training"])
    except (KeyError, ValueError):
        return None


def counters_in(metadata: Mapping[str, str], name: str) -> Counters:
    """The counters of a checkpoint that messages call ``name``; FileError."""
    if "counters" not in metadata:
        raise FileError(f"{name} holds a generator, not a training run")
    try:
        return _COUNTERS.validate_json(metadata["counters"])
    except ValidationError as error:
        raise FileError(f"the counters in {name} cannot be used") from error
