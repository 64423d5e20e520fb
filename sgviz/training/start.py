"""A new run that begins from the networks in a file, not from random weights.

A training checkpoint has all: networks, optimisers, statistics. A file of a generator
alone leaves the discriminator and the optimisers to begin anew.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from pydantic import ValidationError
from torch import Tensor

from sgviz.checkpoints import native
from sgviz.checkpoints.container import read_header, read_tensors
from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.checkpoints.of_run import checkpoints_of
from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.open_model import load_model
from sgviz.checkpoints.source import (
    SNIFF,
    foreign_container,
    open_source,
    read_exactly,
)
from sgviz.models.generator import GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.training.adam import restore_adam
from sgviz.training.checkpoint import config_in, counters_in
from sgviz.training.config import TrainConfig
from sgviz.training.config_json import sentence
from sgviz.training.head_start import head_start
from sgviz.training.phases import discriminator_config, generator_config
from sgviz.training.state import Counters, below, restore_players
from sgviz.training.trainer import Trainer

# What a run may have otherwise than the file: none changes what weights mean (the
# norm of labels where there are none).
FREE = ("w_avg_beta", "conv_clamp", "label_norm")
SIZES = (
    "family",
    "z_dim",
    "w_dim",
    "depth",
    "resolution",
    "channels",
    "lr_multiplier",
)
PLAYERS = ("g.", "d.", "opt_g.", "opt_d.", "g_ema.", "pl.")


@dataclass(frozen=True, eq=False)
class Beginning:
    """What a file gives a run: the averaged generator, and of a checkpoint the rest.

    ``tensors`` are empty, ``config`` and ``counters`` None where it holds a generator
    alone.
    """

    name: str
    sha256: str
    snapshot: Snapshot
    tensors: Mapping[str, Tensor]
    config: TrainConfig | None = None
    counters: Counters | None = None


def newest_of(path: Path) -> Path:
    """The newest checkpoint where ``path`` is the folder of a run, else ``path``.

    Raises
    ------
    FileError
        One sentence: a folder without checkpoints.
    """
    if not path.is_dir():
        return path
    if not (kept := checkpoints_of(path)):
        raise FileError(f"{shown_name(path)} is a folder, and no run with a checkpoint")
    return kept[-1]


def read_beginning(path: Path) -> Beginning:
    """What the file of a network, or a training checkpoint, gives a new run.

    Raises
    ------
    FileError
        One sentence: unreadable, damaged, or no network.
    """
    name = shown_name(path)
    snapshot = load_model(path)
    if native.WARNING in snapshot.provenance:
        warning = snapshot.provenance[native.WARNING]
        raise FileError(f"a run cannot begin from {name}: {warning}")
    with open_source(path) as (file, size):
        start = bytes(read_exactly(file, min(size, SNIFF), name))
        if foreign_container(start) is not None:
            return Beginning(name, hash_file(path), snapshot, {})
        file.seek(0)
        header = read_header(file, size, name)
        if "counters" not in header.metadata:
            return Beginning(name, hash_file(path), snapshot, {})
        names = [key for key in header.entries if key.startswith(PLAYERS)]
        tensors = read_tensors(file, header, names, name)
    counters = counters_in(header.metadata, name)
    config = config_in(header.metadata)
    return Beginning(name, hash_file(path), snapshot, tensors, config, counters)


def fitted(config: TrainConfig, beginning: Beginning) -> TrainConfig:
    """``config`` with the sizes of the file's networks.

    Raises
    ------
    ValueError
        One sentence: sizes that no run can have.
    """
    sizes = asdict(beginning.snapshot.config)
    found = {name: sizes[name] for name in SIZES} | {"channels_d": sizes["channels"]}
    if beginning.config is not None:
        found["channels_d"] = beginning.config.channels_d
        found["mbstd_group"] = beginning.config.mbstd_group
    try:
        return replace(config, **found)
    except ValidationError as error:
        raise ValueError(f"{beginning.name}: {sentence(error)}") from error


def begun(config: TrainConfig, beginning: Beginning) -> TrainConfig:
    """``config`` for a network that has learned: an average that is one at once.

    The half-life is not shortened in the beginning, and where the layers have
    learned to use noise they are given it from the start. A discriminator that begins
    anew learns alone at first (:mod:`sgviz.training.head_start`).
    """
    strengths = [
        strength
        for name, strength in beginning.snapshot.weights.items()
        if name.endswith("noise_strength")
    ]
    noisy = any(bool(strength.ne(0).any()) for strength in strengths)
    alone = 0.0 if same_discriminator(config, beginning) else head_start(config.kimg)
    noise_from = 0.0 if noisy else config.noise_from
    return replace(config, ema_rampup=None, noise_from=noise_from, d_first=alone)


def begin_from(trainer: Trainer, path: Path) -> str:
    """Let a fresh trainer begin from a file; a sentence says what began anew.

    Raises
    ------
    FileError
        One sentence: the file, or sizes that are not those of the run; the trainer
        is of no use then.
    """
    return begin(trainer, read_beginning(path))


def begin(trainer: Trainer, beginning: Beginning) -> str:
    """What :func:`begin_from` does, for a file that was read."""
    check_sizes(generator_config(trainer.config), beginning)
    trainer.provenance = provenance_of(beginning)
    name, weights = beginning.name, beginning.snapshot.weights
    if beginning.counters is None:
        trainer.generator.load_state_dict(weights)
        trainer.average.load_state_dict(weights)
        return f"{name} holds a generator alone: {anew(trainer.config)}"
    if trainer.config.augment == "adaptive" and beginning.counters.augment_p > 0.0:
        p = beginning.counters.augment_p
        trainer.counters = replace(trainer.counters, augment_p=p)
    if not same_discriminator(trainer.config, beginning):
        _begin_generator(trainer, beginning)
        return f"{name} has a discriminator of other sizes: {anew(trainer.config)}"
    try:
        restore_players(trainer.players, trainer.average, beginning.tensors)
    except (ValueError, KeyError, RuntimeError) as error:
        raise FileError(f"{name} is not a whole training checkpoint") from error
    return f"begun from {name}: networks and optimisers go on, images count from 0"


def anew(config: TrainConfig) -> str:
    """What happens to a discriminator that did not come with the generator."""
    if config.d_first == 0.0:
        return "the discriminator begins anew"
    return f"the discriminator begins anew, {config.d_first:g} kimg alone"


def check_sizes(wanted: GeneratorConfig, beginning: Beginning) -> None:
    """FileError, in one sentence, unless the file's generator is one of the run."""
    found, want = asdict(beginning.snapshot.config), asdict(wanted)
    for name in want:
        if name not in FREE and found[name] != want[name]:
            raise FileError(
                f"{beginning.name} has {name} {_shown(found[name])}, but the run has "
                f"{_shown(want[name])}"
            )


def same_discriminator(config: TrainConfig, beginning: Beginning) -> bool:
    """Whether the run's discriminator is of the sizes of the file's."""
    if beginning.config is None:
        return False
    return discriminator_config(config) == discriminator_config(beginning.config)


def provenance_of(beginning: Beginning) -> dict[str, str]:
    """What every file of the run says about where it began; no folder is named."""
    return {
        "begun from": beginning.name,
        "begun from sha256": beginning.sha256,
        "begun from kimg": f"{beginning.snapshot.kimg:g}",
    }


def _begin_generator(trainer: Trainer, beginning: Beginning) -> None:
    players, tensors = trainer.players, beginning.tensors
    try:
        players.generator.load_state_dict(below(tensors, "g"))
        trainer.average.load_state_dict(below(tensors, "g_ema"))
        restore_adam(players.generator, players.adam_g, below(tensors, "opt_g"))
    except (ValueError, KeyError, RuntimeError) as error:
        name = beginning.name
        raise FileError(f"{name} is not a whole training checkpoint") from error
    mean = tensors.get("pl.mean", torch.zeros(()))
    players.path_mean = mean.reshape(()).float().to(players.device)


def _shown(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return " ".join(f"{key} {item}" for key, item in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
