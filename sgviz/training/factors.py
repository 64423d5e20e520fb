"""The factors of a portrait: what is random about it, with name, range and law.

Every portrait is a function of one row of these numbers and of nothing else. The
laws are uniform on purpose: a generator that covers the data must then spread each
factor as widely as the data do, and the spread is easy to read off.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True)
class Factor:
    """One random number of a portrait.

    A uniform factor lies in [``low``, ``high``]; a binary one is 0 or 1, and is 1
    with the probability ``chance``. Lengths are in half widths of the image (the
    image spans -1 to 1), angles in radians, everything else runs from 0 to 1 or,
    where it has a middle, from -1 to 1.
    """

    name: str
    low: float
    high: float
    meaning: str
    chance: float | None = None

    @property
    def distribution(self) -> str:
        """The law in words: ``uniform`` or ``binary (p = ...)``."""
        return "uniform" if self.chance is None else f"binary (p = {self.chance:g})"


FACTORS: tuple[Factor, ...] = (
    Factor("skin_tone", 0, 1, "from porcelain to deep brown"),
    Factor("hair_colour", 0, 1, "black, brown, copper, blond, platinum, rose"),
    Factor("hair_length", 0, 1, "from cropped to below the shoulders"),
    Factor("hair_volume", 0, 1, "how far the hair stands off the head"),
    Factor("hair_wave", 0, 1, "from straight to curly outlines"),
    Factor("fringe", 0, 1, "from a bare forehead to hair down to the brows"),
    Factor("parting", -1, 1, "where the hair parts, from left to right"),
    Factor("face_width", 0.41, 0.56, "half width of the face"),
    Factor("face_height", 0.49, 0.61, "half height of the face"),
    Factor("jaw", 0, 1, "from a pointed chin to a broad jaw"),
    Factor("eye_size", 0.095, 0.150, "half width of an eye"),
    Factor("eye_spacing", 0.185, 0.255, "from the middle of the face to an eye"),
    Factor("eye_openness", 0.25, 1, "from nearly closed to wide open"),
    Factor("iris_colour", 0, 1, "brown, amber, green, teal, blue"),
    Factor("gaze_x", -1, 1, "eyes turned left or right"),
    Factor("gaze_y", -1, 1, "eyes turned up or down"),
    Factor("brow_height", 0, 1, "how far the brows are above the eyes"),
    Factor("brow_angle", -1, 1, "from sorrowful to stern"),
    Factor("brow_thickness", 0, 1, "from fine to bushy"),
    Factor("nose_length", 0, 1, "how far down the nose reaches"),
    Factor("nose_width", 0, 1, "from narrow to broad"),
    Factor("mouth_width", 0.16, 0.28, "half width of the mouth"),
    Factor("smile", -0.5, 1, "from a frown to a broad smile"),
    Factor("mouth_open", 0, 1, "from closed lips to showing teeth"),
    Factor("lip_thickness", 0, 1, "from thin to full"),
    Factor("lip_colour", 0, 1, "from the skin's own rose to berry"),
    Factor("glasses", 0, 1, "with or without glasses", chance=0.4),
    Factor("glasses_shape", 0, 1, "from round to square; seen with glasses only"),
    Factor("blush", 0, 1, "red cheeks"),
    Factor("freckles", 0, 1, "from none to many"),
    Factor("tilt", -0.20, 0.20, "rotation of the head, clockwise"),
    Factor("position_x", -0.10, 0.10, "head to the left or right"),
    Factor("position_y", -0.07, 0.07, "head up or down"),
    Factor("clothes_colour", 0, 1, "red, mustard, green, teal, blue, plum"),
    Factor("neckline", 0, 1, "from a high collar to a wide neck"),
    Factor("background", 0, 1, "coral, apricot, lime, mint, sky, lilac"),
)

COLUMN: dict[str, int] = {factor.name: k for k, factor in enumerate(FACTORS)}


@dataclass(frozen=True, eq=False)
class Traits:
    """The factors of a batch [N, F], one column at a time."""

    factors: Tensor

    def __getitem__(self, name: str) -> Tensor:
        """The factor ``name`` as [N, 1, 1], ready to meet planes of pixels."""
        return self.factors[:, COLUMN[name], None, None]


def from_uniforms(uniforms: Tensor) -> Tensor:
    """Numbers in [0, 1), float32 [N, F], turned into factors of their own laws."""
    low = torch.tensor([factor.low for factor in FACTORS])
    high = torch.tensor([factor.high for factor in FACTORS])
    factors = low + (high - low) * uniforms
    for column, factor in enumerate(FACTORS):
        if factor.chance is not None:
            factors[:, column] = (uniforms[:, column] < factor.chance).float()
    return factors


def sample_factors(count: int, generator: torch.Generator) -> Tensor:
    """``count`` random rows of factors, float32 [count, F], from ``generator``."""
    return from_uniforms(torch.rand(count, len(FACTORS), generator=generator))


def numbered_factors(seed: int, first: int, count: int) -> Tensor:
    """The factors of the images ``first`` ... of the endless set ``seed``.

    float32 [count, F]. A counter-based generator: each number is a hash of (seed,
    image, factor), so that an image is the same in whatever batch it is asked for.
    """
    image = np.arange(first, first + count, dtype=np.uint64)[:, None]
    column = np.arange(len(FACTORS), dtype=np.uint64)[None, :]
    with np.errstate(over="ignore"):
        key = _mixed(np.array([seed % (1 << 64)], dtype=np.uint64))
        bits = _mixed(_mixed(key + image) + column)
    # 24 bits are what a float32 in [0, 1) holds without rounding up to 1.
    uniforms = (bits >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)
    return from_uniforms(torch.from_numpy(uniforms))


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The output function of SplitMix64 (Steele, Lea, Flood 2014, figure 16)."""
    state = state * np.uint64(0xD1342543DE82EF95) + np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))
