"""The parts of a portrait, painted from back to front.

Each function paints one part of a whole batch. All sizes are in half widths of the
image; ``y`` points down. The head has coordinates of its own (tilt and position),
whose origin is the middle of the face.
"""

import torch
from torch import Tensor

from sgviz.training.face_shapes import (
    Canvas,
    box,
    capsule,
    circle,
    ellipse,
    turned,
    union,
)
from sgviz.training.factors import Traits
from sgviz.training.palettes import Colours, flat

EYE_LINE = -0.02


def paint_background(page: Canvas, colours: Colours) -> None:
    """A soft ground with a lighter disc behind the head."""
    page.image.copy_(colours.background[:, :, None, None].expand_as(page.image))
    glow = (0.5 - page.y * 0.5) * 0.35
    page.paint(glow, colours.halo)
    page.fill(circle(page.x, page.y - 0.02, 0.86), colours.halo)


def paint_body(page: Canvas, traits: Traits, colours: Colours) -> None:
    """Shoulders, a neckline with its collar, and the neck with its shadow."""
    x = page.x - 0.5 * traits["position_x"]
    y = page.y - 0.3 * traits["position_y"]
    shoulders = union(
        ellipse(x, y - 1.20, 0.84, 0.52), box(x, y - 0.90, 0.20, 0.27, 0.10), 0.22
    )
    page.fill(shoulders, colours.clothes)
    side = torch.maximum(shoulders, -ellipse(x + 0.20, y - 1.24, 0.78, 0.60))
    page.fill(side, colours.clothes_shade)
    wide = traits["neckline"]
    opening = ellipse(x, y - 0.64, 0.175 + 0.20 * wide, 0.04 + 0.30 * wide)
    page.fill(torch.maximum(opening - 0.06, shoulders), colours.collar)
    chest = torch.maximum(opening, shoulders - 0.006)
    neck = union(box(x, y - 0.48, 0.165, 0.24, 0.08), chest, 0.03)
    page.fill(neck, colours.skin)
    shade = ellipse(page.x - traits["position_x"], y - 0.40, 0.36, 0.24)
    page.fill(torch.maximum(neck, shade), colours.skin_shade)


def _face(head: Canvas, traits: Traits) -> Tensor:
    """Distance to the outline of the face: an ellipse narrowed towards the chin."""
    chin = (head.y / traits["face_height"]).clamp(0, 1)
    narrow = 1 - chin * chin * (0.30 - 0.33 * traits["jaw"])
    return ellipse(head.x / narrow, head.y, traits["face_width"], traits["face_height"])


def paint_face(head: Canvas, hair: Tensor, traits: Traits, colours: Colours) -> None:
    """Ears, the face, its soft shadow on one side and that of the ``hair``."""
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
    head.paint(shade * 0.5, colours.skin_shade)
    head.paint(head.cover(face) * head.cover(hair - 0.04) * 0.8, colours.skin_shade)


def paint_cheeks(head: Canvas, traits: Traits, colours: Colours) -> None:
    """Blush and freckles, under the eyes."""
    ax, y = head.x.abs(), head.y - 0.21
    reach = ellipse(ax - 0.28, y, 0.13, 0.085)
    soft = head.cover(reach, 0.14)
    inside = head.cover(_face(head, traits))
    head.paint(inside * soft * traits["blush"] * 0.9, colours.blush)
    for dx, dy, first in FRECKLES:
        shown = (traits["freckles"] * 1.4 - first).clamp(0, 1)
        dot = circle(ax - dx, y - dy + 0.03, 0.019)
        head.paint(inside * head.cover(dot) * shown, colours.freckle)


# Place of each freckle on the cheek, and the share of the factor where it appears.
FRECKLES = (
    (0.20, 0.00, 0.2),
    (0.27, -0.04, 0.3),
    (0.26, 0.04, 0.4),
    (0.33, 0.00, 0.5),
    (0.20, 0.07, 0.6),
    (0.36, -0.05, 0.6),
)


def paint_nose(head: Canvas, traits: Traits, colours: Colours) -> None:
    """A nose: the shadow of its bridge, and a round tip with a light."""
    tip = 0.09 + 0.12 * traits["nose_length"]
    wide = 0.042 + 0.052 * traits["nose_width"]
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
    radius = size * 0.66
    iris = circle(gx, gy, radius)
    head.paint(inside * head.cover(iris), colours.iris)
    glow = circle(gx, gy - radius * 0.5, radius * 0.6)
    head.paint(inside * head.cover(torch.maximum(iris, glow), 0.02), colours.iris_light)
    head.paint(inside * head.cover(circle(gx, gy, radius * 0.55)), flat("1D1626"))
    light = circle(gx + side * radius * 0.38, gy + radius * 0.38, radius * 0.30)
    head.paint(inside * head.cover(light), flat("FFFFFF"))


def paint_brows(head: Canvas, traits: Traits, colours: Colours) -> None:
    """Brows that taper outwards and turn about their middle."""
    x = head.x.abs() - traits["eye_spacing"] - 0.01
    y = head.y - EYE_LINE + 0.150 + 0.105 * traits["brow_height"]
    x, y = turned(x, y, traits["brow_angle"] * -0.26)
    y = y - 1.3 * x * x
    thick = 0.016 + 0.030 * traits["brow_thickness"]
    head.fill(capsule(x, y, 0.115, thick, thick * 0.45), colours.brow)


def paint_mouth(head: Canvas, traits: Traits, colours: Colours) -> None:
    """Lips around a mouth that bends with the smile and opens on teeth."""
    half, smile = traits["mouth_width"], traits["smile"]
    place = traits["face_height"] * 0.60
    u = head.x / half
    arch = (1 - u * u).clamp(min=-1)
    # Corners up for a smile: the middle of the mouth bends down, as y points down.
    bend = 0.16 * smile
    y = head.y - place - bend * (arch - 0.5)
    slope = torch.sqrt(1 + (2 * bend * u / half) ** 2)
    full = 0.018 + 0.038 * traits["lip_thickness"]
    gape = 0.085 * traits["mouth_open"] * arch.clamp(min=0)
    round_end = torch.sqrt(arch.clamp(min=0)) * full
    lips = ((y - 0.35 * gape).abs() - gape - round_end) / slope
    lips = torch.maximum(lips, (u.abs() - 1) * half)
    head.fill(lips, colours.lips)
    open_ = ((y - 0.35 * gape).abs() - gape + 0.012) / slope
    open_ = torch.maximum(open_, lips)
    inside = head.cover(open_)
    head.paint(inside, flat("6B1F2E"))
    teeth = y + 0.25 * gape
    head.paint(inside * head.cover(teeth), flat("FFFBF2"))


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
