"""The point of a surface under a pixel: what is in front hides what is behind."""

import numpy as np
import pytest

from sgviz.geometry.surface_picking import SurfacePicker, cells_of, front_of

FLAT = np.eye(4)
SIZE = (200.0, 100.0)


def sheet(depth, side=0.8):
    """A square of 5 x 5 points facing the eye at a depth; x and y in -side .. side."""
    x, y = np.meshgrid(np.linspace(-side, side, 5), np.linspace(-side, side, 5))
    return np.stack([x, y, np.full_like(x, depth)], axis=-1)[None]


def pixel(x, y):
    return (1 + x) * SIZE[0] / 2, (1 - y) * SIZE[1] / 2


def test_cells_are_the_grids_own():
    assert len(cells_of((2, 3, 4), False)) == 2 * 2 * 3
    closed = cells_of((1, 2, 4), True)
    assert len(closed) == 4 and closed[-1].tolist() == [3, 0, 4, 7]


def test_the_nearest_corner_of_the_cell_under_the_pixel():
    picker = SurfacePicker(sheet(0.0), False)
    # Far from every point, but on the surface.
    assert picker.pick(FLAT, SIZE, pixel(0.19, 0.19), radius=1.0) == 12
    assert picker.pick(FLAT, SIZE, pixel(0.21, 0.21), radius=1.0) == 18
    assert picker.pick(FLAT, SIZE, pixel(0.95, 0.95), radius=1.0) is None
    # Beside the surface the nearest point counts.
    assert picker.pick(FLAT, SIZE, pixel(0.81, 0.81), radius=5.0) == 24


def test_what_is_in_front_hides_what_is_behind():
    both = np.concatenate([sheet(0.5), sheet(-0.5, 0.6)])
    picker = SurfacePicker(both, False)
    assert picker.pick(FLAT, SIZE, pixel(0.01, 0.01)) == 25 + 12
    # A point of the far sheet is nearer to the pixel, and hidden all the same.
    at = pixel(0.4, 0.4)
    assert picker.pick(FLAT, SIZE, at) // 25 == 1
    assert picker.pick(FLAT, SIZE, pixel(0.75, 0.75)) // 25 == 0


def test_the_seam_of_closed_rows_is_surface_too():
    turn = np.arange(6) * (2 * np.pi / 6) - np.pi / 6
    ring = np.stack([0.5 * np.sin(turn), 0 * turn, -0.5 * np.cos(turn)], axis=-1)
    tube = np.stack([ring + np.array([0, h, 0]) for h in (-0.5, 0.5)])[None]
    hit = SurfacePicker(tube, True).pick(FLAT, SIZE, pixel(0.0, 0.02), radius=1.0)
    assert hit in (0, 1, 6, 7)
    rolled = np.roll(tube, 1, axis=2)  # now the seam faces the eye
    assert SurfacePicker(rolled, True).pick(FLAT, SIZE, pixel(0, 0.02), radius=1.0)
    assert SurfacePicker(rolled[:, :, 1:3], False).pick(FLAT, SIZE, (0, 0), 1.0) is None


def test_random_pixels_against_brute_force():
    random = np.random.RandomState(4)
    grid = random.randn(1, 9, 9, 3) * 0.05
    x, y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    grid[0, ..., 0] += x
    grid[0, ..., 1] += y
    picker, cells = SurfacePicker(grid, False), cells_of((1, 9, 9), False)
    flat = grid.reshape(-1, 3)
    for _ in range(60):
        at = random.uniform(0.1, 0.9, 2) * SIZE
        px = (1 + flat[:, 0]) * SIZE[0] / 2 - at[0]
        py = (1 - flat[:, 1]) * SIZE[1] / 2 - at[1]
        fronts = [front_of(px[c], py[c], flat[c, 2]) for c in cells]
        known = [(f, k) for k, f in enumerate(fronts) if f is not None]
        cell = cells[min(known)[1]]
        nearest = cell[np.argmin(px[cell] ** 2 + py[cell] ** 2)]
        assert picker.pick(FLAT, SIZE, tuple(at)) == nearest


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_never_under_a_pixel(bad):
    grid = sheet(0.0)
    grid[0, 2, 2] = bad
    assert SurfacePicker(grid, False).pick(FLAT, SIZE, pixel(0.02, 0.02), 3.0) is None
