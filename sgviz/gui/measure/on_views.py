"""What measures draw into the views: ticks on the ring, arrows and ways in W."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from sgviz.frame import Part, Scene
from sgviz.gui.colours import circle_colours
from sgviz.gui.controller import Controller
from sgviz.gui.main_window import MainWindow
from sgviz.gui.measure.marks import Marks, places, star
from sgviz.gui.session import Session
from sgviz.gui.theme import Theme
from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.overlay import Floats, Overlay, Stroke

Colours = NDArray[np.uint8]
NO_STROKES = np.zeros((0, 2, 3), np.float32), np.zeros((0, 2, 4), np.uint8)


class MeasuredViews(QObject):
    """Shows in the views what panels have measured, while somebody looks at these."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        controller: Controller,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._controller = controller
        self._theme = theme
        self._bends: Breakpoints | None = None
        self._overlay = Overlay()
        self._measures: frozenset[str] = frozenset()
        self._shown_strokes: tuple[object, ...] = ()
        self._marks: dict[str, Marks] = {}
        self._shown_bends: Breakpoints | None = None
        controller.measured.connect(self._take)
        controller.measures_changed.connect(self._looked_at)
        controller.scene_shown.connect(self._show)
        session.changed.connect(self._show)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self._show()

    def set_marks(self, name: str, marks: Marks) -> None:
        """What a panel points at; one that nobody looks at points at nothing."""
        if self._marks.get(name, Marks()) != marks:
            self._marks[name] = marks
            self._show()

    def _take(self, part: Part) -> None:
        value = part.value
        if isinstance(value, Breakpoints):
            self._bends = value
            self._show_bends()
        elif part.name == "breakpoints" and part.problem is not None:
            self._bends = None
            self._show_bends()
        elif isinstance(value, Overlay):
            self._overlay = value
            self._show_strokes()

    def _looked_at(self, names: frozenset[str]) -> None:
        self._measures = names
        self._show()

    def _show(self) -> None:
        self._show_bends()
        for name, marks in self._marks.items():
            self._window.z_view.set_marks(name, marks.on(self._session.state.ring))
        self._show_strokes()

    def _show_bends(self) -> None:
        """Those of the circle that is on the ring, and of no other."""
        bends, state = self._bends, self._session.state
        fits = (
            bends is not None
            and "breakpoints" in self._measures
            and bends.of == state.circles
            and bends.circle == state.ring
        )
        shown = bends if fits else None
        if shown is self._shown_bends:
            return
        self._shown_bends = shown
        layers = shown.angles if shown is not None else ()
        self._window.z_view.set_bends(
            tuple(angles.astype(np.float32) for angles in layers)
        )

    def _show_strokes(self) -> None:
        view, scene = self._window.w_view.view, self._controller.scene
        if view is None:
            return
        overlay = self._overlay
        fits = (
            "overlay" in self._measures
            and scene is not None
            and not scene.panels
            and overlay.of == scene.of
            and all(
                len(stroke.positions) == len(scene.positions)
                for stroke in overlay.strokes
            )
        )
        strokes = overlay.strokes if fits else ()
        marks = tuple(self._marks.values()) if scene and not scene.panels else ()
        shown = (strokes, self._theme, view, marks, scene if any(marks) else None)
        if shown == self._shown_strokes:
            return
        self._shown_strokes = shown
        found = list(self._each(strokes))
        if scene is not None:
            for each in marks:
                found += self._stars(places(each, scene, Overlay(strokes)), scene)
        view.set_strokes(*self._drawn(found))

    def _stars(
        self, middles: list[Floats], scene: Scene
    ) -> Iterator[tuple[Floats, Colours]]:
        ink = np.array([*bytes.fromhex(self._theme.text[1:]), 255], dtype=np.uint8)
        for middle in middles:
            for points in star(middle, scene):
                yield points, ink

    def _drawn(self, found: list[tuple[Floats, Colours]]) -> tuple[Floats, Colours]:
        """All strokes in all slices, equally long: [K, P, 3], u8 [K, P, 4]."""
        if not found:
            return NO_STROKES
        longest = max(len(points) for points, _ in found)
        points = np.stack([_padded(points, longest) for points, _ in found])
        inks = np.stack([np.broadcast_to(ink, (longest, 4)) for _, ink in found])
        return np.ascontiguousarray(points), np.ascontiguousarray(inks)

    def _each(self, strokes: tuple[Stroke, ...]) -> Iterator[tuple[Floats, Colours]]:
        for stroke in strokes:
            ink = stroke_ink(stroke, self._theme)
            for points in stroke.positions:
                if np.isfinite(points).all():
                    yield points, ink


def stroke_ink(stroke: Stroke, theme: Theme) -> Colours:
    """The colour u8 [4] of a stroke: ways as in their panel, arrows one a direction."""
    if stroke.kind == "arrow":
        colours: Colours = circle_colours(stroke.number + 1, theme)
        return np.asarray(colours[stroke.number])
    text = theme.warning if stroke.kind == "great" else theme.good
    return np.array([*bytes.fromhex(text[1:]), 255], dtype=np.uint8)


def _padded(points: Floats, count: int) -> Floats:
    """Points [P, 3] with the last one repeated, [count, 3]."""
    last = np.broadcast_to(points[-1:], (count - len(points), 3))
    return np.concatenate([points, last])
