"""The window and everything behind it, from the first paint to the last thread."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from sgviz.gui.beside_desk import BesideDesk
from sgviz.gui.controller import Controller
from sgviz.gui.files import Files
from sgviz.gui.kept_layout import from_text, to_text
from sgviz.gui.main_window import MainWindow
from sgviz.gui.menus import Commands, Menus
from sgviz.gui.model_desk import ModelDesk
from sgviz.gui.pixmaps import from_qimage
from sgviz.gui.recent_desk import RecentDesk
from sgviz.gui.session import Edit, Session
from sgviz.gui.theme import apply_theme, resolve_theme
from sgviz.gui.threads import RenderThread
from sgviz.prefs import (
    Device,
    Prefs,
    prefs_path,
    runs_path,
    save_prefs,
    window_threads,
)
from sgviz.prefs import Theme as ThemeChoice
from sgviz.state import State

if TYPE_CHECKING:
    from sgviz.gui.measure.desk import MeasureDesk
    from sgviz.gui.train.workshop import Workshop
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
        self.controller.scene_shown.connect(self._tell_circles)
        self.files = Files(self.session, self.window, lambda: self.render.sources)
        self._networks = ModelDesk(self.session, self.controller, self.files.loading)
        self.recent = RecentDesk(self.controller, self.files)
        self.recent.learned.connect(self._change_prefs)
        self.beside = BesideDesk(
            self.session, self.window, self.files, lambda: self.prefs, runs_path()
        )
        self._workshop: Workshop | None = None
        self.window.train.opened.connect(self._open_workshop)
        self._measures: MeasureDesk | None = None
        self._build_menus()
        self.set_theme(prefs.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self.window.restore_layout(from_text(prefs.layout), from_text(prefs.geometry))
        self.window.close_requested.connect(self._close)
        self.window.first_shown.connect(self._begin)
        self.files.recent_opened.connect(self._remember)

    def _tell_circles(self) -> None:
        self.window.latents.circles.set_scene(self.controller.scene)

    @property
    def measures(self) -> "MeasureDesk":
        """The Measure menu and its panels; not before the window is on the screen."""
        if self._measures is None:
            from sgviz.gui.measure.desk import MeasureDesk

            theme = resolve_theme(self.prefs.theme)
            self._measures = MeasureDesk(
                self.session, self.window, self.controller, theme
            )
            self._measures.fill_menu(self.menus.measure_menu)
        return self._measures

    @property
    def settled(self) -> bool:
        """Whether every file is read and everything asked for is on the screen."""
        trains = self._workshop is None or self._workshop.settled
        return not self.files.reading and self.controller.settled and trains

    @property
    def workshop(self) -> "Workshop":
        """What works behind the Train tab; its pages are made where they are not."""
        if self._workshop is None:
            self.window.train.open()
        assert self._workshop is not None  # opening the tab has made it
        return self._workshop

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
        if self._measures is not None:
            self._measures.set_theme(theme)

    def _scheme_changed(self) -> None:
        if self.prefs.theme == "system":
            self.set_theme("system")

    def finish(self, seconds: float | None = None) -> bool:
        """End every thread: a run is always saved, the others have ``seconds`` each.

        False where one still works: torch is being imported, or a large file read.
        """
        trained = self._workshop is None or self._workshop.wait(seconds)
        read = self.files.wait(seconds) and self.recent.wait(seconds)
        return self.render.stop(seconds) and trained and read

    def _begin(self) -> None:
        self.recent.keeps = self.keeps_prefs
        self.render.start()
        # Its docks are in the layout that was kept.
        self.measures.restore()

    def _open_workshop(self) -> None:
        """The pages of the Train tab are there: so are those who work behind them."""
        from sgviz.gui.train.workshop import Workshop

        works = Workshop(
            self.session, self.window, self.render, self.files, runs_path()
        )
        works.training.snapshot_ready.connect(self.controller.request)
        self._workshop = works

    def _make_sources(self) -> "Sources":
        from sgviz.models.device import use_threads
        from sgviz.render.sources import Sources

        use_threads(window_threads())
        known = {recent.sha256: recent.path for recent in self.prefs.recent}
        reading = self.files.loading.reading
        sources = Sources(self._device, runs_path(), known, reading)
        if self._workshop is not None:
            sources.expect(self._workshop.training.run)
        return sources

    def _build_menus(self) -> None:
        files, window = self.files, self.window
        commands = Commands(
            open=files.choose_and_open,
            open_beside=files.choose_beside,
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
            clear_recent=lambda: self._change_prefs(self.recent.forget),
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
        if self.render.sources is not None:
            self.render.sources.know(sha256, path)
        self._change_prefs(lambda prefs: prefs.with_recent(path, sha256))

    def _change_prefs(self, change: Callable[[Prefs], Prefs]) -> None:
        self.prefs = change(self.prefs)
        self.menus.set_recent(self.prefs)

    def close_now(self) -> None:
        """Close the window without a question; a run is stopped and saved."""
        self._ending = True
        self.window.close()

    def _close(self, event: QCloseEvent) -> None:
        """Hide at once; the process ends after the phase under way."""
        works = self._workshop
        if not self._ending and works is not None and works.bench.must_ask():
            event.ignore()
            return
        if self.keeps_prefs:
            layout, geometry = self.window.layout_bytes()
            prefs = replace(
                self.prefs, layout=to_text(layout), geometry=to_text(geometry)
            )
            save_prefs(prefs, prefs_path())
        self.files.loading.cancel_all()
        self.window.z_view.pause()
        self.window.hide_all()
        if works is not None:
            works.close()
        self.render.stop(0.0)
        event.accept()
