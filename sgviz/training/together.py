"""A run of several processes: the first one leads, the others follow step by step.

The first alone reads and writes the run folder. It tells the others the configuration
and the state it begins with, so they need no folder; a folder or zip of images they
all read from the same path.
"""

import json
from dataclasses import asdict

import torch
from pydantic import TypeAdapter
from safetensors.torch import load, save

from sgviz.training.config_json import from_json, to_json
from sgviz.training.control import Control
from sgviz.training.data import Images
from sgviz.training.state import Counters, TrainerState
from sgviz.training.team import Team, TeamError
from sgviz.training.trainer import DivergedError, Trainer

_COUNTERS = TypeAdapter(Counters)


def lead(trainer: Trainer) -> None:
    """Tell the team what the first process begins with; TeamError."""
    if trainer.team.size == 1:
        return
    state = trainer.state()
    said = {
        "config": to_json(trainer.config),
        "counters": json.dumps(asdict(state.counters)),
    }
    trainer.team.tell(json.dumps(said).encode())
    trainer.team.tell(save({n: t.contiguous() for n, t in state.tensors.items()}))


def join_run(team: Team, device: torch.device, images: Images | None = None) -> Trainer:
    """The trainer of a process that follows, at the state that the first one told.

    Raises
    ------
    TeamError
        The first process ended before it said anything, or says nothing.
    FileError
        The data set is not there for this process.
    """
    said = json.loads(team.tell(None))
    trainer = Trainer(from_json(said["config"]), device, images, team)
    counters = _COUNTERS.validate_json(said["counters"])
    trainer.restore(TrainerState(load(team.tell(None)), counters))
    return trainer


def follow(trainer: Trainer, control: Control) -> str:
    """Step with the others to the end; why it ended early, or nothing.

    As the first process does, it asks before each step whether any of them stops.
    """
    try:
        while not trainer.done and not trainer.team.any(control.stopped):
            trainer.step()
    except (DivergedError, TeamError) as error:
        return str(error)
    return ""
