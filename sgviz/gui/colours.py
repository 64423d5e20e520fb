"""Colours of curves: cyclic by angle, or one a circle; safe for the colour-blind."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl import hues
from sgviz.gui.theme import Theme

Rgba = NDArray[np.uint8]

# Okabe and Ito (2008), without black; then the same, darker or lighter by theme.
OKABE_ITO = (
    (86, 180, 233),
    (230, 159, 0),
    (0, 158, 115),
    (204, 121, 167),
    (240, 228, 66),
    (213, 94, 0),
    (0, 114, 178),
)


@lru_cache(maxsize=8)
def _cycle(dark: bool) -> NDArray[np.float32]:
    """256 colours of the cyclic map, float [256, 3] in 0..1."""
    # Not above: it takes as long as a frame of the first window.
    import pyqtgraph as pg

    # Kovesi's cyclic map for protanopia and deuteranopia, CET-CBC1.
    colours = pg.colormap.get("CET-CBC1").getLookupTable(0.0, 1.0, 256, alpha=False)
    rgb = np.asarray(colours, dtype=np.float32) / 255.0
    return rgb * 0.7 + 0.27 if dark else rgb * 0.74


def angle_colours(
    angles: NDArray[np.float32], theme: Theme, vivid: bool = False
) -> Rgba:
    """Colours u8 [..., 4] of angles (radians) on a cyclic map.

    The default is made for all eyes; ``vivid`` has more hues and is a little harder
    to tell apart for the colour-blind.
    """
    turn = np.mod(angles / (2.0 * np.pi), 1.0)
    table = hues.cycle(theme.dark) if vivid else _cycle(theme.dark)
    rgb = table[(turn * 256).astype(np.int64) % 256]
    return _with_alpha(rgb)


def circle_colours(count: int, theme: Theme) -> Rgba:
    """One colour a circle, u8 [count, 4]; after seven they repeat."""
    palette = np.array(OKABE_ITO, dtype=np.float32) / 255.0
    if not theme.dark:
        palette = palette * 0.82
    return _with_alpha(palette[np.arange(count) % len(palette)])


def _with_alpha(rgb: NDArray[np.float32]) -> Rgba:
    alpha = np.ones((*rgb.shape[:-1], 1), dtype=np.float32)
    return (np.concatenate([rgb, alpha], axis=-1) * 255.0 + 0.5).astype(np.uint8)
