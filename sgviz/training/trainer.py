"""Trainer: one plain torch step of the same generator that the window explores.

A test, the command line and the worker thread of the window call the same
:meth:`Trainer.step`. Loss and schedule follow StyleGAN2 (Karras et al. 2020) as in
NETWORKS.md 4.3 and 4.4: non-saturating logistic loss, lazy R1, style mixing in the
loss, an averaged generator whose half-life is counted in images.
"""

import copy
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from sgviz.models.device import is_bf16_fast
from sgviz.models.discriminator import Discriminator, DiscriminatorConfig
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.training import losses
from sgviz.training.adam import adam_tensors, guarded_step, make_adam, restore_adam
from sgviz.training.config import TrainConfig
from sgviz.training.data import Images, images_of
from sgviz.training.events import StepStats
from sgviz.training.streams import Streams

MAX_SKIPPED = 3


class DivergedError(RuntimeError):
    """Training cannot go on; the message is one sentence for the user."""


@dataclass(frozen=True)
class Counters:
    """Where a run stands.

    Images shown and steps made so far, steps skipped in a row just now and in all,
    and the last value of the penalty.
    """

    images: int = 0
    steps: int = 0
    skipped_in_a_row: int = 0
    skipped: int = 0
    r1: float = 0.0


@dataclass(frozen=True)
class TrainerState:
    """All that a run needs to go on: tensors by name (CPU copies), and counters."""

    tensors: dict[str, Tensor]
    counters: Counters


@dataclass
class _Phase:
    """What a phase of a step found: whether it changed the weights, its figures."""

    made: bool
    figures: list[Tensor] = field(default_factory=list)


class Trainer:
    """Trains a generator step by step.

    ``device`` is where the networks live; ``images`` replaces the data set that the
    configuration names. Nothing here reads the clock or the disk, and no draw comes
    from torch's global generator, so previews never change a run.

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
        self.streams = Streams(config.seed, device)
        self.counters = Counters()
        self.generator = Generator(generator_config(config), config.seed).to(device)
        self.discriminator = Discriminator(discriminator_config(config), config.seed)
        self.discriminator.to(device)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self.dtype = working_dtype(config, device)
        betas = (config.beta1, config.beta2)
        self._adam_g = make_adam(self.generator, config.lr_g, betas)
        lazy = losses.lazy_adam(config.lr_d, betas, config.r1_interval)
        self._adam_d = make_adam(self.discriminator, *lazy)

    @property
    def images(self) -> int:
        """Images shown so far in the run."""
        return self.counters.images

    @property
    def done(self) -> bool:
        """Whether the run has shown all its images."""
        return self.images >= self.config.total_images

    def step(self) -> StepStats:
        """One step: G, D, sometimes the penalty on D, then the average.

        A phase whose loss or gradient is not finite changes nothing, and the step
        counts as skipped.

        Raises
        ------
        DivergedError
            ``MAX_SKIPPED`` steps in a row were skipped.
        """
        began = time.perf_counter()
        self._use_threads()
        generator = self._generator_phase()
        real = self._real_images()
        discriminator = self._discriminator_phase(real)
        phases = {"generator": generator, "discriminator": discriminator}
        r1 = self.counters.r1
        if self.counters.steps % self.config.r1_interval == 0:
            phases["penalty"] = self._penalty_phase(real)
            r1 = float(phases["penalty"].figures[0]) if phases["penalty"].made else r1
        if generator.made:
            self._follow()
        bad = [name for name, phase in phases.items() if not phase.made]
        self._count(bool(bad), r1)
        figures = torch.stack(generator.figures + discriminator.figures).tolist()
        return StepStats(
            loss_g=figures[0],
            loss_d=figures[1],
            r1=r1,
            sign_real=figures[2],
            sign_fake=figures[3],
            images=self.images,
            seconds=time.perf_counter() - began,
            skipped=why_skipped(bad),
        )

    def snapshot(self) -> Snapshot:
        """The averaged generator as it is now: a copy on the CPU."""
        provenance = {"made by": "sgviz train", "data": self.config.data}
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
        tensors |= {f"rng.{name}": t for name, t in self.streams.state().items()}
        return TrainerState(tensors, self.counters)

    def restore(self, state: TrainerState) -> None:
        """Go on exactly where :meth:`state` was taken (bit for bit on the CPU).

        Raises
        ------
        ValueError, KeyError, RuntimeError
            The state is not one of this configuration.
        """
        for prefix, network in self._networks().items():
            network.load_state_dict(_below(state.tensors, prefix), strict=True)
        for prefix, network, adam in self._optimisers():
            restore_adam(network, adam, _below(state.tensors, prefix))
        self.streams.restore(_below(state.tensors, "rng"))
        self.counters = state.counters

    def _generator_phase(self) -> _Phase:
        self.discriminator.requires_grad_(False)
        w, ws = self._draw_ws()
        logits = self.discriminator(self._synthesise(ws), dtype=self.dtype)
        loss = losses.generator_loss(logits)
        loss.backward()  # type: ignore[no-untyped-call]
        self.discriminator.requires_grad_(True)
        made = guarded_step(self._adam_g, self.generator, [loss])
        if made:
            self.generator.mapping.update_w_avg(w.detach())
        return _Phase(made, [loss.detach()])

    def _discriminator_phase(self, real: Tensor) -> _Phase:
        with torch.no_grad():
            fake = self._synthesise(self._draw_ws()[1])
        on_fake = self.discriminator(fake, dtype=self.dtype)
        on_real = self.discriminator(real, dtype=self.dtype)
        loss = losses.discriminator_loss(on_real, on_fake)
        loss.backward()  # type: ignore[no-untyped-call]
        made = guarded_step(self._adam_d, self.discriminator, [loss])
        signs = [logits.detach().sign().mean() for logits in (on_real, on_fake)]
        return _Phase(made, [loss.detach(), *signs])

    def _penalty_phase(self, real: Tensor) -> _Phase:
        images = real.detach().requires_grad_(True)
        r1 = losses.r1_penalty(self.discriminator(images, dtype=self.dtype), images)
        weight = 0.5 * self.config.r1_gamma * self.config.r1_interval
        (r1 * weight).backward()  # type: ignore[no-untyped-call]
        made = guarded_step(self._adam_d, self.discriminator, [r1])
        return _Phase(made, [r1.detach()])

    def _draw_ws(self) -> tuple[Tensor, Tensor]:
        """Fresh w [N, w_dim] and the mixed ws [N, num_ws, w_dim]."""
        config, num_ws = self.config, self.generator.synthesis.num_ws
        z = self.streams.z(2 * config.batch, config.z_dim).to(self.device)
        first, second = self.generator.mapping(z).chunk(2)
        cutoffs = losses.draw_cutoffs(
            config.batch, num_ws, config.style_mixing, self.streams.mixing
        )
        return first, losses.mixed_ws(first, second, cutoffs, num_ws)

    def _synthesise(self, ws: Tensor) -> Tensor:
        images: Tensor = self.generator.synthesis(
            ws, noise="random", generator=self.streams.noise, dtype=self.dtype
        )
        return images

    def _real_images(self) -> Tensor:
        real = self.data.batch(self.images, self.config.batch).to(self.device)
        return real.contiguous(memory_format=torch.channels_last)

    def _follow(self) -> None:
        """The average takes its share of the weights, and all of the buffers."""
        config = self.config
        beta = losses.ema_beta(
            self.images, config.batch, config.ema_kimg, config.ema_rampup
        )
        average = dict(self.average.named_parameters())
        losses.lerp_towards(average, dict(self.generator.named_parameters()), beta)
        newest = dict(self.generator.named_buffers())
        for name, buffer in self.average.named_buffers():
            buffer.copy_(newest[name])

    def _count(self, skipped: bool, r1: float) -> None:
        old = self.counters
        self.counters = Counters(
            images=old.images + self.config.batch,
            steps=old.steps + 1,
            skipped_in_a_row=old.skipped_in_a_row + 1 if skipped else 0,
            skipped=old.skipped + int(skipped),
            r1=r1,
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
        return {"g": self.generator, "d": self.discriminator, "g_ema": self.average}

    def _optimisers(self) -> tuple[tuple[str, nn.Module, torch.optim.Adam], ...]:
        return (
            ("opt_g", self.generator, self._adam_g),
            ("opt_d", self.discriminator, self._adam_d),
        )


def generator_config(config: TrainConfig) -> GeneratorConfig:
    """The sizes of the generator that a run trains."""
    return GeneratorConfig(
        z_dim=config.z_dim,
        w_dim=config.w_dim,
        depth=config.depth,
        resolution=config.resolution,
        channels=config.channels,
        lr_multiplier=config.lr_multiplier,
    )


def discriminator_config(config: TrainConfig) -> DiscriminatorConfig:
    """The sizes of the discriminator that a run trains."""
    return DiscriminatorConfig(
        resolution=config.resolution,
        channels=config.channels_d,
        mbstd_group=config.mbstd_group,
    )


def why_skipped(phases: list[str]) -> str:
    """One sentence about a step with phases that were not finite; "" for none."""
    if not phases:
        return ""
    return f"the loss or gradient of the {' and the '.join(phases)} was not finite"


def working_dtype(config: TrainConfig, device: torch.device) -> torch.dtype:
    """The type of the convolutions; auto is bf16 where the device is good at it."""
    fast = config.precision == "auto" and is_bf16_fast(device)
    return torch.bfloat16 if fast or config.precision == "bf16" else torch.float32


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {k[len(start) :]: t for k, t in tensors.items() if k.startswith(start)}
