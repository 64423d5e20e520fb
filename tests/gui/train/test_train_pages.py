import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from sgviz.gui.theme import DARK, LIGHT
from sgviz.gui.train.train_pages import TrainPages


@pytest.fixture
def tab(qtbot):
    tab = TrainPages()
    qtbot.addWidget(tab)
    tab.resize(1000, 650)
    with qtbot.waitExposed(tab):
        tab.show()
    yield tab
    tab.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_three_pages_and_the_run_first(tab, qtbot):
    shown = {"run": tab.run, "timeline": tab.timeline, "depth": tab.laboratory}
    assert tab.page == "run"
    for key, button in tab.pages.buttons.items():
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert tab.page == key
        assert [page for page in shown.values() if page.isVisible()] == [shown[key]]
        assert button.toolTip()


def test_pages_are_reached_with_the_keyboard(tab, qtbot):
    first = tab.pages.buttons["run"]
    tab.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert tab.page == "timeline"
    assert tab.timeline.isVisible()
    tab.show_page("depth")
    assert tab.laboratory.isVisible()
    assert tab.pages.buttons["depth"].isChecked()


def test_every_page_has_both_themes(tab):
    for theme in (LIGHT, DARK):
        tab.set_theme(theme)
        for page in ("run", "timeline", "depth"):
            tab.show_page(page)
            assert not tab.grab().isNull()
