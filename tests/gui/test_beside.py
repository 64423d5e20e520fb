"""Networks beside the one on the screen: settings, curves, legend, second image."""

from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from sgviz.checkpoints import native
from sgviz.checkpoints.of_run import checkpoint_path
from sgviz.checkpoints.open_file import hash_file
from sgviz.frame import Companion, Companions, Scene
from sgviz.gui import beside_look
from sgviz.gui.beside_button import BesideButton
from sgviz.gui.beside_desk import moments_of
from sgviz.gui.beside_legend import entries
from sgviz.gui.beside_panel import BesidePanel, swapped
from sgviz.gui.session import Edit, Gesture, Session
from sgviz.gui.theme import DARK, LIGHT
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.state import (
    AtKimg,
    Beside,
    CircleSet,
    File,
    InLayer,
    Live,
    Pca,
    RandomCircle,
    Shuffled,
    State,
    Triplets,
    Twin,
)

LEFT = Qt.MouseButton.LeftButton


def companion(kind="twin", scale=0.5, circles=2, points=32, label="x", note=""):
    positions = np.random.RandomState(1).randn(4, circles, points, 3)
    return Companion(kind, label, positions.astype(np.float32), scale, note)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """A second network with as many numbers."""
    sizes = GeneratorConfig(24, 24, 2, 16, (8, 8, 8), 0.1)
    path = tmp_path_factory.mktemp("other") / "other.safetensors"
    native.save(Snapshot.of(Generator(sizes, seed=9), 2.0), path)
    return path


class TestLook:
    """Arrays."""

    def test_dashes_leave_gaps_and_go_all_the_way_round(self):
        for points in (8, 24, 96, 1440, 4096):
            at = beside_look.dashes(points)
            segments = {(a, b) for dash in at for a, b in pairwise(dash)}
            assert 0.4 * points < len(segments) < 0.85 * points
            assert all((a + 1) % points == b for a, b in segments)
            assert len(at) <= 40

    def test_grey_curves_grow_quieter_and_never_many(self):
        few = Companions((companion(),))
        many = Companions(tuple(companion() for _ in range(20)))
        alphas = [beside_look.grey_curves(c, DARK)[1][0, 0, 3] for c in (few, many)]
        assert alphas[0] > 2 * alphas[1] > 60
        crowd = Companions((companion(circles=512, points=96),) * 3)
        points, colours = beside_look.grey_curves(crowd, DARK)
        assert points.shape[0] * points.shape[1] <= 60_000 + len(points)
        assert points.shape[:2] == colours.shape[:2]

    def test_the_greys_and_the_pale_colours_are_told_apart(self):
        for theme in (DARK, LIGHT):
            kinds = ("twin", "shuffled", "infinite")
            greys = [
                np.array(beside_look.colour_of(kind, theme), float) for kind in kinds
            ]
            for a, b in combinations(greys, 2):
                assert np.abs(a - b).sum() > 60
            own = np.array([[200, 80, 40, 255]], np.uint8)
            assert np.abs(beside_look.paler(own, theme)[0] - own[0].astype(int)).max()

    def test_the_legend_says_whose_curves_these_are(self):
        found = Companions(
            (companion("model", 0.8, label="b"), companion(scale=0.4), companion()),
            total=5,
        )
        words = [entry.words + entry.scale for entry in entries("a", found)]
        assert words == [
            "a", "b × 0.80", "2 untrained twins × 0.40 to 0.50",
            "2 more being mapped …",
        ]  # fmt: skip
        assert len(entries("a", Companions())) == 1

    def test_what_is_not_there_yet_stays_where_it_was(self):
        def scene_of(circles, titles=("0",)):
            nothing = np.zeros((4, 2, 32, 3), np.float32)
            angles = np.zeros((2, 32), np.float32)
            return Scene(nothing, angles, ("a", "b"), titles, ("", "", ""), of=circles)

        twins = [companion(label="1"), companion(label="2")]
        old, new = CircleSet(), CircleSet(points=32)
        last = Companions(tuple(twins), 2, old, ("0",))
        moved = scene_of(new)
        held = beside_look.held
        assert held(last, last, scene_of(old)) == ()
        assert held(last, last, moved) == tuple(twins)
        # While circles are dragged nothing grey is asked; then one comes after another.
        waits = Companions((), 0, new, ("0",), waiting=True)
        assert held(last, waits, moved) == tuple(twins)
        first = replace(waits, items=(companion(label="1"),), total=2, waiting=False)
        assert held(last, first, moved) == (twins[1],)
        every = replace(first, items=(*first.items, companion(label="2")))
        assert held(last, every, moved) == ()
        # Another picture of so many slices: for a moment; and nothing is asked.
        assert held(last, waits, scene_of(new, ("3",))) == tuple(twins)
        assert held(last, Companions(), moved) == ()
        # Another number of points, and of circles: a second one has a colour for each.
        few = replace(last, items=(companion(circles=1, points=8),))
        (found,) = held(few, waits, moved)
        assert found.positions.shape == (4, 1, 32, 3)
        assert np.array_equal(found.positions[:, :, ::4], few.items[0].positions)
        second = replace(last, items=(companion("model", circles=1),))
        assert held(second, waits, moved) == ()
        more = replace(twins[0], positions=np.zeros((5, 2, 32, 3), np.float32))
        more = replace(last, items=(more,))
        assert held(more, waits, moved)[0].positions.shape == (4, 2, 32, 3)
        assert held(more, waits, replace(moved, panels=("W",))) == ()
        faint = beside_look.grey_curves(last, DARK, last.items)[1]
        assert (
            0 < faint[0, 0, 3] < 0.5 * beside_look.grey_curves(last, DARK)[1][0, 0, 3]
        )

    def test_the_legend_names_the_closed_form_and_says_why_there_is_none(self):
        wide = companion("infinite", 0.4, label="infinite width")
        some = Companions((wide, companion("shuffled", label="shuffled")))
        words = [entry.stroke for entry in entries("a", some)]
        assert words == ["own", "infinite", "shuffled"]
        none = replace(wide, positions=wide.positions[:0], note="at most 92 circles")
        last = entries("a", Companions((none,)))[-1]
        assert (last.stroke, last.words) == (
            "none", "infinite width: at most 92 circles",
        )  # fmt: skip


class TestPanel:
    """Value in, value out."""

    @pytest.fixture
    def panel(self, qtbot):
        session, panel = Session(State()), BesidePanel()
        qtbot.addWidget(panel)
        panel.edited.connect(session.apply)
        session.changed.connect(lambda: panel.set_state(session.state))
        panel.session = session
        return panel

    def test_every_control_edits_and_is_undone(self, panel):
        session = panel.session
        _type(panel.twins.field, "12")
        assert session.state.beside.twins == 12
        panel.shuffled.click()
        assert session.state.beside.shuffled
        panel.closed_form.click()
        assert session.state.beside.closed_form
        panel.scale.buttons["own"].click()
        assert not session.state.beside.same_scale
        panel.seed.dice.click()
        assert session.state.beside.twin_seed == panel.seed.field.value()
        panel.clear.click()
        assert session.state.beside == Beside()
        assert session.stack.count() == 6
        for _ in range(6):
            session.stack.undo()
        assert session.state == State()

    def test_a_second_network_is_chosen_from_the_menu_and_swapped(self, panel):
        panel.choices = lambda: [("", []), ("Recent", [])]
        panel.menu.aboutToShow.emit()
        actions = {action.text(): action for action in panel.menu.actions()}
        assert not actions["Swap the two"].isEnabled()
        actions["Untrained twin"].trigger()
        assert panel.session.state.beside.model == Twin()
        assert panel.second.text() == "untrained twin 0 of bundled portraits"
        panel.menu.aboutToShow.emit()
        actions = {action.text(): action for action in panel.menu.actions()}
        actions["Swap the two"].trigger()
        state = panel.session.state
        assert (state.model, state.beside.model) == (Twin(), State().model)
        # A twin of a twin is a twin of what that was made of.
        panel.menu.aboutToShow.emit()
        actions = {action.text(): action for action in panel.menu.actions()}
        actions["Shuffled network"].trigger()
        assert panel.session.state.beside.model == Shuffled()
        assert swapped(State()) == State()

    def test_what_cannot_be_drawn_is_said_right_below_what_asks_for_it(self, panel):
        panel.resize(320, 400)
        panel.show()
        wide = companion("infinite", note="at most 92 circles")
        wide = replace(wide, positions=wide.positions[:0])
        greys = (wide, companion(note="each along its own components"))
        gone = companion("model", note="gone.pkl is not where it was")
        panel.set_companions(Companions((*greys, gone), note="Beside: 3 of 5 networks"))
        panel.layout().activate()
        for sentence, words, above, below in (
            (panel.wrong, "Beside: 3 of 5 networks", panel.clear, panel.twins),
            (panel.wrong_of["infinite"], "at most 92 circles",
             panel.closed_form, panel.shuffled),
            (panel.wrong_of["model"], "gone.pkl is not where it was",
             panel.choose, panel.scale),
        ):  # fmt: skip
            assert sentence.isVisible() and sentence.text() == words
            assert above.y() < sentence.y() < below.y()
        # What is drawn, but otherwise than asked, is said by the legend.
        assert panel.wrong_of["twin"].isHidden()
        panel.set_companions(Companions())
        every = (panel.wrong, *panel.wrong_of.values())
        assert not any(sentence.isVisible() for sentence in every)

    def test_a_seed_that_cannot_be_is_refused_by_its_field(self, panel):
        panel.resize(320, 300)
        panel.show()
        _type(panel.seed.field, "-1")
        field, said = panel.seed.field, panel.refused
        assert said.isVisible() and "4294967295" in said.text()
        corner = field.mapTo(said.parentWidget(), QPoint(0, 0))
        assert 0 <= said.y() - corner.y() - field.height() < 4
        _type(panel.seed.field, "3")
        assert said.isHidden() and panel.session.state.beside.twin_seed == 3


def test_the_settings_grow_and_shrink_with_what_is_said_in_them(qtbot):
    button = BesideButton()
    qtbot.addWidget(button)
    button.show()
    button.open()
    popup = button.popup
    panel, plain = popup.panel, popup.height()
    long = "gone.pkl is not where it was, or has changed: open the file once more"
    gone = companion("model", note=long)
    button.set_companions(Companions((gone,), note="Beside: only circles are drawn"))
    said = (panel.wrong, panel.wrong_of["model"])
    qtbot.waitUntil(
        lambda: all(s.height() >= s.heightForWidth(s.width()) for s in said)
    )
    assert popup.height() > plain + 20
    button.set_companions(Companions())
    qtbot.waitUntil(lambda: popup.height() == plain)
    _type(panel.seed.field, "x")
    assert panel.refused.window() is popup and panel.refused.isVisible()
    popup.hide()


def test_moments_of_a_run_are_its_checkpoints(tmp_path: Path):
    folder = tmp_path / "run 1"
    assert moments_of(folder) == []
    for images in range(0, 60_000, 1000):
        path = checkpoint_path(folder, images)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = moments_of(folder)
    assert len(found) <= 26
    assert found[0].ref == AtKimg("run 1", 0.0)
    assert found[-2].words == "59 kimg"
    assert found[-1].ref == Live("run 1")


@pytest.mark.gl
class TestWindow:
    """The whole window."""

    def test_companions_are_drawn_lit_and_taken_away(
        self, make_instrument, little, wait, mouse, other
    ):
        second = File(str(other), hash_file(other))
        beside = Beside(twins=3, shuffled=True, closed_form=True, model=second)
        state = replace(little, beside=beside)
        instrument = make_instrument(state)
        window = instrument.window
        view, stage = window.w_view.view, window.w_view.view._stage
        assert stage.trails._points.shape == (5 * 4 * 2, 32, 3)
        assert stage.paths._points.shape[0] == 4 * 2 * len(beside_look.dashes(32))
        words = [entry.words for entry in window.w_view.beside.legend.entries]
        assert words == ["little.safetensors", "other.safetensors", "infinite width",
                         "shuffled", "3 untrained twins"]  # fmt: skip
        assert window.w_view.beside.legend.isVisible()
        assert window.image.pair.second.isVisible()
        assert window.image.pair.second.name.text() == "other.safetensors"
        facts = window.status._all_facts()
        assert ("Beside it", "") in facts
        assert ("Network", "other.safetensors") in facts
        # A hover on the ring lights the same point of every network.
        window.z_view.point_hovered.emit(1, 5)
        assert len(stage.marks._echoes) == 6 * 4
        window.z_view.hover_left.emit()
        assert len(stage.marks._echoes) == 0
        # Greys are behind: the curves on the screen hide none of their colours.
        with_grey = _colourful(view)
        instrument.session.apply(_edit(replace(state, beside=Beside())))
        wait(lambda: instrument.settled)
        assert stage.trails._points.size == stage.paths._points.size == 0
        assert not window.w_view.beside.legend.isVisible()
        assert not window.image.pair.second.isVisible()
        assert _colourful(view) < 1.6 * with_grey
        instrument.session.stack.undo()
        wait(lambda: instrument.settled)
        assert stage.trails._points.size

    def test_the_button_under_real_clicks_and_a_drop_with_shift(
        self, instrument, wait, mouse, other, tmp_path
    ):
        button = instrument.window.w_view.beside_button
        mouse.click(button, 8, 8)
        assert button.popup.isVisible()
        assert not button.isChecked()
        _type(button.popup.panel.twins.field, "2")
        wait(lambda: instrument.settled)
        assert button.isChecked()
        assert len(instrument.window.w_view.beside.shown.items) == 2
        button.popup.hide()
        # A network that is dropped with Shift is drawn beside.
        window, session = instrument.window, instrument.session
        before = session.state.model
        _drop(window, other, Qt.KeyboardModifier.ShiftModifier)
        wait(lambda: instrument.settled and session.state.beside.model is not None)
        assert session.state.model == before
        assert session.state.beside.model == File(str(other), hash_file(other))
        assert session.stack.undoText() == "Open other.safetensors beside"
        wait(lambda: instrument.settled)
        assert window.image.pair.second.isVisible()
        _drop(window, other, Qt.KeyboardModifier.NoModifier)
        wait(lambda: instrument.settled and session.state.model != before)
        circles = tmp_path / "some.csv"
        circles.write_text("circle,index,angle,w0,w1,w2\n")
        _drop(window, circles, Qt.KeyboardModifier.ShiftModifier)
        wait(lambda: bool(instrument.files.problems))

    def test_greys_stay_faint_while_circles_are_dragged(
        self, make_instrument, little, wait, other, monkeypatch
    ):
        second = File(str(other), hash_file(other))
        state = replace(little, beside=Beside(twins=2, closed_form=True, model=second))
        instrument = make_instrument(state)
        view, session = instrument.window.w_view.view, instrument.session
        drawn, show = [], view.set_beside

        def record(grey, second, width):
            drawn.append((len(grey[0]), len(second[0]), int(grey[1][0, 0, 3])))
            show(grey, second, width)

        monkeypatch.setattr(view, "set_beside", record)
        rest = int(view._stage.trails._colours[0, 0, 3])
        legend = instrument.window.w_view.beside.legend
        words = [entry.words for entry in legend.entries]
        others = little.circles.circles[1:]
        for k in range(1, 9):
            moved = replace(little.circles, circles=(RandomCircle(9, k), *others))
            edit = Edit(replace(state, circles=moved), "Circle", Gesture.MOVING)
            session.apply(edit)
            wait(lambda: instrument.settled)
            assert [entry.words for entry in legend.entries] == words
        faint = drawn[-1][2]
        assert 0 < faint < 0.5 * rest
        session.apply(replace(edit, gesture=Gesture.DONE))
        wait(lambda: instrument.settled)
        assert drawn[-1][2] == rest
        # Components: their titles tell shares, which change with the circles; and
        # fewer points, other triplets, a layer of the mapping.
        done = edit.state
        for what in (
            {"projection": Pca()},
            {"projection": Triplets(3, 4, 3)},
            {"circles": replace(done.circles, points=24)},
            {"circles": replace(done.circles, points=48), "space": InLayer(1, 0.5)},
        ):
            done = replace(done, **what)
            slices = 1 if "projection" in what and done.projection == Pca() else 4
            before = len(drawn)
            session.apply(Edit(done, "Another picture"))
            wait(lambda: instrument.settled)
            assert all(grey for grey, _, _ in drawn[before:]), what
            assert drawn[-1] == (3 * slices * 2, drawn[-1][1], drawn[-1][2])
        drawn = [each for each in drawn if each[0] != 3 * 2]
        assert drawn[-1][2] == rest
        # Never a flash of nothing: neither of the greys nor of the second network.
        assert {grey for grey, _, _ in drawn} == {3 * 4 * 2}
        assert all(dashes for _, dashes, _ in drawn)
        monkeypatch.undo()
        session.apply(Edit(replace(done, beside=Beside()), "Nothing"))
        wait(lambda: instrument.settled)
        assert view._stage.trails._points.size == view._stage.paths._points.size == 0


def _type(field, text):
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _drop(window, path, keys):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, keys)
    )


def _edit(state):
    from sgviz.gui.session import Edit

    return Edit(state, "Beside")


def _colourful(view):
    """How many pixels have a strong colour of their own."""
    view.settle()
    image = view.grabFramebuffer().convertToFormat(
        view.grabFramebuffer().Format.Format_RGBA8888
    )
    rows = np.frombuffer(image.constBits(), np.uint8)
    pixels = rows.reshape(image.height(), -1)[:, : 4 * image.width()]
    rgb = pixels.reshape(image.height(), image.width(), 4)[..., :3].astype(int)
    return int((rgb.max(axis=-1) - rgb.min(axis=-1) > 60).sum())
