"""Panels side by side: a grid that faces the eye, wherever it is."""

import numpy as np
import pytest

from sgviz.frame import Scene
from sgviz.gui.gl.camera import axes_of
from sgviz.gui.panel_layout import (
    CELL,
    Facing,
    columns_for,
    frames,
    laid_out,
    middles,
    short,
    title_places,
)
from sgviz.state import Camera


@pytest.mark.parametrize(
    ("panels", "size", "columns"),
    [(4, (600, 600), 2), (4, (1600, 400), 4), (2, (600, 600), 2), (6, (900, 600), 3)],
)
def test_the_grid_that_leaves_most_room(
    panels: int, size: tuple[float, float], columns: int
) -> None:
    assert columns_for(panels, size) == columns


def test_small_panels_have_no_names_at_their_axes() -> None:
    facing = Facing.of(Camera(), 4, (600, 600))
    assert (facing.columns, facing.small) == (2, False)
    tiny = Facing.of(Camera(), 8, (440, 480))
    assert tiny.small
    scene = Scene(
        np.zeros((8, 1, 4, 3), np.float32), np.zeros((1, 4), np.float32), ("a",),
        titles=("0",) * 8, axes=("", "", ""), panels=("W · radius 2",) * 8,
        panel_of=tuple(range(8)), panel_axes=(("x", "y", "z"),) * 8,
        panel_radii=(2.0,) * 8,
    )  # fmt: skip
    assert frames(scene, tiny)[3].names == ("", "", "")
    frame = frames(scene, facing)[3]
    assert (frame.names, frame.unit) == (("x", "y", "z"), 0.5)
    right = axes_of(Camera())[0]
    for each, beside in ((tiny, 0.0), (facing, -0.8)):
        away = np.array(title_places(4, each)) - middles(4, each)
        np.testing.assert_allclose(away @ right, beside, atol=1e-12)


@pytest.mark.parametrize(("azimuth", "elevation"), [(0, 0), (35, 22), (-120, 70)])
def test_panels_face_the_eye(azimuth: float, elevation: float) -> None:
    facing = Facing(azimuth, elevation, 2)
    right, up, back = axes_of(Camera(azimuth=azimuth, elevation=elevation))
    found = middles(4, facing)
    np.testing.assert_allclose(found @ back, 0.0, atol=1e-12)
    np.testing.assert_allclose(found @ right, CELL * np.array([-0.5, 0.5, -0.5, 0.5]))
    np.testing.assert_allclose(found @ up, CELL * np.array([0.5, 0.5, -0.5, -0.5]))
    above = np.array(title_places(4, facing)) - found
    assert (above @ up > 1.0).all()


def test_each_slice_goes_to_its_panel() -> None:
    positions = np.random.RandomState(0).randn(5, 2, 3, 3).astype(np.float32)
    facing = Facing(10.0, 20.0, 2)
    of = (0, 0, 1, 2, 2)
    found = laid_out(positions, of, facing)
    moves = middles(3, facing)
    for slice_, panel in enumerate(of):
        moved = found[slice_] - positions[slice_]
        np.testing.assert_allclose(moved - moves[panel], 0.0, atol=1e-5)
    marks = laid_out(positions[:, 0, 0], of, facing)
    np.testing.assert_array_equal(marks, found[:, 0, 0])


def test_a_title_says_as_much_as_there_is_room_for():
    title = "S 64×64 and 32×32 colour · radius 3.2"
    assert short(title, 40) == title
    assert short(title, 30) == "S 64×64 and 32×32 colour"
    assert short(title, 18) == "64×64 + 32×32"
