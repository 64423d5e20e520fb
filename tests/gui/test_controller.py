"""State to panels and to the render thread, parts to views; the thread is a fake."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from sgviz.frame import (
    Image,
    Marker,
    ModelInfo,
    Part,
    Problem,
    Scene,
    Thumbnails,
)
from sgviz.gui.session import Edit, Gesture, Session
from sgviz.state import CirclesFile, Focus, Given, OnCircle, Seed, State

SHA = "a" * 64


class FakeThread(QObject):
    """Writes requests down; parts are put into its hands."""

    parts_ready = Signal()
    idle = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.requests = []
        self.parts = []

    def submit(self, request) -> None:
        self.requests.append(request)

    def take_parts(self):
        parts, self.parts = self.parts, []
        return parts

    def give(self, name, value=None, problem=None, serial=None):
        serial = len(self.requests) if serial is None else serial
        self.parts.append(Part(name, None, serial, value, problem))
        self.parts_ready.emit()


@pytest.fixture
def thread(qapp):
    return FakeThread()


@pytest.fixture
def window(qapp):
    from PySide6.QtCore import QCoreApplication, QEvent

    from sgviz.gui.main_window import MainWindow

    window = MainWindow()
    yield window
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def session(window):
    return Session(State(), window)


@pytest.fixture
def controller(session, window, thread):
    from sgviz.gui.controller import Controller

    controller = Controller(session, window, thread)
    controller.update()
    return controller


def scene(circles=6, points=96, **changes):
    angles = np.arange(points, dtype=np.float32) * np.float32(2 * np.pi / points)
    positions = np.random.RandomState(0).randn(4, circles, points, 3)
    made = Scene(
        positions=positions.astype(np.float32),
        angles=np.tile(angles, (circles, 1)),
        circles=tuple(f"circle {k}" for k in range(circles)),
        titles=("0 1 2", "3 4 5", "6 7 8", "9 10 11"),
        axes=("w0", "w1", "w2"),
        of=State().circles,
    )
    return replace(made, **changes)


INFO = ModelInfo(
    label="a network", family="StyleGAN2", device="CPU", resolution=64, z_dim=512,
    w_dim=512, depth=8, rows=("4x4", "8x8", "64x64 colour"), kimg=1.0, sha256=SHA,
)  # fmt: skip
IMAGE = Image(np.zeros((64, 64, 3), np.uint8), 12.0, exact=True)


def test_the_first_request(controller, thread, session):
    assert len(thread.requests) == 1
    request = thread.requests[0]
    assert (request.serial, request.state) == (1, session.state)
    assert request.settled == session.state
    assert not controller.settled


def test_it_is_settled_when_the_newest_request_is_served(controller, thread, session):
    thread.idle.emit(1)
    assert controller.settled
    session.apply(Edit(replace(session.state, psi=0.5), "Psi"))
    assert not controller.settled
    thread.idle.emit(1)
    assert not controller.settled
    thread.idle.emit(2)
    assert controller.settled


@pytest.mark.parametrize("name", ["latents", "styles", "w_view", "z_view"])
def test_a_panel_s_edit_is_asked_for(controller, thread, session, window, name):
    state = replace(session.state, psi=0.5)
    getattr(window, name).edited.emit(Edit(state, "Psi"))
    assert session.state == state
    assert [request.state for request in thread.requests][-1] == state
    assert len(thread.requests) == 2


def test_an_edit_that_changes_nothing_asks_for_nothing(controller, thread, window):
    window.styles.edited.emit(Edit(State(), "Nothing"))
    assert len(thread.requests) == 1


def test_a_drag_keeps_the_settled_state(controller, thread, window):
    for value in (0.9, 0.8):
        state = replace(State(), psi=value)
        window.latents.edited.emit(Edit(state, "Psi", Gesture.MOVING, 2))
    request = thread.requests[-1]
    assert (request.settled, request.state.psi) == (State(), 0.8)
    assert request.focus == Focus(moving=True, layer=2)


def test_states_go_to_every_panel_and_come_back_from_none(controller, session, window):
    """What is shown must not be said again: that would be a loop."""
    said = []
    for panel in (window.latents, window.styles, window.w_view, window.z_view):
        panel.edited.connect(said.append)
        panel.set_model(INFO)
    styles = State().styles.edited("psi", (1,), 0.3).edited("noise", (0,), 2.0)
    session.apply(
        Edit(
            replace(
                State(), psi=0.4, latent=Seed(99), cutoff=2, noise="random",
                noise_seed=5, styles=styles, ring=3, centred=False,
                look=replace(State().look, colour="circle", points="on", axes=False),
            ),
            "Everything",
        )
    )  # fmt: skip
    session.stack.undo()
    session.stack.redo()
    assert said == []
    assert session.stack.count() == 1


def test_an_image_is_shown_everywhere(controller, thread, window):
    thread.give("image", IMAGE)
    assert controller.image is IMAGE
    assert window.image.canvas.image is IMAGE
    assert window.z_view.canvas.image is IMAGE
    assert "64×64 · exact · 12 ms" in window.image.caption


def test_a_problem_takes_the_place_of_the_image(controller, thread, window):
    thread.give("image", IMAGE)
    thread.give("image", problem=Problem("no network", "why"))
    assert controller.image is None
    assert window.image.card.text == "no network"
    assert window.z_view.canvas.image is None
    thread.give("image", IMAGE)
    assert window.image.canvas.image is IMAGE


def test_a_scene_reaches_the_ring(controller, thread, window):
    thread.give("scene", scene())
    assert len(window.z_view.canvas.angles) == 96
    assert window.z_view.chooser.count() == 6


def test_a_scene_that_fails_leaves_no_ring_to_point_at(
    controller, thread, session, window
):
    thread.give("scene", scene())
    window.w_view.point_hovered.emit(1, 3)
    thread.give("scene", problem=Problem("too many points"))
    assert not len(window.z_view.canvas.angles)
    window.w_view.point_clicked.emit(1, 3)
    assert session.stack.count() == 0
    thread.give("scene", scene())
    assert len(window.z_view.canvas.angles) == 96


def test_thumbnails_and_their_problem(controller, thread, window):
    pixels = np.zeros((24, 8, 8, 3), np.uint8)
    angles = np.linspace(0, 6, 24, dtype=np.float32)
    thread.give("thumbnails", problem=Problem("geometry only"))
    assert window.z_view.canvas.problem is not None
    thread.give("thumbnails", Thumbnails(0, pixels, angles, 24))
    assert window.z_view.canvas.problem is None


def test_a_model_is_told_to_everybody(controller, thread, window):
    thread.give("model", replace(INFO, notice="The GPU failed: computing on the CPU."))
    assert len(window.styles.rows) == 3
    assert window.notifications.notes() == ["The GPU failed: computing on the CPU."]
    thread.give("model", problem=Problem("net.safetensors is not where it was"))
    assert window.notifications.notes()[-1] == "net.safetensors is not where it was"


def test_a_marker_that_fails_is_no_marker(controller, thread, window, monkeypatch):
    shown = []
    monkeypatch.setattr(window.w_view, "set_marker", shown.append)
    marker = Marker(np.zeros((4, 3), np.float32))
    thread.give("marker", marker)
    thread.give("marker", problem=Problem("this latent has 2 numbers"))
    assert shown == [marker, None]


def test_hovering_is_a_focus_and_no_step(controller, thread, session, window):
    given = scene()
    thread.give("scene", given)
    window.w_view.point_hovered.emit(2, 7)
    assert session.focus == Focus(circle=2, angle=float(given.angles[2, 7]))
    assert thread.requests[-1].focus == session.focus
    window.w_view.hover_left.emit()
    assert session.focus == Focus()
    assert session.stack.count() == 0


def test_hovering_the_circle_on_the_ring_lights_both_views(
    controller, thread, window, monkeypatch
):
    lit = []
    monkeypatch.setattr(window.w_view, "set_highlight", lambda *at: lit.append(at))
    thread.give("scene", scene())
    window.w_view.point_hovered.emit(0, 24)
    assert lit[-1] == (0, 24)
    assert window.z_view.canvas.focus_angle == pytest.approx(np.pi / 2)
    window.w_view.point_hovered.emit(1, 5)
    assert lit[-1] == (1, 5)
    assert window.z_view.canvas.focus_angle is None
    window.z_view.point_hovered.emit(0, 95)
    assert lit[-1] == (0, 95)


def test_a_click_takes_the_latent(controller, thread, session, window):
    given = scene()
    thread.give("scene", given)
    window.w_view.point_clicked.emit(3, 10)
    circle = State().circles.circles[3]
    assert session.state.latent == OnCircle(circle, float(given.angles[3, 10]))
    assert session.state.ring == 3
    assert session.stack.undoText() == "Take a point"
    assert window.z_view.canvas.marker == pytest.approx(float(given.angles[3, 10]))
    assert session.stack.count() == 1


def test_a_click_takes_what_is_seen(controller, thread, session, window):
    """Three circles are asked for, and six are still on the screen."""
    thread.give("scene", scene())
    seen = State().circles.circles
    fewer = replace(State().circles, circles=seen[:3])
    session.apply(Edit(replace(State(), circles=fewer), "Fewer"))
    window.w_view.point_hovered.emit(5, 10)
    window.w_view.point_clicked.emit(5, 10)
    assert session.state.latent.circle == seen[5]
    assert session.state.circles == fewer


def test_a_click_on_circles_of_a_file(controller, thread, session, window):
    """The file holds z and names the network: a row of it is taken."""
    file = CirclesFile("/some/circles.npz", SHA)
    session.apply(Edit(replace(State(), circles=file), "Open"))
    thread.give("scene", scene(circles=2, points=32, of=file))
    window.w_view.point_clicked.emit(1, 7)
    assert session.state.latent == Given("/some/circles.npz", SHA, 39)
    assert session.state.ring == 1
    assert window.z_view.canvas.marker == pytest.approx(2 * np.pi * 7 / 32)
    assert window.notifications.notes() == []


def test_a_click_on_mere_geometry(controller, thread, session, window):
    file = CirclesFile("/some/circles.dat", SHA)
    session.apply(Edit(replace(State(), circles=file), "Open"))
    thread.give("scene", scene(circles=1, of=file, has_latents=False))
    window.w_view.point_clicked.emit(0, 7)
    assert session.state.latent == Seed()
    assert "geometry only" in window.notifications.notes()[0]


def test_another_latent_is_looked_at(controller, thread, session, window):
    """After playing the image is that of the place it came to; a new seed ends that."""
    thread.give("scene", scene())
    window.z_view.played.emit(0, 1.25)
    assert session.focus.angle == 1.25
    window.latents.edited.emit(Edit(replace(session.state, psi=0.5), "Psi"))
    assert session.focus.circle == 0
    edit = Edit(replace(session.state, latent=Seed(4)), "Seed")
    window.latents.edited.emit(edit)
    assert session.focus == Focus()
    assert session.state.latent == Seed(4)


def test_the_latency_belongs_to_its_image(controller, thread, window, monkeypatch):
    told = []
    monkeypatch.setattr(window.status, "set_latency", told.append)
    thread.give("image", IMAGE)
    window.image.image_painted.emit(IMAGE)
    window.image.image_painted.emit(IMAGE)
    assert len(told) == 1, "ten times a second at most"
    assert told[0] > 0
    window.w_view.frame_painted.emit(5.0)
    assert window.status._frame.text() == "frame 5.0 ms"


def test_what_nobody_could_see_has_no_latency(controller, thread, window, monkeypatch):
    """On the Train tab an image is not painted before one comes back to Explore."""
    told = []
    monkeypatch.setattr(window.status, "set_latency", told.append)
    window.show()
    window.tabs.setCurrentIndex(1)
    thread.give("image", IMAGE)
    window.tabs.setCurrentIndex(0)
    window.image.image_painted.emit(IMAGE)
    assert told == []


def test_the_theme_reaches_the_ring(controller, thread, window):
    from sgviz.gui.theme import LIGHT

    thread.give("scene", scene())
    dark = window.z_view.canvas.colours.copy()
    controller.set_theme(LIGHT)
    assert (window.z_view.canvas.colours != dark).any()
