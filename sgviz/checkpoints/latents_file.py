"""Latents in files: z or w as .npy or .npz, for Given latents and the command line."""

from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.checkpoints.circles_file import ZIP
from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.checkpoints.npy import MAGIC, read_numbers
from sgviz.checkpoints.npz import Archive
from sgviz.checkpoints.source import SNIFF, looks_like, open_source, read_exactly


def row_of(z: Tensor, row: int, path: Path) -> Tensor:
    """Row ``row`` of the z [N, z_dim] of a file, [1, z_dim]; FileError if not there."""
    if not 0 <= row < len(z):
        raise FileError(f"{shown_name(path)} has {len(z):,} latents: no row {row:,}")
    return z[row : row + 1]


def read_z(path: Path) -> Tensor:
    """All z of a file, float32 [N, z_dim], circles [C, N, z_dim] flattened.

    Raises
    ------
    FileError
        One sentence: unreadable, no z in it, not rows of finite numbers.
    """
    z = _read(path, "z")
    if z.ndim == 1:
        z = z[None]
    if z.ndim not in (2, 3) or 0 in z.shape:
        raise FileError(f"z in {shown_name(path)} is {_sides(z)}, not [N, z_dim]")
    return torch.from_numpy(np.ascontiguousarray(z)).reshape(-1, z.shape[-1])


def read_w(path: Path) -> Tensor:
    """The w of a file, float32 [N, w_dim] or [N, num_ws, w_dim].

    Raises
    ------
    FileError
        One sentence: unreadable, no w in it, not rows of finite numbers.
    """
    w = _read(path, "w")
    if w.ndim == 1:
        w = w[None]
    if w.ndim not in (2, 3) or 0 in w.shape:
        raise FileError(
            f"w in {shown_name(path)} is {_sides(w)}, not [N, w_dim] or "
            "[N, num_ws, w_dim]"
        )
    return torch.from_numpy(np.ascontiguousarray(w))


def _read(path: Path, key: Literal["z", "w"]) -> NDArray[np.float32]:
    name = shown_name(path)
    with open_source(path) as (file, size):
        start = bytes(read_exactly(file, min(size, SNIFF), name))
        file.seek(0)
        if start.startswith(MAGIC):
            return read_numbers(file, size, name)
        if start.startswith(ZIP):
            archive = Archive(file, size, name)
            if key not in archive.names:
                raise FileError(f"{name} holds no {key}")
            return archive.numbers(key)
    what = looks_like(start)
    raise FileError(f"{name} is {what or 'not a file of numpy arrays'}")


def _sides(array: NDArray[np.float32]) -> str:
    return "x".join(str(side) for side in array.shape) or "one number"
