"""Which latents the command ``images`` draws: seeds, or rows of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from torch import Tensor

from sgviz.checkpoints.latents_file import read_w, read_z
from sgviz.checkpoints.npy import MAX_NUMBERS
from sgviz.checkpoints.open_file import hash_file
from sgviz.export.network import Network
from sgviz.latents import latent_z
from sgviz.state import Given, Latent, Seed


@dataclass(frozen=True, eq=False)
class Latents:
    """``ws`` [N, num_ws, w_dim] as the synthesis gets them, and where they come from.

    ``w`` is before truncation (or as it was given); ``z`` [N, z_dim] is None where w
    was given. ``names`` are those of the pictures, without extension; ``known`` says
    which latents of a State they are, and is empty where no State can say it.
    """

    names: tuple[str, ...]
    z: Tensor | None
    w: Tensor
    ws: Tensor
    known: tuple[Latent, ...] = ()

    def save(self, file: BinaryIO) -> None:
        """Write z, w and ws as .npz."""
        arrays = {"w": self.w.numpy(), "ws": self.ws.numpy()}
        if self.z is not None:
            arrays["z"] = self.z.numpy()
        np.savez(file, **arrays)  # type: ignore[arg-type]


def latents_of_seeds(
    network: Network, seeds: Sequence[int], psi: float, label: int = 0
) -> Latents:
    """``RandomState(seed).randn(1, z_dim)`` of each seed (raises as latents_of_z)."""
    if not seeds:
        raise ValueError("there are no seeds to make images of")
    _check_count(network, len(seeds))
    known = tuple(Seed(seed) for seed in seeds)
    z_dim = network.generator.config.z_dim
    z = torch.cat([latent_z(seed, z_dim, _no_file) for seed in known])
    return latents_of_z(
        network, z, psi, tuple(f"seed{seed:04d}" for seed in seeds), known, label
    )


def latents_of_file(
    network: Network, z: Path | None, w: Path | None, psi: float, label: int = 0
) -> Latents:
    """The rows of z, or of w, in a file; FileError, or as the other two raise."""
    if w is not None:
        return latents_of_w(network, read_w(w))
    if z is None:
        raise ValueError("there is neither a file of z nor one of w")
    rows, sha256 = read_z(z), hash_file(z)
    _check_count(network, len(rows))
    known = tuple(Given(str(z), sha256, row) for row in range(len(rows)))
    return latents_of_z(network, rows, psi, _numbered(len(rows)), known, label)


def latents_of_z(
    network: Network,
    z: Tensor,
    psi: float,
    names: tuple[str, ...],
    known: tuple[Latent, ...] = (),
    label: int = 0,
) -> Latents:
    """The latents of z [N, z_dim]: mapped as of class ``label``, truncated by ``psi``.

    Raises
    ------
    ValueError
        One sentence: z has another width than the network, or too many rows.
    """
    z_dim = network.generator.config.z_dim
    if z.shape[1] != z_dim:
        raise ValueError(
            f"the latents have {z.shape[1]} numbers, and the network takes {z_dim}"
        )
    _check_count(network, len(z))
    with torch.no_grad():
        # One by one, as the window maps them: equal to the last digit.
        pieces = [
            network.generator.mapping(rows.to(network.device), label)
            for rows in torch.split(z, 1)
        ]
        w = torch.cat(pieces)
        ws = network.generator.broadcast(w, psi)
    return Latents(names, z, w.cpu(), ws.cpu(), known)


def latents_of_w(network: Network, w: Tensor) -> Latents:
    """Given w [N, w_dim] or ws [N, num_ws, w_dim], used as they are, whatever psi is.

    Raises
    ------
    ValueError
        One sentence: the shape does not fit the network, or too many rows.
    """
    rows, w_dim = network.generator.num_ws, network.generator.config.w_dim
    if w.shape[-1] != w_dim or (w.dim() == 3 and w.shape[1] != rows):
        sides = "x".join(str(side) for side in w.shape)
        raise ValueError(
            f"the latents are {sides}, and the network takes [N, {w_dim}] or "
            f"[N, {rows}, {w_dim}]"
        )
    _check_count(network, len(w))
    ws = w if w.dim() == 3 else w[:, None].expand(-1, rows, -1)
    return Latents(_numbered(len(w)), None, w, ws)


def _check_count(network: Network, count: int) -> None:
    """ValueError where latents.npz would be too large to be read again."""
    numbers = network.generator.num_ws * network.generator.config.w_dim
    most = MAX_NUMBERS // numbers
    if count > most:
        raise ValueError(f"{count:,} images are too many: at most {most:,} at once")


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"{row:04d}" for row in range(count))


def _no_file(given: Given) -> Tensor:
    raise ValueError(f"{given.path} is no seed")
