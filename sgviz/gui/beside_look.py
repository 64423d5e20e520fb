"""How networks beside the one on the screen are drawn: grey curves, and dashes.

Pure arrays, no Qt. Grey is what nobody trained; the second network has the colours of
the scene, paler, and is dashed: a look that needs no colour to be told apart.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sgviz.frame import Companion, Companions, Scene
from sgviz.gui.theme import Theme

Floats = NDArray[np.float32]
Colours = NDArray[np.uint8]
Curves = tuple[Floats, Colours]
Kind = Literal["twin", "shuffled", "infinite", "model"]

# Grey curves are thinned to so many segments in all, and second ones to so many.
MOST_SEGMENTS = 60_000
# About so many dashes a curve, and the share of the way that they take.
DASHES, DASH = 24, 0.7
# How far the second network's colours are on the way to the ink of the theme.
PALER = {"dark": 0.35, "light": 0.18}
# How much of its colour a grey line has: where there are few, and with very many.
FEW, MANY = 0.85, 0.22
FEW_CURVES, MANY_CURVES = 12, 480
# What they have of that while the circles have moved on without them.
FAINT = 0.4
SHUFFLED = {"dark": (214, 188, 150), "light": (138, 106, 58)}
INFINITE = {"dark": (150, 196, 214), "light": (44, 106, 130)}
Rgb = tuple[int, int, int]


def colour_of(kind: Kind, theme: Theme) -> Rgb:
    """The grey of untrained twins; warm where weights were shuffled, cold in the limit.

    A second network has the ink of the theme where it is a single point.
    """
    name = "dark" if theme.dark else "light"
    match kind:
        case "shuffled":
            return SHUFFLED[name]
        case "infinite":
            return INFINITE[name]
    red, green, blue = bytes.fromhex(
        (theme.muted if kind == "twin" else theme.text)[1:]
    )
    return red, green, blue


def held(last: Companions, now: Companions, scene: Scene) -> tuple[Companion, ...]:
    """Networks of before that are not there yet for a scene: they stay for so long.

    None where nothing is to come or nothing is asked; in panels, none that has not as
    many slices, for nobody knows where it belongs.
    """
    fits = now.fits(scene)
    if now.of is None or (fits and now.is_whole):
        return ()
    there = {(item.kind, item.label) for item in now.items if fits}
    slices, circles, points, _ = scene.positions.shape
    return tuple(
        _resized(item, slices, points)
        for item in last.items
        if (item.kind, item.label) not in there
        and (not scene.panels or len(item.positions) == slices)
        # A second network has a colour for each circle.
        and (item.kind != "model" or item.positions.shape[1] == circles)
    )


def _resized(item: Companion, slices: int, points: int) -> Companion:
    """Its curves in fewer slices, and at other points: the nearest there are."""
    given = item.positions.shape[2]
    if given == points and len(item.positions) <= slices:
        return item
    nearest = (np.arange(points) * given) // points
    some = np.ascontiguousarray(item.positions[:slices, :, nearest])
    return replace(item, positions=some)


def grey_curves(
    companions: Companions, theme: Theme, faint: tuple[Companion, ...] = ()
) -> Curves:
    """All grey curves, closed: float32 [K, P, 3], u8 [K, P, 4]; some of them faint."""
    grey = [item for item in companions.items if item.kind != "model"]
    grey = [item for item in grey if len(item.positions)]
    if not grey:
        return np.zeros((0, 0, 3), np.float32), np.zeros((0, 0, 4), np.uint8)
    alpha = _alpha(sum(math.prod(item.positions.shape[:2]) for item in grey))
    points, colours = [], []
    for item in grey:
        rows = item.positions.reshape(-1, *item.positions.shape[2:])
        rgb = colour_of(item.kind, theme)
        own = alpha if item.kind == "twin" else min(FEW, 1.6 * alpha)
        own *= FAINT if item in faint else 1.0
        rgba = np.array([*rgb, round(255 * own)], np.uint8)
        points.append(rows)
        colours.append(np.broadcast_to(rgba, (*rows.shape[:2], 4)))
    return _thinned(np.concatenate(points), np.concatenate(colours))


def second_curves(companions: Companions, colours: Colours, theme: Theme) -> Curves:
    """The second network's curves as dashes, open: [M, L, 3], u8 [M, L, 4].

    ``colours`` u8 [C, N, 4] or [S, C, N, 4] are the scene's own.
    """
    item = second_of(companions)
    if item is None or not len(item.positions):
        return np.zeros((0, 0, 3), np.float32), np.zeros((0, 0, 4), np.uint8)
    shape = item.positions.shape[:3]
    own = colours if colours.ndim == 3 else colours[: shape[0]]
    whole = np.broadcast_to(paler(own, theme), (*shape, 4))
    rows = item.positions.reshape(-1, *item.positions.shape[2:])
    at = dashes(rows.shape[1])
    painted = whole.reshape(-1, shape[2], 4)
    lines, inks = rows[:, at], painted[:, at]
    return (
        np.ascontiguousarray(lines.reshape(-1, at.shape[1], 3)),
        np.ascontiguousarray(inks.reshape(-1, at.shape[1], 4)),
    )


def second_of(companions: Companions) -> Companion | None:
    """The second network, where there is one."""
    return next((item for item in companions.items if item.kind == "model"), None)


def dashes(points: int) -> NDArray[np.intp]:
    """Indices [M, L] of the points of M dashes along a closed curve."""
    period = max(3, round(points / DASHES))
    count = max(2, points // period)
    length = max(1, round(DASH * period))
    begin = np.round(np.arange(count) * points / count).astype(np.intp)
    found: NDArray[np.intp] = (begin[:, None] + np.arange(length + 1)) % points
    return found


def paler(colours: Colours, theme: Theme) -> Colours:
    """Colours u8 [..., 4] on the way to the ink of a theme: lighter on dark."""
    ink = np.array([*bytes.fromhex(theme.text[1:])], dtype=np.float32)
    mixed = colours.astype(np.float32)
    mixed[..., :3] += PALER[theme.name] * (ink - mixed[..., :3])
    return (mixed + 0.5).astype(np.uint8)


def echoes(companions: Companions, circle: int, point: int, theme: Theme) -> Curves:
    """A point of the scene's circles in every network beside: [M, 3], u8 [M, 4]."""
    points, colours = [], []
    for item in _those_with(companions.items, circle, point):
        found = item.positions[:, circle, point]
        rgba = np.array([*colour_of(item.kind, theme), 255], np.uint8)
        points.append(found)
        colours.append(np.tile(rgba, (len(found), 1)))
    if not points:
        return np.zeros((0, 3), np.float32), np.zeros((0, 4), np.uint8)
    return np.concatenate(points), np.concatenate(colours)


def _alpha(curves: int) -> float:
    """The more curves, the quieter each: as their number's logarithm."""
    over = math.log(max(curves, FEW_CURVES) / FEW_CURVES)
    share = min(1.0, over / math.log(MANY_CURVES / FEW_CURVES))
    return FEW + (MANY - FEW) * share


def _those_with(
    items: tuple[Companion, ...], circle: int, point: int
) -> Iterable[Companion]:
    for item in items:
        slices, circles, points = item.positions.shape[:3]
        if slices and circle < circles and point < points:
            yield item


def _thinned(points: Floats, colours: Colours) -> Curves:
    step = max(1, -(-points.shape[0] * points.shape[1] // MOST_SEGMENTS))
    return (
        np.ascontiguousarray(points[:, ::step]),
        np.ascontiguousarray(colours[:, ::step]),
    )
