"""The parts of a portrait, painted from back to front.

Each function paints one part of a whole batch. All sizes are in half widths of the
image; ``y`` points down. The head has coordinates of its own (tilt and position),
whose origin is the middle of the face.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.training.face_shapes import (
    Canvas,
    Number,
    box,
    capsule,
    circle,
    ellipse,
    turned,
    union,
)
from sgviz.training.factors import COLUMN
from sgviz.training.palettes import Colours, flat, mixed

EYE_LINE = -0.02


@dataclass(frozen=True, eq=False)
class Traits:
    """The factors of a batch [N, F], one column at a time."""

    factors: Tensor

    def __getitem__(self, name: str) -> Tensor:
        """The factor ``name`` as [N, 1, 1], ready to meet planes of pixels."""
        return self.factors[:, COLUMN[name], None, None]


def paint_background(page: Canvas, colours: Colours) -> None:
    """A soft ground with a lighter disc behind the head."""
    page.image.copy_(colours.background[:, :, None, None].expand_as(page.image))
    glow = (0.5 - page.y * 0.5) * 0.35
    page.paint(glow, colours.halo)
    page.fill(circle(page.x, page.y - 0.02, 0.86), colours.halo)


def _outline(head: Canvas, traits: Traits) -> Tensor:
    """What curls add to the outline of the hair, [N, h, w]."""
    bumps = torch.sin(head.x.abs() * 15.0 + 0.6) * torch.sin(head.y * 15.0)
    return bumps * (traits["hair_wave"] * 0.035)


def _hair_radii(traits: Traits) -> tuple[Tensor, Tensor]:
    """Half width and half height of the hair on the head, each [N, 1, 1]."""
    volume = traits["hair_volume"]
    return (
        traits["face_width"] + 0.045 + 0.13 * volume,
        traits["face_height"] + 0.03 + 0.13 * volume,
    )


def _hair_end(traits: Traits) -> Tensor:
    """How far down the hair reaches."""
    return -0.05 + 1.10 * traits["hair_length"]


def paint_hair_behind(head: Canvas, traits: Traits, colours: Colours) -> None:
    """The hair behind neck and shoulders, in the shade of the head."""
    rx, ry = _hair_radii(traits)
    low, high = _hair_end(traits), -0.10
    middle, half = (low + high) * 0.5, (low - high) * 0.5
    half = half.clamp(min=0.01)
    skull = ellipse(head.x, head.y + 0.05, rx, ry)
    corner = torch.minimum(half, rx * 0.5)
    fall = box(head.x, head.y - middle, rx * 0.97, half, corner)
    head.fill(union(skull, fall, 0.10) + _outline(head, traits), colours.hair_back)


def paint_body(page: Canvas, traits: Traits, colours: Colours) -> None:
    """Shoulders, a neckline with its collar, and the neck with its shadow."""
    x = page.x - 0.5 * traits["position_x"]
    y = page.y - 0.3 * traits["position_y"]
    shoulders = union(
        ellipse(x, y - 1.18, 0.80, 0.46), box(x, y - 1.0, 0.30, 0.26, 0.12), 0.16
    )
    page.fill(shoulders, colours.clothes)
    side = torch.maximum(shoulders, ellipse(x + 0.16, y - 1.22, 0.72, 0.50) * -1)
    page.paint(page.cover(side) * 0.9, colours.clothes_shade)
    wide = traits["neckline"]
    opening = ellipse(x, y - 0.70, 0.19 + 0.15 * wide, 0.09 + 0.19 * wide)
    page.fill(torch.maximum(opening - 0.055, shoulders), colours.collar)
    neck = union(box(x, y - 0.52, 0.165, 0.24, 0.05), opening, 0.04)
    page.fill(neck, colours.skin)
    shade = ellipse(page.x - traits["position_x"], y - 0.42, 0.34, 0.26)
    page.fill(torch.maximum(neck, shade), colours.skin_shade)


def _face(head: Canvas, traits: Traits) -> Tensor:
    """Distance to the outline of the face: an ellipse narrowed towards the chin."""
    chin = (head.y / traits["face_height"]).clamp(0, 1)
    narrow = 1 - chin * chin * (0.24 - 0.26 * traits["jaw"])
    return ellipse(
        head.x / narrow, head.y, traits["face_width"], traits["face_height"]
    )


def paint_face(head: Canvas, traits: Traits, colours: Colours) -> None:
    """Ears, the face and its soft shadow on one side."""
    ax = head.x.abs()
    ear = ellipse(ax - traits["face_width"], head.y - 0.06, 0.085, 0.125)
    head.fill(ear, colours.skin)
    inner = ellipse(ax - traits["face_width"] - 0.01, head.y - 0.06, 0.045, 0.08)
    head.fill(inner, colours.skin_shade)
    face = _face(head, traits)
    head.fill(face, colours.skin)
    lit = ellipse(
        head.x + 0.07, head.y + 0.06, traits["face_width"], traits["face_height"]
    )
    shade = head.cover(face) * head.cover(-lit, 0.05)
    head.paint(shade * 0.55, colours.skin_shade)


def paint_cheeks(head: Canvas, traits: Traits, colours: Colours) -> None:
    """Blush and freckles, under the eyes."""
    ax, y = head.x.abs(), head.y - 0.21
    reach = ellipse(ax - 0.28, y, 0.13, 0.085)
    soft = head.cover(reach, 0.14)
    head.paint(soft * traits["blush"] * 0.85, colours.blush)
    for dx, dy, first in FRECKLES:
        shown = (traits["freckles"] * 1.4 - first).clamp(0, 1)
        dot = circle(ax - dx, y - dy + 0.03, 0.017)
        head.paint(head.cover(dot) * shown, colours.freckle)


# Place of each freckle on the cheek, and the share of the factor where it appears.
FRECKLES = (
    (0.20, 0.00, 0.2),
    (0.27, -0.04, 0.3),
    (0.26, 0.04, 0.4),
    (0.33, 0.00, 0.5),
)


def paint_nose(head: Canvas, traits: Traits, colours: Colours) -> None:
    """A nose: the shadow of its bridge, and a round tip with a light."""
    tip = 0.11 + 0.10 * traits["nose_length"]
    wide = 0.045 + 0.04 * traits["nose_width"]
    y = head.y - tip
    bridge = capsule(y + 0.09, head.x - 0.2 * wide, 0.08, wide * 0.55)
    under = ellipse(head.x, y, wide, 0.040)
    head.fill(union(under, bridge, 0.06), colours.skin_shade)
    lit = ellipse(head.x + wide * 0.3, y + 0.035, wide * 0.85, 0.045)
    body = capsule(y + 0.09, head.x + 0.25 * wide, 0.08, wide * 0.5)
    head.fill(union(lit, body, 0.05), colours.skin)


def paint_eyes(head: Canvas, traits: Traits, colours: Colours) -> None:
    """Eyes with lashes, iris, pupil and a light; mirrored, but looking one way."""
    size, side = traits["eye_size"], head.side
    x = head.x.abs() - traits["eye_spacing"]
    y = head.y - EYE_LINE
    tall = size * (0.15 + 0.95 * traits["eye_openness"])
    lash = ellipse(x - 0.008, y + 0.022, size + 0.022, tall + 0.012)
    head.fill(lash, colours.lash)
    white = ellipse(x, y, size, tall)
    inside = head.cover(white)
    head.paint(inside, flat("FFFDFA"))
    gx = x - side * traits["gaze_x"] * size * 0.42
    gy = y - traits["gaze_y"] * size * 0.28
    radius = size * 0.62
    iris = circle(gx, gy, radius)
    head.paint(inside * head.cover(iris), colours.iris)
    glow = circle(gx, gy - radius * 0.5, radius * 0.6)
    head.paint(
        inside * head.cover(torch.maximum(iris, glow), 0.02), colours.iris_light
    )
    head.paint(inside * head.cover(circle(gx, gy, radius * 0.55)), flat("1D1626"))
    light = circle(gx + side * radius * 0.38, gy + radius * 0.38, radius * 0.30)
    head.paint(inside * head.cover(light), flat("FFFFFF"))


def paint_brows(head: Canvas, traits: Traits, colours: Colours) -> None:
    """Brows that taper outwards and turn about their middle."""
    x = head.x.abs() - traits["eye_spacing"] - 0.01
    y = head.y - EYE_LINE + 0.155 + 0.09 * traits["brow_height"]
    x, y = turned(x, y, traits["brow_angle"] * -0.38)
    y = y - 1.3 * x * x
    thick = 0.020 + 0.026 * traits["brow_thickness"]
    head.fill(capsule(x, y, 0.115, thick, thick * 0.45), colours.brow)


def paint_mouth(head: Canvas, traits: Traits, colours: Colours) -> None:
    """Lips around a mouth that bends with the smile and opens on teeth."""
    half, smile = traits["mouth_width"], traits["smile"]
    place = traits["face_height"] * 0.60
    u = head.x / half
    arch = (1 - u * u).clamp(min=-1)
    # Corners up for a smile: the middle of the mouth bends down, as y points down.
    bend = 0.105 * smile
    y = head.y - place - bend * (arch - 0.5)
    slope = torch.sqrt(1 + (2 * bend * u / half) ** 2)
    full = 0.022 + 0.028 * traits["lip_thickness"]
    gape = 0.085 * traits["mouth_open"] * arch.clamp(min=0)
    round_end = torch.sqrt(arch.clamp(min=0)) * full
    lips = ((y - 0.35 * gape).abs() - gape - round_end) / slope
    lips = torch.maximum(lips, (u.abs() - 1) * half)
    head.fill(lips, colours.lips)
    open_ = ((y - 0.35 * gape).abs() - gape + 0.012) / slope
    inside = head.cover(open_)
    head.paint(inside, flat("6B1F2E"))
    teeth = y + 0.25 * gape
    head.paint(inside * head.cover(teeth), flat("FFFBF2"))


def paint_hair_in_front(head: Canvas, traits: Traits, colours: Colours) -> None:
    """The cap of hair with its fringe and parting, and the locks at the sides."""
    rx, ry = _hair_radii(traits)
    curl = _outline(head, traits)
    skull = ellipse(head.x, head.y + 0.05, rx, ry) + curl
    tall, wide = traits["face_height"], traits["face_width"]
    u = head.x / wide - 0.55 * traits["parting"]
    top = -tall * (0.86 - 0.42 * traits["fringe"])
    drop = tall * (0.62 - 0.30 * traits["fringe"])
    line = top + drop * u * u
    slope = torch.sqrt(1 + (2 * drop * u / wide) ** 2)
    fringe = (head.y - line + curl) / slope
    cap = torch.maximum(skull, fringe)
    low = _hair_end(traits)
    half = ((low + 0.35) * 0.5).clamp(min=0.01)
    lock_x = head.x.abs() - (wide * 0.93 + 0.5 * (rx - wide))
    thick = 0.05 + 0.5 * (rx - wide)
    lock = box(
        lock_x, head.y - (low - 0.35) * 0.5, thick, half, torch.minimum(half, thick)
    )
    head.fill(union(cap, lock + curl, 0.05), colours.hair)
    shine = ellipse(head.x + 0.03, head.y + 0.05, rx * 0.86, ry * 0.87).abs() - 0.028
    cut = torch.maximum(head.y + 0.20, (head.x + 0.16).abs() - 0.24)
    gloss = torch.maximum(torch.maximum(shine, cut), cap + 0.03)
    head.paint(head.cover(gloss, 0.03), colours.hair_shine)


def paint_glasses(head: Canvas, traits: Traits) -> None:
    """Dark frames from round to square, faintly tinted, with a bridge and temples."""
    worn, shape = traits["glasses"], traits["glasses_shape"]
    ax, y = head.x.abs(), head.y - EYE_LINE - 0.015
    rx, ry = 0.185 + 0.01 * shape, 0.180 - 0.035 * shape
    corner = torch.minimum(rx, ry) * (1 - 0.72 * shape)
    lens = box(ax - traits["eye_spacing"] - 0.008, y, rx, ry, corner)
    head.paint(head.cover(lens) * worn * 0.16, flat("FFFFFF"))
    frame = lens.abs() - 0.021
    bridge = box(ax, y + 0.045, 0.06, 0.02, 0.01)
    outer = traits["eye_spacing"] + rx
    reach = (traits["face_width"] - outer).clamp(min=0) * 0.5 + 0.02
    temple = box(ax - outer - reach, y + 0.045, reach, 0.018, 0.01)
    frame = torch.minimum(frame, torch.maximum(bridge, -lens))
    frame = torch.minimum(frame, temple)
    head.paint(head.cover(frame) * worn, flat("2B2438"))
