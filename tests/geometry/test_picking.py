"""The picker finds what looking at every point would find."""

import subprocess
import sys

import numpy as np
import pytest

from sgviz.geometry.picking import NEARLY, Picker

SIZE = (800.0, 500.0)


def camera(random, orthographic=False):
    """Some matrix [4, 4], projection times view, and nothing of the package."""
    basis, _ = np.linalg.qr(random.randn(3, 3))
    view = np.eye(4)
    view[:3, :3] = basis
    view[2, 3] = -5.0
    near, far, f = 0.5, 20.0, 1.6
    if orthographic:
        projection = np.diag([0.3 / 1.6, 0.3, -2 / (far - near), 1.0])
        projection[2, 3] = -(far + near) / (far - near)
    else:
        projection = np.diag([f / 1.6, f, -(far + near) / (far - near), 0.0])
        projection[2, 3] = -2 * far * near / (far - near)
        projection[3, 2] = -1.0
    return projection @ view


def look_at_all(points, matrix, at, radius):
    """The same answer from float64 and no shortcuts."""
    clip = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ matrix.T
    seen = clip[:, 3] > 0
    ndc = clip[:, :3] / np.where(seen, clip[:, 3], 1.0)[:, None]
    x = (ndc[:, 0] * 0.5 + 0.5) * SIZE[0]
    y = (0.5 - ndc[:, 1] * 0.5) * SIZE[1]
    d = np.where(seen, np.hypot(x - at[0], y - at[1]), np.inf)
    if not (d <= radius).any():
        return None, d, ndc[:, 2]
    near = d <= min(d.min() + NEARLY, radius)
    return int(np.argmin(np.where(near, ndc[:, 2], np.inf))), d, ndc[:, 2]


@pytest.mark.parametrize("orthographic", [False, True])
def test_equals_looking_at_every_point(orthographic):
    random = np.random.RandomState(1)
    points = random.randn(4000, 3).astype(np.float32)
    picker = Picker(points)
    for _ in range(30):
        matrix = camera(random, orthographic)
        for at in random.rand(10, 2) * SIZE:
            found = picker.pick(matrix, SIZE, tuple(at), 12.0)
            wanted, d, depth = look_at_all(points.astype(float), matrix, at, 12.0)
            if found != wanted:
                # Only float32 against float64 at the very edge of a rule may differ.
                assert found is not None and wanted is not None
                assert abs(d[found] - d.min()) < NEARLY + 1e-2
                assert depth[found] < depth[wanted] + 1e-4


def test_of_nearly_equal_points_the_front_one_wins():
    points = np.array([[0.0, 0.0, -1.0], [0.005, 0.0, 1.0]], dtype=np.float32)
    matrix = camera(np.random.RandomState(0))
    matrix[:, :] = 0.0
    matrix[0, 0] = matrix[1, 1] = 0.2
    matrix[2, 2] = -0.1  # the larger z is in front
    matrix[3, 3] = 1.0
    picker = Picker(points)
    assert picker.pick(matrix, SIZE, (400.0, 250.0)) == 1
    points[1, 0] = 0.05  # 4 pixels away: now the nearer one on the screen
    assert Picker(points).pick(matrix, SIZE, (400.0, 250.0)) == 0


def test_radius_is_in_pixels():
    matrix = np.diag([1.0, 1.0, 1.0, 1.0])
    picker = Picker(np.zeros((1, 3), dtype=np.float32))
    assert picker.pick(matrix, SIZE, (400.0 + 11.9, 250.0)) == 0
    assert picker.pick(matrix, SIZE, (400.0 + 12.1, 250.0)) is None
    assert picker.pick(matrix, SIZE, (400.0 + 9.0, 250.0 + 9.0)) is None
    assert picker.pick(matrix, SIZE, (400.0 + 9.0, 250.0 + 9.0), radius=13.0) == 0


def test_behind_the_eye_is_nothing():
    matrix = np.eye(4)
    matrix[3] = [0.0, 0.0, 1.0, 0.0]  # w = z
    picker = Picker(np.array([[0.0, 0.0, -2.0], [0.0, 0.0, 0.0]], dtype=np.float32))
    assert picker.pick(matrix, SIZE, (400.0, 250.0)) is None


def test_what_is_remembered_follows_the_view():
    random = np.random.RandomState(2)
    points = random.randn(500, 3).astype(np.float32)
    picker = Picker(points)
    first, second = camera(random), camera(random)
    at = (390.0, 260.0)
    fresh = [Picker(points).pick(m, SIZE, at, 30.0) for m in (first, second, first)]
    assert [picker.pick(m, SIZE, at, 30.0) for m in (first, second, first)] == fresh
    wide = picker.pick(first, (1600.0, 1000.0), (780.0, 520.0), 60.0)
    assert wide == Picker(points).pick(first, (1600.0, 1000.0), (780.0, 520.0), 60.0)


def test_any_shape_and_none_at_all():
    assert len(Picker(np.zeros((2, 3, 4, 3)))) == 24
    assert Picker(np.zeros((0, 3))).pick(np.eye(4), SIZE, (0.0, 0.0)) is None


def test_not_a_number_is_never_found():
    points = np.full((3, 3), np.nan, dtype=np.float32)
    points[1] = 0.0
    assert Picker(points).pick(np.eye(4), SIZE, (400.0, 250.0)) == 1


def test_needs_no_torch():
    code = "import sys, sgviz.geometry.picking; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
