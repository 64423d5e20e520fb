"""The hair of a portrait: one silhouette with an opening for the face.

The silhouette (a skull that melts into the fall of long hair) is painted twice: in
the shade behind the neck and the shoulders, and, less the opening, in front of them.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.training.face_shapes import Canvas, box, ellipse, union
from sgviz.training.factors import Traits
from sgviz.training.palettes import Colours

CROWN = -0.07


@dataclass(frozen=True, eq=False)
class Hair:
    """Signed distances of the hair: all of it, and what is in front; [N, h, w]."""

    behind: Tensor
    front: Tensor
    strands: Tensor


def hair_of(head: Canvas, traits: Traits) -> Hair:
    """The hair of a batch, in the coordinates of the head."""
    rx, ry = _radii(traits)
    curl = _curls(head, traits)
    below = head.y > CROWN
    skull = ellipse(
        head.x, head.y - CROWN, rx, torch.where(below, 0.24 + 0.1 * (ry - 0.5), ry)
    )
    low = 0.04 + 1.0 * traits["hair_length"]
    half = ((low - CROWN) * 0.5).clamp(min=0.05)
    corner = torch.minimum(half, 0.30 - 0.10 * traits["hair_volume"])
    # Long hair swings a little outwards as it falls.
    spread = 0.94 + 0.10 * (head.y - CROWN).clamp(min=0)
    fall = box(head.x / spread, head.y - low + half, rx, half, corner)
    behind = union(skull, fall, 0.06) - curl
    opening = _opening(head, traits) + 0.6 * curl
    # A smooth intersection rounds the tips of long locks.
    front = -union(-behind, opening, 0.06)
    return Hair(behind, front, _strands(head, traits))


def _radii(traits: Traits) -> tuple[Tensor, Tensor]:
    """Half width and half height of the hair on the head, each [N, 1, 1]."""
    volume = traits["hair_volume"]
    return (
        traits["face_width"] + 0.025 + 0.14 * volume,
        traits["face_height"] + 0.01 + 0.12 * volume,
    )


def _curls(head: Canvas, traits: Traits) -> Tensor:
    """What curls add to the outline: scallops around the head, [N, h, w]."""
    around = torch.atan2(head.x, head.y - 0.1)
    reach = (0.4 + head.y.abs()).clamp(max=1)
    bumps = torch.sin(around * 8.5).abs() * reach
    return bumps * (traits["hair_wave"] * 0.075)


def _opening(head: Canvas, traits: Traits) -> Tensor:
    """Distance to the part of the plane that the front hair leaves free.

    Above, the hairline: two arcs that meet at the parting; at the sides, a line
    that follows the cheek down to the neck.
    """
    tall, wide = traits["face_height"], traits["face_width"]
    top = -tall * (0.88 - 0.47 * traits["fringe"])
    drop = tall * (0.62 - 0.30 * traits["fringe"])
    u = (head.x / wide - 0.33 * traits["parting"]).abs()
    slope = torch.sqrt(1 + (3 * drop * u * u / wide) ** 2)
    line = (top + drop * u * u * u - head.y) / slope
    down = ((head.y - 0.02) / 0.5).clamp(0, 1)
    side = wide * (0.97 - 0.24 * down * down * (3 - 2 * down))
    return torch.maximum(line, head.x.abs() - side)


def _strands(head: Canvas, traits: Traits) -> Tensor:
    """Distance to a few thin strands that arch from the crown, [N, h, w]."""
    down = (head.y + traits["face_height"] + 0.10).clamp(min=0.02).sqrt()
    turn = ((head.x - 0.20 * traits["parting"]) / down).abs()
    lines = torch.minimum((turn - 0.22).abs(), (turn - 0.55).abs())
    return lines * down / torch.sqrt(1 + (0.5 * turn / down) ** 2)


def paint_hair_behind(head: Canvas, hair: Hair, colours: Colours) -> None:
    """The hair behind neck and shoulders, in the shade of the head."""
    # A little smaller than the hair in front, lest its edge shine through.
    head.fill(hair.behind + 0.012, colours.hair_back)


def paint_hair_in_front(
    head: Canvas, hair: Hair, traits: Traits, colours: Colours
) -> None:
    """The hair before the face, with a few strands and a soft gleam."""
    cover = head.cover(hair.front)
    head.paint(cover, colours.hair)
    rx, ry = _radii(traits)
    # Strands show where the hair ends on the forehead, and fade towards the crown.
    top = (-0.10 - head.y).mul_(7).clamp_(0, 1)
    high = (head.y + 0.9 * traits["face_height"]).mul_(5).clamp_(0, 1)
    fade = (1 + hair.front / 0.18).clamp_(0, 1) * high * top
    head.paint(cover * head.cover(hair.strands - 0.008) * fade * 0.7, colours.hair_back)
    x, y = head.x + 0.04, head.y - CROWN
    band = ellipse(x, y, rx * 0.84, ry * 0.84).abs() - 0.022
    ends = (0.30 - (head.x + 0.20).abs()).mul_(7).clamp_(0, 1)
    gleam = head.cover(band, 0.04) * ends * top
    head.paint(cover * gleam * 0.8, colours.hair_shine)
