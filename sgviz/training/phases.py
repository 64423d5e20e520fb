"""The two players and the phases of a step: G, path length, D, and the penalty on D.

Each phase draws what it needs, computes one loss, and makes one step of one
optimiser; where a loss or a gradient is not finite it changes nothing.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.models.device import is_bf16_fast
from sgviz.models.discriminator import Discriminator, DiscriminatorConfig
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.mapping import STYLEGAN1, STYLEGAN2
from sgviz.models.synthesis import Noise, NoiseMode
from sgviz.training import losses
from sgviz.training.adam import guarded_step, make_adam
from sgviz.training.augment import Draws, augment
from sgviz.training.config import TrainConfig
from sgviz.training.control import Part
from sgviz.training.head_start import pace_share, penalty_share
from sgviz.training.streams import Streams
from sgviz.training.team import ALONE, Team


@dataclass(frozen=True)
class Phase:
    """Whether a phase changed the weights, and its figures (scalar tensors)."""

    made: bool
    figures: tuple[Tensor, ...]


class Players:
    """Generator and discriminator with their optimisers, on one device.

    Each process of a ``team`` makes its rows of what the phases draw. ``augment_p``
    is the probability of each augmentation in the phases to come.
    """

    def __init__(
        self,
        config: TrainConfig,
        device: torch.device,
        streams: Streams,
        team: Team = ALONE,
    ) -> None:
        self.config, self.device, self.streams = config, device, streams
        self.team, self.augment_p = team, 0.0
        self.dtype = working_dtype(config, device)
        self.generator = Generator(generator_config(config), config.seed).to(device)
        self.discriminator = Discriminator(discriminator_config(config), config.seed)
        self.discriminator.to(device)
        self.path_mean = torch.zeros((), device=device)
        self.adam_g = make_adam(self.generator, *rates_g(config))
        self.adam_d = make_adam(self.discriminator, *rates_d(config))
        self.r1_share = 1.0

    def configure(self, config: TrainConfig) -> None:
        """Go on with other learning rates, penalty and mixing."""
        self.config = config
        for adam, (lr, _) in (
            (self.adam_g, rates_g(config)),
            (self.adam_d, rates_d(config)),
        ):
            adam.param_groups[0]["lr"] = lr

    def pace(self, images: int, part: Part) -> Part:
        """Weigh R1 and the steps of G for this moment; D alone in its head start."""
        d_first = self.config.d_first
        self.r1_share = penalty_share(images, d_first)
        if d_first > 0.0:
            lr = rates_g(self.config)[0] * pace_share(images, d_first)
            self.adam_g.param_groups[0]["lr"] = lr
        alone = part == "both" and images < 1000.0 * d_first
        return "discriminator" if alone else part

    def generator_phase(self, noise: NoiseMode) -> Phase:
        """Let G move towards what D takes for real. Figures: the loss.

        The moving average w_avg follows the first of the two mappings alone.
        """
        self.discriminator.requires_grad_(False)
        w, ws = self.draw_ws(self.config.batch)
        loss = losses.generator_loss(self.judge(self.synthesise(ws, noise)))
        loss.backward()  # type: ignore[no-untyped-call]
        self.discriminator.requires_grad_(True)
        figure, mean = loss.detach(), w.detach().mean(dim=0)
        made = guarded_step(self.adam_g, self.generator, [figure, mean], team=self.team)
        if made:
            self.generator.mapping.update_w_avg(mean[None])
        return Phase(made, (figure,))

    def path_phase(self, noise: NoiseMode) -> Phase:
        """Let images move equally far with w everywhere. Figures: the mean length.

        Weighted for all the steps until it comes again. What lengths should be is
        their running mean, which takes in these first and is no variable of the
        penalty; w_avg does not follow (Karras et al. 2020, section 3.2, appendix B).
        """
        config, size = self.config, self.team.size
        count = max(config.batch // config.pl_shrink // size, 1) * size
        ws = self.draw_ws(count)[1]
        images = self.synthesise(ws, noise)
        picture = self.streams.picture(count, config.resolution)[self.team.part]
        lengths = losses.path_lengths(images, ws, picture)
        length = lengths.detach().mean()
        self.team.average([length])
        mean = self.path_mean.lerp(length, config.pl_decay)
        penalty = (lengths - mean).square().mean()
        weight = config.pl_weight * config.pl_interval
        (penalty * weight).backward()  # type: ignore[no-untyped-call]
        made = guarded_step(
            self.adam_g, self.generator, [penalty.detach()], team=self.team
        )
        if made:
            self.path_mean = mean
        return Phase(made, (length,))

    def discriminator_phase(self, real: Tensor, noise: NoiseMode) -> Phase:
        """Let D tell ``real`` [N, 3, R, R] from fakes.

        Figures: the loss, and the mean signs of the logits, real and fake.
        """
        with torch.no_grad():
            fake = self.synthesise(self.draw_ws(self.config.batch)[1], noise)
        # One after the other: a minibatch deviation is over real or over fake.
        on_fake, on_real = self.judge(fake), self.judge(real)
        loss = losses.discriminator_loss(on_real, on_fake)
        loss.backward()  # type: ignore[no-untyped-call]
        signs = [logits.detach().sign().mean() for logits in (on_real, on_fake)]
        figures = (loss.detach(), *signs)
        made = guarded_step(self.adam_d, self.discriminator, figures, team=self.team)
        return Phase(made, figures)

    def penalty_phase(self, real: Tensor) -> Phase:
        """R1, weighted for all the steps until it comes again. Figures: R1.

        The gradient is that to the images before they are augmented.
        """
        images = real.detach().requires_grad_(True)
        r1 = losses.r1_penalty(self.judge(images), images)
        weight = 0.5 * self.config.r1_gamma * self.config.r1_interval
        weight *= self.r1_share
        (r1 * weight).backward()  # type: ignore[no-untyped-call]
        figure = r1.detach()
        made = guarded_step(self.adam_d, self.discriminator, [figure], team=self.team)
        return Phase(made, (figure,))

    def draw_ws(self, count: int) -> tuple[Tensor, Tensor]:
        """Fresh w [N, w_dim], and ws [N, num_ws, w_dim], some of two styles.

        ``count`` are drawn; N of them are of this process.
        """
        config, num_ws, part = self.config, self.generator.num_ws, self.team.part
        z = self.streams.z(2 * count, config.z_dim).view(2, count, config.z_dim)
        z = z[:, part].reshape(-1, config.z_dim).to(self.device)
        first, second = self.generator.mapping(z).chunk(2)
        cutoffs = losses.draw_cutoffs(
            count, num_ws, config.style_mixing, self.streams.mixing
        )
        return first, losses.mixed_ws(first, second, cutoffs[part], num_ws)

    def synthesise(self, ws: Tensor, noise: NoiseMode) -> Tensor:
        """Images [N, 3, R, R] of ws, with fresh noise or none."""
        synthesis = self.generator.synthesis
        maps: Noise = noise
        if noise == "random":
            drawn = self.streams.maps(
                len(ws) * self.team.size, synthesis.noise_resolutions
            )
            maps = [rows[self.team.part] for rows in drawn]
        images: Tensor = synthesis(ws, maps, dtype=self.dtype)
        return images

    def judge(self, images: Tensor) -> Tensor:
        """Logits [N] of images [N, 3, R, R], augmented where there is a chance."""
        if self.augment_p > 0.0:
            draws = Draws.of(len(images) * self.team.size, self.streams.augment)
            images = augment(images, draws.rows(self.team.part), self.augment_p)
        logits: Tensor = self.discriminator(images, dtype=self.dtype)
        return logits


def rates_g(config: TrainConfig) -> tuple[float, tuple[float, float]]:
    """Adam's lr and betas for G: corrected where there are extra steps."""
    rates = config.lr_g, (config.beta1, config.beta2)
    if config.pl_weight == 0.0:
        return rates
    return losses.lazy_adam(*rates, config.pl_interval)


def rates_d(config: TrainConfig) -> tuple[float, tuple[float, float]]:
    """Adam's lr and betas for D, corrected for the steps of the penalty."""
    betas = (config.beta1, config.beta2)
    return losses.lazy_adam(config.lr_d, betas, config.r1_interval)


def generator_config(config: TrainConfig) -> GeneratorConfig:
    """The sizes of the generator that a run trains."""
    return GeneratorConfig(
        z_dim=config.z_dim,
        w_dim=config.w_dim,
        depth=config.depth,
        resolution=config.resolution,
        channels=config.channels,
        lr_multiplier=config.lr_multiplier,
        gains=STYLEGAN1 if config.family == "stylegan1" else STYLEGAN2,
        family=config.family,
    )


def discriminator_config(config: TrainConfig) -> DiscriminatorConfig:
    """The sizes of the discriminator that a run trains."""
    return DiscriminatorConfig(
        resolution=config.resolution,
        channels=config.channels_d,
        mbstd_group=config.mbstd_group,
    )


def working_dtype(config: TrainConfig, device: torch.device) -> torch.dtype:
    """The type of the convolutions; auto is bf16 where the device is good at it."""
    fast = config.precision == "auto" and is_bf16_fast(device)
    return torch.bfloat16 if fast or config.precision == "bf16" else torch.float32
