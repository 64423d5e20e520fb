from math import tau

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from sgviz.frame import NO_THUMBNAILS, Image, Problem, Thumbnails
from sgviz.gui.session import Edit, Gesture
from sgviz.gui.theme import DARK, LIGHT
from sgviz.gui.z_view import ZView
from sgviz.state import State

POINTS = 96
ANGLES = np.arange(POINTS, dtype=np.float32) * np.float32(tau / POINTS)
COLOURS = np.full((POINTS, 4), (90, 160, 240, 255), np.uint8)
NAMES = ("plane 0, 1", "random 1", "random 2")


def thumbnails(made: int, circle: int = 0, total: int = 24, value: int = 200):
    pixels = np.full((made, 16, 16, 3), value, np.uint8)
    angles = np.arange(made, dtype=np.float32) * np.float32(tau / total)
    return Thumbnails(circle, pixels, angles, total)


class Paints(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        for each in (widget, *widget.findChildren(QWidget)):
            each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def view(qtbot):
    view = ZView()
    qtbot.addWidget(view)
    view.set_theme(DARK)
    view.set_scene(ANGLES, COLOURS)
    view.set_circles(NAMES, 0)
    view.resize(400, 440)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    # Deleted here and now: no search for garbage is needed to see that it went.
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def place_of(view: ZView, point: int) -> QPoint:
    layout = view.canvas.layout_now()
    x, y = layout.at(float(view.canvas.angles[point]), layout.dots)
    return QPoint(round(x), round(y))


def move(view: ZView, place: QPoint) -> None:
    """A mouse move of the widget's own: the screen's real pointer cannot cut in."""
    at, none = QPointF(place), Qt.MouseButton.NoButton
    world = QPointF(view.canvas.mapToGlobal(place))
    keys = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, at, world, none, none, keys)
    QApplication.sendEvent(view.canvas, event)


def heard(signal) -> list[tuple]:
    calls: list[tuple] = []
    signal.connect(lambda *args: calls.append(args))
    return calls


def test_hovering_a_dot_says_which(view, qtbot):
    hovered, left = heard(view.point_hovered), heard(view.hover_left)
    for point in (5, 50, 94, 95, 0):
        move(view, place_of(view, point))
    assert hovered == [(0, 5), (0, 50), (0, 94), (0, 95), (0, 0)]
    move(view, QPoint(200, 190))
    assert left == [()]
    assert view.canvas.focus_angle is None


def test_the_same_dot_is_said_once(view, qtbot):
    hovered = heard(view.point_hovered)
    at = place_of(view, 30)
    move(view, at)
    move(view, at + QPoint(1, 0))
    assert hovered == [(0, 30)]


def test_leaving_the_view_ends_the_hover(view, qtbot):
    left = heard(view.hover_left)
    move(view, place_of(view, 7))
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert left == [()]


def test_a_thumbnail_is_hovered_and_taken(view, qtbot):
    view.set_thumbnails(thumbnails(24))
    hovered, clicked = heard(view.point_hovered), heard(view.point_clicked)
    layout = view.canvas.layout_now()
    x, y = layout.at(5 * tau / 24, layout.thumbs)
    at = QPoint(round(x), round(y))
    move(view, at)
    qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert hovered == [(0, 20)]
    assert clicked == [(0, 20)]
    qtbot.mouseClick(view.canvas, Qt.MouseButton.RightButton, pos=at)
    assert clicked == [(0, 20)]


def test_the_arrow_keys_step_around_the_end(view, qtbot):
    hovered, clicked = heard(view.point_hovered), heard(view.point_clicked)
    view.set_highlight(0, float(ANGLES[95]))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Left)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert hovered == [(0, 0), (0, 95)]
    assert clicked == [(0, 95)]


def test_a_highlight_from_outside_grows_the_dot_and_the_thumbnail(view):
    view.set_thumbnails(thumbnails(24))
    before = view.canvas.grab().toImage()
    view.set_highlight(0, float(ANGLES[95]))
    after = view.canvas.grab().toImage()
    layout = view.canvas.layout_now()
    # Point 95 is next to thumbnail 0, not to 23: its side is larger than at rest.
    x, y = layout.at(0.0, layout.thumbs)
    edge = QPoint(round(x + layout.thumb / 2 + 2), round(y))
    assert before.pixelColor(edge) != after.pixelColor(edge)
    x, y = layout.at(float(ANGLES[95]), layout.dots + layout.dot + 2)
    assert before.pixelColor(round(x), round(y)) != after.pixelColor(round(x), round(y))
    view.set_highlight(None, 0.0)
    assert view.canvas.grab().toImage() == before


@pytest.mark.parametrize("circle", [1, None])
def test_what_is_not_on_this_circle_is_not_lit(view, circle):
    view.set_highlight(0, float(ANGLES[3]))
    view.set_highlight(circle, 0.2)
    assert view.canvas.focus_angle is None


def test_thumbnails_grow_and_those_of_another_circle_are_not_shown(view):
    empty = view.canvas.grab().toImage()
    view.set_thumbnails(thumbnails(24, circle=2))
    assert view.canvas.grab().toImage() == empty
    view.set_thumbnails(thumbnails(3))
    assert [s.image is not None for s in view.canvas.slots] == [True] * 3 + [False] * 21
    view.set_thumbnails(thumbnails(24))
    assert all(s.image is not None and not s.stale for s in view.canvas.slots)


def test_a_second_network_is_within_the_ring_and_leaves_it(view):
    canvas = view.canvas
    view.resize(420, 460)
    view.set_thumbnails(thumbnails(24))
    before = canvas.layout_now()
    alone = canvas.grab().toImage()
    view.set_inner(thumbnails(5, value=200, total=12))
    layout = canvas.layout_now()
    assert layout.inner > 0 and layout.image < before.image
    assert layout.dots == before.dots
    assert [slot.image is not None for slot in canvas.inner] == [True] * 5 + [False] * 7
    assert "second network" in canvas.toolTip()
    x, y = layout.at(0.0, layout.inner)
    at = canvas.grab().toImage().pixelColor(round(x), round(y))
    assert at.red() == at.green() == at.blue() == 200
    hovered = heard(view.point_hovered)
    move(view, QPoint(*map(round, layout.at(np.pi / 2, layout.inner))))
    assert hovered and hovered[-1][1] == len(canvas.angles) // 4
    # Ticks of bends have its place while they are shown.
    view.set_bends((canvas.angles[:3],))
    assert not canvas.layout_now().inner
    view.set_bends(())
    view.set_inner(thumbnails(12, circle=2, total=12))  # another circle's
    assert sum(slot.image is not None for slot in canvas.inner) == 5
    view.set_inner(NO_THUMBNAILS)
    move(view, QPoint(1, 1))
    assert canvas.layout_now() == before
    assert canvas.grab().toImage() == alone
    assert "second" not in canvas.toolTip()


def test_old_thumbnails_stay_faint_until_they_are_replaced(view):
    view.set_thumbnails(thumbnails(24))
    view.set_thumbnails(thumbnails(2, value=90))
    assert [s.stale for s in view.canvas.slots] == [False] * 2 + [True] * 22
    view.set_state(State(ring=1))
    assert all(s.image is None for s in view.canvas.slots)


def test_another_circle_is_an_edit(view, qtbot):
    edits = heard(view.edited)
    view.chooser.setFocus()
    qtbot.keyClick(view.chooser, Qt.Key.Key_Down)
    assert edits == [(Edit(State(ring=1), "Circle shown", Gesture.DONE),)]
    view.set_state(State(ring=2))
    assert view.chooser.currentIndex() == 2
    assert len(edits) == 1
    hovered = heard(view.point_hovered)
    move(view, place_of(view, 5))
    assert hovered == [(2, 5)]


def test_a_ring_beyond_the_circles_shows_the_last(view):
    view.set_circles(NAMES, 2)
    view.set_thumbnails(thumbnails(24, circle=2))
    view.set_state(State(ring=7))
    assert view.chooser.currentIndex() == 2
    assert all(s.image is not None for s in view.canvas.slots)


def test_no_tip_lies_on_the_picture_that_is_looked_at(view):
    at = place_of(view, 7)
    for point, shown in ((at, False), (QPoint(200, 190), True)):
        move(view, point)
        tip = QHelpEvent(QEvent.Type.ToolTip, point, view.canvas.mapToGlobal(point))
        QApplication.sendEvent(view.canvas, tip)
        assert QToolTip.isVisible() == shown
    QToolTip.hideText()


def test_an_angle_between_two_points_stays_where_it_is(view):
    """What is shown about it elsewhere is about that angle too."""
    between = float(ANGLES[25] + 0.4 * (ANGLES[26] - ANGLES[25]))
    view.set_highlight(0, between)
    assert view.canvas.focus_angle == between


def test_playing_moves_forward_and_pauses_where_it_is(view, qtbot):
    played = heard(view.played)
    view.set_highlight(0, float(ANGLES[90]))
    view.transport.set_seconds(2.0)
    start = float(ANGLES[90])
    qtbot.mouseClick(view.transport.play_button, Qt.MouseButton.LeftButton)
    assert view.is_playing
    qtbot.waitUntil(lambda: len(played) > 30 and played[-1][1] < 1.0)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Space)
    assert not view.is_playing
    steps = np.diff([start, *(angle for _, angle in played)])
    steps = (steps + np.pi) % tau - np.pi
    assert (steps > 0).all()
    assert all(circle == 0 and 0 <= angle < tau for circle, angle in played)
    count = len(played)
    qtbot.wait(80)
    assert len(played) == count
    assert view.canvas.focus_angle == played[-1][1]


def test_playing_turns_the_other_way(view, qtbot):
    played = heard(view.played)
    qtbot.mouseClick(view.transport.turn_button, Qt.MouseButton.LeftButton)
    view.play()
    qtbot.waitUntil(lambda: len(played) > 3)
    view.pause()
    assert played[-1][1] > np.pi


def test_while_it_plays_neither_hand_nor_echo_moves_the_focus(view, qtbot):
    played, hovered = heard(view.played), heard(view.point_hovered)
    view.play()
    qtbot.waitUntil(lambda: len(played) > 2)
    view.set_highlight(0, float(ANGLES[48]))
    move(view, place_of(view, 20))
    assert hovered == []
    assert view.canvas.focus_angle == played[-1][1]
    view.pause()


def test_a_hidden_view_does_not_play(view):
    view.play()
    view.hide()
    assert not view.is_playing


def test_an_idle_view_paints_nothing(view, qtbot):
    view.set_thumbnails(thumbnails(24))
    view.set_image(Image(np.zeros((8, 8, 3), np.uint8), 1.0, True))
    view.play()
    qtbot.wait(60)
    view.pause()
    qtbot.wait(60)
    paints = Paints(view)
    state = State()
    view.set_state(state)
    view.set_scene(ANGLES.copy(), COLOURS.copy())
    view.set_circles(NAMES, 0)
    view.set_marker(None)
    qtbot.wait(300)
    assert paints.count == 0


def test_the_speed_is_seconds_a_turn(view, qtbot):
    transport = view.transport
    transport.field.setFocus()
    transport.field.selectAll()
    qtbot.keyClicks(transport.field, "30")
    qtbot.keyClick(transport.field, Qt.Key.Key_Return)
    assert transport.seconds == 30.0
    assert 60 / 2 ** transport.slider.value() == pytest.approx(30.0)
    transport.slider.setFocus()
    qtbot.keyClick(transport.slider, Qt.Key.Key_End)
    assert transport.seconds == pytest.approx(2.0)
    qtbot.mouseDClick(transport.slider, Qt.MouseButton.LeftButton)
    assert transport.seconds == 12.0


def test_the_wheel_does_not_turn_what_has_no_focus(view):
    view.canvas.setFocus()
    for widget in (view.transport.slider, view.chooser):
        at = QPointF(5, 5)
        none = Qt.KeyboardModifier.NoModifier
        wheel = QWheelEvent(
            at, QPointF(widget.mapToGlobal(at.toPoint())), QPoint(0, -120),
            QPoint(0, -120), Qt.MouseButton.NoButton, none,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, wheel)
    assert view.transport.seconds == 12.0
    assert view.chooser.currentIndex() == 0


def test_a_problem_takes_the_place_of_the_images(view, qtbot):
    view.set_thumbnails(thumbnails(24))
    with_images = view.canvas.layout_now().dots
    view.set_problem(Problem("No network, so no images."))
    assert view.canvas.layout_now().dots > with_images
    assert not view.note.isVisible()
    view.set_image(Image(np.zeros((8, 8, 3), np.uint8), 1.0, True))
    assert view.note.isVisible()
    assert view.note.text() == "No network, so no images."
    view.set_problem(None)
    assert not view.note.isVisible()
    qtbot.waitUntil(lambda: view.canvas.layout_now().dots == with_images)


def test_points_and_colours_belong_together(view):
    with pytest.raises(ValueError, match="colours"):
        view.set_scene(ANGLES, COLOURS[:5])


@pytest.mark.parametrize("size", [(240, 160), (240, 240), (1200, 300), (900, 900)])
@pytest.mark.parametrize("points", [0, 8, 4096])
def test_it_paints_at_any_size(view, qtbot, size, points):
    angles = np.arange(points, dtype=np.float32) * np.float32(tau / max(1, points))
    view.set_scene(angles, np.full((points, 4), 255, np.uint8))
    view.set_thumbnails(thumbnails(5))
    view.set_marker(1.0)
    view.set_theme(LIGHT)
    view.resize(*size)
    assert not view.grab().isNull()
    assert (view.width(), view.height()) == size


@pytest.mark.parametrize("width", [230, 265, 300, 380, 600])
def test_the_circle_is_named_whole_before_the_speed_has_its_slider(view, qtbot, width):
    view.set_circles(("axes 0, 1", "random 3 (seed 0)"), 1)
    view.resize(width, 320)
    # The bracket goes first: the list of circles says it too, and the tip.
    name = "random 3 (seed 0)" if width > 250 else "random 3"
    qtbot.waitUntil(lambda: view.chooser.shown_text() == name)
    transport = view.transport
    assert transport.slider.isVisible() == (width >= 380)
    assert view.rect().contains(transport.geometry())
    assert transport.rect().contains(transport.field.geometry())
    assert not transport.slider.isVisible() or transport.slider.width() > 40


def test_everything_has_a_name_and_a_tip(view):
    for widget in (
        view.canvas, view.chooser, view.transport.play_button, view.transport.slider,
        view.transport.turn_button, view.transport.field,
    ):  # fmt: skip
        assert widget.toolTip()
        assert widget.accessibleName()
