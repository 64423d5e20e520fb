"""The window and everything behind it, from the first paint to the last thread."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from sgviz.gui.controller import Controller
from sgviz.gui.files import Files
from sgviz.gui.kept_layout import from_text, to_text
from sgviz.gui.main_window import MainWindow
from sgviz.gui.menus import Commands, Menus
from sgviz.gui.pixmaps import from_qimage
from sgviz.gui.session import Edit, Session
from sgviz.gui.theme import apply_theme, resolve_theme
from sgviz.gui.threads import RenderThread
from sgviz.gui.train.bench import TrainBench
from sgviz.gui.train.desk import TrainingDesk
from sgviz.gui.train.timeline_desk import TimelineDesk
from sgviz.prefs import Device, Prefs, prefs_path, runs_path, save_prefs, window_threads
from sgviz.prefs import Theme as ThemeChoice
from sgviz.state import State

if TYPE_CHECKING:
    from sgviz.render.sources import Sources


class Instrument(QObject):
    """One window with its session, its threads, its files and its preferences."""

    def __init__(self, state: State, prefs: Prefs, device: Device = "auto") -> None:
        super().__init__()
        self.prefs = prefs
        self.keeps_prefs = self._ending = False
        self._device = device if device != "auto" else prefs.device
        self.window = MainWindow()
        self.session = Session(state, self.window)
        self.render = RenderThread(self._make_sources, self.window)
        self.controller = Controller(self.session, self.window, self.render)
        self.files = Files(self.session, self.window)
        self.training = TrainingDesk(
            self.session, self.window, self.render, runs_path()
        )
        self.timeline = TimelineDesk(self.session, self.window, self.files, runs_path())
        self.bench = TrainBench(self.window, self.training, self.files)
        self.training.snapshot_ready.connect(self.controller.request)
        self._build_menus()
        self.set_theme(prefs.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self.window.restore_layout(from_text(prefs.layout), from_text(prefs.geometry))
        self.window.close_requested.connect(self._close)
        self.window.first_shown.connect(self._begin)
        self.files.recent_opened.connect(self._remember)

    @property
    def settled(self) -> bool:
        """Whether every file is read and everything asked for is on the screen."""
        shown = self.controller.settled and self.timeline.settled
        return not (self.files.reading or self.bench.busy) and shown

    def show(self) -> None:
        """The window first; torch is loaded behind it."""
        self.controller.update()
        self.window.show()

    def set_theme(self, choice: ThemeChoice) -> None:
        """Light, dark, or what the desktop says."""
        self.prefs = replace(self.prefs, theme=choice)
        theme = resolve_theme(self.prefs.theme)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, theme)
        self.controller.set_theme(theme)

    def _scheme_changed(self) -> None:
        if self.prefs.theme == "system":
            self.set_theme("system")

    def finish(self, seconds: float | None = None) -> bool:
        """End every thread: a run is always saved, the others have ``seconds`` each.

        False where one still works: torch is being imported, or a large file read.
        """
        self.training.stop(None)
        ended = self.render.stop(seconds) and self.timeline.stop(seconds)
        return ended and self.bench.wait(seconds) and self.files.wait(seconds)

    def _begin(self) -> None:
        self.render.start()

    def _make_sources(self) -> "Sources":
        from sgviz.models.device import use_threads
        from sgviz.render.sources import Sources

        use_threads(window_threads())
        known = {recent.sha256: recent.path for recent in self.prefs.recent}
        sources = Sources(self._device, runs_path(), known)
        sources.expect(self.training.run)
        return sources

    def _build_menus(self) -> None:
        files, window = self.files, self.window
        commands = Commands(
            open=files.choose_and_open,
            save_session=files.save_session,
            save_view=files.save_view,
            copy_view=files.copy_view,
            save_image=self._save_image,
            save_w_view=self._save_w_view,
            save_circles=self._save_circles,
            copy_image=self._copy_image,
            reset_session=self._reset_session,
            set_theme=self.set_theme,
            open_recent=lambda path: files.open_paths([path]),
        )
        self.menus = Menus(window, commands, self.prefs)
        stack = self.session.stack
        self.menus.add_history(
            stack.createUndoAction(window), stack.createRedoAction(window)
        )
        window.image.copy_requested.connect(self._copy_image)
        window.image.save_requested.connect(self._save_image)

    def _copy_image(self) -> None:
        if self.controller.image is not None:
            state = self.controller.pointing.shown_state()
            self.files.copy_pixels(self.controller.image.pixels, state)

    def _save_image(self) -> None:
        if self.controller.image is not None:
            state = self.controller.pointing.shown_state()
            self.files.save_pixels(self.controller.image.pixels, state, "image.png")

    def _save_w_view(self) -> None:
        picture = self.window.w_view.to_image()
        if picture is not None:
            state = self.session.settled
            self.files.save_pixels(from_qimage(picture), state, "w-view.png")

    def _save_circles(self) -> None:
        sources, state = self.render.sources, self.session.settled
        if sources is not None:
            self.files.save_circles(lambda: sources.apart().curves_of(state))

    def _reset_session(self) -> None:
        self.session.apply(Edit(State(), "Back to the start"))

    def _remember(self, path: str, sha256: str) -> None:
        self.prefs = self.prefs.with_recent(path, sha256)
        sources = self.render.sources
        if sources is not None:
            sources.know(sha256, path)
        self.menus.set_recent(self.prefs)

    def close_now(self) -> None:
        """Close the window without a question; a run is stopped and saved."""
        self._ending = True
        self.window.close()

    def _close(self, event: QCloseEvent) -> None:
        """Hide at once; the process ends after the phase under way."""
        if not self._ending and self.bench.must_ask():
            event.ignore()
            return
        if self.keeps_prefs:
            layout, geometry = self.window.layout_bytes()
            prefs = replace(
                self.prefs, layout=to_text(layout), geometry=to_text(geometry)
            )
            save_prefs(prefs, prefs_path())
        self.window.z_view.pause()
        self.window.hide_all()
        self.training.close()
        self.bench.close()
        self.render.stop(0.0)
        self.timeline.stop(0.0)
        event.accept()
