"""What the 3-D view draws and says, with a real context and real events."""

import gc
from dataclasses import replace

import numpy as np
import pytest
from OpenGL import GL
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from sgviz.gui.gl import curve_item, export, painted_view, stage, whole_picture
from sgviz.gui.gl.camera import to_pixels
from sgviz.gui.gl.detail import Detail
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.scene_view import SceneView
from sgviz.gui.gl.shot import Look
from sgviz.gui.theme import DARK, LIGHT
from sgviz.state import Camera

pytestmark = pytest.mark.gl

REST = 250
BACK = (0x0E, 0x11, 0x16)


@pytest.fixture
def frames(view):
    """Milliseconds of the frames painted from here on, and which drew the scene."""
    painted, drawn, draw = [], [], view.draw_scene
    view.frame_painted.connect(painted.append)
    view.draw_scene = lambda *a: (drawn.append(a[0].look), draw(*a))
    return painted, drawn


@pytest.fixture
def draw_by(monkeypatch):
    """``draw_by(lines)``: what moves is drawn by wide lines, or by ribbons."""

    def choose(lines):
        if not lines:
            none = property(lambda self: 0.0)
            monkeypatch.setattr(Programs, "widest_line", none)

    return choose


def grab(view, read):
    return read(view.grabFramebuffer())[..., :3].astype(int)


def thick(mask):
    """A mask grown by a pixel to every side."""
    out = mask.copy()
    for axis in (0, 1):
        out |= np.roll(out, 1, axis) | np.roll(out, -1, axis)
    return out


def lit(image, colour, near=60):
    return (np.abs(image - np.array(colour)).sum(axis=-1) < near).sum()


class TestDrawing:
    """Pixels."""

    def test_a_curve_is_where_it_should_be_as_wide_as_it_should_be(
        self, view, read, where
    ):
        view.set_line_width(6.0)
        top = where(view, 1, 1, 6)  # the highest point of an upper ring
        column = grab(view, read)[:, top.x()]
        near = column[top.y() - 12 : top.y() + 12]
        reddish = near[:, 0] - near[:, 2] > 60
        assert 5 <= reddish.sum() <= 7
        assert abs(np.flatnonzero(reddish).mean() - 12) < 1.5

    @pytest.mark.parametrize("closed", [True, False])
    def test_wide_lines_and_ribbons_look_alike(
        self, view, read, draw_by, make_rings, make_paint, closed
    ):
        view.set_scene(make_rings(), make_paint(3, 24), closed)
        view.insist(Look.PLAIN)
        by_lines = grab(view, read)
        draw_by(lines=False)
        view.insist(Look.PLAIN)
        by_ribbons = grab(view, read)
        assert 0.0 < np.abs(by_lines - by_ribbons).mean() < 1.0
        assert (np.abs(by_lines - by_ribbons).max(axis=-1) > 120).sum() < 40

    def test_the_background_is_the_themes(self, view, read):
        assert tuple(grab(view, read)[2, 2]) == BACK
        view.set_theme(LIGHT)
        assert tuple(grab(view, read)[2, 2]) == (0xF7, 0xF7, 0xF5)
        view.set_theme(DARK)
        assert tuple(grab(view, read)[2, 2]) == BACK

    def test_an_open_curve_does_not_close(self, view, read, make_rings, make_paint):
        rings = make_rings(1, 1, 4)  # a square on its corner
        view.set_axes(("", "", ""), False)
        view.set_scene(rings, make_paint(1, 4))
        whole = lit(grab(view, read), (255, 80, 40), 200)
        view.set_scene(rings.copy(), make_paint(1, 4), closed=False)
        part = lit(grab(view, read), (255, 80, 40), 200)
        assert 0.65 * whole < part < 0.85 * whole

    @pytest.mark.parametrize("lines", [True, False])
    @pytest.mark.parametrize("look", [Look.PLAIN, Look.FINE])
    def test_what_passes_in_front_cuts_what_is_behind(
        self, empty_view, read, look, make_paint, lines, draw_by
    ):
        draw_by(lines)
        view = empty_view
        view.set_points("off")
        view.set_axes(("", "", ""), False)
        view.set_line_width(6.0)
        for front in (0, 1):
            lines = np.zeros((1, 2, 2, 3), dtype=np.float32)
            lines[0, 0, :, 1], lines[0, 1, :, 2] = (-1, 1), (-1, 1)
            lines[0, front, :, 0] = 0.4
            colours = make_paint(2, 2)
            colours[1] = (40, 120, 255, 255)
            view.set_scene(lines, colours, closed=False)
            view.set_camera(Camera(distance=6.0, azimuth=0.0, elevation=0.0))
            view.insist(look)
            centre = grab(view, read)[150, 200]
            assert (centre[0] > centre[2]) == (front == 0)

    @pytest.mark.parametrize("lines", [True, False])
    def test_a_halo_parts_the_line_behind(
        self, empty_view, read, make_paint, lines, draw_by
    ):
        draw_by(lines)
        view = empty_view
        view.set_axes(("", "", ""), False)
        view.set_points("off")
        view.set_line_width(4.0)
        lines = np.zeros((1, 2, 2, 3), dtype=np.float32)
        lines[0, 0, :, 1], lines[0, 1, :, 2] = (-1, 1), (-1, 1)
        lines[0, 0, :, 0] = 0.3
        view.set_scene(lines, make_paint(2, 2), closed=False)
        view.set_camera(Camera(distance=6.0, azimuth=0.0, elevation=0.0))
        for look in (Look.PLAIN, Look.FINE):
            view.insist(look)
            column = grab(view, read)[140:160, 200, 0]
            assert column[10] > 150
            assert column.min() < 110

    def test_the_far_side_is_paler(self, view, read, where):
        near_camera = Camera((0.0, 2.5, 1.25), 20.0, 55.0, 5.0)
        view.set_camera(near_camera)
        image = grab(view, read)
        near, far = where(view, 0, 2, 6), where(view, 0, 0, 6)
        box = 3

        def brightest(at):
            y, x = at.y(), at.x()
            return image[y - box : y + box, x - box : x + box, 0].max()

        assert brightest(near) > brightest(far) + 20

    def test_axes_and_their_numbers_come_and_go(self, view, read):
        without = grab(view, read)
        view.set_axes(("first", "second", "third"), True)
        with_axes = grab(view, read)
        view.set_octants(True)
        with_planes = grab(view, read)
        changed = (with_axes != without).any(axis=-1).sum()
        assert changed > 500
        assert (with_planes != with_axes).any(axis=-1).sum() > 5 * changed
        view.set_octants(False)
        view.set_axes(("first", "second", "third"), False)
        assert (grab(view, read) == without).all()

    def test_dots(self, view, read):
        without = grab(view, read)
        view.set_points("on")
        assert (grab(view, read) != without).any(axis=-1).sum() > 144 * 8
        view.set_points("auto")
        assert (grab(view, read) != without).any()

    def test_a_highlight_lights_every_slice(self, view, read, where):
        ink = tuple(int(DARK.text[k : k + 2], 16) for k in (1, 3, 5))
        assert lit(grab(view, read), ink) == 0
        view.set_highlight(1, 6)
        image = grab(view, read)
        for s in (0, 1):
            at = where(view, s, 1, 6)
            box = image[at.y() - 9 : at.y() + 10, at.x() - 9 : at.x() + 10]
            assert lit(box, ink) > 10
        view.set_highlight(None, None)
        assert lit(grab(view, read), ink) == 0
        view.set_highlight(99, 99)
        assert lit(grab(view, read), ink) == 0

    def test_a_marker_rings_the_latent(self, view, read):
        accent = tuple(int(DARK.accent[k : k + 2], 16) for k in (1, 3, 5))
        view.set_marker(np.array([[0.0, 1.25, 1.25], [0.0, 3.75, 1.25]]))
        assert lit(grab(view, read), accent) > 40
        view.set_marker(None)
        assert lit(grab(view, read), accent) == 0

    @pytest.mark.parametrize("distance", [1.0, 0.3, 0.05])
    @pytest.mark.parametrize(
        ("look", "lines"),
        [(Look.PLAIN, True), (Look.PLAIN, False), (Look.FINE, False)],
    )
    def test_inside_the_cloud_no_line_goes_astray_or_missing(
        self, empty_view, read, make_paint, distance, look, lines, draw_by
    ):
        draw_by(lines)
        view = empty_view
        view.set_axes(("", "", ""), False)
        view.set_points("off")
        view.set_line_width(3.0)
        curves = np.random.RandomState(0).randn(1, 12, 9, 3).astype(np.float32)
        view.set_scene(curves, make_paint(12, 9))
        view.set_camera(Camera(distance=distance, azimuth=20.0))
        view.insist(look)
        drawn = np.abs(grab(view, read) - np.array(BACK)).sum(axis=-1) > 60
        share = np.linspace(0.0, 1.0, 40_000)[:, None, None]
        following = np.roll(curves[0], -1, axis=1)[:, None]
        wanted = np.zeros((300, 400), dtype=bool)
        for curve, after in zip(curves[0], following, strict=True):
            line = (curve + share * (after - curve)).reshape(-1, 3).astype(float)
            x, y, depth = to_pixels(line, view.matrix(), (400.0, 300.0)).T
            seen = (depth > -1) & (x > 0) & (x < 400) & (y > 0) & (y < 300)
            wanted[y[seen].astype(int), x[seen].astype(int)] = True
        assert wanted.sum() > 300
        inner = np.s_[4:-4, 4:-4]
        assert not (wanted & ~thick(thick(drawn)))[inner].any()
        astray = drawn & ~thick(thick(thick(thick(wanted))))
        assert astray[inner].sum() < 0.005 * drawn.sum()

    def test_the_focus_is_seen_when_it_came_by_a_key(self, view, read):
        def focus(reason, kind):
            QApplication.sendEvent(view, QFocusEvent(kind, reason))
            return grab(view, read)[0, 200]

        by_key = focus(Qt.FocusReason.TabFocusReason, QEvent.Type.FocusIn)
        assert tuple(by_key) != BACK
        gone = focus(Qt.FocusReason.TabFocusReason, QEvent.Type.FocusOut)
        assert tuple(gone) == BACK
        by_mouse = focus(Qt.FocusReason.MouseFocusReason, QEvent.Type.FocusIn)
        assert tuple(by_mouse) == BACK
        assert view.focusPolicy() == Qt.FocusPolicy.StrongFocus


class TestHand:
    """Hover, click, turn, move, zoom, keys."""

    def test_hover_says_where_and_leaves(self, view, where, move):
        said, left = [], []
        view.point_hovered.connect(lambda *at: said.append(at))
        view.hover_left.connect(lambda: left.append(1))
        for c, k in ((0, 3), (2, 11), (1, 20)):
            move(view, where(view, 1, c, k))
        assert said == [(0, 3), (2, 11), (1, 20)]
        move(view, QPoint(3, 3))
        assert left == [1]
        move(view, where(view, 0, 0, 0))
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
        assert left == [1, 1]

    def test_click_is_a_press_and_release_in_one_place(self, view, where):
        said = []
        view.point_clicked.connect(lambda *at: said.append(at))
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(view, left, none, where(view, 0, 2, 5))
        assert said == [(2, 5)]
        QTest.mouseClick(view, left, none, QPoint(3, 3))
        QTest.mouseClick(view, Qt.MouseButton.RightButton, none, where(view, 0, 2, 5))
        assert said == [(2, 5)]

    @pytest.mark.parametrize(
        ("button", "modifier", "turns"),
        [
            (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, True),
            (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, False),
            (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, False),
            (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, False),
        ],
    )
    def test_a_drag_turns_or_moves_and_is_told_once(
        self, view, move, button, modifier, turns
    ):
        moved, clicked = [], []
        view.camera_moved.connect(moved.append)
        view.point_clicked.connect(lambda *at: clicked.append(at))
        before = view.camera
        QTest.mousePress(view, button, modifier, QPoint(100, 100))
        for k in range(8):
            move(view, QPoint(100 + 6 * k, 100 + 3 * k), button)
        assert moved == []
        QTest.mouseRelease(view, button, modifier, QPoint(142, 121))
        assert moved == [view.camera] and clicked == []
        assert (view.camera.azimuth != before.azimuth) == turns
        assert (view.camera.centre != before.centre) != turns
        assert view.camera.distance == before.distance

    def wheel(self, view, at, pixels=0, angle=0):
        local = QPointF(*at)
        event = QWheelEvent(
            local,
            view.mapToGlobal(local),
            QPoint(0, pixels),
            QPoint(0, angle),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)

    def test_the_wheel_zooms_to_the_cursor_and_tells_when_it_rests(self, view, qtbot):
        moved = []
        view.camera_moved.connect(moved.append)
        before = view.camera.distance
        place = view.pivot_at(QPointF(300.0, 40.0))
        for _ in range(3):
            self.wheel(view, (300.0, 40.0), angle=120)
        assert view.camera.distance < 0.8 * before
        assert view.pivot_at(QPointF(300.0, 40.0)) == pytest.approx(place, abs=0.05)
        qtbot.waitUntil(lambda: bool(moved))
        assert moved == [view.camera]
        zoomed = view.camera.distance
        self.wheel(view, (300.0, 40.0), pixels=-10, angle=-1)
        assert zoomed < view.camera.distance < 1.1 * zoomed

    def test_a_double_click_sets_the_pivot(self, view, where, qtbot, make_rings):
        at = where(view, 0, 2, 8)
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseDClick(view, left, none, at)
        assert view.camera.centre == pytest.approx(make_rings()[0, 2, 8], abs=1e-5)
        qtbot.waitUntil(lambda: view.shown_camera == view.camera)
        assert (where(view, 0, 2, 8) - QPoint(200, 150)).manhattanLength() <= 1

    def test_keys(self, view, qtbot):
        moved = []
        view.camera_moved.connect(moved.append)
        start = view.camera
        QTest.keyClick(view, Qt.Key.Key_Right)
        assert view.camera.azimuth != start.azimuth
        QTest.keyClick(view, Qt.Key.Key_Up)
        assert view.camera.elevation > start.elevation
        QTest.keyClick(view, Qt.Key.Key_O)
        assert view.camera.orthographic
        QTest.keyClick(view, Qt.Key.Key_5)
        assert not view.camera.orthographic
        for key, view_from in (
            (Qt.Key.Key_1, (-90.0, 0.0)),
            (Qt.Key.Key_3, (0.0, 0.0)),
            (Qt.Key.Key_7, (-90.0, 90.0)),
        ):
            QTest.keyClick(view, key)
            assert (view.camera.azimuth, view.camera.elevation) == view_from
        QTest.keyClick(view, Qt.Key.Key_Plus)
        QTest.keyClick(view, Qt.Key.Key_F)
        assert moved[-1] == view.fitted(view.camera) == view.camera
        QTest.keyClick(view, Qt.Key.Key_Home)
        assert moved[-1] is None
        assert (view.camera.azimuth, view.camera.elevation) == (35.0, 22.0)
        qtbot.waitUntil(lambda: view.shown_camera == view.camera)

    def test_without_a_camera_of_its_own_the_view_follows_the_scene(
        self, view, make_rings, make_paint
    ):
        view.set_camera(None)
        first = view.camera
        view.set_scene(3.0 * make_rings(), make_paint(3, 24))
        assert view.camera.distance > 2.0 * first.distance
        given = Camera(distance=7.0)
        view.set_camera(given)
        view.set_scene(make_rings(), make_paint(3, 24))
        assert view.camera == given

    def test_who_only_turns_leaves_the_scene_framed(self, view, make_rings, make_paint):
        view.set_camera(None)
        view.orbit(40.0, 10.0)
        turned = view.camera
        assert turned.framed
        view.set_camera(turned)  # as the state says it, later
        assert view.camera == turned
        view.set_scene(3.0 * make_rings(), make_paint(3, 24))
        assert view.camera.azimuth == turned.azimuth
        assert view.camera.distance > 2.0 * turned.distance

    def test_something_else_is_framed_however_small_it_is(
        self, view, make_rings, make_paint
    ):
        view.set_camera(None)
        first = view.camera
        view.set_scene(0.1 * make_rings(), make_paint(3, 24))
        assert view.camera == first  # it shrank
        view.frame_next()
        view.set_scene(0.1 * make_rings(), make_paint(3, 24))
        assert view.camera.distance < 0.2 * first.distance

    def test_what_was_zoomed_into_is_framed_again_on_demand(self, view, qtbot):
        QTest.keyClick(view, Qt.Key.Key_Plus)
        assert not view.camera.framed
        near = view.camera
        view.set_camera(replace(near, framed=True))
        assert view.camera == replace(near, framed=True)  # until another scene comes
        QTest.keyClick(view, Qt.Key.Key_Plus)
        QTest.keyClick(view, Qt.Key.Key_F)
        assert view.camera.framed and view.camera == view.fitted(view.camera)


class TestFrames:
    """What is drawn when, and what not."""

    def test_idle_is_idle(self, view, frames):
        QTest.qWait(1200)
        assert frames == ([], [])

    def test_a_hover_draws_no_scene(self, view, frames, where, move):
        painted, drawn = frames
        for k in range(0, 24, 3):
            move(view, where(view, 0, 1, k))
            QTest.qWait(25)
        assert len(painted) >= 5 and drawn == []

    def test_what_moved_is_drawn_finely_at_rest_and_then_kept(self, view, frames):
        painted, drawn = frames
        view._canvas.pacing.record(Look.FINE, 500.0)  # an expensive scene
        for _ in range(5):
            view.orbit(3.0, 0.0)
            QTest.qWait(10)
        assert Look.FINE not in drawn and drawn
        QTest.qWait(REST)
        assert drawn[-1] is Look.FINE and drawn.count(Look.FINE) == 1
        count = len(painted)
        QTest.qWait(400)
        assert len(painted) == count

    def test_the_same_values_again_draw_nothing(self, view, frames, make_paint):
        positions, colours = view._positions, view._colours
        view.set_scene(positions, colours)
        view.set_axes(("y", "z", "x"), False)
        view.set_points("off")
        view.set_octants(False)
        view.set_theme(DARK)
        view.set_camera(view.camera)
        view.set_highlight(None, None)
        QTest.qWait(150)
        assert frames == ([], [])

    def test_new_positions_of_the_same_shape_write_only_positions(
        self, view, monkeypatch, make_rings
    ):
        from sgviz.gui.gl.buffers import Buffer

        written, write = [], Buffer.write

        def note(self, data):
            before = self._bytes
            write(self, data)
            written.append((data.dtype, self._bytes == before))

        view.insist(Look.PLAIN)
        view.grabFramebuffer()
        monkeypatch.setattr(Buffer, "write", note)
        view.set_scene(make_rings() + 0.01, view._colours)
        view.grabFramebuffer()
        assert written and all(same for _, same in written)
        assert np.uint32 not in {kind.type for kind, _ in written}

    def test_not_rendering_keeps_the_last_picture(self, view, read, make_paint):
        before = grab(view, read)
        view.set_render(False)
        view.set_scene(view._positions * 2.0, make_paint(3, 24))
        assert (grab(view, read) == before).all()
        view.set_render(True)
        assert (grab(view, read) != before).any()

    def test_above_200_000_segments_points_are_thinned_but_not_for_the_hand(
        self, empty_view, make_paint, make_rings, where, move
    ):
        view, many = empty_view, 90_000
        view.set_points("off")
        rings = make_rings(2, 3, many)
        view.set_scene(rings, make_paint(3, many))
        assert view.drawn_note == "drawn: every 3rd point"
        view.set_camera(Camera((0.0, 2.5, 1.25), 20.0, 0.0, 0.0))
        said = []
        view.point_hovered.connect(lambda *at: said.append(at))
        at = where(view, 0, 1, 7, rings)
        move(view, at)
        circle, point = said[0]
        assert circle == 1 and min(point, many - point) < many // 50
        found = where(view, 0, circle, point, rings)
        assert (found - at).manhattanLength() <= 1
        assert point % 3 or said  # any point, drawn or not
        view.set_scene(make_rings(), make_paint(3, 24))
        assert view.drawn_note == ""

    def test_very_many_curves_are_all_there_once_nothing_moves(
        self, view, read, make_rings, make_paint, qtbot, monkeypatch
    ):
        """As if one frame had drawn them; and thinned again where anything moves."""
        monkeypatch.setattr(whole_picture, "FIRST", 2)
        monkeypatch.setattr(whole_picture, "MOST", 2)
        for module in (stage, curve_item):
            monkeypatch.setattr(module, "HEAVY", 0)  # too many to be put in order
        rings, colours = make_rings(points=48), make_paint(3, 48)
        view.set_scene(rings, colours)
        view.settle()
        wanted, picture = grab(view, read), read(view.to_image(1.0))
        monkeypatch.setattr(stage, "detail_of", lambda *_: Detail(8, 3, 3))
        view.set_scene(rings.copy(), colours)
        view.settle()
        said = []
        view.detail_changed.connect(lambda: said.append(view.drawn_note))
        assert view.drawn_note == "drawn: every 8th point"
        assert (grab(view, read) != wanted).any()
        assert (read(view.to_image(1.0)) == picture).all()
        qtbot.waitUntil(lambda: said == [""])
        assert (grab(view, read) == wanted).all()
        view.orbit(10.0, 0.0)
        qtbot.waitUntil(lambda: said == ["", "drawn: every 8th point"])
        qtbot.waitUntil(lambda: len(said) == 3 and not view.is_filling)

    def test_strange_scenes(self, view, make_rings, make_paint):
        for shape in ((0, 0, 0), (1, 1, 1), (2, 1, 2), (1, 0, 8), (3, 2, 0)):
            view.set_scene(np.zeros((*shape, 3), np.float32), make_paint(*shape[1:]))
            view.set_highlight(0, 0)
            assert not view.grabFramebuffer().isNull()
        broken = make_rings()
        broken[0, 0, 3] = np.nan
        broken[1, 2, 5] = np.inf
        view.set_scene(broken, make_paint(3, 24))
        view.grabFramebuffer()
        with pytest.raises(ValueError, match="do not fit"):
            view.set_scene(make_rings(), make_paint(2, 24))

    def test_an_error_while_painting_is_noticed(self, view, paint_errors):
        view._stage.curves.draw = None
        view.insist(Look.PLAIN)
        view.grabFramebuffer()
        assert "NoneType" in paint_errors[0]
        paint_errors.clear()
        del view._stage.curves.draw


class TestPicture:
    """The picture of its own."""

    def test_is_as_large_as_wanted_and_shows_the_same(self, view, read):
        view.set_highlight(1, 6)
        view.set_axes(("a", "b", "c"), True)
        small, large = grab(view, read), read(view.to_image(3.0))
        assert large.shape == (900, 1200, 4) and (large[..., 3] == 255).all()
        shrunk = large[..., :3].reshape(300, 3, 400, 3, 3).mean(axis=(1, 3))
        assert np.abs(shrunk - small).mean() < 3.0
        assert (grab(view, read) == small).all()

    def test_may_be_transparent(self, view, read):
        view.set_axes(("a", "b", "c"), True)
        image = read(view.to_image(2.0, transparent=True))
        assert image[3, 3, 3] == 0
        assert (image[..., 3] == 255).sum() > 1000
        # No dark rims: what is half there has the colour of what is whole.
        half = image[(image[..., 3] > 100) & (image[..., 3] < 160)]
        assert len(half) > 100
        reddish = half[half[:, 0] > half[:, 2].astype(int) + 40]
        assert np.median(reddish[:, 0]) > 120

    def test_is_no_larger_than_memory_allows(self, empty_view, monkeypatch):
        monkeypatch.setattr(export, "MAX_PIXELS", 30_000)
        image = empty_view.to_image(100.0)
        assert 29_000 < image.width() * image.height() <= 30_100


class TestContext:
    """OpenGL around the view."""

    def test_state_is_left_as_it_was_found(self, view):
        view.makeCurrent()
        view.paintGL()
        state = {
            name: int(GL.glGetIntegerv(getattr(GL, name)))
            for name in (
                "GL_DEPTH_FUNC",
                "GL_CURRENT_PROGRAM",
                "GL_VERTEX_ARRAY_BINDING",
                "GL_BLEND_SRC_ALPHA",
            )
        }
        bound = int(GL.glGetIntegerv(GL.GL_FRAMEBUFFER_BINDING))
        assert bound == view.defaultFramebufferObject()
        view.doneCurrent()
        assert state == {
            "GL_DEPTH_FUNC": int(GL.GL_LESS),
            "GL_CURRENT_PROGRAM": 0,
            "GL_VERTEX_ARRAY_BINDING": 0,
            "GL_BLEND_SRC_ALPHA": int(GL.GL_ONE),
        }

    def test_items_of_pyqtgraph_stand_in_the_same_space(self, view, read, where):
        import pyqtgraph.opengl as gl

        before = grab(view, read)
        place = np.array([[0.0, 2.5, 1.25]])
        item = gl.GLScatterPlotItem(pos=place, size=9.0, glOptions="opaque")
        view.addItem(item)
        view.insist(Look.FINE)
        changed = np.argwhere((grab(view, read) != before).any(axis=-1))
        assert np.abs(changed.mean(axis=0) - (150, 200)).max() < 1.5

    def test_a_dock_floats_and_comes_back(self, qtbot, make_rings, make_paint, read):
        window, dock, view = QMainWindow(), QDockWidget("W"), SceneView()
        qtbot.addWidget(window)
        dock.setWidget(view)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        window.resize(700, 500)
        window.show()
        view.set_scene(make_rings(), make_paint(3, 24))
        view.set_points("off")
        for floating in (True, False):
            dock.setFloating(floating)
            QTest.qWait(REST)
            assert lit(grab(view, read), (255, 80, 40), 250) > 300

    def test_scenes_of_a_network_that_trains_wait_for_the_panels(
        self, view, frames, make_rings, make_paint, monkeypatch, qtbot
    ):
        # Whatever comes next counts as one of those, however slow the machine is.
        monkeypatch.setattr(painted_view, "STREAM_MS", (0, 60_000))
        view._apart.setInterval(300)
        paint = make_paint(3, 24)
        QTest.qWait(REST)
        _, drawn = frames
        view._canvas.pacing._cost[Look.FINE] = 25.0  # as it would be in a large window
        view.set_scene(make_rings(), paint)
        view.set_marker(np.zeros((1, 3), np.float32))
        QApplication.processEvents()
        assert drawn == []
        qtbot.waitUntil(lambda: bool(drawn))
        assert drawn == [Look.PLAIN]  # once, with the marker
        qtbot.waitUntil(lambda: len(drawn) > 1)
        assert drawn == [Look.PLAIN, Look.FINE]

    def test_a_picture_of_a_scene_that_waits_shows_it(
        self, view, read, frames, make_rings, make_paint
    ):
        view.set_scene(make_rings(), make_paint(3, 24))
        QTest.qWait(REST)
        before = grab(view, read)
        view.set_scene(0.5 * make_rings(), make_paint(3, 24))
        assert np.abs(grab(view, read) - before).max() > 60

    def test_a_lost_context_is_replaced(self, view, read):
        before = grab(view, read)
        view._canvas.context_lost()
        view.update()
        QTest.qWait(REST)
        assert (grab(view, read) == before).all()

    def test_nothing_piles_up(self, view, make_rings, make_paint):
        def buffers():
            gc.collect()
            view.makeCurrent()
            alive = sum(bool(GL.glIsBuffer(k)) for k in range(1, 2000))
            view.doneCurrent()
            return alive

        colours = make_paint(3, 24)
        view.set_points("on")
        view.set_highlight(0, 0)
        view.grabFramebuffer()
        before = buffers()
        for k in range(30):
            view.set_scene(make_rings() * (1 + k / 100), colours)
            view.set_scene(make_rings(1 + k % 3), colours)
            view.grabFramebuffer()
        assert buffers() == before
        other = SceneView()
        other.set_scene(make_rings(), colours)
        other.show()
        other.grabFramebuffer()
        assert buffers() > before
        other.close()
        other.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert buffers() <= before + 2  # Qt's own painter keeps its two


def test_trails_and_paths_are_drawn_and_never_picked(view, read):
    """Quieter curves: in the picture at once, gone at once, not under the cursor."""
    bare = grab(view, read)
    line = np.zeros((2, 30, 3), np.float32)
    line[:, :, 1] = np.linspace(-2.0, 7.0, 30)
    line[:, :, 2] = [[-2.2], [4.7]]
    green = np.broadcast_to(np.array((40, 255, 80, 255), np.uint8), (2, 30, 4)).copy()
    nothing, no_colour = line[:0], green[:0]
    for show in (view.set_trails, view.set_paths):
        show(line, green)
        painted = grab(view, read)
        assert lit(painted, (40, 255, 80), 120) > 200
        assert lit(painted, (255, 80, 40), 250) > 0.9 * lit(bare, (255, 80, 40), 250)
        x, y, _ = to_pixels(
            line[0, 15:16].astype(float), view.matrix(), view.logical_size()
        )[0]
        assert view._point_at(QPointF(x, y)) is None
        show(nothing, no_colour)
        view.settle()
        assert (grab(view, read) == bare).all()


def test_a_scene_that_comes_alone_is_drawn_once(
    view, frames, make_rings, make_paint, qtbot
):
    """As a network does that trains: another scene, its mark, then nothing."""
    _, drawn = frames
    view._canvas.pacing.record(Look.FINE, 5.0)
    view.settle()
    qtbot.wait(REST)
    drawn.clear()
    rings = make_rings()
    view.set_scene(rings, make_paint(*rings.shape[1:3]))
    qtbot.waitUntil(lambda: bool(drawn))
    view.set_marker(rings[:, 0, 0])
    qtbot.wait(REST)
    assert drawn == [Look.FINE]


def test_scenes_in_a_stream_are_drawn_quickly_and_finely_at_the_end(
    view, frames, make_rings, make_paint, qtbot, monkeypatch
):
    _, drawn = frames
    view.settle()
    qtbot.wait(REST)
    drawn.clear()
    # On a busy machine they come more slowly than a hand rests.
    monkeypatch.setattr(painted_view, "REST_MS", 60_000)
    monkeypatch.setattr(painted_view, "STREAM_MS", (60_000, 60_001))
    cost = view._canvas.pacing._cost
    cost[Look.FINE] = 25.0  # as it would be in a large window
    for _ in range(4):
        rings = make_rings()
        view.set_scene(rings, make_paint(*rings.shape[1:3]))
        seen = len(drawn)
        qtbot.waitUntil(lambda seen=seen: len(drawn) > seen)
        cost[Look.FINE] = 25.0
    view._rest.start(0)
    qtbot.waitUntil(lambda: len(drawn) > 4)
    assert drawn == [Look.FINE, Look.PLAIN, Look.PLAIN, Look.PLAIN, Look.FINE]


def test_scenes_of_a_network_that_trains_are_drawn_finely_when_it_pauses(
    view, frames, make_rings, make_paint, qtbot
):
    _, drawn = frames
    view.settle()
    qtbot.wait(REST)
    drawn.clear()
    for _ in range(3):
        rings = make_rings()
        view.set_scene(rings, make_paint(*rings.shape[1:3]))
        view._canvas.pacing._cost[Look.FINE] = 25.0  # as it is beside a training
        qtbot.wait(300)
    assert Look.FINE not in drawn[1:], "the first may have come alone"
    qtbot.wait(900)
    assert drawn[-1] is Look.FINE
