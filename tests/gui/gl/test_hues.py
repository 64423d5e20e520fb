"""The ring of colours: a circle for everyone."""

import numpy as np
import pyqtgraph as pg
import pytest

from sgviz.gui.gl.hues import cycle

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
EYES = {
    "all three": np.eye(3),
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}
LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def seen(srgb, eye):
    """Oklab of what an eye sees."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ np.array(EYES[eye]).T, 0.0, 1.0)
    return np.cbrt(linear @ np.array(LMS).T) @ np.array(LAB).T


def apart(srgb, eye, by):
    lab = seen(srgb.astype(float), eye)
    return np.linalg.norm(lab - np.roll(lab, by, axis=0), axis=1).min()


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("by", [32, 64, 128])
def test_angles_are_told_apart_as_well_as_on_kovesis_map(eye, dark, by):
    lookup = pg.colormap.get("CET-CBC1").getLookupTable(0.0, 1.0, 256, alpha=False)
    kovesi = np.asarray(lookup) / 255.0
    assert apart(cycle(dark), eye, by) > 0.8 * apart(kovesi, eye, by)


@pytest.mark.parametrize("dark", [True, False])
def test_it_closes_and_stands_out_from_the_background(dark):
    colours = cycle(dark)
    assert colours.shape == (256, 3) and colours.dtype == np.float32
    assert colours.min() >= 0.0 and colours.max() <= 1.0
    steps = np.abs(colours - np.roll(colours, 1, axis=0)).max(axis=1)
    assert steps[0] < 2.0 * steps.mean()
    lightness = seen(colours.astype(float), "all three")[:, 0]
    assert (lightness.min() > 0.58) if dark else (lightness.max() < 0.72)


def test_nobody_can_change_what_is_shared():
    with pytest.raises(ValueError):
        cycle(True)[0] = 0.0
