"""Walks, arrows, colours and ticks in the real window."""

from dataclasses import replace

import pytest

from sgviz.gui.session import Edit
from sgviz.state import Moved

pytestmark = pytest.mark.gl


def test_a_walk_by_mouse_moves_the_image_and_is_one_step(instrument, mouse, wait):
    """The arrows stand in W while the panel is looked at; the walk can be undone."""
    desk, session = instrument.measures, instrument.session
    panel = desk.open("stretch")
    wait(lambda: panel.walk.rows and instrument.settled, "no local basis")
    strokes = instrument.window.w_view.view._stage.strokes
    count = len(instrument.controller.scene.positions) * len(panel.walk.rows)
    wait(lambda: len(strokes._points) == count, "no arrows")
    before, shown = session.state, instrument.controller.image
    slider = panel.walk.rows[0].slider
    middle = slider.height() / 2
    mouse.press(slider, slider.x_of(0.0), middle)
    mouse.move(slider, slider.x_of(10.0), middle)
    mouse.move(slider, slider.x_of(25.0), middle)
    assert isinstance(session.state.latent, Moved)
    mouse.release(slider, slider.x_of(25.0), middle)
    wait(lambda: instrument.settled and instrument.controller.image is not shown)
    assert session.state.latent.of == before.latent
    assert panel.walk.rows[0].slider.value() == pytest.approx(25.0, abs=1.0)
    session.stack.undo()
    assert session.state == before
    desk.docks["stretch"].hide()
    wait(lambda: len(strokes._points) == 0, "the arrows stay")


def test_the_bends_are_on_the_ring_of_their_circle_alone(instrument, wait):
    desk, canvas = instrument.measures, instrument.window.z_view.canvas
    desk.open("bends")
    wait(lambda: len(canvas.bends) > 0 and instrument.settled, "no ticks")
    state = instrument.session.state
    colours = canvas.colours.copy()
    coloured = replace(state, look=replace(state.look, colour="stretch"))
    instrument.session.apply(Edit(coloured, "Colour"))
    wait(lambda: instrument.settled and (canvas.colours != colours).any())
    instrument.session.apply(Edit(replace(coloured, ring=1), "Ring"))
    assert canvas.bends == ()
    wait(lambda: len(canvas.bends) > 0, "no ticks of the other circle")
    desk.docks["bends"].hide()
    wait(lambda: canvas.bends == (), "the ticks stay")
