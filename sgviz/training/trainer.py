"""Trainer: one plain torch step of the same generator that the window explores.

A test, the command line and the worker thread of the window call the same
:meth:`Trainer.step`. Loss and schedule follow StyleGAN2 (Karras et al. 2020, arXiv
1912.04958, section 3.1 and appendix B) and stylegan2-ada-pytorch: non-saturating
logistic loss, lazy R1, style mixing in the loss, an averaged generator whose
half-life is counted in images.
"""

import copy
import time
from collections.abc import Mapping
from dataclasses import fields, replace
from math import nan

import torch
from torch import Tensor

from sgviz.models.generator import Generator
from sgviz.models.snapshot import Snapshot
from sgviz.models.synthesis import NoiseMode
from sgviz.training.config import TrainConfig
from sgviz.training.control import Part
from sgviz.training.data import Images, data_name, images_of
from sgviz.training.events import StepStats
from sgviz.training.fields import LIVE
from sgviz.training.losses import ema_beta, lerp_towards
from sgviz.training.phases import Phase, Players
from sgviz.training.state import (
    Counters,
    TrainerState,
    restore_tensors,
    tensors_of,
)
from sgviz.training.streams import Streams
from sgviz.training.team import ALONE, Team

MAX_SKIPPED = 3
DIVERGED = (
    f"training stopped: {MAX_SKIPPED} steps in a row had a loss or a gradient that is "
    "not a finite number"
)


class DivergedError(RuntimeError):
    """Training cannot go on; the message is one sentence for the user."""


class Trainer:
    """Trains a generator step by step.

    ``device`` is where the networks live; ``images`` replaces the data set that the
    configuration names; in a ``team`` each process has a trainer of its own. Nothing
    here reads the disk but the data set, and no draw comes from torch's global
    generator, so previews never change a run.

    Raises
    ------
    FileError
        The configuration names a data set that there is not.
    ValueError
        The batch cannot be shared by the team.
    """

    def __init__(
        self,
        config: TrainConfig,
        device: torch.device,
        images: Images | None = None,
        team: Team = ALONE,
    ) -> None:
        team.check(config)
        self.config, self.device, self.team = config, device, team
        self.data = images if images is not None else images_of(config)
        self.counters = Counters(augment_p=config.augment_p)
        self.provenance: dict[str, str] = {}  # where it began, if not at random
        self.notice, self.whole = "", True  # whole: between two steps
        self.streams = Streams(config.seed, device)
        self.players = Players(config, device, self.streams, team)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)

    @property
    def generator(self) -> Generator:
        """The network in training; look at ``average`` instead."""
        return self.players.generator

    @property
    def images(self) -> int:
        """Images shown so far in the run."""
        return self.counters.images

    @property
    def done(self) -> bool:
        """Whether the run has shown all its images."""
        return self.images >= self.config.total_images

    @property
    def augment_p(self) -> float:
        """The probability of each augmentation now."""
        return 0.0 if self.config.augment == "none" else self.counters.augment_p

    def step(self, part: Part = "both") -> StepStats:
        """One step: G, sometimes path length, D, sometimes R1, then the average.

        ``part`` makes that of one player alone: a step of the generator and then one
        of the discriminator are a step of both, bit for bit. Images are counted where
        D sees them; a loss that was not computed is nan. A phase whose loss or
        gradient is not finite changes nothing, and the step counts as skipped.

        Raises
        ------
        DivergedError
            ``MAX_SKIPPED`` steps in a row were skipped.
        TeamError
            Another process of the team is gone.
        FileError
            The data cannot be read any more; nothing was changed.
        """
        began = time.perf_counter()
        use_threads(self.config.threads)
        self.players.augment_p = self.augment_p
        part = self.players.pace(self.images, part)
        # First: data that cannot be read must leave the networks as they were.
        real = None if part == "generator" else next_rows(self)
        self.whole = False
        phases = {} if part == "discriminator" else self._generator_phases()
        if real is not None:
            phases |= self._discriminator_phases(real)
        if "generator" in phases and phases["generator"].made:
            self._follow()
        (loss_g,) = _figures(phases.get("generator"), 1)
        loss_d, sign_real, sign_fake = _figures(phases.get("discriminator"), 3)
        bad = [name for name, phase in phases.items() if not phase.made]
        self._count(phases, part, sign_real)
        self.whole = True
        stats = StepStats(
            loss_g=loss_g,
            loss_d=loss_d,
            r1=self.counters.r1,
            sign_real=sign_real,
            sign_fake=sign_fake,
            images=self.images,
            seconds=time.perf_counter() - began,
            skipped=why_skipped(bad),
            path_length=self.counters.path_length,
            augment_p=self.players.augment_p,
        )
        if self.counters.skipped_in_a_row >= MAX_SKIPPED:
            raise DivergedError(DIVERGED)
        return stats

    def configure(self, config: TrainConfig) -> None:
        """Go on with a configuration that differs in live fields, between two steps.

        A new ``augment`` or ``augment_p`` sets the probability, adaptive or not.

        Raises
        ------
        ValueError
            Another field differs.
        """
        check_live(self.config, config)
        before, self.config = self.config, config
        self.players.configure(config)
        self.settle(before)

    def settle(self, before: TrainConfig) -> None:
        """Start p anew if the configuration says so otherwise than ``before``."""
        now = self.config
        if (now.augment, now.augment_p) != (before.augment, before.augment_p):
            self.counters = replace(
                self.counters, augment_p=now.augment_p, sign_sum=0.0, sign_count=0
            )

    @property
    def noise(self) -> NoiseMode:
        """Whether the layers are given noise now.

        From the first step on it is a crutch where pictures hold no chance: after 50
        kimg every edge of a portrait was drawn from it; without, faces came within 4.
        """
        return "random" if self.images >= 1000.0 * self.config.noise_from else "none"

    def snapshot(self) -> Snapshot:
        """The averaged generator as it is now: a copy on the CPU."""
        provenance = {
            "made by": "sgviz train",
            "data": data_name(self.config.data),
            "seed": str(self.config.seed),
        }
        kimg = self.images / 1000.0
        return Snapshot.of(self.average, kimg, provenance | self.provenance)

    def state(self) -> TrainerState:
        """Everything the run needs to go on, as copies on the CPU."""
        tensors = tensors_of(self.players, self.average, self.streams)
        return TrainerState(tensors, self.counters)

    def restore(self, state: TrainerState) -> None:
        """Go on exactly where :meth:`state` was taken (bit for bit on the CPU).

        Raises
        ------
        ValueError, KeyError, RuntimeError
            The state is not one of this configuration; build a new trainer then.
        """
        restore_tensors(self.players, self.average, self.streams, state.tensors)
        self.counters = state.counters

    def _generator_phases(self) -> dict[str, Phase]:
        """What this step makes of G, by name, in order."""
        config = self.config
        phases = {"generator": self.players.generator_phase(self.noise)}
        if config.pl_weight > 0.0 and self.counters.steps_g % config.pl_interval == 0:
            phases["path length"] = self.players.path_phase(self.noise)
        return phases

    def _discriminator_phases(self, real: Tensor) -> dict[str, Phase]:
        """What this step makes of D, by name, in order."""
        phases = {"discriminator": self.players.discriminator_phase(real, self.noise)}
        if self.counters.steps % self.config.r1_interval == 0:
            phases["penalty"] = self.players.penalty_phase(real)
        return phases

    def _follow(self) -> None:
        """The average takes its share of the weights, and all of the buffers."""
        config = self.config
        beta = ema_beta(self.images, config.batch, config.ema_kimg, config.ema_rampup)
        average = dict(self.average.named_parameters())
        lerp_towards(average, dict(self.generator.named_parameters()), beta)
        newest = dict(self.generator.named_buffers())
        for name, buffer in self.average.named_buffers():
            buffer.copy_(newest[name])

    def _count(self, phases: Mapping[str, Phase], part: Part, sign: float) -> None:
        """Count a step, and let p adapt to the mean ``sign`` of D(real)."""
        old, config = self.counters, self.config
        counters = old.after(
            images=config.batch if part != "generator" else 0,
            generator=part != "discriminator",
            skipped=not all(phase.made for phase in phases.values()),
            r1=_newest(phases.get("penalty"), old.r1),
            path_length=_newest(phases.get("path length"), old.path_length),
        )
        judged = phases.get("discriminator")
        if config.augment == "adaptive" and judged is not None and judged.made:
            counters = counters.judged(sign, config)
        self.counters = counters


def next_rows(trainer: Trainer) -> Tensor:
    """The next batch of the data, on the device: this process's rows."""
    first, count, team = trainer.images, trainer.config.batch, trainer.team
    images = trainer.data
    if team.size == 1:
        return images.batch(first, count).to(trainer.device)
    rows = range(first + team.rank, first + count, team.size)
    return torch.cat([images.batch(row, 1) for row in rows]).to(trainer.device)


def check_live(before: TrainConfig, now: TrainConfig) -> None:
    """ValueError, in one sentence, where a field differs that is not live."""
    for field in fields(TrainConfig):
        same = getattr(before, field.name) == getattr(now, field.name)
        if not same and field.name not in LIVE:
            raise ValueError(f"{field.name} cannot change while a run goes on")


def use_threads(wanted: int | None) -> None:
    """So many threads of torch, if the configuration says how many."""
    if wanted is not None and torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)


def why_skipped(phases: list[str]) -> str:
    """One sentence about a step with phases that were not finite; "" for none."""
    if not phases:
        return ""
    return f"the loss or gradient of the {' and the '.join(phases)} was not finite"


def _newest(phase: Phase | None, before: float) -> float:
    """The first figure of a phase that was made, else what there was before."""
    return float(phase.figures[0]) if phase is not None and phase.made else before


def _figures(phase: Phase | None, count: int) -> list[float]:
    """The figures of a phase; nan for one that was not computed."""
    if phase is None:
        return [nan] * count
    figures: list[float] = torch.stack(phase.figures).tolist()
    return figures
