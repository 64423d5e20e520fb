"""The colours of a portrait: curated ramps, and the tones derived from them.

A ramp is a polyline through a few chosen sRGB colours. One factor in [0, 1] picks a
colour on it, so that colours change continuously and always fit one another.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

SKIN = "FFE2CF FBCDAE EFB389 D8936A B4704B 8B5136 643A2A"
HAIR = "27232F 432C2C 70432F A2552F D0713A E3A552 F4D694 F3EBE0 EFA3B1"
IRIS = "5A3825 96703A 5F9460 2F9C95 3F83CC"
CLOTHES = "E2553D F0A63C 7FA650 239287 2E70B8 54469C A8487F"
BACKGROUND = "F8B5A2 FCD59C DFE5A4 A6DDC4 9CD2EC AFB9F0 D6B5E8"


def ramp(stops: str, at: Tensor) -> Tensor:
    """The colours of a ramp of hexadecimal ``stops`` at ``at`` [N] in [0, 1].

    float32 [N, 3] in [0, 1], linear between the stops.
    """
    table = torch.tensor([_rgb(stop) for stop in stops.split()])
    place = at.clamp(0, 1) * (len(table) - 1)
    below = place.floor().clamp(max=len(table) - 2)
    left = below.long()
    return torch.lerp(table[left], table[left + 1], (place - below)[:, None])


def flat(stop: str) -> Tensor:
    """One hexadecimal colour as float32 [1, 3] in [0, 1]."""
    return torch.tensor([_rgb(stop)])


def mixed(colour: Tensor, other: Tensor, share: Tensor | float) -> Tensor:
    """``share`` (a number, or [N]) of ``other`` in ``colour``; all [N, 3]."""
    weight = share[:, None] if isinstance(share, Tensor) else share
    return colour + (other - colour) * weight


def _rgb(stop: str) -> tuple[float, float, float]:
    """``RRGGBB`` as three numbers in [0, 1]."""
    return (int(stop[:2], 16) / 255, int(stop[2:4], 16) / 255, int(stop[4:], 16) / 255)


@dataclass(frozen=True, eq=False)
class Colours:
    """The colours of a batch of portraits, each float32 [N, 3] in [0, 1]."""

    background: Tensor
    halo: Tensor
    skin: Tensor
    skin_shade: Tensor
    skin_light: Tensor
    blush: Tensor
    freckle: Tensor
    hair: Tensor
    hair_back: Tensor
    hair_shine: Tensor
    brow: Tensor
    lash: Tensor
    iris: Tensor
    iris_light: Tensor
    lips: Tensor
    clothes: Tensor
    clothes_shade: Tensor
    collar: Tensor


def colours_of(
    skin_tone: Tensor,
    hair_colour: Tensor,
    iris_colour: Tensor,
    lip_colour: Tensor,
    clothes_colour: Tensor,
    background: Tensor,
) -> Colours:
    """Every colour of a batch from its six colour factors, each [N] in [0, 1]."""
    skin, hair = ramp(SKIN, skin_tone), ramp(HAIR, hair_colour)
    iris, clothes = ramp(IRIS, iris_colour), ramp(CLOTHES, clothes_colour)
    ground = ramp(BACKGROUND, background)
    white, night = flat("FFFFFF"), flat("2A2038")
    natural = mixed(skin, flat("B8393F"), 0.45)
    # Shadows turn towards a warm red and lights towards cream: grey ones look dead.
    return Colours(
        background=ground,
        halo=mixed(ground, white, 0.42),
        skin=skin,
        skin_shade=skin * flat("E4BDB5"),
        skin_light=mixed(skin, flat("FFF3DF"), 0.35),
        blush=mixed(skin, flat("F4485F"), 0.46),
        freckle=mixed(skin, flat("7A3420"), 0.60),
        hair=hair,
        hair_back=hair * flat("C3999C"),
        hair_shine=mixed(hair, flat("FFE9C9"), 0.30),
        brow=hair * flat("A07A78"),
        lash=mixed(night, hair, 0.15),
        iris=iris,
        iris_light=mixed(iris, white, 0.35),
        lips=mixed(natural, flat("B3173F"), lip_colour * 0.85),
        clothes=clothes,
        clothes_shade=mixed(clothes, night, 0.22),
        collar=mixed(clothes, white, 0.30),
    )
