from math import cos, hypot, pi, radians, sin, tau

import numpy as np
import pytest

from sgviz.gui.ring import (
    fit_ring,
    gap,
    growth,
    nearest,
    point_at,
    thumb_side,
    with_inner,
)

ANGLES = np.arange(96, dtype=np.float32) * (tau / 96)
SLOTS = np.arange(24, dtype=np.float32) * (tau / 24)


@pytest.mark.parametrize("size", [(96, 96), (240, 180), (360, 420), (1600, 900)])
@pytest.mark.parametrize("thumbnails", [0, 1, 7, 24, 96])
def test_nothing_leaves_the_widget_and_nothing_overlaps(size, thumbnails):
    ring = fit_ring(*size, 96, thumbnails)
    assert ring.outer() <= min(size) / 2
    assert ring.image / 2 * 2**0.5 < ring.dots
    if thumbnails:
        assert ring.dots + ring.dot < ring.thumbs - ring.grown / 2
        shown = len(range(0, thumbnails, ring.step))
        if shown > 1:
            chord = 2 * ring.thumbs * sin(ring.spacing / 2)
            assert shown < 8 or ring.thumb < chord
        assert shown * ring.spacing == pytest.approx(tau)


def test_within_the_dots_there_is_room_for_a_second_network():
    small = fit_ring(150, 150, 96, 24)
    assert with_inner(small) == small
    for size in (300, 500, 900):
        ring = with_inner(fit_ring(size, size, 96, 24))
        corner = 0.62 * ring.inner_thumb  # a rounded square's
        assert ring.inner_thumb >= 18.0
        assert ring.inner + corner < ring.dots - ring.dot
        assert ring.image / 2**0.5 <= ring.inner - corner + 0.5
        assert 2 * ring.inner * sin(tau / 24) > 1.2 * ring.inner_thumb
        for k in range(12):
            x, y = ring.at(k * tau / 12, ring.inner)
            assert point_at(ring, ANGLES, SLOTS, None, x, y) == 8 * k
        assert point_at(ring, ANGLES, SLOTS, None, ring.x, ring.y) is None


def test_small_rings_show_fewer_and_larger_thumbnails():
    small, large = fit_ring(220, 220, 96, 24), fit_ring(600, 600, 96, 24)
    assert small.step > large.step == 1
    assert small.thumb / 220 > large.thumb / 600


def test_dots_stay_apart_and_many_become_a_line():
    for points in (8, 96, 500):
        ring = fit_ring(400, 400, points, 24)
        if ring.dot > 0.8:
            assert 2 * ring.dot < tau * ring.dots / points
    assert fit_ring(400, 400, 4096, 24).dot == 0.8


def test_angles_turn_counter_clockwise_from_the_right():
    ring = fit_ring(400, 300, 96, 0)
    assert ring.at(0.0, 10) == pytest.approx((210, 150))
    assert ring.at(pi / 2, 10) == pytest.approx((200, 140))
    for angle in (0.1, 2.0, 4.0, 6.2):
        assert ring.angle_of(*ring.at(angle, 50)) == pytest.approx(angle)


def test_nearest_wraps_around_the_end():
    # The blog's points 94 and 95 showed the picture of point 92: not here.
    assert nearest(SLOTS, float(ANGLES[94])) in (0, 23)
    assert nearest(SLOTS, float(ANGLES[95])) == 0
    assert nearest(ANGLES, tau - 1e-4) == 0
    assert nearest(ANGLES, -1e-4) == 0
    assert gap(0.1, tau - 0.1) == pytest.approx(0.2)


def test_one_thumbnail_shrinks_as_the_next_one_grows():
    spacing = tau / 24
    assert growth(0.0, spacing) == 1.0
    assert growth(spacing, spacing) == 0.0
    for share in (0.1, 0.25, 0.5):
        away = share * spacing
        both = growth(away, spacing) + growth(spacing - away, spacing)
        assert both == pytest.approx(1.0)
    ring = fit_ring(400, 400, 96, 24)
    assert thumb_side(ring, 0.0, None) == ring.thumb
    assert thumb_side(ring, 0.0, tau) == pytest.approx(ring.grown)
    assert thumb_side(ring, 0.0, pi) == ring.thumb


@pytest.mark.parametrize("size", [(240, 200), (400, 400), (900, 700)])
def test_every_dot_is_hit_where_it_is_drawn(size):
    ring = fit_ring(*size, 96, 24)
    for point, angle in enumerate(ANGLES.tolist()):
        for focus in (None, 1.0):
            place = ring.at(angle, ring.dots)
            assert point_at(ring, ANGLES, SLOTS, focus, *place) == point


def test_a_thumbnail_means_its_own_point():
    ring = fit_ring(400, 400, 96, 24)
    for slot in range(24):
        x, y = ring.at(slot * tau / 24, ring.thumbs)
        for dx, dy in ((0, 0), (10, -10), (-12, 8)):
            assert point_at(ring, ANGLES, SLOTS, None, x + dx, y + dy) == 4 * slot


def test_inside_and_outside_mean_nothing():
    ring = fit_ring(400, 300, 96, 24)
    assert point_at(ring, ANGLES, SLOTS, None, 200, 150) is None
    assert point_at(ring, ANGLES, SLOTS, None, 2, 2) is None
    assert point_at(ring, ANGLES[:0], SLOTS[:0], None, 200, 60) is None


def test_between_thumbnails_the_band_means_the_nearest_dot():
    ring = fit_ring(600, 600, 96, 24)
    angle = radians(7.5)
    x, y = ring.x + ring.thumbs * cos(angle), ring.y - ring.thumbs * sin(angle)
    assert hypot(x - ring.x, y - ring.y) == pytest.approx(ring.thumbs)
    assert point_at(ring, ANGLES, SLOTS, None, x, y) == 2
