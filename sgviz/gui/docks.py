"""The docks of Explore: how one is made, split, and laid out once more."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QTabBar


def empty_dock(explore: QMainWindow, name: str, title: str) -> QDockWidget:
    """A dock with nothing in it, nowhere yet."""
    dock = QDockWidget(title, explore)
    dock.setObjectName(name)
    dock.setMinimumSize(240, 160)
    # A floating panel is a window of its own, where files are dropped too.
    dock.setAcceptDrops(True)
    # One that goes behind another one gets a tab: in a bar of tabs that Qt makes then.
    dock.visibilityChanged.connect(lambda _: _dress_tabs(explore))
    _explain_buttons(dock)
    return dock


def split_below(explore: QMainWindow, upper: QDockWidget, lower: QDockWidget) -> None:
    """Put a dock below another one, each half as high."""
    height = upper.height()
    explore.splitDockWidget(upper, lower, Qt.Orientation.Vertical)
    lower.show()
    half = [height // 2, height // 2]
    explore.resizeDocks([upper, lower], half, Qt.Orientation.Vertical)


def lay_out_again(explore: QMainWindow) -> None:
    """What a dock that floated needs: else it keeps the size that it had."""
    layout = explore.layout()
    if layout is not None:
        box = layout.geometry()
        layout.setGeometry(box.adjusted(0, 0, 0, 1))
        layout.setGeometry(box)


def _dress_tabs(explore: QMainWindow) -> None:
    """Tabs keep their names whole: those without room are reached by scrolling."""
    one = Qt.FindChildOption.FindDirectChildrenOnly
    for bar in explore.findChildren(QTabBar, options=one):
        if bar.elideMode() != Qt.TextElideMode.ElideNone:
            bar.setUsesScrollButtons(True)
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setExpanding(False)


def _explain_buttons(dock: QDockWidget) -> None:
    """Words for the two buttons that Qt puts into the title of a dock."""
    for name, tip in (
        ("qt_dockwidget_floatbutton", "Float this panel, or dock it again"),
        ("qt_dockwidget_closebutton", "Close this panel (View brings it back)"),
    ):
        for button in dock.findChildren(QAbstractButton, name):
            button.setToolTip(tip)
