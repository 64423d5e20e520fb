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
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from sgviz.models.generator import Generator
from sgviz.models.snapshot import Snapshot
from sgviz.models.synthesis import NoiseMode
from sgviz.training.adam import adam_tensors, restore_adam
from sgviz.training.config import TrainConfig
from sgviz.training.data import Images, images_of
from sgviz.training.events import StepStats
from sgviz.training.losses import ema_beta, lerp_towards
from sgviz.training.phases import Phase, Players
from sgviz.training.streams import Streams

MAX_SKIPPED = 3


class DivergedError(RuntimeError):
    """Training cannot go on; the message is one sentence for the user."""


@dataclass(frozen=True)
class Counters:
    """Where a run stands.

    Images shown and steps made so far, steps skipped in a row just now and in all,
    and the last values of the penalty and of the path length.
    """

    images: int = 0
    steps: int = 0
    skipped_in_a_row: int = 0
    skipped: int = 0
    r1: float = 0.0
    path_length: float = 0.0


@dataclass(frozen=True, eq=False)
class TrainerState:
    """All that a run needs to go on: tensors by name (CPU copies), and counters.

    The names begin with g. d. g_ema. opt_g. opt_d. pl. and rng.
    """

    tensors: dict[str, Tensor]
    counters: Counters


class Trainer:
    """Trains a generator step by step.

    ``device`` is where the networks live; ``images`` replaces the data set that the
    configuration names. Nothing here reads the disk, and no draw comes from torch's
    global generator, so previews never change a run.

    Raises
    ------
    FileError
        The configuration names a data set that there is not.
    """

    def __init__(
        self,
        config: TrainConfig,
        device: torch.device,
        images: Images | None = None,
    ) -> None:
        self.config, self.device = config, device
        self.data = images if images is not None else images_of(config)
        self.counters = Counters()
        self.streams = Streams(config.seed, device)
        self.players = Players(config, device, self.streams)
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

    def step(self) -> StepStats:
        """One step: G, sometimes path length, D, sometimes R1, then the average.

        A phase whose loss or gradient is not finite changes nothing, and the step
        counts as skipped.

        Raises
        ------
        DivergedError
            ``MAX_SKIPPED`` steps in a row were skipped.
        """
        began = time.perf_counter()
        self._use_threads()
        phases = self._phases()
        r1 = _newest(phases.get("penalty"), self.counters.r1)
        length = _newest(phases.get("path length"), self.counters.path_length)
        if phases["generator"].made:
            self._follow()
        figures = (*phases["generator"].figures, *phases["discriminator"].figures)
        loss_g, loss_d, sign_real, sign_fake = torch.stack(figures).tolist()
        bad = [name for name, phase in phases.items() if not phase.made]
        self._count(bool(bad), r1, length)
        return StepStats(
            loss_g=loss_g,
            loss_d=loss_d,
            r1=r1,
            sign_real=sign_real,
            sign_fake=sign_fake,
            images=self.images,
            seconds=time.perf_counter() - began,
            skipped=why_skipped(bad),
            path_length=length,
        )

    @property
    def noise(self) -> NoiseMode:
        """Whether the layers are given noise now.

        Noise from the first step on is a crutch where pictures hold no chance: on
        portraits the layers learned to draw every edge from it, and after 50 kimg
        were still blurred without it; begun without it, faces came within 4 kimg.
        """
        due = self.images >= 1000.0 * self.config.noise_from
        return "random" if due else "none"

    def snapshot(self) -> Snapshot:
        """The averaged generator as it is now: a copy on the CPU."""
        provenance = {
            "made by": "sgviz train",
            "data": self.config.data,
            "seed": str(self.config.seed),
        }
        return Snapshot.of(self.average, self.images / 1000.0, provenance)

    def state(self) -> TrainerState:
        """Everything the run needs to go on, as copies on the CPU."""
        tensors = {
            f"{prefix}.{name}": tensor.detach().cpu().clone()
            for prefix, network in self._networks().items()
            for name, tensor in network.state_dict().items()
        }
        for prefix, network, adam in self._optimisers():
            named = adam_tensors(network, adam)
            tensors |= {f"{prefix}.{name}": tensor for name, tensor in named.items()}
        tensors["pl.mean"] = self.players.path_mean.cpu().clone()
        tensors |= {f"rng.{name}": t for name, t in self.streams.state().items()}
        return TrainerState(tensors, self.counters)

    def restore(self, state: TrainerState) -> None:
        """Go on exactly where :meth:`state` was taken (bit for bit on the CPU).

        Raises
        ------
        ValueError, KeyError, RuntimeError
            The state is not one of this configuration; build a new trainer then.
        """
        for prefix, network in self._networks().items():
            network.load_state_dict(_below(state.tensors, prefix), strict=True)
        for prefix, network, adam in self._optimisers():
            restore_adam(network, adam, _below(state.tensors, prefix))
        # Checkpoints written before there was path length have no mean of it.
        mean = state.tensors.get("pl.mean", torch.zeros(()))
        self.players.path_mean = mean.reshape(()).float().to(self.device)
        self.streams.restore(_below(state.tensors, "rng"))
        self.counters = state.counters

    def _phases(self) -> dict[str, Phase]:
        """The phases that this step makes, by name, in order."""
        config, steps = self.config, self.counters.steps
        phases = {"generator": self.players.generator_phase(self.noise)}
        if config.pl_weight > 0.0 and steps % config.pl_interval == 0:
            phases["path length"] = self.players.path_phase(self.noise)
        real = self.data.batch(self.images, self.config.batch).to(self.device)
        phases["discriminator"] = self.players.discriminator_phase(real, self.noise)
        if steps % config.r1_interval == 0:
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

    def _count(self, skipped: bool, r1: float, length: float) -> None:
        old = self.counters
        self.counters = Counters(
            images=old.images + self.config.batch,
            steps=old.steps + 1,
            skipped_in_a_row=old.skipped_in_a_row + 1 if skipped else 0,
            skipped=old.skipped + int(skipped),
            r1=r1,
            path_length=length,
        )
        if self.counters.skipped_in_a_row >= MAX_SKIPPED:
            raise DivergedError(
                f"training stopped: {MAX_SKIPPED} steps in a row had a loss or a "
                "gradient that is not a finite number"
            )

    def _use_threads(self) -> None:
        wanted = self.config.threads
        if wanted is not None and torch.get_num_threads() != wanted:
            torch.set_num_threads(wanted)

    def _networks(self) -> dict[str, nn.Module]:
        players = self.players
        return {"g": self.generator, "d": players.discriminator, "g_ema": self.average}

    def _optimisers(self) -> tuple[tuple[str, nn.Module, torch.optim.Adam], ...]:
        players = self.players
        return (
            ("opt_g", players.generator, players.adam_g),
            ("opt_d", players.discriminator, players.adam_d),
        )


def why_skipped(phases: list[str]) -> str:
    """One sentence about a step with phases that were not finite; "" for none."""
    if not phases:
        return ""
    return f"the loss or gradient of the {' and the '.join(phases)} was not finite"


def _newest(phase: Phase | None, before: float) -> float:
    """The first figure of a phase that was made, else what there was before."""
    return float(phase.figures[0]) if phase is not None and phase.made else before


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {k[len(start) :]: t for k, t in tensors.items() if k.startswith(start)}
