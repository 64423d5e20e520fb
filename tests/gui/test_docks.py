"""Docks of Explore that lie behind one another."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QTabBar, QWidget

from sgviz.gui.docks import empty_dock

pytestmark = pytest.mark.gl


def test_the_names_of_many_tabs_stay_whole(qtbot):
    explore = QMainWindow()
    qtbot.addWidget(explore)
    explore.setCentralWidget(QWidget())
    docks = [empty_dock(explore, f"d{n}", f"Octants and tails {n}") for n in range(14)]
    explore.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, docks[0])
    for dock in docks[1:]:
        explore.tabifyDockWidget(docks[0], dock)
    explore.resize(640, 480)
    with qtbot.waitExposed(explore):
        explore.show()
    qtbot.waitUntil(lambda: len(explore.findChildren(QTabBar)) == 1)
    (bar,) = explore.findChildren(QTabBar)
    words = bar.fontMetrics().horizontalAdvance(docks[0].windowTitle())
    assert bar.count() == 14
    assert all(bar.tabRect(n).width() > words for n in range(14))
    assert explore.width() == 640
