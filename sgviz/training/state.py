"""Where a run stands: counters, and all tensors that it needs to go on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from sgviz.models.generator import Generator
from sgviz.training.adam import adam_tensors, restore_adam
from sgviz.training.augment import adapted
from sgviz.training.config import TrainConfig
from sgviz.training.phases import Players
from sgviz.training.streams import Streams


@dataclass(frozen=True)
class Counters:
    """Where a run stands, in numbers.

    ``images`` of the data shown to D so far, ``steps`` of D and ``steps_g`` of G,
    steps skipped in a row just now and in all, the last values of the penalty and of
    the path length. ``augment_p`` is the adaptive probability, ``sign_sum`` the sum
    of mean signs of D(real) over ``sign_count`` steps since it was last adjusted.
    """

    images: int = 0
    steps: int = 0
    skipped_in_a_row: int = 0
    skipped: int = 0
    r1: float = 0.0
    path_length: float = 0.0
    steps_g: int = 0
    augment_p: float = 0.0
    sign_sum: float = 0.0
    sign_count: int = 0

    def after(
        self, images: int, generator: bool, skipped: bool, r1: float, path_length: float
    ) -> "Counters":
        """Where the run stands after a step.

        D was shown ``images`` (0: it made no step), and G made a step or not.
        """
        return replace(
            self,
            images=self.images + images,
            steps=self.steps + (images > 0),
            steps_g=self.steps_g + generator,
            skipped_in_a_row=self.skipped_in_a_row + 1 if skipped else 0,
            skipped=self.skipped + skipped,
            r1=r1,
            path_length=path_length,
        )

    def judged(self, sign: float, config: TrainConfig) -> "Counters":
        """With the mean ``sign`` of D(real) of a step, to which p adapts."""
        total, count = self.sign_sum + sign, self.sign_count + 1
        if count < config.augment_interval:
            return replace(self, sign_sum=total, sign_count=count)
        p = adapted(
            self.augment_p,
            total / count,
            config.augment_target,
            count * config.batch,
            config.augment_kimg,
        )
        return replace(self, augment_p=p, sign_sum=0.0, sign_count=0)


@dataclass(frozen=True, eq=False)
class TrainerState:
    """All that a run needs to go on: tensors by name (CPU copies), and counters.

    The names begin with g. d. g_ema. opt_g. opt_d. pl. and rng.
    """

    tensors: dict[str, Tensor]
    counters: Counters


def tensors_of(
    players: Players, average: Generator, streams: Streams
) -> dict[str, Tensor]:
    """Copies on the CPU of all tensors of a run, by the names of its files."""
    tensors = {
        f"{prefix}.{name}": tensor.detach().cpu().clone()
        for prefix, network in _networks(players, average).items()
        for name, tensor in network.state_dict().items()
    }
    for prefix, network, adam in _optimisers(players):
        named = adam_tensors(network, adam)
        tensors |= {f"{prefix}.{name}": tensor for name, tensor in named.items()}
    tensors["pl.mean"] = players.path_mean.cpu().clone()
    return tensors | {f"rng.{name}": t for name, t in streams.state().items()}


def restore_tensors(
    players: Players,
    average: Generator,
    streams: Streams,
    tensors: Mapping[str, Tensor],
) -> None:
    """The inverse of :func:`tensors_of`.

    Raises
    ------
    ValueError, KeyError, RuntimeError
        The tensors are not those of this configuration.
    """
    restore_players(players, average, tensors)
    streams.restore(below(tensors, "rng"))


def restore_players(
    players: Players, average: Generator, tensors: Mapping[str, Tensor]
) -> None:
    """Networks, optimisers and mean path length, but no random draws.

    Raises
    ------
    ValueError, KeyError, RuntimeError
        The tensors are not those of this configuration.
    """
    for prefix, network in _networks(players, average).items():
        network.load_state_dict(below(tensors, prefix), strict=True)
    for prefix, network, adam in _optimisers(players):
        restore_adam(network, adam, below(tensors, prefix))
    # Checkpoints written before there was path length have no mean of it.
    mean = tensors.get("pl.mean", torch.zeros(()))
    players.path_mean = mean.reshape(()).float().to(players.device)


def below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin with ``prefix.``, without it."""
    start = f"{prefix}."
    return {k[len(start) :]: t for k, t in tensors.items() if k.startswith(start)}


def _networks(players: Players, average: Generator) -> dict[str, nn.Module]:
    return {"g": players.generator, "d": players.discriminator, "g_ema": average}


def _optimisers(
    players: Players,
) -> tuple[tuple[str, nn.Module, torch.optim.Adam], ...]:
    return (
        ("opt_g", players.generator, players.adam_g),
        ("opt_d", players.discriminator, players.adam_d),
    )
