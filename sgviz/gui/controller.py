"""State to panels and render thread, parts to views. No pixels here."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from sgviz.frame import (
    NO_THUMBNAILS,
    Companions,
    Image,
    ModelInfo,
    Part,
    Problem,
    Progress,
    Scene,
    Thumbnails,
)
from sgviz.gui.beside_look import second_of
from sgviz.gui.main_window import MainWindow
from sgviz.gui.pointing import Pointing
from sgviz.gui.session import Session
from sgviz.gui.status_figures import StatusFigures
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.threads import RenderThread
from sgviz.gui.tones import Tones
from sgviz.render.request import Request

NO_ANGLES, NO_COLOURS = np.zeros(0, np.float32), np.zeros((0, 4), np.uint8)


class Controller(QObject):
    """Connects one session with one window and one render thread.

    ``model_shown(ModelInfo)``: another network is on the screen.
    ``image_shown(n)``: the image that request number n asked for has been painted;
    ``measured(Part)``: a measure that a panel looks at was made, or is under way.
    """

    image_shown = Signal(int)
    model_shown = Signal(object)
    measured = Signal(object)
    measures_changed = Signal(object)
    scene_shown = Signal()

    def __init__(
        self, session: Session, window: MainWindow, thread: RenderThread
    ) -> None:
        super().__init__(window)
        self.session, self.window, self._thread = session, window, thread
        self.pointing = Pointing(session, window)
        self._theme = DARK
        self._serial = self._rendered = 0
        self._figures = StatusFigures(window.status)
        self._measures: frozenset[str] = frozenset()
        self.scene: Scene | None = None
        self.image: Image | None = None
        self.model: ModelInfo | None = None
        self._wanted: frozenset[str] = frozenset()
        self._tones = Tones(window.w_view)
        self._show: dict[str, Callable[[Any], None]] = {
            "model": self._show_model,
            "image": self._show_image,
            "scene": self._show_scene,
            "marker": lambda marker: window.w_view.set_marker(marker),
            "thumbnails": self._show_thumbnails,
            "thumbnails_beside": window.z_view.set_inner,
            "companions": partial(_show_companions, window),
            "image_beside": window.image.set_beside,
        }
        self._coloured = session.state.look.colour
        self._connect()

    @property
    def settled(self) -> bool:
        """Whether everything asked for is on the screen."""
        return 0 < self._serial == self._rendered

    @property
    def serial(self) -> int:
        """The number of the newest request."""
        return self._serial

    def set_theme(self, theme: Theme) -> None:
        """New colours everywhere."""
        self._theme = theme
        self.window.set_theme(theme)
        if self.scene is not None:
            self._show_ring(self.scene)

    def update(self) -> None:
        """Show the session's state: panels at once, pictures as they are made."""
        self.request()  # first, so that the render thread works meanwhile
        state = self.session.state
        window = self.window
        for panel in (window.w_view, window.z_view, window.latents, window.styles):
            panel.set_state(state)
        if self.scene is not None and state.look.colour != self._coloured:
            self._show_ring(self.scene)
        self.pointing.show()

    def request(self) -> None:
        """Ask for the session's state once more (a live network has moved, say)."""
        self._serial += 1
        session = self.session
        self._figures.ask(self._serial)
        self._thread.submit(
            Request(
                self._serial,
                session.state,
                session.settled,
                session.focus,
                self._measures | self._tones.stages(session.state.look) | self._wanted,
            )
        )

    def set_measures(self, names: frozenset[str]) -> None:
        """The measures that somebody looks at: only these are made."""
        if names != self._measures:
            self._measures = names
            self.measures_changed.emit(names)
            self.request()

    def set_wanted(self, names: frozenset[str]) -> None:
        """What else is to be made, and comes with ``measured``."""
        if names != self._wanted:
            self._wanted = names
            self.request()

    def _connect(self) -> None:
        window, session = self.window, self.session
        session.changed.connect(self.update)
        window.latents.edited.connect(self.pointing.let_go)
        for panel in (window.w_view, window.z_view, window.latents, window.styles):
            panel.edited.connect(session.apply)
        window.image.image_painted.connect(self._image_painted)
        # An image that nobody could see is painted once it is: that is no latency.
        window.image.shown.connect(self._figures.forget)
        window.w_view.frame_painted.connect(self._figures.frame_painted)
        self._thread.parts_ready.connect(self._take_parts)
        self._thread.idle.connect(self._rest)

    # Parts arrive.

    def _take_parts(self) -> None:
        for part in self._thread.take_parts():
            self._take(part)

    def _rest(self, serial: int) -> None:
        self._take_parts()
        self._rendered = serial

    def _take(self, part: Part) -> None:
        if part.name == "image":
            self._figures.image_serial = part.serial
        if part.name not in self._show:
            if self._tones.take(part) and self.scene is not None:
                self._show_ring(self.scene)
            self.measured.emit(part)
        elif isinstance(part.value, Progress):
            self.window.w_view.set_progress(part.value)
        elif part.problem is None:
            self._show[part.name](part.value)
        else:
            self._show_problem(part.name, part.problem)

    def _show_problem(self, name: str, problem: Problem) -> None:
        window = self.window
        if name == "image":
            self.image = None
            window.image.set_problem(problem)
            window.z_view.set_image(None)
        elif name == "scene":
            self.scene = None
            self.pointing.set_scene(None)
            window.w_view.set_problem(problem)
            window.z_view.set_scene(NO_ANGLES, NO_COLOURS)
        elif name == "marker":
            window.w_view.set_marker(None)
        elif name == "thumbnails":
            window.z_view.set_problem(problem)
        elif name == "thumbnails_beside":
            window.z_view.set_inner(NO_THUMBNAILS)
        elif name == "image_beside":
            window.image.set_beside_problem(problem)
        elif name in ("model", "companions"):
            if name == "companions":
                _show_companions(window, Companions())
            window.notifications.show_problem(problem)

    def _show_model(self, info: ModelInfo) -> None:
        self._figures.network_shown()
        self.model, window = info, self.window
        self.model_shown.emit(info)
        for panel in (window.w_view, window.latents, window.styles, window.status):
            panel.set_model(info)
        if info.notice:
            window.notifications.show_problem(Problem(info.notice))

    def _show_image(self, image: Image) -> None:
        self.image = image
        self.window.image.set_problem(None)
        self.window.image.set_image(image)
        self.window.z_view.set_image(image)
        self.window.image.set_caption(_caption(self.pointing.shown_name(), image))

    def _show_scene(self, scene: Scene) -> None:
        self.scene = scene
        self.window.w_view.set_scene(scene)
        self._show_ring(scene)
        self.pointing.set_scene(scene)
        self.scene_shown.emit()

    def _show_ring(self, scene: Scene) -> None:
        ring = min(self.session.state.ring, len(scene.angles) - 1)
        angles = scene.angles[ring] if scene.has_rings else NO_ANGLES
        look = self.session.state.look
        self._coloured = look.colour
        colours = self._tones.of_ring(scene, ring, look, self._theme)
        self.window.z_view.set_scene(angles, colours)
        self.window.z_view.set_circles(scene.circles, ring)

    def _show_thumbnails(self, thumbnails: Thumbnails) -> None:
        self.window.z_view.set_problem(None)
        self.window.z_view.set_thumbnails(thumbnails)

    def _image_painted(self, image: Image) -> None:
        if image is self.image:
            self.image_shown.emit(self._figures.image_painted())


def _caption(name: str, image: Image) -> str:
    """What is shown, how large it is, and how it was made."""
    how = "exact" if image.exact else "fast"
    height, width = image.pixels.shape[:2]
    return f"{name} · {width}×{height} · {how} · {image.milliseconds:.0f} ms"


def _show_companions(window: MainWindow, companions: Companions) -> None:
    """What is beside: curves in the W view, facts on the card of the network."""
    window.w_view.set_companions(companions)
    second = second_of(companions)
    window.status.set_second(second.facts if second else ())
