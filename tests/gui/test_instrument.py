"""The real window, as a hand and an eye have it."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from sgviz.gui.session import Edit
from sgviz.prefs import Prefs, load_prefs, prefs_path
from sgviz.state import CircleSet, Focus, OnCircle, Seed, default_circles

pytestmark = pytest.mark.gl


def rest(milliseconds: int) -> None:
    """Nothing is done for a while; the window lives."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def place_of(instrument, circle: int, point: int) -> tuple[float, float]:
    """Where a point of the first slice lies in the W view, in its pixels."""
    view = instrument.window.w_view.view
    at = np.append(instrument.controller.scene.positions[0, circle, point], 1.0)
    x, y, _, w = view.matrix() @ at
    width, height = view.logical_size()
    return (1 + x / w) * width / 2, (1 - y / w) * height / 2


def a_point_in_sight(instrument) -> tuple[int, int, float, float]:
    """A point that lies before all others where it is seen."""
    view = instrument.window.w_view.view
    # Not the starts: that of circle 1 is the direction of seed 0 itself.
    for point in range(3, 32):
        for circle in (0, 1):
            x, y = place_of(instrument, circle, point)
            if view._point_at(QPointF(x, y)) == (circle, point):
                return circle, point, x, y
    raise AssertionError("no point can be hovered")


def pixels(instrument) -> np.ndarray:
    return instrument.controller.image.pixels


def test_everything_is_there(instrument):
    window = instrument.window
    assert window.isVisible()
    assert instrument.controller.image is not None
    assert len(window.styles.rows) == 6
    assert window.z_view.chooser.count() == 2
    assert "little.safetensors" in window.status._model.text()
    assert window.status._device.text() == "CPU"
    assert window.notifications.notes() == []


def test_hovering_a_point(instrument, mouse, wait):
    """The image is that of the point, and the Z view lights the same point."""
    view, window = instrument.window.w_view.view, instrument.window
    before = pixels(instrument)
    circle, point, x, y = a_point_in_sight(instrument)
    mouse.move(view, x, y)
    assert instrument.session.focus.circle == circle
    wait(lambda: instrument.settled)
    angle = float(instrument.controller.scene.angles[circle, point])
    assert instrument.session.focus == Focus(circle=circle, angle=angle)
    assert (pixels(instrument) != before).any()
    name = instrument.controller.scene.circles[circle]
    assert name in window.image.caption
    if circle == instrument.session.state.ring:
        assert window.z_view.canvas.focus_angle == pytest.approx(angle)
    mouse.move(view, 2.0, 2.0)
    wait(lambda: instrument.settled)
    assert instrument.session.focus == Focus()
    np.testing.assert_array_equal(pixels(instrument), before)
    assert instrument.session.stack.count() == 0


def test_hovering_the_ring_lights_the_w_view(instrument, mouse, wait):
    canvas = instrument.window.z_view.canvas
    layout = canvas.layout_now()
    angle = float(canvas.angles[9])
    x, y = layout.at(angle, layout.dots)
    mouse.move(canvas, x, y)
    wait(lambda: instrument.settled)
    assert instrument.session.focus.angle == pytest.approx(angle)
    assert instrument.window.w_view.view._lit == (0, 9)


def test_clicking_a_point(instrument, mouse, wait):
    """It becomes the latent, in one step, with the image that was hovered."""
    view = instrument.window.w_view.view
    before = pixels(instrument)
    circle, _, x, y = a_point_in_sight(instrument)
    mouse.move(view, x, y)
    wait(lambda: instrument.settled)
    hovered = pixels(instrument)
    mouse.click(view, x, y)
    latent = instrument.session.state.latent
    assert isinstance(latent, OnCircle)
    assert latent.circle == instrument.session.state.circles.circles[circle]
    assert instrument.session.state.ring == circle
    assert instrument.session.stack.count() == 1
    mouse.move(view, 2.0, 2.0)
    wait(lambda: instrument.settled)
    np.testing.assert_array_equal(pixels(instrument), hovered)
    assert instrument.window.z_view.canvas.marker == pytest.approx(latent.angle)
    instrument.session.stack.undo()
    wait(lambda: instrument.settled)
    np.testing.assert_array_equal(pixels(instrument), before)


def test_dragging_a_style(instrument, mouse, wait):
    """Every value is shown on the way; in the end it is one step."""
    slider = instrument.window.styles.rows[1].slider
    session, seen = instrument.session, []
    painted = []
    instrument.window.image.image_painted.connect(painted.append)
    session.changed.connect(lambda: seen.append(session.focus))
    before = pixels(instrument)
    x, y = slider.x_of(slider.value()), slider.height() / 2
    mouse.move(slider, x, y)
    mouse.press(slider, x, y)
    for step in range(1, 21):
        mouse.move(slider, x - 2 * step, y)
        rest(5)
    assert session.stack.count() == 0
    assert session.focus == Focus(moving=True, layer=1)
    assert session.settled != session.state
    mouse.release(slider, x - 40, y)
    wait(lambda: instrument.settled)
    rest(50)
    assert session.stack.count() == 1
    assert session.focus == Focus()
    assert len(painted) > 5
    assert (pixels(instrument) != before).any()
    assert painted[-1] is instrument.controller.image
    value = session.state.styles.value("psi", 1)
    assert value == pytest.approx(slider.value())
    session.stack.undo()
    wait(lambda: instrument.settled)
    np.testing.assert_array_equal(pixels(instrument), before)
    assert slider.value() == 1.0
    session.stack.redo()
    wait(lambda: instrument.settled)
    assert slider.value() == pytest.approx(value)


def test_thumbnails_wait_for_the_end_of_a_drag(instrument, mouse, wait):
    slider = instrument.window.styles.rows[0].slider
    canvas = instrument.window.z_view.canvas
    made = []
    real = canvas.set_thumbnails
    canvas.set_thumbnails = lambda t: made.append(t) or real(t)
    x, y = slider.x_of(slider.value()), slider.height() / 2
    mouse.press(slider, x, y)
    for step in range(1, 31):
        mouse.move(slider, x - step, y)
        rest(5)
    assert made == []
    mouse.release(slider, x - 30, y)
    wait(lambda: instrument.settled)
    assert [len(t.pixels) for t in made][-1] == 24


def test_a_double_click_resets(instrument, mouse, wait):
    styles = instrument.session.state.styles.edited("psi", (2,), 0.2)
    state = replace(instrument.session.state, styles=styles)
    instrument.session.apply(Edit(state, "Style"))
    slider = instrument.window.styles.rows[2].slider
    assert slider.value() == pytest.approx(0.2)
    mouse.double_click(slider, slider.x_of(0.2), slider.height() / 2)
    assert instrument.session.state.styles.value("psi", 2) is None
    assert slider.value() == 1.0


def test_undo_and_redo_by_keys(instrument, qtbot, wait):
    window, session = instrument.window, instrument.session
    for seed in (3, 4):
        session.apply(Edit(replace(session.state, latent=Seed(seed)), "Seed"))
    actions = {a.text(): a for a in instrument.menus.edit_menu.actions()}
    actions["Undo Seed"].trigger()
    assert session.state.latent == Seed(3)
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.state.latent == Seed(0)
    for latent in (Seed(3), Seed(4)):
        QTest.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
        assert session.state.latent == latent


def test_space_plays_and_pauses(instrument, wait):
    """The image follows along the circle, and stays where it was when it stops."""
    z_view, session = instrument.window.z_view, instrument.session
    images = []
    instrument.window.image.image_painted.connect(images.append)
    z_view.canvas.setFocus()
    QTest.keyClick(z_view.canvas, Qt.Key.Key_Space)
    assert z_view.is_playing
    wait(lambda: len(images) > 5)
    angle = session.focus.angle
    assert 0.0 < angle < 2 * np.pi
    QTest.keyClick(z_view.canvas, Qt.Key.Key_Space)
    assert not z_view.is_playing
    wait(lambda: instrument.settled)
    stays = session.focus.angle
    rest(100)
    assert session.focus.angle == stays
    assert session.stack.count() == 0
    instrument.window.latents.edited.emit(
        Edit(replace(session.state, latent=Seed(5)), "Seed")
    )
    wait(lambda: instrument.settled)
    assert session.focus == Focus()


def test_turning_the_view_while_it_plays(instrument, mouse, wait):
    """What moves the focus does not move the camera back."""
    view = instrument.window.w_view.view
    instrument.window.z_view.play()
    width, height = view.logical_size()
    mouse.press(view, width / 2, height / 2)
    azimuths = []
    for step in range(1, 25):
        mouse.move(view, width / 2 + 4 * step, height / 2)
        rest(10)
        azimuths.append(view.camera.azimuth)
    rest(400)
    assert instrument.session.stack.count() == 0, "the hand only holds still"
    mouse.release(view, width / 2 + 96, height / 2)
    instrument.window.z_view.pause()
    turns = np.diff(azimuths)
    assert (turns > 0).all() or (turns < 0).all()
    assert instrument.session.stack.undoText() == "Turn the view"
    assert instrument.session.state.look.camera == view.camera
    instrument.session.stack.undo()
    assert instrument.session.state.look.camera is None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_themes(instrument, wait, theme):
    instrument.set_theme(theme)
    rest(150)
    window = instrument.window
    shot = window.grab().toImage()
    bright = theme == "light"
    view = window.w_view.view
    frame: QImage = view.grabFramebuffer()
    assert (frame.pixelColor(3, 3).lightness() > 128) == bright
    menu = window.menuBar().rect().topRight()
    assert (shot.pixelColor(menu.x() - 5, menu.y() + 5).lightness() > 128) == bright
    assert instrument.prefs.theme == theme


def test_the_system_s_theme_is_followed(instrument, monkeypatch):
    asked = []
    monkeypatch.setattr(instrument.controller, "set_theme", asked.append)
    instrument._scheme_changed()
    assert asked == [], "a chosen theme stays"
    instrument.set_theme("system")
    instrument._scheme_changed()
    assert len(asked) == 2


def count_colours(image: QImage) -> int:
    seen = set()
    for x in range(0, image.width(), 3):
        for y in range(0, image.height(), 3):
            seen.add(image.pixel(x, y))
    return len(seen)


def test_a_floating_w_view_still_draws(instrument, wait):
    """Its OpenGL context is another one then, and once more when it is docked."""
    dock, view = instrument.window.docks["w_view"], instrument.window.w_view.view
    before = count_colours(view.grabFramebuffer())
    assert before > 20
    for floating in (True, False):
        dock.setFloating(floating)
        rest(250)
        assert count_colours(view.grabFramebuffer()) > before / 3
    circle, point, x, y = a_point_in_sight(instrument)
    assert view._point_at(QPointF(x, y)) == (circle, point)


def test_reset_layout_by_its_menu(instrument, wait):
    window = instrument.window
    window.docks["image"].close()
    window.docks["styles"].setFloating(True)
    instrument.window.reset_layout()
    rest(50)
    assert all(d.isVisible() and not d.isFloating() for d in window.docks.values())


def test_a_small_window(make_instrument):
    instrument = make_instrument(size=(900, 600))
    window = instrument.window
    assert (window.width(), window.height()) == (900, 600)
    buttons = [b for b in window.findChildren(QAbstractButton) if b.isVisible()]
    assert len(buttons) > 20
    assert instrument.controller.image is not None


def test_nothing_is_painted_while_nothing_moves(instrument, paints, wait):
    """Five seconds: no paint, no timer that looks, no letter to the render thread."""
    rest(600)
    instrument.window.setFocus()
    rest(200)
    counter = paints(instrument.window)
    serial = instrument.controller.serial
    start, used = time.monotonic(), time.process_time()
    rest(5000)
    share = (time.process_time() - used) / (time.monotonic() - start)
    assert counter.seen == {}
    assert instrument.controller.serial == serial
    assert share < 0.02
    timers = [t for t in instrument.window.findChildren(QTimer) if t.isActive()]
    assert timers == []


def test_hovering_repaints_little(instrument, paints, mouse, wait):
    """The sliders and the docks stay as they are while the hand moves over points."""
    view = instrument.window.w_view.view
    _, _, x, y = a_point_in_sight(instrument)
    mouse.move(view, x, y)
    mouse.move(view, 2.0, 2.0)
    rest(300)
    counter = paints(instrument.window)
    scenes = []
    real = view.draw_scene
    view.draw_scene = lambda *a, **k: scenes.append(1) or real(*a, **k)
    mouse.move(view, x, y)
    wait(lambda: instrument.settled)
    rest(100)
    assert scenes == [], "a highlight lies over the still picture"
    for name in ("ValueSlider", "NumberField", "LatentField", "ProjectionBar"):
        assert counter.seen[name] == 0, counter.seen


def test_prefs_are_kept(make_instrument, wait):
    instrument = make_instrument(settled=False)
    instrument.keeps_prefs = True
    instrument.set_theme("light")
    instrument.window.docks["styles"].hide()
    instrument.window.close()
    kept, notice = load_prefs(prefs_path())
    assert (kept.theme, notice) == ("light", "")
    again = make_instrument(prefs=kept, settled=False)
    rest(50)
    assert not again.window.docks["styles"].isVisible()


def test_a_test_s_window_keeps_no_prefs(make_instrument):
    instrument = make_instrument(settled=False)
    instrument.window.close()
    assert not prefs_path().exists()


@pytest.mark.parametrize("text", ["x", "AAAA", "é"])
def test_a_broken_layout_in_the_prefs(make_instrument, text):
    prefs = Prefs(theme="dark", layout=text, geometry=text)
    instrument = make_instrument(prefs=prefs, settled=False)
    rest(50)
    assert all(dock.isVisible() for dock in instrument.window.docks.values())


def test_a_session_with_a_network_that_is_gone(make_instrument, little, wait):
    from sgviz.state import File

    gone = File("/nowhere/net.safetensors", "b" * 64)
    instrument = make_instrument(replace(little, model=gone))
    window = instrument.window
    assert "net.safetensors" in window.image.card.text
    assert "is not where it was" in window.notifications.notes()[0]
    assert instrument.controller.image is None
    instrument.session.apply(Edit(little, "The one that is here"))
    wait(lambda: instrument.settled)
    assert instrument.controller.image is not None
    assert window.w_view._stack.currentWidget() is window.w_view.view


def test_too_many_points_and_back(instrument, wait):
    state = instrument.session.state
    many = CircleSet(default_circles(100), points=4096)
    instrument.session.apply(Edit(replace(state, circles=many), "Many"))
    wait(lambda: instrument.settled)
    window = instrument.window
    assert "409,600 points" in window.w_view._message.text()
    assert window.w_view._stack.currentWidget() is window.w_view._message
    assert instrument.controller.image is not None
    instrument.session.stack.undo()
    wait(lambda: instrument.settled)
    assert window.w_view._stack.currentWidget() is window.w_view.view
    assert len(window.z_view.canvas.angles) == 32


def test_a_slot_that_fails_does_not_end_the_window(
    instrument, wait, monkeypatch, qtbot
):
    """An exception in a part's slot: the next parts are shown all the same."""

    def torn(_):
        raise RuntimeError("torn")

    monkeypatch.setattr(instrument.window.image, "set_caption", torn)
    with qtbot.capture_exceptions() as errors:
        state = replace(instrument.session.state, latent=Seed(8))
        instrument.session.apply(Edit(state, "Seed"))
        wait(lambda: instrument.settled)
    assert errors
    monkeypatch.undo()
    instrument.session.apply(Edit(replace(state, latent=Seed(9)), "Seed"))
    wait(lambda: instrument.settled)
    assert "seed 9" in instrument.window.image.caption.lower()


def test_two_hundred_edits_and_back(instrument, wait):
    """The whole history there and back ends where it began."""
    session, before = instrument.session, pixels(instrument)
    start = session.state
    for k in range(200):
        edits = {"psi": k / 200} if k % 2 else {"latent": Seed(k)}
        session.apply(Edit(replace(session.state, **edits), "Edit"))
    for _ in range(200):
        session.stack.undo()
    assert session.state == start
    wait(lambda: instrument.settled)
    np.testing.assert_array_equal(pixels(instrument), before)
