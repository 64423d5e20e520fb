"""The random draws of a run: one seeded generator for each purpose, none shared.

A preview, a sheet of samples or another thread can draw what it likes; it never
changes a run. Real images need no generator: they are a function of
the seed and of the index of the image in the run.
"""

from collections.abc import Iterable, Mapping

import numpy
import torch
from torch import Tensor

# A purpose keeps its place, and with it the numbers that a seed draws.
PURPOSES = ("latents", "mixing", "noise", "path", "augment")
# Checkpoints written before these were there start them from the seed of the run.
LATER = ("path", "augment")


def purpose_seed(seed: int, purpose: str) -> int:
    """An independent 63-bit seed of each purpose, from the seed of the run."""
    key = (PURPOSES.index(purpose),)
    words = numpy.random.SeedSequence(seed, spawn_key=key).generate_state(2)
    return (int(words[0]) << 31) ^ int(words[1])


class Streams:
    """Generators for z, style mixing, noise, path length and augmentation.

    Maps and pictures are drawn on the device, all else on the CPU: so the same seed
    draws the same latents whatever the device.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self.latents = _seeded(seed, "latents", torch.device("cpu"))
        self.mixing = _seeded(seed, "mixing", torch.device("cpu"))
        self.noise = _seeded(seed, "noise", device)
        self.path = _seeded(seed, "path", device)
        self.augment = _seeded(seed, "augment", torch.device("cpu"))

    def z(self, count: int, z_dim: int) -> Tensor:
        """Normal latents [count, z_dim] float32, on the CPU."""
        return torch.randn(count, z_dim, generator=self.latents)

    def maps(self, count: int, resolutions: Iterable[int]) -> list[Tensor]:
        """Normal noise [count, 1, r, r] for each resolution r, on the device."""
        return [
            torch.randn(
                (count, 1, r, r), generator=self.noise, device=self.noise.device
            )
            for r in resolutions
        ]

    def picture(self, count: int, resolution: int) -> Tensor:
        """Normal noise [count, 3, resolution, resolution] on the device."""
        shape = (count, 3, resolution, resolution)
        return torch.randn(shape, generator=self.path, device=self.path.device)

    def state(self) -> dict[str, Tensor]:
        """The state of every generator as uint8 tensors, by purpose."""
        return {name: g.get_state().clone() for name, g in self._table().items()}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on exactly where :meth:`state` was taken.

        Raises
        ------
        KeyError
            A generator has no state.
        RuntimeError
            A state that torch refuses (another device's, or damaged).
        """
        for name, generator in self._table().items():
            if name in state or name not in LATER:
                generator.set_state(state[name].cpu())

    def _table(self) -> dict[str, torch.Generator]:
        return {
            "latents": self.latents,
            "mixing": self.mixing,
            "noise": self.noise,
            "path": self.path,
            "augment": self.augment,
        }


def _seeded(seed: int, purpose: str, device: torch.device) -> torch.Generator:
    generator = torch.Generator(device=device)
    return generator.manual_seed(purpose_seed(seed, purpose))
