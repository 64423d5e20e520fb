"""Hundreds of random events on the real window: nothing breaks, nothing is stale."""

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from sgviz.render.renderer import render
from sgviz.render.sources import Sources
from sgviz.state import Live

pytestmark = pytest.mark.gl

EVENTS = 250
KEYS = tuple(
    getattr(Qt.Key, f"Key_{name}")
    for name in (
        "Left", "Right", "Up", "Down", "Space", "Return", "Escape", "Tab", "F", "1",
        "3", "5", "7", "9", "Home", "End", "PageUp", "Backspace", "Delete", "Minus",
    )
)  # fmt: skip


class Storm:
    """Events from a seed: clicks, drags, keys, undo, docks, themes, sizes."""

    def __init__(self, instrument, mouse, seed: int) -> None:
        self.instrument, self.mouse = instrument, mouse
        self.window, self.random = instrument.window, random.Random(seed)
        self.log: list[str] = []

    def event(self) -> None:
        """One of them, somewhere."""
        kinds: list[tuple[int, Callable[[], None]]] = [
            (30, self.click), (25, self.drag), (8, self.double_click), (20, self.keys),
            (8, self.history), (2, self.resize), (3, self.dock), (1, self.theme),
            (1, self.tab),
        ]  # fmt: skip
        weights = [weight for weight, _ in kinds]
        action = self.random.choices([do for _, do in kinds], weights)[0]
        self.log.append(action.__name__)
        action()

    def widget(self) -> tuple[QWidget, float, float]:
        """A widget that can be seen, and a place on it."""
        seen = [w for w in self.window.findChildren(QWidget) if w.isVisible()]
        widget = self.random.choice(seen)
        self.log.append(f"{type(widget).__name__} {widget.accessibleName()}")
        x, y = self.random.random(), self.random.random()
        return widget, x * widget.width(), y * widget.height()

    def click(self) -> None:
        self.mouse.click(*self.widget())

    def double_click(self) -> None:
        self.mouse.double_click(*self.widget())

    def drag(self) -> None:
        widget, x, y = self.widget()
        self.mouse.press(widget, x, y)
        for _ in range(self.random.randint(1, 6)):
            x += self.random.uniform(-40, 40)
            self.mouse.move(widget, x, y)
            if self.random.random() < 0.1:
                self.history()
            live(self.random.choice((0, 0, 3)))
        self.mouse.release(widget, x, y)

    def keys(self) -> None:
        widget, _, _ = self.widget()
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            widget.setFocus()
        QTest.keyClick(
            QApplication.focusWidget() or self.window, self.random.choice(KEYS)
        )

    def history(self) -> None:
        stack = self.instrument.session.stack
        self.random.choice((stack.undo, stack.undo, stack.redo))()

    def resize(self) -> None:
        self.window.resize(
            self.random.randint(900, 1600), self.random.randint(600, 1000)
        )

    def dock(self) -> None:
        dock = self.random.choice(list(self.window.docks.values()))
        act = self.random.choice(
            (
                lambda: dock.setFloating(not dock.isFloating()),
                lambda: dock.setVisible(not dock.isVisible()),
                self.window.reset_layout,
            )
        )
        act()

    def theme(self) -> None:
        self.instrument.set_theme(self.random.choice(("light", "dark", "system")))

    def tab(self) -> None:
        self.window.tabs.setCurrentIndex(self.random.randint(0, 1))


def live(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def tidy() -> None:
    """What pops up is closed: a menu or a box would take all the events to come."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QMessageBox):
            widget.close()
            widget.deleteLater()
    QCoreApplication.processEvents()


@pytest.fixture
def quiet(monkeypatch):
    """No dialogue of files blocks the test; no run is begun by chance."""
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    timer = QTimer(interval=300)
    timer.timeout.connect(tidy)
    timer.start()
    yield
    timer.stop()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm(instrument, mouse, wait, quiet, seed):
    """pytest-qt and the fixtures hear every exception, warning and paint error."""
    instrument.window.train.pages.run.start_requested.disconnect()
    storm = Storm(instrument, mouse, seed)
    for _ in range(EVENTS):
        storm.event()
        if storm.random.random() < 0.3:
            live(storm.random.choice((0, 1, 5)))
    tidy()
    instrument.window.z_view.pause()
    wait(lambda: instrument.settled)
    state, focus = instrument.session.state, instrument.session.focus
    assert instrument.session.settled == state, storm.log[-20:]
    assert not focus.moving
    assert not isinstance(state.model, Live)
    parts = render(state, focus, Sources("cpu"))
    controller = instrument.controller
    if parts["image"].problem is None:
        shown = controller.image.pixels
        np.testing.assert_array_equal(shown, parts["image"].value.pixels)
    if parts["scene"].problem is None:
        # The signs of components are those of the frame before.
        shown = np.abs(controller.scene.positions)
        fresh = np.abs(parts["scene"].value.positions)
        np.testing.assert_allclose(shown, fresh, atol=1e-3 * fresh.max())
    assert replace(state) == state
