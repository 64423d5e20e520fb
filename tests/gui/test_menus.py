"""Every action of the menus has a name, a key of its own, and does something."""

from collections import Counter

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMessageBox

from sgviz.prefs import Prefs, RecentFile
from sgviz.state import State

pytestmark = pytest.mark.gl


@pytest.fixture
def closed(make_instrument):
    """An instrument that was never shown: no thread runs."""
    return make_instrument(shown=False)


def actions(instrument) -> dict[str, QAction]:
    """Every action that a menu offers, by its words."""
    found = {}
    for menu in instrument.window.menuBar().actions():
        for action in menu.menu().actions():
            found[action.text().replace("&", "").rstrip("…")] = action
    return found


def test_no_key_means_two_things(closed):
    keys = Counter(
        key.toString()
        for action in closed.window.findChildren(QAction)
        for key in action.shortcuts()
    )
    assert keys["Ctrl+Z"] == 1
    assert keys["Ctrl+O"] == 1
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_action_says_what_it_does(closed):
    for text, action in actions(closed).items():
        if action.isSeparator() or action.menu():
            continue
        assert text
        # Qt makes a tip of the words where there is no other.
        assert action.statusTip() or action.toolTip()


def test_themes_are_chosen_one_at_a_time(closed):
    found = actions(closed)
    themes = {name: found[f"{name} theme"] for name in ("System", "Light", "Dark")}
    assert themes["Dark"].isChecked()
    themes["Light"].trigger()
    assert closed.prefs.theme == "light"
    assert [a.isChecked() for a in themes.values()] == [False, True, False]


def test_back_to_the_start(closed, little):
    assert closed.session.state == little
    actions(closed)["Back to the start"].trigger()
    assert closed.session.state == State()
    closed.session.stack.undo()
    assert closed.session.state == little


@pytest.mark.parametrize("name", ["Keys", "About sgviz"])
def test_boxes_do_not_block(closed, wait, name):
    actions(closed)[name].trigger()
    boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    assert len(boxes) == 1
    assert len(boxes[0].text()) > 100
    if name == "Keys":
        assert "Ctrl+O" in boxes[0].text()
    boxes[0].close()
    boxes[0].deleteLater()


def test_panels_can_be_hidden_and_shown(make_instrument, wait):
    instrument = make_instrument(settled=False)
    found, window = actions(instrument), instrument.window
    wait(lambda: window.docks["styles"].isVisible())
    found["Styles"].trigger()
    assert not window.docks["styles"].isVisible()
    found["Reset layout"].trigger()
    assert window.docks["styles"].isVisible()


def test_copying_before_there_is_an_image(closed):
    """Nothing happens, and nothing is broken."""
    found = actions(closed)
    QApplication.clipboard().setText("kept")
    found["Copy image"].trigger()
    assert QApplication.clipboard().text() == "kept"


def test_recent_files_of_the_last_time(make_instrument, tmp_path):
    there = tmp_path / "there.npz"
    there.write_bytes(b"x")
    prefs = Prefs(
        theme="dark",
        recent=(
            RecentFile(str(there), "a" * 64),
            RecentFile(str(tmp_path / "gone.npz"), "b" * 64),
            RecentFile("bad\0name.npz", "c" * 64),
        ),
    )
    instrument = make_instrument(prefs=prefs, shown=False)
    menu = instrument.menus.recent.menu
    assert menu.isEnabled()
    menu.aboutToShow.emit()
    assert [a.isEnabled() for a in menu.actions()[:3]] == [True, False, False]
    (tmp_path / "gone.npz").write_bytes(b"back")
    menu.aboutToShow.emit()
    assert [a.isEnabled() for a in menu.actions()[:3]] == [True, True, False]
