"""The colours of a scene's points: by angle, or by what they belong to."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from sgviz.frame import Floats, Scene
from sgviz.gui.colours import Rgba, angle_colours, circle_colours
from sgviz.gui.theme import Theme
from sgviz.measured.factors import FactorCurves
from sgviz.state import Look

# The ends of a map are too dark on dark and too pale on light.
ON_DARK, ON_LIGHT = (0.22, 1.0), (0.0, 0.88)


def scene_colours(
    scene: Scene, look: Look, theme: Theme, factors: FactorCurves | None = None
) -> Rgba:
    """Colours u8 [C, N, 4] of the points of a scene.

    ``factor`` is the value of ``look.factor`` along the circles, from low to high, as
    far as it is read (``factors``); what is not read is grey.

    ``circle`` means one a circle, and what takes a circle's place elsewhere: the
    latitude on a sphere, the distance from the middle of a patch, psi on a fan. A
    heap of points has no angles: it always shows how far from w_avg they lie.
    """
    heap = scene.form == "points"
    if scene.levels is not None and (heap or look.colour == "circle"):
        return level_colours(scene.levels, theme)
    if look.colour == "factor" and scene.closed:
        return factor_colours(scene, look.factor, theme, factors)
    if look.colour == "circle":
        each = circle_colours(len(scene.circles), theme)
        shape = (*scene.angles.shape, 4)
        return np.ascontiguousarray(np.broadcast_to(each[:, None, :], shape))
    angles = scene.angles if scene.hues is None else scene.hues
    return angle_colours(angles, theme, look.colour == "vivid")


def factor_colours(
    scene: Scene, name: str, theme: Theme, found: FactorCurves | None
) -> Rgba:
    """Colours u8 [C, N, 4] of a factor; grey where no image is read."""
    grey = QColor(theme.muted)
    shape = (*scene.angles.shape, 4)
    colours = np.empty(shape, dtype=np.uint8)
    colours[...] = (grey.red(), grey.green(), grey.blue(), 255)
    if found is None or not found.is_read:
        return colours
    column = found.column(name)
    if column is None:
        column = found.widest
    angles = scene.angles[0].astype(np.float64)
    for place, level in zip(found.places, found.shares(column, angles), strict=True):
        if place < shape[0] and np.isfinite(level).all():
            colours[place] = level_colours(level, theme)
    return colours


def factor_words(name: str, found: FactorCurves | None) -> str:
    """What the colour of a factor means, in a few words."""
    if found is None:
        return "colour: reading the images …"
    if not found.is_read:
        return "colour: no factor is read in these images"
    column = found.column(name)
    factor = found.factors[found.widest if column is None else column]
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
