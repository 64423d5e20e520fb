"""Circles with known numbers: a seeded one of our own, and the blog's, if at hand."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

FFHQ = Path(__file__).parents[3] / "shared" / "data" / "ffhq-circles"
FILES = ("plane0,1", "random-1")


def synthetic() -> Tensor:
    """A great circle through two random LeakyReLU layers, [96, 48] float64."""
    draws = np.random.RandomState(7)
    first = draws.randn(64, 48) / math.sqrt(48)
    second = draws.randn(48, 64) / math.sqrt(64)
    u, v = draws.randn(48), draws.randn(48)
    u /= np.linalg.norm(u)
    v -= (v @ u) * u
    v /= np.linalg.norm(v)
    t = 2.0 * np.pi * np.arange(96) / 96
    z = math.sqrt(48) * (np.cos(t)[:, None] * u + np.sin(t)[:, None] * v)

    def layer(x: np.ndarray) -> np.ndarray:
        return np.where(x < 0, 0.2 * x, x) * math.sqrt(2)

    return torch.from_numpy(layer(layer(z @ first.T) @ second.T))


def ffhq(name: str) -> tuple[Tensor, Tensor]:
    """A circle of the blog's network [96, 512], and its w_avg [512]."""
    path = FFHQ / f"{name}.dat"
    if not path.exists():
        pytest.skip("the blog's circles are not beside the project")
    rows = torch.from_numpy(np.fromfile(path, "<f4").reshape(97, 512))
    return rows[1:], rows[0]


def plane_circle(points: int = 96, radius: float = 3.0, dim: int = 12) -> Tensor:
    """A round circle in a tilted plane, away from zero, [points, dim] float64."""
    draws = torch.from_numpy(np.random.RandomState(3).randn(dim, 3))
    axes = torch.linalg.qr(draws)[0]
    t = torch.arange(points, dtype=torch.float64)[:, None] * (math.tau / points)
    around = torch.cos(t) * axes[:, 0] + torch.sin(t) * axes[:, 1]
    return radius * around + 5.0 * axes[:, 2]


def digits(value: Tensor | float, places: int) -> float:
    return round(float(value), places)
