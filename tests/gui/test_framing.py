"""What is something else, and what is only another number of it."""

from dataclasses import replace

import numpy as np

from sgviz.frame import Scene
from sgviz.gui.framing import Framing
from sgviz.state import AtKimg, Bundled, Live

SCENE = Scene(
    positions=np.zeros((1, 1, 8, 3), np.float32),
    angles=np.zeros((1, 8), np.float32),
    circles=("a",),
    titles=("w0 w1 w2",),
    axes=("w0", "w1", "w2"),
)


def test_another_space_projection_or_network_is_something_else() -> None:
    framing = Framing()
    framing.set_model(Bundled())
    assert framing.is_other(SCENE) and not framing.is_other(SCENE)
    assert not framing.is_other(replace(SCENE, axes=("w30", "w31", "w32")))
    assert framing.is_other(replace(SCENE, axes=("PC1", "PC2", "PC3")))
    assert framing.is_other(SCENE)
    assert framing.is_other(replace(SCENE, space="P"))
    assert framing.is_other(replace(SCENE, panels=("Z", "W")))
    framing.set_model(Live("a run"))
    assert framing.is_other(SCENE)


def test_the_moments_of_a_run_are_one_network() -> None:
    framing = Framing()
    framing.set_model(AtKimg("a run", 1.0))
    assert framing.is_other(SCENE)
    framing.set_model(AtKimg("a run", 2.0))
    assert not framing.is_other(SCENE)
