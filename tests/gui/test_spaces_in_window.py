"""Spaces in the real window: panels that turn with the eye, picking, the marker."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from sgviz.gui.gl.camera import to_pixels
from sgviz.gui.panel_layout import middles
from sgviz.gui.session import Edit
from sgviz.state import InLayer, InP, InW, InZ, SideBySide

pytestmark = pytest.mark.gl


def test_side_by_side_is_picked_marked_and_turned(instrument, wait):
    session, view = instrument.session, instrument.window.w_view
    three = SideBySide((InZ(), InW(), InP()))
    session.apply(Edit(replace(session.state, space=three), "Space"))
    wait(lambda: instrument.settled)
    scene, gl = view._scene, view.view
    assert scene.panel_of == (0,) * 4 + (1,) * 4 + (2,) * 4
    assert [text for text, _ in gl._stage.titles] == list(scene.panels)
    assert not gl._stage.axes.lines_shown
    drawn = gl._positions
    moves = middles(3, view.panels.facing)
    for k, panel in enumerate(scene.panel_of):
        np.testing.assert_allclose(
            drawn[k] - scene.positions[k], moves[panel] * np.ones((2, 32, 3)), atol=1e-5
        )
    # The furthest point of P's panel is where nothing else lies.
    away = np.linalg.norm(scene.positions[8:], axis=-1)
    slice_, circle, point = np.unravel_index(away.argmax(), away.shape)
    place = drawn[8 + slice_, circle, point].astype(float)
    x, y, _ = to_pixels(place[None], gl.matrix(), gl.logical_size())[0]
    gl.hovered(QPointF(x, y))
    assert session.focus.circle == circle
    assert session.focus.angle == pytest.approx(float(scene.angles[circle, point]))
    before = view.panels.facing
    gl.orbit(40.0, 10.0)
    assert view.panels.facing != before
    turned = gl._positions - scene.positions
    moves = middles(3, view.panels.facing)[list(scene.panel_of)][:, None, None]
    np.testing.assert_allclose(turned, np.broadcast_to(moves, turned.shape), atol=1e-5)


def test_the_slider_of_layers_morphs_the_scene_and_undo_brings_w_back(instrument, wait):
    session, view = instrument.session, instrument.window.w_view
    before = view._scene
    session.apply(Edit(replace(session.state, space=InLayer(3)), "Space"))
    wait(lambda: instrument.settled)
    assert view.peel.isVisible()
    np.testing.assert_array_equal(view._scene.positions, before.positions)
    view.peel.slider.dragged.emit(1.5)
    wait(lambda: instrument.settled)
    assert view._scene.space == "50% from h1 to h2"
    assert "in 50% from h1 to h2" in view._note.text()
    view.peel.slider.settled.emit(0.0)
    wait(lambda: instrument.settled)
    assert view._scene.space == "Z"
    assert session.state.space == InLayer(0)
    session.stack.undo()
    session.stack.undo()
    wait(lambda: instrument.settled)
    assert session.state.space == InW()
    assert not view.peel.isVisible()
    np.testing.assert_array_equal(view._scene.positions, before.positions)
