"""Pictures of a report, as data within the page: matrices as colours, images."""

import base64
import io
from html import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sgviz.export.report_svg import BOTTOM, LEFT, TOP, Numbers

Pixels = NDArray[np.uint8]
# Viridis at equal steps, as matplotlib has it (CC0): equal steps look equally far, in
# grey and to most who see fewer colours.
VIRIDIS = ("440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962",
           "addc30", "fde725")  # fmt: skip
SIDE, WIDTH = 320, 460
BAR = 14


def png_uri(pixels: Pixels) -> str:
    """An image u8 [H, W, 3] as the address of itself."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def coloured(values: Numbers, low: float, high: float) -> Pixels:
    """Values as colours u8 [..., 3], from ``low`` to ``high``; grey where NaN."""
    stops = [[int(text[k : k + 2], 16) for k in (0, 2, 4)] for text in VIRIDIS]
    share = np.clip((values - low) / ((high - low) or 1.0), 0.0, 1.0)
    at = np.linspace(0.0, 1.0, len(stops))
    known = np.isfinite(share)
    channels = [
        np.interp(np.where(known, share, 0.0), at, c) for c in np.array(stops).T
    ]
    found = np.stack(channels, axis=-1)
    return np.where(known[..., None], found, 128.0).round().astype(np.uint8)


def matrix(title: str, values: Numbers, label: str, axis: str) -> str:
    """A matrix [N, N] over equal angles, rows upwards, and what its colours mean."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0, 1)
    shown = png_uri(coloured(values[::-1], low, high))
    ramp = png_uri(coloured(np.linspace(high, low, 64)[:, None], low, high))
    bar, bottom = LEFT + SIDE + 24, TOP + SIDE
    image = '<image class="cells" preserveAspectRatio="none"'
    parts = [
        f'{image} x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" href="{shown}"/>',
        f'{image} x="{bar}" y="{TOP}" width="{BAR}" height="{SIDE}" href="{ramp}"/>',
        _text(bar + BAR + 5, TOP + 9, f"{high:.3g}"),
        _text(bar + BAR + 5, bottom, f"{low:.3g}"),
        _text(LEFT + SIDE / 2, bottom + 34, axis, "middle"),
    ]
    for turn in range(5):
        along, word = SIDE * turn / 4, f"{90 * turn}°"
        parts.append(_text(LEFT + along, bottom + 16, word, "middle"))
        parts.append(_text(LEFT - 8, bottom - along + 4, word, "end"))
    parts.append(
        f'<text text-anchor="middle" transform="translate({bar - 7} '
        f'{TOP + SIDE // 2}) rotate(-90)">{escape(label)}</text>'
    )
    name = escape(title, quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {bottom + BOTTOM}" role="img" aria-label="{name}">'
        f"{''.join(parts)}</svg>"
    )


def image_strip(images: Pixels, words: str) -> str:
    """Images u8 [K, H, W, 3] side by side, named by ``words``; nothing of none."""
    if not len(images):
        return ""
    row = np.concatenate(list(images), axis=1)
    name = escape(words)
    return (
        f'<p class="legend">{name}</p>'
        f'<img class="images" alt="{escape(words, quote=True)}" src="{png_uri(row)}">'
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
