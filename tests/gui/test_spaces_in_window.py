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
    axes = gl._stage.axes
    assert axes.lines_shown and len(axes.frames) == 3
    assert [frame.names[0] for frame in axes.frames] == ["z0", "w0", "p0"]
    # Z's furthest point is at most sqrt(24) away, one unit of the scene.
    for frame, radius in zip(axes.frames, scene.panel_radii, strict=True):
        assert frame.unit == pytest.approx(1.0 / radius)
    assert scene.panel_radii[0] < 24**0.5 + 1e-3
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
    origins = np.array([frame.origin for frame in axes.frames])
    np.testing.assert_allclose(origins, moves[::4, 0, 0], atol=1e-9)
    # One space again: one set of axes, through zero.
    session.apply(Edit(replace(session.state, space=InW()), "Space"))
    wait(lambda: instrument.settled)
    assert [frame.origin for frame in axes.frames] == [(0.0, 0.0, 0.0)]
    assert axes.frames[0].names == ("w0", "w1", "w2")


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
