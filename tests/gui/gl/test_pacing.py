"""How finely to draw, from what frames have cost."""

from sgviz.gui.gl.pacing import Pacing
from sgviz.gui.gl.shot import Look

MANY, FEW = 1020, 6


def test_at_rest_it_is_fine():
    assert Pacing().look(MANY) is Look.FINE


def test_while_it_moves_every_curve_is_drawn_as_long_as_that_is_quick():
    pacing = Pacing()
    pacing.record(Look.FINE, 60.0)
    pacing.began()
    for _ in range(20):
        assert pacing.look(MANY) is Look.PLAIN
        pacing.record(Look.PLAIN, 25.0)


def test_slow_frames_drop_half_of_many_curves_until_rest():
    pacing = Pacing()
    pacing.began()
    pacing.record(Look.PLAIN, 55.0)
    assert pacing.look(MANY) is Look.HALF
    assert pacing.look(FEW) is Look.PLAIN
    pacing.record(Look.HALF, 8.0)
    pacing.record(Look.HALF, 8.0)
    assert pacing.look(MANY) is Look.HALF  # no flicker within a movement
    pacing.ended()
    assert pacing.look(MANY) is Look.FINE


def test_the_next_movement_begins_whole_where_the_last_was_quick():
    for cost, look in ((8.0, Look.PLAIN), (28.0, Look.HALF)):
        pacing = Pacing()
        pacing.began()
        pacing.record(Look.PLAIN, 55.0)
        pacing.record(Look.HALF, cost)
        pacing.ended()
        pacing.began()
        assert pacing.look(MANY) is look


def test_one_slow_frame_among_quick_ones_is_forgiven():
    pacing = Pacing()
    pacing.began()
    for _ in range(10):
        pacing.record(Look.PLAIN, 15.0)
    pacing.record(Look.PLAIN, 70.0)
    assert pacing.look(MANY) is Look.PLAIN


def test_what_is_fine_in_an_instant_stays_fine_in_motion():
    pacing = Pacing()
    pacing.record(Look.FINE, 8.0)
    pacing.began()
    assert pacing.look(FEW) is Look.FINE
    pacing.forget()
    assert pacing.look(FEW) is Look.PLAIN


def test_a_measurement_may_insist():
    pacing = Pacing()
    pacing.insisted = Look.HALF
    assert pacing.look(FEW) is Look.HALF


def test_fine_frames_are_quick_once_they_are_known_to_be():
    pacing = Pacing()
    assert not pacing.is_quick
    pacing.record(Look.FINE, 15.0)
    assert pacing.is_quick
    pacing.forget()
    pacing.record(Look.FINE, 60.0)
    assert not pacing.is_quick
