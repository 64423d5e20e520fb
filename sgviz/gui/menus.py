"""The menus: every action of the window, with its key and its sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMessageBox

from sgviz import __version__
from sgviz.gui.main_window import MainWindow
from sgviz.gui.recent_menu import RecentMenu
from sgviz.prefs import Prefs
from sgviz.prefs import Theme as ThemeChoice

Key = QKeySequence.StandardKey
MORE_KEYS = (
    ("Arrows", "W view: turn (Shift: finely)"),
    ("F", "W view: frame all"),
    ("Home", "W view: the first view"),
    ("1, 3, 7", "W view: look along an axis"),
    ("5, O", "W view: orthographic or perspective"),
    ("+, −", "W view: nearer, further away"),
    ("←, →", "Z view: previous and next point"),
    ("Enter", "Z view: take the point"),
    ("Space", "Z view: play along the circle; Timeline: play the run"),
    ("←, →, Page up, Page down", "Timeline: one record on, ten records on"),
    ("Delete", "Circles: remove the selected one"),
    ("Ctrl+Return", "Run: start"),
    ("Ctrl+P, Ctrl+.", "Run: pause or resume, stop"),
    ("D, G, B", "Run: while paused, one step of D, of G, of both"),
    ("Double click, Backspace", "Sliders: back to the default"),
    ("Shift, Ctrl", "Sliders and numbers: fine, coarse"),
    ("Escape", "Sliders and numbers: take a drag back"),
)
ABOUT = f"""<b>sgviz {__version__}</b><p>What does StyleGAN's mapping network do to the
sphere of latents?</p><p>MIT licence. Drawn with Qt (LGPL), pyqtgraph (MIT), PyTorch
(BSD); colour map CET-CBC1 by Peter Kovesi (CC-BY), circle colours by Okabe and Ito,
icons Material Design (Apache 2.0).</p>"""


@dataclass(frozen=True)
class Commands:
    """What the menus can ask for; each is called with nothing."""

    open: Callable[[], None]
    open_beside: Callable[[], None]
    save_session: Callable[[], None]
    save_view: Callable[[], None]
    copy_view: Callable[[], None]
    save_image: Callable[[], None]
    save_w_view: Callable[[], None]
    save_circles: Callable[[], None]
    copy_image: Callable[[], None]
    reset_session: Callable[[], None]
    set_theme: Callable[[ThemeChoice], None]
    open_recent: Callable[[str], None]
    clear_recent: Callable[[], None]


class Menus:
    """File, Edit, View, Measure, Help; Measure is filled by its own desk, later."""

    def __init__(self, window: MainWindow, commands: Commands, prefs: Prefs) -> None:
        self._window, self.commands = window, commands
        self._file_menu(prefs)
        self.edit_menu = window.menuBar().addMenu("&Edit")
        self._view_menu(prefs)
        self.measure_menu = window.menuBar().addMenu("&Measure")
        self._help_menu()

    def add_history(self, undo: QAction, redo: QAction) -> None:
        """Undo and redo of the session's stack, and the image's copy."""
        undo.setShortcut(Key.Undo)
        redo.setShortcuts([QKeySequence(Key.Redo), QKeySequence("Ctrl+Y")])
        self.edit_menu.addActions([undo, redo])
        self.edit_menu.addSeparator()
        add, do = self._add, self.commands
        add(self.edit_menu, "Copy &image", do.copy_image, "Ctrl+Shift+I")
        add(self.edit_menu, "Copy &window", do.copy_view, "Ctrl+Shift+C")
        self.edit_menu.addSeparator()
        add(self.edit_menu, "Back to the start", do.reset_session, "")

    def set_recent(self, prefs: Prefs) -> None:
        """The files opened before, newest first."""
        self.recent.set_recent(prefs)

    def _file_menu(self, prefs: Prefs) -> None:
        add, do = self._add, self.commands
        menu = self._window.menuBar().addMenu("&File")
        add(menu, "&Open…", do.open, Key.Open, "A model, circles, a session, a picture")
        tip = "A second network: the same circles dashed, its image beside"
        add(menu, "Open &beside…", do.open_beside, "Ctrl+Shift+O", tip)
        recent = menu.addMenu("Open &recent")
        self.recent = RecentMenu(recent, do.open_recent, do.clear_recent)
        self.set_recent(prefs)
        menu.addSeparator()
        add(menu, "&Save session…", do.save_session, Key.Save)
        add(menu, "Save &image…", do.save_image, "Ctrl+I")
        add(menu, "Save &W view…", do.save_w_view, "", "The 3-D view at twice its size")
        tip = "The circles of Z and W as .npz .csv .ply, or one as .dat"
        add(menu, "Save &circles…", do.save_circles, "Ctrl+Shift+E", tip)
        tip = "The window as a PNG that carries the session: drop it back to return"
        add(menu, "Save s&creenshot…", do.save_view, "Ctrl+Shift+S", tip)
        menu.addSeparator()
        add(menu, "&Quit", self._quit, Key.Quit)

    def _quit(self) -> None:
        self._window.close()

    def _view_menu(self, prefs: Prefs) -> None:
        menu = self._window.menuBar().addMenu("&View")
        for dock in self._window.docks.values():
            menu.addAction(dock.toggleViewAction())
        menu.addSeparator()
        self._add(menu, "&Reset layout", self._window.reset_layout, "Ctrl+Shift+L")
        menu.addSeparator()
        group = QActionGroup(menu)
        for theme in get_args(ThemeChoice):
            action = menu.addAction(f"{theme.capitalize()} theme")
            action.setCheckable(True)
            action.setChecked(prefs.theme == theme)
            action.triggered.connect(self._theme_setter(theme))
            group.addAction(action)

    def _theme_setter(self, theme: ThemeChoice) -> Callable[[], None]:
        return lambda: self.commands.set_theme(theme)

    def _help_menu(self) -> None:
        menu = self._window.menuBar().addMenu("&Help")
        self._add(menu, "&Keys", self._keys, Key.HelpContents)
        tip = "Its family, sizes, origin and licence"
        facts = self._window.status.show_facts
        self._add(menu, "About this &network", facts, "", tip)
        self._add(menu, "&About sgviz", self._about, "")

    def _keys(self) -> None:
        rows = [
            f"<tr><td>{action.shortcut().toString()}&nbsp;&nbsp;</td>"
            f"<td>{action.text().replace('&', '').replace('…', '')}</td></tr>"
            for action in self._window.findChildren(QAction)
            if not action.shortcut().isEmpty()
        ]
        rows += [f"<tr><td>{k}&nbsp;&nbsp;</td><td>{t}</td></tr>" for k, t in MORE_KEYS]
        box = QMessageBox(self._window)
        box.setWindowTitle("Keys")
        box.setText(f"<table>{''.join(rows)}</table>")
        box.open()

    def _about(self) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("About sgviz")
        box.setText(ABOUT)
        box.open()

    def _add(
        self,
        menu: QMenu,
        text: str,
        slot: Callable[[], None],
        key: QKeySequence.StandardKey | str,
        tip: str = "",
    ) -> QAction:
        action = QAction(text, self._window)
        if key:
            action.setShortcut(QKeySequence(key))
        action.setStatusTip(tip or text.replace("&", "").replace("…", ""))
        action.triggered.connect(lambda: slot())
        menu.addAction(action)
        return action
