"""How curves lie in buffers: what the shader will find where."""

import numpy as np
import pytest

from sgviz.gui.gl import layout


def curves(count=3, points=7, seed=0):
    return np.random.RandomState(seed).randn(count, points, 3).astype(np.float32)


def shader_reads(packed, vertex):
    """before, here and after of a vertex, as byte offsets 0, 24 and 48 give them."""
    flat = packed.reshape(-1, 3)
    return [flat[vertex + 2 * k] for k in range(3)]


def test_every_vertex_finds_itself_between_its_neighbours():
    points = curves()
    packed = layout.pack_positions(points, closed=True)
    table = layout.triangle_table(3, 7, closed=True).reshape(3, 7, 6)
    for curve in range(3):
        for k in range(7):
            begin, end = table[curve, k, 0], table[curve, k, 2]
            before, here, after = shader_reads(packed, begin)
            assert (before == points[curve, k - 1]).all()
            assert (here == points[curve, k]).all()
            assert (after == points[curve, (k + 1) % 7]).all()
            assert (shader_reads(packed, end)[1] == points[curve, (k + 1) % 7]).all()
            assert set(table[curve, k] & 1) == {0, 1}


def test_two_triangles_cover_a_segment_on_both_sides():
    (a, b, c, d, e, f) = layout.triangle_table(1, 4, closed=True)[1].tolist()
    assert (a, b, c) == (2, 3, 4) and (d, e, f) == (3, 5, 4)


def test_an_open_curve_ends_square_and_does_not_close():
    points = curves()
    packed = layout.pack_positions(points, closed=False)
    table = layout.triangle_table(3, 7, closed=False)
    assert len(table) == 3 * 6
    before, here, after = shader_reads(packed, table[0, 0])
    assert (here == points[0, 0]).all()
    assert after - here == pytest.approx(here - before, abs=1e-6)
    before, here, after = shader_reads(packed, table[5, 2])
    assert (here == points[0, 6]).all()
    assert after - here == pytest.approx(here - before, abs=1e-6)


def test_colours_stand_beside_their_positions():
    points = curves()
    colours = np.random.RandomState(1).randint(0, 255, (3, 7, 4)).astype(np.uint8)
    packed, painted = layout.pack_positions(points, True), layout.pack_colours(colours)
    assert packed.shape[:3] == painted.shape[:3]
    assert (painted[:, 1:8, 0] == colours).all() and (packed[:, 1:8, 1] == points).all()
    assert (painted[:, 8, 1] == colours[:, 0]).all()


@pytest.mark.parametrize("points", [1, 2, 3])
@pytest.mark.parametrize("closed", [False, True])
def test_the_shortest_curves(points, closed):
    packed = layout.pack_positions(curves(2, points), closed)
    table = layout.triangle_table(2, points, closed)
    assert len(table) == 2 * layout.segments_of(points, closed)
    if len(table):
        assert table.max() + 4 < packed.size // 3
    assert len(layout.back_to_front(curves(2, points), np.ones(4), closed)) == len(
        table
    )


@pytest.mark.parametrize("step", [1, 2, 4, 5])
@pytest.mark.parametrize("closed", [False, True])
def test_a_step_passes_over_points_but_reaches_the_end(step, closed):
    table = layout.triangle_table(2, 11, closed, step).reshape(2, -1, 6)
    begins, ends = table[0, :, 0] // 2, table[0, :, 2] // 2
    assert begins[0] == 0 and ends[-1] == (11 if closed else 10)
    assert (begins[1:] == ends[:-1]).all()
    assert (ends - begins).max() <= step
    order = layout.back_to_front(curves(2, 11), np.ones(4), closed, step)
    assert sorted(order) == list(range(table.shape[0] * table.shape[1]))


def test_back_to_front_is_by_depth():
    points = curves(20, 50)
    row = np.array([0.3, -0.8, 0.5, 2.0])
    order = layout.back_to_front(points, row, closed=True)
    depth = points @ row[:3].astype(np.float32)
    middle = (0.5 * (depth + np.roll(depth, -1, axis=1))).reshape(-1)[order]
    assert (np.diff(middle) < 1e-3).all()


def test_any_beginning_of_the_spread_order_is_spread_over_slices_and_circles():
    slices, circles = 170, 6
    order = layout.shuffled_curves(slices * circles)
    assert sorted(order) == list(range(slices * circles))
    half = order[: len(order) // 2]
    per_circle = np.bincount(half % circles, minlength=circles)
    assert per_circle.min() > 0.8 * per_circle.mean()
    assert np.bincount(half // circles, minlength=slices).min() >= 1


def test_spreading_moves_whole_curves():
    table = layout.triangle_table(5, 4, True)
    spread = layout.spread_table(table, 5).reshape(5, -1)
    order = layout.shuffled_curves(5)
    assert (spread == table.reshape(5, -1)[order]).all()


@pytest.mark.parametrize("closed", [False, True])
def test_a_line_ends_where_its_beginning_is_found_before(closed):
    points = curves(5)
    packed = layout.pack_positions(points, closed)
    pairs = layout.line_indices(5, 7, closed).reshape(5, -1, 2)
    assert pairs.shape[1] == layout.segments_of(7, closed)
    for row, curve in zip(pairs, layout.shuffled_curves(5), strict=True):
        for k, (begin, end) in enumerate(row):
            assert (shader_reads(packed, begin)[1] == points[curve, k]).all()
            before, here, _ = shader_reads(packed, end)
            assert (before == points[curve, k]).all()
            assert (here == points[curve, (k + 1) % 7]).all()


def test_short_segments_are_drawn_together():
    assert layout.step_for(20.0, 1.6, 96) == 1
    assert layout.step_for(0.5, 1.6, 4096) == 2
    assert layout.step_for(0.1, 1.6, 4096) == 16
    assert layout.step_for(0.0, 1.6, 4096) == 64
    assert layout.step_for(0.0, 1.6, 96) == 1


def test_mean_length():
    ring = np.stack([np.cos(np.arange(5)), np.sin(np.arange(5)), np.zeros(5)], axis=1)
    points = np.tile(ring.astype(np.float32), (200, 1, 1))
    assert layout.mean_length(points) == pytest.approx(2 * np.sin(0.5))
    assert layout.mean_length(points[:, :1]) == 0.0
