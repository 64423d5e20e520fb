"""The window: two tabs, docks that move, a menu, a status bar, notifications."""

from importlib import import_module

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QTabWidget,
    QWidget,
)

from sgviz.gui.docks import empty_dock, lay_out_again
from sgviz.gui.image_view import ImageView
from sgviz.gui.latents_panel import LatentsPanel
from sgviz.gui.notification import Notifications
from sgviz.gui.status_bar import StatusBar
from sgviz.gui.styles_panel import StylesPanel
from sgviz.gui.theme import Theme
from sgviz.gui.train.train_tab import TrainTab
from sgviz.gui.w_view import WView
from sgviz.gui.z_view import ZView

LAYOUT_VERSION = 1
FIRST_FRAME_MS = 500
_AREA = Qt.DockWidgetArea


class MainWindow(QMainWindow):
    """Holds the panels and knows where they are; decides nothing."""

    files_dropped = Signal(list)
    files_dropped_beside = Signal(list)
    close_requested = Signal(object)
    first_shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("sgviz")
        self.setAcceptDrops(True)
        self.w_view = WView()
        if QGuiApplication.platformName() != "xcb":
            # The first OpenGL widget of a window that is shown would make it anew.
            self.w_view.open_view()
        self.z_view = ZView()
        self.image = ImageView()
        self.styles = StylesPanel()
        self.latents = LatentsPanel()
        self.train = TrainTab()
        self.train.setObjectName("train")
        self.explore = QMainWindow()
        self.explore.setDockNestingEnabled(True)
        self.docks: dict[str, QDockWidget] = {}
        self.measure_docks: dict[str, QDockWidget] = {}
        self._build_docks()
        self.tabs = QTabWidget(documentMode=True)
        self.tabs.setObjectName("tabs")
        self.tabs.addTab(self.explore, "Explore")
        self.tabs.addTab(self.train, "Train")
        self.tabs.setTabToolTip(0, "Circles of Z, where they land in W, their images")
        self.tabs.setTabToolTip(1, "Train a network and watch it learn")
        self.setCentralWidget(self.tabs)
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.notifications = Notifications(self)
        self.tabs.currentChanged.connect(self.notifications.settle)
        for field in self.findChildren(QLineEdit):
            # A file dropped on a field is meant for the window.
            field.setAcceptDrops(False)
        self.resize(1440, 900)
        self.reset_layout()
        self._is_placed = False
        self._was_shown = self._was_painted = False
        # A child: what is still to be done is forgotten with the window.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._begin)
        # Together they would hold the window still for a third of a second.
        self._to_load = ["OpenGL.GL", "pyqtgraph.opengl", "sgviz.gui.gl.scene_view"]

    @property
    def panels(self) -> dict[str, QWidget]:
        """Every panel by its fixed name, as ``snapshot --json`` prints them."""
        more = {"train": self.train, "status": self.status}
        return {**self.docks, **self.measure_docks, **more}

    def _build_docks(self) -> None:
        for name, title, widget in (
            ("latents", "Latents and circles", self.latents),
            ("z_view", "Z: the circle", self.z_view),
            ("w_view", "W: where it lands", self.w_view),
            ("image", "Image", self.image),
            ("styles", "Styles", self.styles),
        ):
            self.docks[name] = self.make_dock(name, title)
            self.docks[name].setWidget(widget)
        moved = self.docks["w_view"].topLevelChanged
        moved.connect(lambda: QTimer.singleShot(0, self.w_view.moved_to_window))

    def make_dock(self, name: str, title: str) -> QDockWidget:
        """An empty dock of Explore that is nowhere yet."""
        dock = empty_dock(self.explore, name, title)
        dock.installEventFilter(self)
        dock.topLevelChanged.connect(self._settle_docks)
        return dock

    def reset_layout(self) -> None:
        """Every panel back to its place, shown and docked; those of Measure closed."""
        for dock in self.measure_docks.values():
            dock.setFloating(False)
            dock.hide()
        docks = self.docks
        for dock in docks.values():
            dock.setFloating(False)
            dock.show()
        self.explore.addDockWidget(_AREA.LeftDockWidgetArea, docks["latents"])
        self.explore.addDockWidget(_AREA.RightDockWidgetArea, docks["w_view"])
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.explore.splitDockWidget(docks["latents"], docks["w_view"], horizontal)
        self.explore.splitDockWidget(docks["w_view"], docks["image"], horizontal)
        self.explore.splitDockWidget(docks["latents"], docks["z_view"], vertical)
        self.explore.splitDockWidget(docks["image"], docks["styles"], vertical)
        columns = [docks["latents"], docks["w_view"], docks["image"]]
        width, height = self.width(), self.height()
        side = max(280, min(400, width // 4))
        self.explore.resizeDocks(columns, [side, width - 2 * side, side], horizontal)
        for column in (("latents", "z_view"), ("image", "styles")):
            half = [docks[name] for name in column]
            self.explore.resizeDocks(half, [height // 2, height // 2], vertical)

    def layout_bytes(self) -> tuple[QByteArray, QByteArray]:
        """The layout of the docks and the geometry of the window, to be kept."""
        return self.explore.saveState(LAYOUT_VERSION), self.saveGeometry()

    def restore_layout(self, layout: QByteArray, geometry: QByteArray) -> None:
        """A kept layout, whole as it was saved (see ``kept_layout``), or none."""
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        if not layout.isEmpty():
            self._is_placed = self.explore.restoreState(layout, LAYOUT_VERSION)

    def set_theme(self, theme: Theme) -> None:
        """New colours for everything that paints itself."""
        panels = (self.w_view, self.z_view, self.image, self.styles, self.latents)
        for panel in (*panels, self.train, self.status, self.notifications):
            panel.set_theme(theme)

    def _settle_docks(self, floating: bool) -> None:
        # Qt leaves a re-docked panel at its floating geometry until the layout
        # of the main window is set once more with another size.
        if not floating:
            QTimer.singleShot(0, lambda: lay_out_again(self.explore))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            # Sizes of docks only hold once the window is as large as it will be.
            if not self._is_placed:
                QTimer.singleShot(0, self.reset_layout)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self._soon.start()

    def _begin(self) -> None:
        """The window is on the screen: load the 3-D view, a step at a time."""
        if self._to_load and self.w_view.view is None:
            import_module(self._to_load.pop(0))
            self._soon.start()
            return
        if self.w_view.view is None:
            self.w_view.open_view()
        view = self.w_view.view
        # Not a text field: its caret would blink in a window nobody types into.
        (view or self.w_view).setFocus()
        # The first frame compiles the shaders, and whoever waits for first_shown
        # imports torch: at the same time they would hold the window still for long.
        self._soon.timeout.disconnect(self._begin)
        self._soon.timeout.connect(self.first_shown)
        if view is not None and view.isVisible():
            view.frame_painted.connect(self._first_frame)
        self._soon.start(0 if view is None else FIRST_FRAME_MS)

    def _first_frame(self) -> None:
        """The 3-D view is on the screen; a hidden one is not waited for."""
        if self.w_view.view is not None:
            self.w_view.view.frame_painted.disconnect(self._first_frame)
        if self._soon.isActive():
            self._soon.start(0)

    def hide_all(self) -> None:
        """Nothing of this window stays on the screen, floating panels included."""
        for dock in (*self.docks.values(), *self.measure_docks.values()):
            if dock.isFloating():
                dock.hide()
        self.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_requested.emit(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            self.dragEnterEvent(event)
        elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self.dropEvent(event)
        else:
            return super().eventFilter(watched, event)
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        paths = [url.toLocalFile() for url in urls if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            # With Shift a network is drawn beside the one on the screen.
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            (self.files_dropped_beside if shift else self.files_dropped).emit(paths)
