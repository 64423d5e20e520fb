"""The turntable's maths: what stays where under turning, moving and zooming."""

from dataclasses import replace

import numpy as np
import pytest

from sgviz.gui.gl import camera as cam
from sgviz.gui.gl.extent import Extent
from sgviz.state import Camera

SIZES = [(900.0, 500.0), (300.0, 700.0), (400.0, 400.0)]
LOOKS = [
    Camera((0.3, -1.0, 2.0), 4.0, azimuth, elevation, orthographic)
    for azimuth, elevation in ((35.0, 22.0), (-120.0, -60.0), (0.0, 90.0))
    for orthographic in (False, True)
]


def matrix(camera, size, extent=None):
    extent = extent or Extent(camera.centre, 1.0, 1.0)
    return cam.projection_matrix(camera, size, extent) @ cam.view_matrix(camera)


def pixel(point, camera, size):
    return cam.to_pixels(np.array([point], float), matrix(camera, size), size)[0, :2]


@pytest.mark.parametrize("camera", LOOKS)
@pytest.mark.parametrize("size", SIZES)
def test_the_centre_is_in_the_middle(camera, size):
    assert pixel(camera.centre, camera, size) == pytest.approx(
        [size[0] / 2, size[1] / 2]
    )


@pytest.mark.parametrize("camera", LOOKS)
def test_the_eyes_directions_are_orthonormal_and_up_is_up(camera):
    axes = cam.axes_of(camera)
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0)
    assert axes[1, 2] >= -1e-12 and axes[0, 2] == 0.0


@pytest.mark.parametrize("camera", LOOKS)
@pytest.mark.parametrize("size", SIZES)
def test_the_smaller_side_has_the_field_of_view(camera, size):
    hx, hy = cam.half_extents(camera, size)
    half = camera.distance * np.tan(cam.FIELD_OF_VIEW / 2)
    assert min(hx, hy) == pytest.approx(half)
    assert hx / hy == pytest.approx(size[0] / size[1])


@pytest.mark.parametrize("camera", LOOKS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("factor", [0.5, 1.7])
def test_zoom_keeps_what_is_under_the_cursor(camera, size, factor):
    at = (0.8 * size[0], 0.3 * size[1])
    place = cam.place_under(camera, at, size)
    assert pixel(place, camera, size) == pytest.approx(at)
    zoomed = cam.zoom(camera, factor, at, size)
    assert zoomed.distance == pytest.approx(factor * camera.distance)
    assert pixel(place, zoomed, size) == pytest.approx(at)


@pytest.mark.parametrize("camera", LOOKS)
@pytest.mark.parametrize("size", SIZES)
def test_pan_moves_the_scene_with_the_hand(camera, size):
    moved = cam.pan(camera, 31.0, -17.0, size)
    before = pixel(camera.centre, camera, size)
    assert pixel(camera.centre, moved, size) - before == pytest.approx([31.0, -17.0])


def test_orbit_turns_and_stops_at_the_poles():
    start = Camera(azimuth=170.0, elevation=10.0)
    step = 1.0 / cam.DEGREES_PER_PIXEL
    turned = cam.orbit(start, -20.0 * step, 5.0 * step)
    assert turned.azimuth == pytest.approx(-170.0)
    assert turned.elevation == pytest.approx(15.0)
    assert cam.orbit(start, 0.0, 1e4).elevation == 90.0
    assert cam.orbit(start, 0.0, -1e4).elevation == -90.0


def test_a_drag_to_the_right_turns_the_front_to_the_right():
    size = (400.0, 400.0)
    start = Camera(distance=5.0, azimuth=0.0, elevation=0.0)
    front = (1.0, 0.0, 0.0)
    assert pixel(front, cam.orbit(start, 10.0, 0.0), size)[0] > 200.0
    assert pixel(front, cam.orbit(start, 0.0, 10.0), size)[1] > 200.0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("orthographic", [False, True])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 300.0])
def test_fit_brings_everything_into_view_and_fills_it(size, orthographic, scale):
    random = np.random.RandomState(3)
    points = random.randn(5000, 3) * [1.0, 0.6, 0.3] + [4.0, -2.0, 1.0]
    points = (points * scale).astype(np.float32)
    extent = Extent.of(points)
    for azimuth, elevation in ((35, 22), (100, -10), (-90, 90)):
        camera = Camera((9.0, 9.0, 9.0), 1.0, azimuth, elevation, orthographic)
        fitted = cam.fit(camera, extent, size)
        seen = cam.to_pixels(points.astype(float), matrix(fitted, size, extent), size)
        share = np.abs(seen[:, :2] / np.array(size) * 2 - 1)
        assert share.max() < 1.0
        assert share.max() > 0.5
        assert replace(fitted, centre=camera.centre, distance=1.0) == camera


def test_planes_are_tight_and_hold_the_scene():
    points = np.random.RandomState(4).randn(2000, 3).astype(np.float32)
    extent = Extent.of(points)
    for camera in LOOKS:
        far_off = replace(camera, distance=20.0)
        near, far = cam.clip_planes(far_off, extent)
        depth = -(points @ cam.view_matrix(far_off)[2, :3])
        depth = depth - cam.view_matrix(far_off)[2, 3]
        assert near < depth.min() and depth.max() < far
        assert far - near < 2.2 * extent.reach
    near, far = cam.clip_planes(Camera(distance=0.01), extent)
    assert 0.0 < near < 0.01 < far


def test_keys_look_along_axes():
    for key, direction in (("x", 0), ("y", 1), ("z", 2)):
        back = cam.axes_of(cam.along_axis(Camera(), key))[2]
        assert abs(back[direction]) == pytest.approx(1.0)


def test_between_takes_the_shorter_way():
    a = Camera((0.0, 0.0, 0.0), 1.0, 170.0, 0.0)
    b = Camera((2.0, 0.0, 0.0), 4.0, -170.0, 40.0, True)
    half = cam.between(a, b, 0.5)
    assert half.azimuth == pytest.approx(180.0)
    assert half.distance == pytest.approx(2.0)
    assert half.centre == pytest.approx((1.0, 0.0, 0.0))
    assert half.elevation == pytest.approx(20.0)
    assert cam.between(a, b, 1.0) is b
    start = cam.between(a, b, 0.0)
    assert (start.centre, start.distance, start.azimuth) == (a.centre, 1.0, 170.0)


def test_a_shrinking_scene_is_seen_to_shrink():
    old = Extent((0.0, 0.0, 0.0), 1.0, 1.0)
    assert not cam.needs_fit(old, Extent((0.0, 0.0, 0.0), 0.5, 0.5))
    assert not cam.needs_fit(old, Extent((0.0, 0.0, 0.0), 0.01, 0.01))
    assert cam.needs_fit(old, Extent((0.0, 0.0, 0.0), 1.3, 1.3))
    assert cam.needs_fit(old, Extent((0.6, 0.0, 0.0), 0.8, 0.8))


def test_an_extent_of_nothing_and_of_broken_numbers():
    assert Extent.of(np.zeros((0, 3), np.float32)).radius == 1.0
    broken = np.array([[1.0, np.nan, 0.0], [1.0, 2.0, 3.0]], dtype=np.float32)
    extent = Extent.of(broken)
    assert extent.centre == (1.0, 2.0, 3.0) and extent.radius > 0.0
    one = Extent.of(np.ones((1, 3), np.float32))
    assert np.isfinite(
        matrix(cam.fit(Camera(), one, (300.0, 200.0)), (3, 2), one)
    ).all()


def test_an_outlier_does_not_make_everything_else_small():
    points = np.random.RandomState(5).randn(3000, 3).astype(np.float32)
    plain = Extent.of(points)
    points[0] = [40.0, 0.0, 0.0]
    extent = Extent.of(points)
    assert extent.radius < 1.5 * plain.radius
    assert extent.reach > 35.0
