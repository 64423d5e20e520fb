"""The colours of a scene's points: by angle, or by what they belong to."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from sgviz.frame import Floats, Scene
from sgviz.gui.colours import Rgba, angle_colours, circle_colours
from sgviz.gui.theme import Theme
from sgviz.measured.extremes import Extremes
from sgviz.measured.factors import FactorCurves
from sgviz.measured.metric import Stretch
from sgviz.state import Look

# The ends of a map are too dark on dark and too pale on light.
MEASURED = ("factor", "stretch", "volume", "largest")
ON_DARK, ON_LIGHT = (0.22, 1.0), (0.0, 0.88)


# What was measured along the circles, by the name of the colour that shows it.
Tone = FactorCurves | Stretch | Extremes
Toned = Mapping[str, Tone]
NOTHING: Toned = {}


def scene_colours(
    scene: Scene, look: Look, theme: Theme, toned: Toned = NOTHING
) -> Rgba:
    """Colours u8 [C, N, 4] of the points of a scene.

    ``factor`` is the value of ``look.factor`` along the circles, from low to high,
    ``stretch``, ``volume`` and ``largest`` how the mapping stretches them, as far as it
    is measured (``toned``); what is not measured is grey.

    ``circle`` means one a circle, and what takes a circle's place elsewhere: the
    latitude on a sphere, the distance from the middle of a patch, psi on a fan. A
    heap of points has no angles: it always shows how far from w_avg they lie.
    """
    heap = scene.form == "points"
    if scene.levels is not None and (heap or look.colour == "circle"):
        return level_colours(scene.levels, theme)
    if look.colour in MEASURED and scene.closed:
        return _toned_colours(scene, look, theme, toned.get(look.colour))
    if look.colour == "circle":
        each = circle_colours(len(scene.circles), theme)
        shape = (*scene.angles.shape, 4)
        return np.ascontiguousarray(np.broadcast_to(each[:, None, :], shape))
    angles = scene.angles if scene.hues is None else scene.hues
    return angle_colours(angles, theme, look.colour == "vivid")


def _toned_colours(scene: Scene, look: Look, theme: Theme, found: Tone | None) -> Rgba:
    """Colours u8 [C, N, 4] of what is measured; grey where nothing is."""
    grey = QColor(theme.muted)
    shape = (*scene.angles.shape, 4)
    colours = np.empty(shape, dtype=np.uint8)
    colours[...] = (grey.red(), grey.green(), grey.blue(), 255)
    if isinstance(found, Stretch | Extremes):
        if found.of != scene.of:
            return colours
        if isinstance(found, Stretch):
            rows = found.rows(look.colour == "volume")
            low, high = found.ends(look.colour == "volume")
        else:
            rows, (low, high) = found.at(scene.angles[0].astype(float)), found.span
        if rows.shape[1:] == shape[1:2] and len(rows) <= shape[0]:
            level = (rows - low) / max(high - low, 1e-12)
            known = np.isfinite(level)
            toned = level_colours(np.nan_to_num(level).astype(np.float32), theme)
            colours[: len(rows)][known] = toned[known]
        return colours
    if isinstance(found, FactorCurves) and found.is_read and found.of == scene.of:
        return _factor_colours(scene, look.factor, theme, found, colours)
    return colours


def _factor_colours(
    scene: Scene, name: str, theme: Theme, found: FactorCurves, colours: Rgba
) -> Rgba:
    """The colours of a factor where an image is read."""
    shape = colours.shape
    column = found.column(name)
    if column is None:
        column = found.first
    angles = scene.angles[0].astype(np.float64)
    for place, level in zip(found.places, found.shares(column, angles), strict=True):
        if place < shape[0] and np.isfinite(level).all():
            colours[place] = level_colours(level, theme)
    return colours


def toned_words(look: Look, toned: Toned) -> str:
    """What a colour that was measured means, in a few words; else nothing."""
    if look.colour not in MEASURED:
        return ""
    found = toned.get(look.colour)
    if isinstance(found, Stretch):
        is_volume = look.colour == "volume"
        if not found.rows(is_volume).size:
            return "colour: measuring …"
        low, high = found.ends(is_volume)
        title = "stretch of all directions" if is_volume else "stretch along"
        return f"colour: {title}, dark {low:.3g} to bright {high:.3g}"
    if isinstance(found, Extremes):
        low, high = found.span
        return f"colour: largest stretch σ₁, dark {low:.3g} to bright {high:.3g}"
    if look.colour == "largest":
        return "colour: measuring …"
    return _factor_words(look.factor, found) if look.colour == "factor" else ""


def _factor_words(name: str, found: FactorCurves | None) -> str:
    if found is None:
        return "colour: reading the images …"
    if not found.is_read:
        return "colour: no factor is read in these images"
    column = found.column(name)
    factor = found.factors[found.first if column is None else column]
    return f"colour: {factor.title}, dark {factor.low:g} to bright {factor.high:g}"


def level_colours(levels: Floats, theme: Theme) -> Rgba:
    """Colours u8 [..., 4] of values from 0 to 1, on viridis: made for all eyes.

    Smith and van der Walt 2015, whose lightness grows evenly.
    """
    low, high = ON_DARK if theme.dark else ON_LIGHT
    place = (low + (high - low) * np.clip(levels, 0.0, 1.0)) * 255.0 + 0.5
    colours: Rgba = _viridis()[np.nan_to_num(place).astype(np.int64)]
    return colours


@lru_cache(maxsize=1)
def _viridis() -> NDArray[np.uint8]:
    """256 colours, u8 [256, 4]."""
    # Not above: it takes as long as a frame of the first window.
    import pyqtgraph as pg

    table = pg.colormap.get("viridis").getLookupTable(0.0, 1.0, 256, alpha=True)
    return np.asarray(table, dtype=np.uint8)
