"""What a run will need: memory, and seconds for a thousand images, measured here.

A few real steps of a throwaway trainer are timed, every phase by itself, so that
what comes once in 16 steps counts for a sixteenth. Nothing of a run that goes on is
touched: networks and random draws are its own. It takes memory of its own, though.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sgviz.training.config import TrainConfig
from sgviz.training.data import Images
from sgviz.training.phases import Players, discriminator_config, generator_config
from sgviz.training.trainer import Trainer

# Weights, their average, gradients, two moments of Adam; G and D each.
COPIES_G, COPIES_D, FLOAT = 5, 4, 4
# Numbers kept for the gradients, for each number that leaves a convolution. Peaks of
# resident memory gave 3.7 to 6.5 (tiny and portraits, bf16 and fp32, path length on).
KEPT = 6.5
# The program itself, torch loaded and at work.
PROGRAM = 350 * 1024**2


class CancelledError(Exception):
    """Nobody wants the estimate any more."""


@dataclass(frozen=True)
class Estimate:
    """Bytes of memory, on the device where there is one; seconds for 1,000 images."""

    bytes: int
    seconds_per_kimg: float


def estimate(
    config: TrainConfig,
    device: torch.device,
    steps: int = 3,
    images: Images | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Estimate:
    """Time ``steps`` steps of each phase, after one that does not count.

    ``images`` replaces the data set; ``cancelled`` is asked between the phases.

    Raises
    ------
    CancelledError
        ``cancelled`` said so.
    FileError
        The data set cannot be used.
    MemoryError
        There is not enough memory for a step.
    """
    trainer = Trainer(replace(config, timeline=False), device, images)
    try:
        seconds = _seconds_a_step(trainer, steps, cancelled)
    finally:
        del trainer
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()
    return Estimate(memory_needed(config), 1000.0 / config.batch * seconds)


def memory_needed(config: TrainConfig) -> int:
    """Bytes that a run takes, from its sizes alone: weights, optimisers, activations.

    An estimate: what torch's allocator keeps in hand differs between machines.
    """
    weights = COPIES_G * _weights_g(config) + COPIES_D * _weights_d(config)
    width = 2 if config.precision == "bf16" else FLOAT
    return int(
        PROGRAM + FLOAT * weights + KEPT * width * config.batch * _activations(config)
    )


def _seconds_a_step(
    trainer: Trainer, steps: int, cancelled: Callable[[], bool]
) -> float:
    players, config = trainer.players, trainer.config
    players.augment_p = trainer.augment_p
    if config.augment == "adaptive":
        # It will not stay at 0, and costs the same at any other p.
        players.augment_p = max(players.augment_p, 0.1)
    total = 0.0
    real: list[Tensor] = []

    def data() -> None:
        batch = trainer.data.batch(0, config.batch)
        real[:] = [batch.to(trainer.device)]

    for share, phase in _phases(trainer, players, real, data):
        spent: list[float] = []
        for _ in range(steps + 1):
            if cancelled():
                raise CancelledError
            began = time.perf_counter()
            phase()
            if trainer.device.type == "cuda":
                torch.cuda.synchronize(trainer.device)
            spent.append(time.perf_counter() - began)
        total += share * sum(spent[1:]) / steps
    return total


def _phases(
    trainer: Trainer, players: Players, real: list[Tensor], data: Callable[[], None]
) -> list[tuple[float, Callable[[], object]]]:
    """How often a step has it, and the phase."""
    config = trainer.config
    phases: list[tuple[float, Callable[[], object]]] = [
        (1.0, data),
        (1.0, lambda: players.generator_phase("random")),
        (1.0, lambda: players.discriminator_phase(real[0], "random")),
        (1.0 / config.r1_interval, lambda: players.penalty_phase(real[0])),
    ]
    if config.pl_weight > 0.0:
        phases.append((1.0 / config.pl_interval, lambda: players.path_phase("random")))
    return phases


def _weights_g(config: TrainConfig) -> int:
    from sgviz.models.generator import Generator

    with torch.device("meta"):
        network = Generator(generator_config(config), seed=None)
    return sum(p.numel() for p in network.parameters())


def _weights_d(config: TrainConfig) -> int:
    from sgviz.models.discriminator import Discriminator

    with torch.device("meta"):
        network = Discriminator(discriminator_config(config), seed=None)
    return sum(p.numel() for p in network.parameters())


def _activations(config: TrainConfig) -> int:
    """Numbers that leave the convolutions of G and D together, for one image."""
    return sum(
        2 * (channels_g + channels_d) * (4 << level) ** 2
        for level, (channels_g, channels_d) in enumerate(
            zip(config.channels, config.channels_d, strict=True)
        )
    )
