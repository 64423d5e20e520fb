import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from sgviz.frame import Problem
from sgviz.gui.theme import DARK, LIGHT
from sgviz.gui.train.run_page import RunPage
from sgviz.gui.train.runs import RunRequest, RunState
from sgviz.gui.train.samples_grid import fit_grid
from sgviz.training.events import Losses, StepStats
from sgviz.training.presets import PRESETS

REQUEST = RunRequest("portraits", 3, 100.0)


def stats(images: int, rate: float = 50.0, loss: float = 1.0) -> Losses:
    return Losses(StepStats(loss, 0.5, 0.1, 0.2, -0.2, images, 0.3), rate)


@pytest.fixture
def tab(qtbot):
    tab = RunPage()
    qtbot.addWidget(tab)
    tab.set_theme(DARK)
    tab.resize(1000, 700)
    with qtbot.waitExposed(tab):
        tab.show()
    yield tab
    tab.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def heard(signal) -> list:
    calls: list = []
    signal.connect(lambda *args: calls.append(args[0] if args else None))
    return calls


def press(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def enabled(tab: RunPage) -> tuple[bool, bool, bool]:
    buttons = (tab.start_button, tab.pause_button, tab.stop_button)
    start, pause, stop = (button.isEnabled() for button in buttons)
    return start, pause, stop


def test_the_page_says_what_start_will_do(tab):
    assert tab.board.is_empty
    assert enabled(tab) == (True, False, False)
    assert "Ready" in tab.status


def test_start_asks_for_what_stands_in_the_form(tab, qtbot):
    asked = heard(tab.start_requested)
    press(qtbot, tab.start_button)
    assert asked == [RunRequest("portraits", 0, PRESETS["portraits"].kimg)]
    tab.form.preset.setFocus()
    qtbot.keyClick(tab.form.preset, Qt.Key.Key_Up)
    for field, text in ((tab.form.seed, "4294967295"), (tab.form.kimg, "12.5")):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    press(qtbot, tab.start_button)
    assert asked[-1] == RunRequest("tiny", 2**32 - 1, 12.5)
    press(qtbot, tab.form.another)
    press(qtbot, tab.start_button)
    assert asked[-1].seed == 0


def test_a_number_left_in_the_field_counts_without_the_enter_key(tab, qtbot):
    asked = heard(tab.start_requested)
    tab.form.seed.setFocus()
    tab.form.seed.selectAll()
    qtbot.keyClicks(tab.form.seed, "77")
    press(qtbot, tab.start_button)
    assert asked[0].seed == 77


def test_a_preset_brings_its_own_length(tab):
    for index, (name, config) in enumerate(PRESETS.items()):
        tab.form.preset.setCurrentIndex(index)
        assert tab.form.request() == RunRequest(name, 0, config.kimg)


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (RunState.IDLE, (True, False, False)),
        (RunState.STARTING, (False, False, True)),
        (RunState.RUNNING, (False, True, True)),
        (RunState.PAUSED, (False, True, True)),
        (RunState.STOPPING, (False, False, False)),
        (RunState.FINISHED, (True, False, False)),
    ],
)
def test_buttons_follow_the_state(tab, state, buttons):
    tab.set_running(state)
    assert enabled(tab) == buttons
    assert tab.form.isEnabled() == (not state.is_busy)


def test_pause_resume_stop(tab, qtbot):
    paused, stopped = heard(tab.pause_requested), heard(tab.stop_requested)
    tab.set_running(RunState.RUNNING)
    press(qtbot, tab.pause_button)
    tab.set_running(RunState.PAUSED)
    assert tab.pause_button.text() == "Resume"
    press(qtbot, tab.pause_button)
    assert paused == [True, False]
    press(qtbot, tab.stop_button)
    assert len(stopped) == 1


def test_the_follow_switch_speaks_only_when_a_hand_moves_it(tab, qtbot):
    followed = heard(tab.follow_toggled)
    assert tab.follow_switch.isChecked()
    tab.set_follow(False)
    tab.set_follow(True)
    assert followed == []
    press(qtbot, tab.follow_switch)
    assert followed == [False]


def test_figures_become_curves_and_words(tab, qtbot):
    tab.begin(REQUEST)
    tab.set_running(RunState.RUNNING)
    assert not tab.board.is_empty
    tab.add_stats([stats(100 * k) for k in range(1, 41)])
    qtbot.waitUntil(lambda: tab.board.plot.curve_points(0) == 40)
    assert tab.status == "Training 4.0 of 100 kimg · 50 images/s · 32 min left"
    tab.add_stats([stats(5000)])
    qtbot.waitUntil(lambda: tab.board.plot.curve_points(2) == 41)
    tab.set_running(RunState.PAUSED)
    assert tab.status == "Paused 5.0 of 100 kimg"


def test_steps_that_failed_leave_a_gap(tab, qtbot):
    tab.begin(REQUEST)
    tab.add_stats([stats(100, loss=float("nan")) for _ in range(4)])
    tab.board.plot.draw()
    tab.add_stats([stats(200), stats(300, loss=float("nan")), stats(400)])
    tab.board.plot.draw()
    assert tab.board.plot.curve_points(0) == 7


def test_a_new_run_begins_with_empty_curves(tab):
    tab.begin(REQUEST)
    tab.add_stats([stats(1000)])
    tab.set_samples(np.zeros((4, 8, 8, 3), np.uint8), 1.0)
    tab.begin(RunRequest("tiny", 9, 20.0))
    assert tab.form.request() == RunRequest("tiny", 9, 20.0)
    assert len(tab.board.history) == 0
    assert tab.board.plot.curve_points(0) == 0
    assert tab.board.samples.count == 0
    assert tab.status == "Ready"


def test_curves_that_came_unseen_are_drawn_when_somebody_looks(qtbot):
    tab = RunPage()
    qtbot.addWidget(tab)
    tab.begin(REQUEST)
    tab.add_stats([stats(100 * k) for k in range(1, 10)])
    assert tab.board.plot is None
    with qtbot.waitExposed(tab):
        tab.show()
    qtbot.waitUntil(lambda: tab.board.plot.curve_points(1) == 9)


def test_a_curve_can_be_hidden(tab, qtbot):
    tab.begin(REQUEST)
    key = tab.board.plot.keys[1]
    assert key.accessibleName() == "Hide Discriminator loss"
    press(qtbot, key)
    assert key.accessibleName() == "Show Discriminator loss"
    press(qtbot, key)
    assert key.accessibleName() == "Hide Discriminator loss"


def test_samples_are_shown_with_their_age(tab):
    pixels = np.random.RandomState(0).randint(0, 256, (16, 32, 32, 3), np.uint8)
    empty = tab.board.samples.grab().toImage()
    tab.set_samples(pixels, 12.34)
    assert tab.board.samples.count == 16
    assert tab.board.samples.grab().toImage() != empty
    assert "12.3 kimg" in tab.board.caption


def test_the_data_is_shown_beside_what_is_made_of_it(tab):
    assert not tab.data.isVisible()
    tab.set_data_samples(np.zeros((9, 8, 8, 3), np.uint8))
    assert tab.data.isVisible()
    assert tab.data.count == 9
    tab.set_data_samples(None)
    assert not tab.data.isVisible()


def test_a_problem_is_shown_until_the_next_run(tab):
    assert not tab.card.isVisible()
    tab.set_problem(Problem("The disk is full.", "errno 28"))
    assert tab.card.isVisible()
    assert tab.card.text == "The disk is full."
    tab.begin(REQUEST)
    assert not tab.card.isVisible()


def test_an_idle_tab_waits_for_nothing(tab, qtbot):
    tab.begin(REQUEST)
    tab.add_stats([stats(100)])
    qtbot.waitUntil(lambda: tab.board.plot.curve_points(0) == 1)
    assert not tab.board.plot.is_due


@pytest.mark.parametrize("size", [(520, 320), (1600, 1000)])
def test_it_paints_in_both_themes(tab, qtbot, size):
    tab.resize(*size)
    tab.begin(REQUEST)
    tab.add_stats([stats(100 * k) for k in range(1, 10)])
    for theme in (LIGHT, DARK):
        tab.set_theme(theme)
        assert not tab.grab().isNull()


def test_everything_has_a_name_and_a_tip(tab):
    form = tab.form
    for widget in (
        tab.start_button, tab.pause_button, tab.stop_button, tab.follow_switch,
        form.data, form.preset, form.seed, form.another, form.kimg,
        tab.board.samples, *tab.board.plot.keys,
    ):  # fmt: skip
        assert widget.toolTip()
        assert widget.accessibleName()


def test_grids_prefer_full_rows():
    assert fit_grid(16, 800, 210)[0] == 8
    assert fit_grid(16, 400, 400)[0] == 4
    assert fit_grid(1, 50, 400) == (1, 50)
    for count in (1, 7, 16, 64):
        columns, side = fit_grid(count, 500, 300)
        assert columns * side <= 500
        assert -(-count // columns) * side <= 300


def test_the_tab_is_made_without_pyqtgraph_and_without_torch():
    code = (
        "import sys, sgviz.gui.train.run_page, sgviz.gui.z_view, sgviz.gui.image_view\n"
        "print([m for m in ('torch', 'pyqtgraph') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
