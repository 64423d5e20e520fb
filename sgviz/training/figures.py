"""Figures: what a record of the timeline says in numbers. No torch, no Qt.

The definitions are in :data:`FIGURES`, a figure a row, for plots and for the guide;
they are computed in :mod:`sgviz.training.timeline_figures`.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from sgviz.measured.figure import Figure

HARMONICS = 4
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(ge=0)]


@checked(frozen=True, config=ConfigDict(extra="forbid", allow_inf_nan=False))
class Figures:
    """The shape of the fixed circles after ``images`` images; means over circles.

    ``displacement`` is relative to the first record, ``w_mean_square`` the mean of
    |w|^2, ``w_avg_share`` that of the tracked w_avg in it and ``mean_share`` that of
    the true mean; ``harmonics`` are the shares of the first four; ``coverage`` holds
    a share a factor where it was measured, else nothing.
    """

    images: Annotated[int, Field(ge=0)]
    displacement: Positive
    w_mean_square: Positive
    w_avg_share: Positive
    mean_share: float
    harmonics: Annotated[
        tuple[Share, ...], Field(min_length=HARMONICS, max_length=HARMONICS)
    ]
    participation_ratio: Positive
    negative_share: Share
    unevenness: Positive
    coverage: Annotated[
        tuple[tuple[Annotated[str, Field(max_length=80)], Positive], ...],
        Field(max_length=256),
    ] = ()

    def value(self, key: str) -> float:
        """The figure with a key of :data:`FIGURES`; KeyError for any other."""
        if key.startswith("harmonic_"):
            return self.harmonics[int(key.removeprefix("harmonic_")) - 1]
        if key not in _KEYS:
            raise KeyError(key)
        return float(getattr(self, key))


def _harmonic(k: int) -> Figure:
    return Figure(
        f"harmonic_{k}",
        f"Harmonic {k}",
        f"F{k} = (|W{k}|² + |W−{k}|²) / Σ over k ≥ 1",
        "Share of the curve's variance at this frequency; a linear map has the "
        "first alone.",
    )


FIGURES: tuple[Figure, ...] = (
    Figure(
        "displacement",
        "Displacement",
        "mean |w − w₀| / √(mean |w₀|²)",
        "How far the points have moved since the first record; two untrained "
        "networks are about 1.27 apart.",
    ),
    Figure(
        "w_mean_square",
        "Mean |w|²",
        "mean of |w|² over all points",
        "The scale of W; an untrained mapping has w_dim × 1.04^depth.",
    ),
    Figure(
        "w_avg_share",
        "|w_avg|² / E|w|²",
        "|w_avg|² / mean |w|², w_avg as tracked",
        "The tracked average starts at zero and reaches the mean of W within some "
        "hundred steps.",
    ),
    Figure(
        "mean_share",
        "|E w|² / E|w|²",
        "mean of w·w′ over points of different circles / mean |w|²",
        "How much of W is common to all latents: the cone that the circles lie in.",
    ),
    *(_harmonic(k) for k in range(1, HARMONICS + 1)),
    Figure(
        "participation_ratio",
        "Participation ratio",
        "(Σλ)² / Σλ² of the variances along principal components",
        "Among how many directions a circle spreads; 2 is a plane.",
    ),
    Figure(
        "negative_share",
        "Negative share",
        "share of coordinates of w − mean w below zero",
        "Above one half where W has long positive tails.",
    ),
    Figure(
        "unevenness",
        "Unevenness",
        "longest / shortest segment of a circle",
        "1 where equal steps in Z are equal steps in W.",
    ),
)
_KEYS = frozenset(figure.key for figure in FIGURES)
_ADAPTER = TypeAdapter(Figures)


def figures_to_json(figures: Figures) -> str:
    """Figures as JSON."""
    return _ADAPTER.dump_json(figures).decode("utf-8")


def figures_from_json(text: str) -> Figures:
    """The figures in a JSON text of any origin; ValueError with one sentence."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "they"
        raise ValueError(f"the figures are wrong: {place}: {first['msg']}") from error
