"""A cyclic colour map for angles that stays cyclic for the colour-blind.

A ring in Oklab (Ottosson 2020), tilted: going once around, the blue-yellow axis b
runs as a sine, and lightness as a cosine together with the red-green axis a. Who sees
no red and green loses a alone; lightness and b still make a circle, as in Kovesi's
CET-CBC1, whose steps are as large. Who sees all three sees every hue.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

STEPS = 256
# Mean lightness, its swing, red-green, blue-yellow; on dark and on light.
ON_DARK = (0.755, 0.14, 0.112, 0.125)
ON_LIGHT = (0.57, 0.12, 0.115, 0.122)

_LMS_OF_LAB = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_RGB_OF_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


@lru_cache(maxsize=2)
def cycle(dark: bool) -> NDArray[np.float32]:
    """256 colours around the ring, sRGB float32 [256, 3] in 0..1; read-only.

    The first is the lightest, a pale green; then gold, rose, violet, blue.
    """
    lightness, swing, red_green, blue_yellow = ON_DARK if dark else ON_LIGHT
    turn = np.arange(STEPS) * (2.0 * np.pi / STEPS)
    light = lightness + swing * np.cos(turn)
    a, b = -red_green * np.cos(turn), blue_yellow * np.sin(turn)
    colours = oklab_to_srgb(np.stack([light, a, b], axis=1)).astype(np.float32)
    colours.setflags(write=False)
    return colours


def oklab_to_srgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Oklab [N, 3] as sRGB in 0..1, clipped to what a screen shows."""
    linear = np.clip((lab @ _LMS_OF_LAB.T) ** 3 @ _RGB_OF_LMS.T, 0.0, 1.0)
    bright = 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    srgb: NDArray[np.float64] = np.where(linear <= 0.0031308, 12.92 * linear, bright)
    return srgb
