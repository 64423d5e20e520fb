"""What the figures of a run are where nobody has trained: the line to compare with.

Closed forms of an infinitely wide mapping (:mod:`sgviz.geometry.null_model`), and the
spread of untrained twins: mapping networks of the same sizes and depth from other
seeds, on the very circles of the timeline. A figure inside the band says nothing about
learning.
"""

import threading
from functools import lru_cache

import torch
from torch import Tensor

from sgviz.analysis.twins import Cancelled, mapped, never
from sgviz.geometry import null_model
from sgviz.geometry.circle import sample_angles
from sgviz.latents import circles_of
from sgviz.measured.null import Band, band_of
from sgviz.models.mapping import MappingConfig
from sgviz.models.untrained import untrained_mapping
from sgviz.state import default_circles
from sgviz.training.config import TrainConfig
from sgviz.training.figures import FIGURES, HARMONICS, Figures
from sgviz.training.timeline_figures import figures_of
from sgviz.training.timeline_schedule import CIRCLES, POINTS

# Enough for a standard deviation known to a tenth.
TWINS = 48
# No run is compared with its own start: the twin of a seed is what its run begins with.
FIRST_SEED = 1_000_000
Sizes = tuple[int, int, int]


def reference(
    config: TrainConfig, cancelled: Cancelled = never, twins: int = TWINS
) -> dict[str, Band]:
    """The band of every figure of :data:`FIGURES`, by key; {} where cancelled.

    ``cancelled`` is asked before each layer of each twin; twins measured by then are
    kept for the next call. The results are kept in memory by sizes, so only the first
    call takes time (about 3 s for 512 numbers and 8 layers). Any thread may ask.
    """
    sizes = (config.z_dim, config.w_dim, config.depth)
    measured = _twins_of(sizes).measure(twins, cancelled)
    return _bands(measured, closed_forms(config.w_dim, config.depth))


def closed_forms(w_dim: int, depth: int) -> dict[str, float]:
    """The figures of an infinitely wide untrained mapping, where they are known."""
    shares = null_model.harmonic_shares(depth, HARMONICS).tolist()
    return {
        "displacement": null_model.twins_apart(),
        "w_mean_square": null_model.mean_square(w_dim, depth),
        "w_avg_share": null_model.mean_share(depth),
        "mean_share": null_model.mean_share(depth),
        "participation_ratio": null_model.participation_ratio(depth),
    } | {f"harmonic_{k}": share for k, share in enumerate(shares, start=1)}


class _Twins:
    """The figures of untrained twins of one size, as many as were asked for so far."""

    def __init__(self, sizes: Sizes) -> None:
        z_dim, w_dim, depth = sizes
        self._config = MappingConfig(z_dim=z_dim, w_dim=w_dim, depth=depth)
        self._lock = threading.Lock()
        self._before: Tensor | None = None
        self._figures: list[Figures] = []

    def measure(self, count: int, cancelled: Cancelled) -> list[Figures]:
        """The figures of the first ``count`` twins; none where cancelled."""
        with self._lock:
            while len(self._figures) < count:
                seed = len(self._figures) + (self._before is not None)
                w = twin_circles(self._config, seed, cancelled)
                if w is None:
                    return []
                if self._before is not None:
                    mean = w.mean(dim=(0, 1))
                    self._figures.append(figures_of(0, w, mean, self._before))
                self._before = w
            return self._figures[:count]


@lru_cache(maxsize=16)
def _twins_of(sizes: Sizes) -> _Twins:
    return _Twins(sizes)


def twin_circles(
    config: MappingConfig, seed: int, cancelled: Cancelled = never
) -> Tensor | None:
    """The timeline's circles in an untrained mapping, float32 [C, N, w_dim].

    None where cancelled, which is asked before each layer.
    """
    found = circles_of(default_circles(CIRCLES), config.z_dim, _no_latent)
    angles = sample_angles(POINTS)
    z = torch.stack([circle.at(angles) for circle in found])
    twin = untrained_mapping(config, FIRST_SEED + seed, centred=False)
    return mapped(twin, z, cancelled=cancelled)


def _bands(twins: list[Figures], closed: dict[str, float]) -> dict[str, Band]:
    if not twins:
        return {}
    bands = {}
    for figure in FIGURES:
        values = [twin.value(figure.key) for twin in twins]
        bands[figure.key] = band_of(values, closed.get(figure.key))
    return bands


def _no_latent(latent: object) -> Tensor:
    raise TypeError("the circles of a timeline go through no latents")
