"""Axes, their numbers, and where those are written."""

import math

import numpy as np
import pytest

from sgviz.gui.gl import camera as cam
from sgviz.gui.gl.axes_item import axis_lines, grid_lines, plane_corners, tick_places
from sgviz.gui.gl.extent import Extent, box_of
from sgviz.gui.gl.label_layout import CLOSEST, arrange
from sgviz.gui.gl.ticks import (
    Axis,
    Frame,
    axes_around,
    axes_within,
    labels_of,
    nice_step,
    number,
)
from sgviz.state import Camera

SIZE = (800.0, 600.0)


@pytest.mark.parametrize("span", [1e-7, 0.013, 0.9, 1.0, 3.7, 88.0, 1e6])
def test_steps_are_1_2_or_5(span):
    step = nice_step(span)
    assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in (1.0, 2.0, 5.0)
    assert 2 <= span / step <= 6


def test_axes_hold_the_points_and_zero():
    points = np.random.RandomState(0).rand(500, 3).astype(np.float32) * [4, 0.2, 1]
    points += [1.0, -0.1, -3.0]
    axes = axes_around(box_of(points))
    for k, axis in enumerate(axes):
        assert axis.low <= min(points[:, k].min(), 0.0) + 1e-6
        assert axis.high >= max(points[:, k].max(), 0.0) - 1e-6
        assert axis.step == axes[0].step
        assert axis.low < 0.0 < axis.high
        assert all(axis.low - 1e-9 <= v <= axis.high + 1e-9 for v in axis.ticks)
        assert 0.0 not in axis.ticks and len(axis.ticks) >= 2


def test_axes_of_nothing():
    for points in (np.zeros((0, 3)), np.zeros((5, 3)), np.full((2, 3), np.nan)):
        axes = axes_around(box_of(points.astype("f4")))
        assert all(axis.high > axis.low for axis in axes)


@pytest.mark.parametrize("radius", [0.02, 1.0, 11.4, 17.8, 22.6, 800.0])
def test_axes_of_a_panel_end_a_little_beyond_it(radius):
    axis = axes_within(radius)[0]
    assert axis.end == pytest.approx(1.06 * radius)
    assert 2 <= len(axis.ticks) <= 6
    assert all(abs(value) < radius for value in axis.ticks)


def test_axes_of_panels_are_at_their_middles_in_numbers_of_their_own():
    axes = axes_within(20.0)
    here = Frame(axes, ("a", "b", "c"))
    there = Frame(axes, ("d", "e", "f"), (5.0, 6.0, 7.0), 0.05)
    local = axis_lines(axes)
    np.testing.assert_allclose(there.placed(local), [5, 6, 7] + 0.05 * local, rtol=1e-6)
    labels = labels_of([here, there])
    assert [label.text for label in labels[:8]] == [*"abcdef", "0", "0"]
    tens = [label.place for label in labels if label.text == "10" and label.axis == 1]
    assert tens == [(0.0, 10.0, 0.0), (5.0, 6.5, 7.0)]
    # Where they are written depends on what is seen, not on which frame it is.
    extent = Extent((5.0, 6.0, 7.0), 1.0, 1.2)
    camera = cam.fit(Camera(), extent, SIZE)
    mvp = cam.projection_matrix(camera, SIZE, extent) @ cam.view_matrix(camera)
    moved = arrange(labels_of([there]), mvp, SIZE)
    still = Frame(axes, ("d", "e", "f"), unit=0.05)
    extent = Extent((0.0, 0.0, 0.0), 1.0, 1.2)
    camera = cam.fit(Camera(), extent, SIZE)
    mvp = cam.projection_matrix(camera, SIZE, extent) @ cam.view_matrix(camera)
    for a, b in zip(moved, arrange(labels_of([still]), mvp, SIZE), strict=True):
        assert a.text == b.text
        assert math.dist(a.at, b.at) < 0.1


def test_what_is_taken_leaves_no_room():
    free = arranged()
    axes = (Axis(-1.0, 2.0, 1.0), Axis(-1.0, 3.0, 1.0), Axis(-2.0, 2.0, 1.0))
    extent = Extent((0.0, 0.0, 0.0), 3.0, 4.0)
    camera = cam.fit(Camera(), extent, SIZE)
    mvp = cam.projection_matrix(camera, SIZE, extent) @ cam.view_matrix(camera)
    labels = labels_of([Frame(axes, ("w0", "w1", "w2"))])
    assert free[0] not in arrange(labels, mvp, SIZE, taken=free[:1])


def test_numbers_have_the_decimals_of_their_step():
    assert number(0.5, 0.5) == "0.5"
    assert number(-2.0, 1.0) == "−2"
    assert number(0.30000000000000004, 0.1) == "0.3"
    assert number(-0.02, 0.02) == "−0.02"
    assert number(200.0, 50.0) == "200"
    assert number(2e6, 1e6) == "2.0e+06"


def arranged(camera=None, crowd=None, names=("w0", "w1", "w2")):
    axes = (Axis(-1.0, 2.0, 1.0), Axis(-1.0, 3.0, 1.0), Axis(-2.0, 2.0, 1.0))
    extent = Extent((0.0, 0.0, 0.0), 3.0, 4.0)
    camera = camera or cam.fit(Camera(), extent, SIZE)
    mvp = cam.projection_matrix(camera, SIZE, extent) @ cam.view_matrix(camera)
    return arrange(labels_of([Frame(axes, names)]), mvp, SIZE, crowd)


def test_labels_keep_apart_and_within_the_view():
    for azimuth in range(-180, 180, 15):
        shown = arranged(Camera(distance=9.0, azimuth=azimuth, elevation=azimuth / 4))
        assert len(shown) > 5
        for i, one in enumerate(shown):
            assert 0 <= one.at[0] <= SIZE[0] and 0 <= one.at[1] <= SIZE[1]
            assert all(math.dist(one.at, b.at) >= CLOSEST for b in shown[:i])


def test_names_win():
    assert [label.text for label in arranged()[:3]] == ["w0", "w1", "w2"]
    assert all(label.name for label in arranged()[:3])
    assert not any(label.name for label in arranged(names=("", "", "")))


def test_a_name_stays_where_its_axis_leaves_the_view():
    close = arranged(Camera(distance=1.5))
    assert {"w0", "w1"} & {label.text for label in close if label.name}


def test_an_axis_that_points_at_the_eye_is_not_named():
    top = arranged(cam.along_axis(Camera(distance=12.0), "z"))
    assert {label.text for label in top if label.name} == {"w0", "w1"}


def test_behind_the_eye_nothing_is_written():
    back = Camera(centre=(0.0, 0.0, 30.0), distance=5.0, elevation=-90.0)
    assert arranged(back) == []


def test_a_crowd_leaves_numbers_no_room():
    extent = Extent((0.0, 0.0, 0.0), 2.0, 2.0)
    texts = {label.text for label in arranged(crowd=extent)}
    assert "1" not in texts and "0" not in texts
    assert {"w0", "w1", "w2", "2", "−2"} <= texts


def test_lines_ticks_and_planes_run_along_the_axes():
    axes = (Axis(-1.0, 2.0, 1.0), Axis(-1.0, 3.0, 1.0), Axis(-2.0, 2.0, 1.0))
    lines = axis_lines(axes)
    assert (lines[0, :, 1:] == 0).all() and lines[1, :, 1].max() == axes[1].end
    ticks = tick_places(axes)
    assert len(ticks) == 1 + sum(len(axis.ticks) for axis in axes)
    assert ((ticks != 0).sum(axis=1) <= 1).all()
    for corners in (grid_lines(axes), plane_corners(axes)):
        assert (corners.reshape(-1, 3) == 0).any(axis=1).all()
        assert corners.reshape(-1, 3).max() == 3.0


def test_circles_that_are_one_point_have_axes_that_can_be_read():
    """At psi 0 every point is w_avg, but for the rounding of float32."""
    points = np.random.RandomState(0).randn(6, 96, 3).astype(np.float32) * 1e-9
    extent = Extent.of(points)
    assert extent.radius == extent.reach == 1.0
    assert [axis.high for axis in axes_around(box_of(points))] == [1.0] * 3
