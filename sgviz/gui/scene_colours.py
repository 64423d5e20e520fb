"""The colours of a scene's points: by angle, or by what they belong to."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sgviz.frame import Floats, Scene
from sgviz.gui.colours import Rgba, angle_colours, circle_colours
from sgviz.gui.theme import Theme
from sgviz.state import Look

# The ends of a map are too dark on dark and too pale on light.
ON_DARK, ON_LIGHT = (0.22, 1.0), (0.0, 0.88)


def scene_colours(scene: Scene, look: Look, theme: Theme) -> Rgba:
    """Colours u8 [C, N, 4] of the points of a scene.

    ``circle`` means one a circle, and what takes a circle's place elsewhere: the
    latitude on a sphere, the distance from the middle of a patch, psi on a fan. A
    heap of points has no angles: it always shows how far from w_avg they lie.
    """
    heap = scene.form == "points"
    if scene.levels is not None and (heap or look.colour == "circle"):
        return level_colours(scene.levels, theme)
    if look.colour == "circle":
        each = circle_colours(len(scene.circles), theme)
        shape = (*scene.angles.shape, 4)
        return np.ascontiguousarray(np.broadcast_to(each[:, None, :], shape))
    angles = scene.angles if scene.hues is None else scene.hues
    return angle_colours(angles, theme, look.colour == "vivid")


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
