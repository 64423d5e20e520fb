"""Docks that float and come back, layouts that are kept, drops everywhere."""

from pathlib import Path

import pytest
from PySide6.QtCore import (
    QByteArray,
    QCoreApplication,
    QEvent,
    QMimeData,
    QPoint,
    QPointF,
    Qt,
    QUrl,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from superqt import QDoubleSlider

pytestmark = pytest.mark.gl

NAMES = ("latents", "z_view", "w_view", "image", "styles")


@pytest.fixture
def make_window(qapp, wait):
    from sgviz.gui.gl.surface import bind_pyopengl

    bind_pyopengl(qapp.platformName())
    from sgviz.gui.main_window import MainWindow

    made = []

    def make(size=(1280, 800)):
        window = MainWindow()
        made.append(window)
        window.resize(*size)
        shown = []
        window.first_shown.connect(lambda: shown.append(1))
        window.show()
        wait(lambda: bool(shown))
        QCoreApplication.processEvents()
        return window

    yield make
    for window in made:
        window.hide_all()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def window(make_window):
    return make_window()


def test_the_first_frame_is_drawn_before_torch_is_asked_for(qapp, wait):
    """Shaders are compiled and torch is imported one after the other."""
    from sgviz.gui.gl.surface import bind_pyopengl

    bind_pyopengl(qapp.platformName())
    from sgviz.gui.main_window import MainWindow

    window, order = MainWindow(), []
    window.w_view.frame_painted.connect(lambda ms: order.append("frame"))
    window.first_shown.connect(lambda: order.append("shown"))
    window.show()
    wait(lambda: "shown" in order)
    window.update()
    window.w_view.view.update()
    wait(lambda: order.count("frame") > 1)
    window.hide_all()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert order[0] == "frame"
    assert order.count("shown") == 1


def test_where_the_view_is_hidden_nobody_waits_for_it(qapp, wait):
    from sgviz.gui.gl.surface import bind_pyopengl

    bind_pyopengl(qapp.platformName())
    from sgviz.gui.main_window import MainWindow

    window, shown = MainWindow(), []
    window.first_shown.connect(lambda: shown.append(1))
    window.tabs.setCurrentWidget(window.train)
    window.show()
    wait(lambda: bool(shown))
    window.hide_all()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def rectangle(window, name):
    dock = window.docks[name]
    corner = dock.mapTo(window, QPoint(0, 0))
    return corner.x(), corner.y(), dock.width(), dock.height()


def rectangles(window):
    return {name: rectangle(window, name) for name in NAMES}


def settle(wait, window):
    """Let posted layouts happen."""
    for _ in range(5):
        QCoreApplication.processEvents()


def test_names_are_fixed(window):
    assert set(window.panels) == {*NAMES, "train", "status"}
    assert [window.docks[name].objectName() for name in NAMES] == list(NAMES)
    assert window.tabs.tabText(0) == "Explore"
    assert window.tabs.tabText(1) == "Train"


@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (1800, 1100)])
def test_nothing_overlaps_and_nothing_is_cut(make_window, size):
    window = make_window(size)
    assert (window.width(), window.height()) == size
    found = rectangles(window)
    for name, (x, y, w, h) in found.items():
        assert x >= 0, name
        assert y >= 0, name
        assert x + w <= size[0], name
        assert y + h <= size[1], name
        assert w >= 200, name
        assert h >= 120, name
        for other, (x2, y2, w2, h2) in found.items():
            apart = x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
            assert apart or name == other, (name, other)
    assert found["w_view"][2] == max(w for _, _, w, _ in found.values())


@pytest.mark.parametrize("size", [(900, 600), (1280, 800)])
def test_what_is_said_covers_no_button(make_window, size):
    window = make_window(size)
    window.notifications.say("Saved window.png.")
    place = window.notifications.geometry()
    assert window.rect().contains(place)
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and not window.notifications.isAncestorOf(button):
            seen = button.visibleRegion().boundingRect()  # it may be scrolled away
            seen.translate(button.mapTo(window, QPoint(0, 0)))
            assert not place.intersects(seen), button.text()


def test_a_small_window_can_be_had(make_window):
    window = make_window((900, 600))
    window.resize(860, 560)
    QCoreApplication.processEvents()
    assert window.minimumSizeHint().width() <= 900
    assert window.minimumSizeHint().height() <= 600


@pytest.mark.parametrize("name", NAMES)
def test_a_dock_floats_and_comes_back(window, wait, name):
    before = rectangles(window)
    dock = window.docks[name]
    dock.setFloating(True)
    settle(wait, window)
    assert dock.isWindow()
    assert dock.widget().isVisible()
    dock.setFloating(False)
    settle(wait, window)
    wait(lambda: dock.widget().size() == dock.size() or not dock.isWindow())
    settle(wait, window)
    for other in NAMES:
        for a, b in zip(rectangle(window, other), before[other], strict=True):
            assert abs(a - b) <= 8, other
    inside = dock.widget().geometry()
    assert inside.right() <= dock.width()
    assert inside.bottom() <= dock.height()


def test_reset_layout(window, wait):
    before = rectangles(window)
    window.docks["image"].setFloating(True)
    window.docks["styles"].hide()
    left = Qt.DockWidgetArea.LeftDockWidgetArea
    window.explore.addDockWidget(left, window.docks["w_view"])
    settle(wait, window)
    window.reset_layout()
    settle(wait, window)
    assert all(dock.isVisible() for dock in window.docks.values())
    after = rectangles(window)
    for name in NAMES:
        for a, b in zip(after[name], before[name], strict=True):
            assert abs(a - b) <= 8, (name, before, after)


def test_a_layout_is_kept(make_window, wait):
    first = make_window()
    docks = [first.docks["latents"], first.docks["w_view"]]
    first.explore.resizeDocks(docks, [420, 500], Qt.Orientation.Horizontal)
    first.docks["styles"].hide()
    settle(wait, first)
    layout, geometry = first.layout_bytes()
    width = first.docks["latents"].width()
    second = make_window()
    second.restore_layout(layout, geometry)
    settle(wait, second)
    assert not second.docks["styles"].isVisible()
    assert abs(second.docks["latents"].width() - width) <= 2


def test_no_layout_is_the_default(window, wait):
    before = rectangles(window)
    window.restore_layout(QByteArray(), QByteArray())
    settle(wait, window)
    assert rectangles(window) == before


def drop_on(widget: QWidget, paths: list[Path]) -> bool:
    """A real drop on a widget's window, as the window system would send it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = QPointF(widget.rect().center())
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(place.toPoint(), copy, data, buttons, keys)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    drop = QDropEvent(place, copy, data, buttons, keys)
    QApplication.sendEvent(widget, drop)
    return drop.isAccepted()


def test_files_dropped_on_the_window(window, tmp_path):
    dropped = []
    window.files_dropped.connect(dropped.append)
    paths = [tmp_path / "a.npz", tmp_path / "b c.png"]
    assert drop_on(window, paths)
    assert dropped == [[str(path) for path in paths]]


def test_files_dropped_on_a_floating_panel(window, wait, tmp_path):
    dropped = []
    window.files_dropped.connect(dropped.append)
    dock = window.docks["image"]
    dock.setFloating(True)
    settle(wait, window)
    assert drop_on(dock, [tmp_path / "a.npz"])
    assert dropped == [[str(tmp_path / "a.npz")]]


def test_no_field_takes_the_drop_for_text(window, tmp_path):
    """Over a number field a file is still dropped on the window."""
    for field in window.findChildren(QLineEdit):
        assert not field.acceptDrops(), field.accessibleName()


def test_what_is_no_file_is_not_taken(window):
    data = QMimeData()
    data.setText("some words")
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
    data.setUrls([QUrl("https://example.org/a.npz")])
    dropped = []
    window.files_dropped.connect(dropped.append)
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, drop)
    assert dropped == []


def test_everything_goes_when_the_window_goes(window, wait):
    window.docks["w_view"].setFloating(True)
    settle(wait, window)
    window.hide_all()
    assert not any(w.isVisible() for w in QApplication.topLevelWidgets())


def test_the_window_decides_nothing_about_closing(window):
    asked = []
    window.close_requested.connect(asked.append)
    window.close()
    assert len(asked) == 1


def test_every_control_says_what_it_is(window):
    """A tip and an accessible name on all that can be clicked, dragged or typed in."""
    window.styles.set_model(_info())
    kinds = (QAbstractButton, QDoubleSlider, QLineEdit)
    for widget in (w for kind in kinds for w in window.findChildren(kind)):
        inner = widget.objectName().startswith("qt_") or not widget.isEnabled()
        if inner or isinstance(widget.parent(), QApplication):
            continue
        where = f"{type(widget).__name__} of {type(widget.parent()).__name__}"
        named = widget.accessibleName() or getattr(widget, "text", str)()
        named = named or widget.parent().accessibleName()
        assert named, f"{where} has no accessible name"


def _info():
    from sgviz.frame import ModelInfo

    return ModelInfo("a", "StyleGAN2", "CPU", 16, 8, 8, 2, ("4x4", "8x8"), None, None)
