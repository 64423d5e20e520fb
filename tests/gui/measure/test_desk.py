"""The Measure menu in the real window: open, look, hover, close, be remembered."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from sgviz.frame import Part, Progress
from sgviz.gui.measure import desk as desk_module
from sgviz.gui.measure.kept_parts import KeptParts
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.panels import PanelLine
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Line
from sgviz.gui.session import Edit
from sgviz.render import renderer
from sgviz.render.request import Asked, Key
from sgviz.render.stage import Stage

pytestmark = pytest.mark.gl
DEGREES = np.arange(32) * (360.0 / 32)


def heights(circle: int) -> np.ndarray:
    return np.cos(np.radians(DEGREES)) + 4.0 * circle


class Waves(MeasurePanel):
    NAME, TITLE, TIP = "waves", "Waves", "Two waves"
    MEASURES = frozenset({"waves"})

    def __init__(self) -> None:
        super().__init__()
        self.plot = Plot("Waves", Axes("angle", "height", is_angle=True), "waves")
        self.body.addWidget(self.plot)
        self.link(self.plot)
        self.parts: list[object] = []
        self.states = 0

    def set_part(self, name, value):
        self.parts.append(value)
        lines = [Line(DEGREES, heights(k), f"c{k}", k, circle=k) for k in (0, 1)]
        self.plot.set_series(lines)

    def set_state(self, state):
        super().set_state(state)
        self.states += 1


class Empty(MeasurePanel):
    NAME, TITLE = "empty", "Empty"


def line(kind: type[MeasurePanel]) -> PanelLine:
    module = sys.modules[kind.__module__]
    return PanelLine(
        kind.NAME, kind.TITLE, kind.TIP, f"{module.__name__}:{kind.__name__}"
    )


def waves(request, desk):
    yield Progress("half way", 0.5)
    if request.state.psi < 0:
        raise ValueError("no waves below zero")
    return request.state.psi


STAGE = Stage("waves", lambda r, d: Key(r.state.psi), waves, measure=True)


@pytest.fixture
def measuring(make_instrument, monkeypatch):
    """A window whose Measure menu has two panels of the test's own."""
    lines = (line(Waves), line(Empty))
    monkeypatch.setattr(desk_module.MeasureDesk.__init__, "__defaults__", (lines,))
    defaults = renderer.Renderer.__init__.__defaults__
    monkeypatch.setattr(
        renderer.Renderer.__init__, "__defaults__", ((*defaults[0], STAGE),)
    )
    return make_instrument


def psi(instrument, value):
    state = replace(instrument.session.state, psi=value)
    instrument.session.apply(Edit(state, "psi"))


def test_a_panel_from_its_menu_to_its_end(measuring, mouse, wait):
    """Built when it is looked at, measured while it is looked at, linked, stopped."""
    instrument = measuring()
    desk, window = instrument.measures, instrument.window
    assert desk.panels == {}
    menu = instrument.menus.measure_menu
    assert [action.text() for action in menu.actions()] == ["Waves", "Empty"]
    assert not any(action.isChecked() for action in menu.actions())
    menu.actions()[0].trigger()
    wait(lambda: instrument.settled and desk.panels["waves"].parts)
    panel = desk.panels["waves"]
    assert list(desk.panels) == ["waves"]
    assert panel.parts == [1.0]
    assert menu.actions()[0].isChecked()
    dock, w_view = desk.docks["waves"], window.docks["w_view"]
    assert dock.objectName() == "measure_waves"
    assert dock.geometry().top() > w_view.geometry().bottom()
    assert dock.geometry().left() == w_view.geometry().left()
    hover_the_plot(instrument, panel, mouse, wait)
    hover_the_ring(instrument, panel, mouse)
    look_elsewhere(instrument, panel, wait)
    fail_and_stop(instrument, panel, mouse, wait)


def hover_the_plot(instrument, panel, mouse, wait):
    """The same point is lit in 3-D and on the ring, and its image is shown."""
    canvas = panel.plot.canvas
    wait(lambda: canvas.width() > 200)
    at = canvas.place_of(float(DEGREES[9]), float(heights(1)[9]))
    mouse.move(canvas.viewport(), at.x(), at.y())
    focus = instrument.session.focus
    assert focus.circle == 1
    assert focus.angle == pytest.approx(np.radians(DEGREES[9]))
    assert instrument.window.w_view.view._lit == (1, 9)
    wait(lambda: instrument.settled)
    assert "at 101" in instrument.window.image.caption
    mouse.move(canvas.viewport(), 2.0, 2.0)
    assert instrument.session.focus.circle is None


def hover_the_ring(instrument, panel, mouse):
    ring = instrument.window.z_view.canvas
    layout = ring.layout_now()
    mouse.move(ring, *layout.at(float(ring.angles[9]), layout.dots))
    assert panel.plot._cursor.isVisible()
    assert panel.plot._cursor.value() == pytest.approx(DEGREES[9])
    mouse.move(ring, 1.0, 1.0)
    assert panel.plot._cursor.isVisible() is False


def look_elsewhere(instrument, panel, wait):
    """A tab behind another one is not looked at, so nothing is measured for it."""
    desk = instrument.measures
    desk.open("empty")
    wait(lambda: desk.seen == ["empty"])
    psi(instrument, 0.25)
    wait(lambda: instrument.settled)
    assert panel.parts == [1.0]
    desk.open("waves")
    wait(lambda: panel.parts[-1] == 0.25)


def fail_and_stop(instrument, panel, mouse, wait):
    psi(instrument, -0.5)
    wait(lambda: panel._problem.isVisible())
    assert panel._problem.text() == "no waves below zero"
    psi(instrument, 0.5)
    wait(lambda: panel.parts[-1] == 0.5)
    assert not panel._problem.isVisible()
    panel.set_progress("waves", Progress("half way", 0.5))
    wait(lambda: panel.strip.button.width() > 20 and panel.strip.isVisible())
    assert panel.strip.words == "half way"
    middle = panel.strip.button.rect().center()
    mouse.click(panel.strip.button, middle.x(), middle.y())
    psi(instrument, 0.25)
    wait(lambda: instrument.settled)
    assert panel.parts[-1] == 0.5
    assert "Stopped" in panel.strip.words
    wait(lambda: panel.strip.button.text() == "Measure on")
    middle = panel.strip.button.rect().center()
    mouse.click(panel.strip.button, middle.x(), middle.y())
    wait(lambda: panel.parts[-1] == 0.25)


def test_what_is_of_before_is_dimmed(measuring, wait):
    """After Stop, behind another tab, while it lasts; not while parts come."""
    instrument = measuring()
    desk = instrument.measures
    panel = desk.open("waves")
    wait(lambda: instrument.settled and panel.parts)
    (made,) = desk._kept.of(panel.measures)
    assert not panel.is_stale
    of_another = Asked({"waves": Key(0.25)})
    desk._take(Part("asked", None, 9, value=of_another))
    assert not panel.is_stale  # it may be a moment
    wait(lambda: panel.is_stale)
    panel.stop_asked.emit(True)
    assert panel.strip.words == "Stopped. What is shown is of before."
    assert panel.veil.geometry() == panel._content.geometry()
    desk._take(made)  # still not of now
    assert panel.is_stale
    desk._take(replace(made, key=Key(0.25)))
    assert not panel.is_stale and panel.strip.words == "Stopped."
    desk.open("empty")
    wait(lambda: desk.seen == ["empty"])
    desk._take(Part("asked", None, 9, value=Asked({"waves": Key(1.0)})))
    desk.open("waves")
    wait(lambda: panel.isVisible())
    assert panel.is_stale  # at once: nobody has seen it change


def test_what_is_of_now_again_is_given_again():
    """An undo while something else is measured: nobody makes it anew."""
    kept, part = KeptParts(), Part("waves", Key("a"), 1, value=0.0)
    asked = [Part("asked", None, 1, value=Asked({"waves": Key(x)})) for x in "aba"]
    assert kept.take(part) == () == kept.take(asked[0])
    assert kept.take(asked[1]) == () and kept.is_stale(frozenset({"waves"}))
    assert kept.take(asked[2]) == (part,) and kept.take(asked[2]) == ()


def test_of_a_run_the_snapshot_before_is_of_now():
    part = Part("waves", Key("circles", 1), 1, value=0.0)
    keys = {"waves": Key("circles", 2)}
    assert not Asked(keys).is_of_now(part)
    assert Asked(keys, is_live=True).is_of_now(part)
    assert not Asked({"waves": Key("others", 1)}, is_live=True).is_of_now(part)
    assert Asked({}).is_of_now(part)


def test_open_panels_are_remembered(measuring, wait):
    """Also where they are opened again, and closed by Reset layout."""
    first = measuring()
    panel = first.measures.open("waves")
    wait(lambda: first.settled and panel.parts)
    first.keeps_prefs = True
    first.close_now()
    from sgviz.prefs import load_prefs, prefs_path

    second = measuring(prefs=load_prefs(prefs_path())[0])
    wait(lambda: "waves" in second.measures.panels)
    wait(lambda: second.measures.panels["waves"].parts)
    assert second.measures.actions[0].isChecked()
    second.window.reset_layout()
    assert not second.measures.actions[0].isChecked()
    assert second.measures.docks["waves"].isHidden()
