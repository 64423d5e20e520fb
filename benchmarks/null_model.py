"""The closed form of infinite width beside mappings that nobody trained.

Forty networks of 512 wide and each depth, one random circle and its antipodes through
each: harmonics 1 and 2, cosines a quarter and a half turn apart, and the mean square.
Each is a ratio of sums over the networks, as the closed form is one of expectations (a
mean of ratios is off by 1 / width), its error by the jackknife. Ours are measured, and
those of the peer where ``--peer PATH`` says where a checkout of stylegan2-ada-pytorch
or of stylegan3 is.
"""

import importlib
import math
import os
import sys
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from benchmarks.table import Row
from sgviz.geometry import null_model
from sgviz.geometry.circle import random_circles, sample_angles
from sgviz.geometry.harmonics import harmonic_energies
from sgviz.models.mapping import MappingConfig
from sgviz.models.untrained import untrained_mapping

WIDTH, POINTS, NETWORKS = 512, 96, 40
DEPTHS = (1, 2, 4, 8)
ERRORS, SQUARE = 3.0, 0.1
# At depth 1 antipodes are exact: what is left is the rounding of float32.
ROUNDING = 1e-6

Mapping = Callable[[Tensor], Tensor]


def measure() -> tuple[list[Row], dict[str, object]]:
    sides: dict[str, Callable[[int, int], Mapping]] = {"ours": ours}
    if path := os.environ.get("SGVIZ_PEER"):
        sys.path.insert(0, path)
        sides["official"] = official
    rows = [
        row(name, depth, [make(depth, seed) for seed in range(NETWORKS)])
        for name, make in sides.items()
        for depth in DEPTHS
    ]
    return rows, {"peer": "official" in sides}


def ours(depth: int, seed: int) -> Mapping:
    return untrained_mapping(MappingConfig(WIDTH, WIDTH, depth), seed)


def official(depth: int, seed: int) -> Mapping:
    """A mapping of the peer as it is before its first step."""
    networks = importlib.import_module("training.networks")
    torch.manual_seed(seed)
    mapping = networks.MappingNetwork(
        WIDTH, 0, WIDTH, None, num_layers=depth, w_avg_beta=None
    ).eval()
    return lambda z: mapping(z, None)


@torch.no_grad()
def row(name: str, depth: int, networks: list[Mapping]) -> Row:
    """How far the means of the networks are from the closed form, in their errors."""
    sums = torch.stack([sums_of(each, seed) for seed, each in enumerate(networks)])
    off = dict(compared(depth, sums))
    square = float(sums[:, -1].mean()) / null_model.mean_square(WIDTH, depth)
    said = ", ".join(f"{key} {value:+.1f}" for key, value in off.items())
    words = f"{said} se; E|w|^2 {square:.3f}x"
    ok = max(map(abs, off.values())) <= ERRORS and abs(square - 1.0) <= SQUARE
    what = f"{name}, depth {depth}: {NETWORKS} networks against the closed form"
    bar = f"<= {ERRORS:g} se, {SQUARE:.0%}"
    return Row(what, bar, words, ok, {**off, "square": square})


def sums_of(network: Mapping, seed: int) -> Tensor:
    """E_1, E_2, all E_k; w w' a quarter and a half turn apart; |w|^2: [6]."""
    (circle,) = random_circles(WIDTH, 1_000 + seed, (1,))
    w = network(circle.at(sample_angles(POINTS)).float()).double()
    energies = harmonic_energies(w)
    apart = [(w * w.roll(POINTS // k, 0)).sum(dim=1).mean() for k in (4, 2)]
    square = w.square().sum(dim=1).mean()
    return torch.stack([energies[0], energies[1], energies.sum(), *apart, square])


def compared(depth: int, sums: Tensor) -> Iterator[tuple[str, float]]:
    """Each ratio of sums less its closed form, over its error."""
    shares = null_model.harmonic_shares(depth)
    turns = torch.tensor([math.pi / 2.0, math.pi], dtype=torch.float64)
    quarter, half = null_model.circle_cosines(turns, depth)
    for key, above, below, closed in (
        ("F1", 0, 2, shares[0]),
        ("F2", 1, 2, shares[1]),
        ("cos 90", 3, 5, quarter),
        ("cos 180", 4, 5, half),
    ):
        ratio, error = jackknife(sums[:, above], sums[:, below])
        yield key, (ratio - float(closed)) / max(error, ROUNDING)


def jackknife(above: Tensor, below: Tensor) -> tuple[float, float]:
    """The ratio of two sums over networks, and its standard error."""
    count = len(above)
    without = (above.sum() - above) / (below.sum() - below)
    error = ((count - 1) * without.var(correction=0)).sqrt()
    return float(above.sum() / below.sum()), float(error)
