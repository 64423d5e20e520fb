import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication

from sgviz.frame import Image, Problem
from sgviz.gui.image_view import LOADING, ImageView
from sgviz.gui.theme import DARK, LIGHT


def make_image(seed: int = 0, side: int = 8) -> Image:
    shape = (side, side, 3)
    pixels = np.random.RandomState(seed).randint(0, 256, shape, np.uint8)
    return Image(pixels, 1.5, True)


@pytest.fixture
def view(qtbot):
    view = ImageView()
    qtbot.addWidget(view)
    view.set_theme(DARK)
    view.resize(320, 360)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    # Deleted here and now: no search for garbage is needed to see that it went.
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def heard(signal) -> list:
    calls: list = []
    signal.connect(lambda *args: calls.append(args[0] if args else None))
    return calls


def test_it_begins_by_saying_that_it_loads(view):
    assert view.card.isVisible()
    assert view.card.text == LOADING


def test_every_image_is_announced_once_when_it_is_on_the_screen(view, qtbot):
    painted = heard(view.image_painted)
    first, second, third = (make_image(seed) for seed in range(3))
    view.set_image(first)
    assert painted == []
    qtbot.waitUntil(lambda: painted == [first])
    view.canvas.update()
    view.canvas.repaint()
    assert painted == [first]
    view.set_image(second)
    view.set_image(third)
    qtbot.waitUntil(lambda: len(painted) > 1)
    assert painted == [first, third]


def test_a_hidden_image_is_not_painted(view, qtbot):
    painted = heard(view.image_painted)
    view.hide()
    view.set_image(make_image())
    qtbot.wait(50)
    assert painted == []


def test_pixels_are_shown_as_they_are(view, qtbot):
    image = make_image()
    view.set_image(image)
    shot = view.canvas.grab().toImage()
    box = view.canvas.image_rect()
    assert box.width() == box.height()
    assert box.width() % 8 == 0
    side = box.width() // 8
    for k in range(8):
        for at in (1, side - 2):
            there = shot.pixelColor(box.x() + k * side + at, box.y() + k * side + at)
            assert there.getRgb()[:3] == tuple(image.pixels[k, k])


def test_smooth_interpolates_and_fills(view, qtbot):
    view.set_image(make_image())
    before = view.canvas.grab().toImage()
    qtbot.mouseClick(view.smooth_button, Qt.MouseButton.LeftButton)
    assert view.canvas.smooth
    assert view.canvas.grab().toImage() != before
    room = view.canvas.size()
    assert view.canvas.image_rect().width() == min(room.width(), room.height())


def test_a_problem_is_a_sentence_with_details(view, qtbot):
    view.set_image(make_image())
    view.set_caption("Seed 0")
    view.set_problem(Problem("It did not work.", "Traceback: why"))
    assert view.card.text == "It did not work."
    assert not view.canvas.isVisible()
    assert view.caption == ""
    assert not view.card.details.isVisible()
    qtbot.mouseClick(view.card.more_button, Qt.MouseButton.LeftButton)
    assert view.card.details.isVisible()
    assert view.card.details.toPlainText() == "Traceback: why"
    qtbot.mouseClick(view.card.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "It did not work.\n\nTraceback: why"
    view.set_problem(None)
    assert view.canvas.isVisible()


def test_a_new_image_ends_a_problem(view):
    view.set_problem(Problem("It did not work."))
    assert not view.card.more_button.isVisible()
    view.set_image(make_image())
    assert view.canvas.isVisible()


def test_sentences_are_plain_text(view):
    view.set_problem(Problem("<b>bold</b> & <img src=x>"))
    assert view.card.text == "<b>bold</b> & <img src=x>"
    assert view.card.label.textFormat() is Qt.TextFormat.PlainText


def test_the_menu_asks_to_copy_and_to_save(view):
    menu = view.menu()
    assert not menu.actions()[0].isEnabled()
    view.set_image(make_image())
    copied, saved = heard(view.copy_requested), heard(view.save_requested)
    menu = view.menu()
    copy, save = menu.actions()[:2]
    copy.trigger()
    save.trigger()
    assert len(copied) == len(saved) == 1
    menu.actions()[-1].trigger()
    assert view.canvas.smooth


def test_the_caption_does_not_move_the_panel(view):
    view.set_image(make_image())
    before = view.minimumSizeHint()
    view.set_caption("random 2 at 132° · 64×64 · exact · 3 ms " * 5)
    assert view.minimumSizeHint() == before


@pytest.mark.parametrize("size", [(240, 160), (1500, 200), (900, 1200)])
@pytest.mark.parametrize("side", [1, 64, 1024])
def test_it_paints_at_any_size(view, qtbot, size, side):
    painted = heard(view.image_painted)
    view.set_theme(LIGHT)
    view.resize(*size)
    view.set_image(make_image(side=side))
    qtbot.waitUntil(lambda: len(painted) == 1)
    box = view.canvas.image_rect()
    assert view.canvas.rect().contains(box)
    assert (view.width(), view.height()) == size
