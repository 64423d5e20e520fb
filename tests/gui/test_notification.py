"""Sentences in a corner: few, each said once, gone when dismissed."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QWidget

from sgviz.frame import Problem
from sgviz.gui import notification
from sgviz.gui.free_room import free_place
from sgviz.gui.notification import Notifications
from sgviz.gui.theme import LIGHT

pytestmark = pytest.mark.gl


@pytest.fixture
def window(qapp, qtbot):
    window = QWidget()
    window.resize(800, 600)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def notifications(window):
    return Notifications(window)


def let_go() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


def test_nothing_is_said(notifications):
    assert notifications.notes() == []
    assert not notifications.isVisible()


def test_a_sentence(notifications, window):
    notifications.say("Saved window.png.")
    assert notifications.notes() == ["Saved window.png."]
    assert notifications.isVisible()
    assert window.rect().contains(notifications.geometry())


def test_the_same_sentence_is_said_once(notifications):
    for _ in range(5):
        notifications.say("The file is gone.")
    assert notifications.notes() == ["The file is gone."]


def test_at_most_three(notifications):
    for count in range(10):
        notifications.say(f"sentence {count}")
        let_go()
    assert notifications.notes() == ["sentence 7", "sentence 8", "sentence 9"]


def test_a_note_is_dismissed(notifications):
    notifications.say("one")
    notifications.say("two")
    notifications._notes()[0].findChild(QToolButton).click()
    let_go()
    assert notifications.notes() == ["two"]
    notifications._notes()[0].findChild(QToolButton).click()
    let_go()
    assert not notifications.isVisible()


def test_a_note_goes_by_itself(notifications, wait, monkeypatch):
    monkeypatch.setattr(notification, "SHOWN_MS", 30)
    notifications.say("soon gone")
    wait(lambda: notifications.notes() == [])
    wait(lambda: not notifications.isVisible())


def test_details_can_be_copied(notifications):
    notifications.show_problem(Problem("It failed", "Traceback ..."))
    buttons = notifications._notes()[0].findChildren(QToolButton)
    assert [button.accessibleName() for button in buttons] == [
        "Copy details",
        "Dismiss",
    ]
    buttons[0].click()
    assert QGuiApplication.clipboard().text() == "It failed\n\nTraceback ..."


def test_markup_is_only_text(notifications):
    notifications.say("<b>bold</b>.npz is <img src='x'> not a circles file")
    label = notifications._notes()[0].findChild(QLabel)
    assert label.text().startswith("<b>")
    assert label.textFormat().name == "PlainText"


def test_a_long_sentence_stays_in_the_window(notifications, window):
    for count in range(3):
        notifications.say(f"{count} " + "very long words " * 20)
    assert window.rect().contains(notifications.geometry())
    window.resize(500, 500)
    let_go()
    assert window.rect().contains(notifications.geometry())


def test_no_menu_of_the_right_button(notifications):
    notifications.say("a sentence")
    label = notifications._notes()[0].findChild(QLabel)
    at = QPoint(5, 5)
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, at, label.mapToGlobal(at))
    QApplication.sendEvent(label, event)
    assert QApplication.activePopupWidget() is None


def test_another_theme(notifications):
    notifications.say("dark")
    notifications.set_theme(LIGHT)
    notifications.say("light")
    notifications.grab()
    assert notifications.notes() == ["dark", "light"]


def test_the_window_goes_first(notifications, window):
    """Notes that are still there when their window is deleted do no harm."""
    notifications.say("still here")
    window.close()


def test_what_is_gone_leaves_no_room(notifications, qtbot):
    notifications.say("One sentence.")
    alone = notifications.height()
    note = notifications.progress("Opening a file …", lambda: None)
    note.set_fraction(0.5)
    assert note.bar.value() == note.bar.maximum() // 2
    assert notifications.height() > alone
    note.deleteLater()
    let_go()
    qtbot.waitUntil(lambda: notifications.height() == alone)


def test_a_card_fills_its_corners(notifications):
    """Behind a window over OpenGL there is only black."""
    notifications.set_theme(LIGHT)
    notifications.say("one")
    notifications.say("two")
    notifications._place()
    picture = notifications.grab().toImage()
    right, bottom = picture.width() - 1, picture.height() - 1
    for y in (0, picture.height() // 2, bottom):
        for x in (0, right):
            assert picture.pixelColor(x, y).name() == LIGHT.line


def test_it_lies_where_it_covers_no_control(notifications, window, qtbot):
    button = QToolButton(window)
    button.setGeometry(700, 500, 60, 24)
    row = QWidget(window)
    row.setGeometry(200, 420, 90, 24)
    field = QLineEdit(row)
    field.setGeometry(70, 0, 20, 24)
    elsewhere = QToolButton(window)
    elsewhere.setGeometry(450, 450, 60, 24)
    button.show()
    row.show()
    notifications.say("Saved window.png.")
    place = notifications.geometry()
    # What is hidden takes no room; a row of controls takes all of its own.
    for taken in (button, row):
        assert not place.intersects(taken.geometry())
    assert place.top() > 400 and place.right() > 600
    elsewhere.show()
    notifications.settle()
    qtbot.waitUntil(lambda: notifications.geometry() != place)
    for taken in (button, row, elsewhere):
        assert not notifications.geometry().intersects(taken.geometry())


def test_where_everything_is_taken_it_covers_least():
    room, size = QRect(0, 0, 300, 200), QSize(100, 50)
    assert free_place(room, [size], []).topLeft() == QPoint(200, 150)
    everywhere = [QRect(0, 0, 300, 200), QRect(150, 0, 150, 200)]
    assert free_place(room, [size], everywhere).x() <= 50
    assert free_place(room, [QSize(400, 50)], []).topLeft() == QPoint(0, 0)
    # A narrower one, where only that covers nothing.
    narrow = QSize(40, 50)
    assert free_place(room, [size, narrow], [QRect(60, 0, 240, 200)]).size() == narrow


def test_a_handle_stays_clear(notifications, window):
    handle = QWidget(window)
    handle.setGeometry(0, 540, 800, 40)
    notifications.keep_clear(handle)
    notifications.say("Saved window.png.")
    low = notifications.geometry().bottom()
    handle.show()
    QCoreApplication.processEvents()
    assert notifications.geometry().bottom() < 540 <= low
    handle.hide()
    QCoreApplication.processEvents()
    assert notifications.geometry().bottom() == low


def test_what_went_wrong_has_another_mark_than_what_was_done(notifications):
    notifications.say("Saved window.png.")
    notifications.show_problem(Problem("The file is gone."))
    done, wrong = notifications._notes()
    assert done.mark != wrong.mark
