"""The Measure menu: its docks, who is looked at; parts to panels, hands to views."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QLineEdit, QMenu

from sgviz.frame import Part, Progress
from sgviz.gui.controller import Controller
from sgviz.gui.docks import split_below
from sgviz.gui.main_window import MainWindow
from sgviz.gui.measure.kept_parts import ASKED, KeptParts, is_content
from sgviz.gui.measure.marks import Marks
from sgviz.gui.measure.on_views import MeasuredViews
from sgviz.gui.measure.panels import PANELS, PanelLine
from sgviz.gui.session import Edit, Session
from sgviz.gui.theme import Theme
from sgviz.state import State

if TYPE_CHECKING:
    from sgviz.gui.measure.panel import MeasurePanel


class MeasureDesk(QObject):
    """Docks that are filled when they are first looked at.

    A dock is there from the desk's beginning, empty, so that a kept layout finds it;
    its panel is imported and built when it is first seen.
    """

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        controller: Controller,
        theme: Theme,
        lines: tuple[PanelLine, ...] = PANELS,
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._controller = session, window, controller
        self._theme = theme
        self._lines = {line.name: line for line in lines}
        self.docks: dict[str, QDockWidget] = {}
        self.panels: dict[str, MeasurePanel] = {}
        self.actions: list[QAction] = []
        self._kept = KeptParts()
        self._stopped: set[str] = set()
        self._in_front: set[str] = set()
        self._shown: State | None = None
        for line in lines:
            self._add_dock(line)
        session.changed.connect(self._show_session)
        controller.measured.connect(self._take)
        self.on_views = MeasuredViews(session, window, controller, theme)

    def fill_menu(self, menu: QMenu) -> None:
        """An entry for each panel."""
        menu.addActions(self.actions)
        menu.setToolTipsVisible(True)

    def restore(self) -> None:
        """Open what the kept layout of the window has open."""
        for dock in self.docks.values():
            if not self._window.explore.restoreDockWidget(dock):
                dock.hide()

    def open(self, name: str) -> "MeasurePanel":
        """Show a panel, before the others. KeyError: there is none of that name."""
        dock = self.docks[name]
        self._place(dock)
        self._build(name)
        dock.show()
        dock.raise_()
        return self.panels[name]

    def set_theme(self, theme: Theme) -> None:
        """New colours for all panels that were built."""
        self._theme = theme
        self.on_views.set_theme(theme)
        for panel in self.panels.values():
            panel.set_theme(theme)

    @property
    def seen(self) -> list[str]:
        """The names of the panels that somebody looks at."""
        return [name for name in self.panels if name in self._in_front]

    # Docks.

    def _add_dock(self, line: PanelLine) -> None:
        dock = self._window.make_dock(f"measure_{line.name}", line.title)
        dock.hide()
        self.docks[line.name] = dock
        self._window.measure_docks[dock.objectName()] = dock
        action = QAction(line.title, self._window)
        action.setCheckable(True)
        action.setStatusTip(line.tip)
        action.setToolTip(line.tip)
        action.triggered.connect(self._toggler(line.name))
        dock.toggleViewAction().toggled.connect(action.setChecked)
        dock.visibilityChanged.connect(lambda on: self._seen_changed(line.name, on))
        self.actions.append(action)

    def _toggler(self, name: str) -> Callable[[bool], None]:
        def toggle(on: bool) -> None:
            if on:
                self.open(name)
            else:
                self.docks[name].hide()

        return toggle

    def _place(self, dock: QDockWidget) -> None:
        """Where a dock first opens: with the others, or below the W view."""
        explore, w_view = self._window.explore, self._window.docks["w_view"]
        if dock.isFloating() or not dock.isHidden():
            return
        beside = next((d for d in self.docks.values() if self._is_docked(d)), None)
        if beside is not None:
            explore.tabifyDockWidget(beside, dock)
            return
        split_below(explore, w_view, dock)

    def _is_docked(self, dock: QDockWidget) -> bool:
        return not (dock.isHidden() or dock.isFloating())

    def _seen_changed(self, name: str, on: bool) -> None:
        # A tab behind another one is visible to Qt, somewhere outside.
        (self._in_front.add if on else self._in_front.discard)(name)
        if on:
            self._build(name)
            self._catch_up(name)
        else:
            self.on_views.set_marks(name, Marks())
        self._ask()

    # Panels.

    def _build(self, name: str) -> None:
        if name in self.panels:
            return
        module, _, kind = self._lines[name].path.partition(":")
        panel: MeasurePanel = getattr(import_module(module), kind)()
        self.panels[name] = panel
        panel.set_theme(self._theme)
        panel.hovered.connect(self._controller.pointing.point_to)
        panel.hover_left.connect(self._controller.pointing.point_away)
        panel.edited.connect(self._apply)
        panel.said.connect(self._window.notifications.say)
        panel.warned.connect(self._window.notifications.warn)
        panel.measures_changed.connect(self._ask)
        panel.beside_asked.connect(self._window.w_view.beside_button.open)
        panel.marked.connect(partial(self.on_views.set_marks, name))
        panel.stop_asked.connect(lambda stop: self._stop(name, stop))
        for field in panel.findChildren(QLineEdit):
            # A file dropped on a field is meant for the window.
            field.setAcceptDrops(False)
        self.docks[name].setWidget(panel)

    def _apply(self, edit: Edit) -> None:
        self._session.apply(edit)

    def _catch_up(self, name: str) -> None:
        """Tell a panel what has happened while nobody looked at it."""
        panel = self.panels[name]
        panel.set_state(self._session.state)
        for part in self._kept.of(panel.measures | panel.TAKES):
            self._give(panel, part)
        panel.set_stale(self._kept.is_stale(panel.measures), at_once=True)
        focus = self._session.focus
        panel.set_highlight(focus.circle, focus.angle)

    def _stop(self, name: str, stop: bool) -> None:
        (self._stopped.add if stop else self._stopped.discard)(name)
        self.panels[name].set_stopped(stop)
        self._ask()

    def _ask(self) -> None:
        """Tell the controller which measures somebody looks at."""
        wanted: set[str] = {ASKED} if self.panels else set()
        for name in self.seen:
            panel = self.panels[name]
            panel.set_stale(self._kept.is_stale(panel.measures))
            if name not in self._stopped:
                wanted |= panel.measures
        self._controller.set_measures(frozenset(wanted))

    def _show_session(self) -> None:
        state, focus = self._session.state, self._session.focus
        changed, self._shown = state != self._shown, state
        for name in self.seen:
            panel = self.panels[name]
            if changed:
                panel.set_state(state)
            panel.set_highlight(focus.circle, focus.angle)

    # Parts.

    def _take(self, part: Part) -> None:
        again = self._kept.take(part)
        for panel in [self.panels[name] for name in self.seen]:
            for each in (part, *again):
                if each.name in panel.measures | panel.TAKES:
                    self._give(panel, each)
            self._mark(panel, part)

    def _mark(self, panel: "MeasurePanel", part: Part) -> None:
        """Tell a panel whether it shows what is of before."""
        is_new = part.name in panel.measures and is_content(part.name)
        if is_new and not isinstance(part.value, Progress):
            panel.be_patient()
        if is_new or part.name == ASKED:
            panel.set_stale(self._kept.is_stale(panel.measures))

    def _give(self, panel: "MeasurePanel", part: Part) -> None:
        if isinstance(part.value, Progress):
            panel.set_progress(part.name, part.value)
            return
        panel.set_problem(part.name, part.problem)
        if part.problem is None:
            panel.set_part(part.name, part.value)
        if part.final:
            panel.set_progress(part.name, None)
