"""A hand on a figure over an angle: its point in 3-D, on the ring, in the image."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from sgviz.gui.choices import Segments
from sgviz.gui.measure.heatmap import Heatmap
from sgviz.gui.measure.panels import PANELS
from sgviz.gui.measure.plot import Plot
from sgviz.gui.session import Edit
from sgviz.state import Beside, Twin

pytestmark = pytest.mark.gl
# Those that have such a figure of every network; the factors want one of portraits.
DRIVEN = (
    "statistics",
    "distances",
    "compare",
    "images",
    "stretch",
    "bends",
    "flatness",
)
# Of layers, coordinates, samples or the way from A to B: no point of a circle is under
# the hand there.
WITHOUT = {"triplets", "tails", "layers", "separability", "dimension", "geodesic"}


def figures_of(panel):
    found = (*panel.findChildren(Plot), *panel.findChildren(Heatmap))
    return [figure for figure in found if figure.axes.is_angle]


def circles_of(figure):
    """Where the circles of a figure can be pointed at: (circle, degrees, height)."""
    if isinstance(figure, Heatmap):
        cells = figure.cells
        if cells is not None and cells.circle is not None:
            yield cells.circle, float(cells.x[5]), float(cells.y[9])
        return
    for one in figure.series:
        if getattr(one, "circle", None) is not None and len(one.x) > 5:
            y = float(one.y[5])
            if np.isfinite(y):
                at = np.log10(y) if figure.axes.log_y else y
                yield one.circle, float(one.x[5]), float(at)


@pytest.mark.parametrize("line", PANELS, ids=lambda line: line.name)
def test_every_figure_over_an_angle_is_linked(line, qtbot):
    module, _, kind = line.path.partition(":")
    panel = getattr(import_module(module), kind)()
    qtbot.addWidget(panel)
    figures = figures_of(panel)
    assert all(any(figure is each for each in panel.linked) for figure in figures)
    assert bool(figures) == (line.name not in WITHOUT)


def test_a_segment_lights_up_everywhere(make_instrument, mouse, wait):
    instrument = make_instrument(size=(1600, 1150))
    desk, session, window = instrument.measures, instrument.session, instrument.window
    twin = replace(session.state, beside=Beside(model=Twin(session.state.model, 3)))
    session.apply(Edit(twin, "Beside"))
    for name in DRIVEN:
        panel = desk.open(name)
        figure, circle, degrees, height = pointed_at(panel, wait)
        at = figure.canvas.place_of(degrees, height)
        shown = instrument.controller.image
        mouse.move(figure.canvas.viewport(), at.x(), at.y())
        focus = session.focus
        assert focus.circle == circle, name
        assert focus.angle == pytest.approx(np.radians(degrees), abs=0.1), name
        scene, view = instrument.controller.scene, window.w_view.view
        away = np.abs(scene.angles[circle] - focus.angle)
        # In the middle of a segment either end is the nearest.
        assert view._lit is not None and view._lit[0] == circle, name
        assert away[view._lit[1]] == pytest.approx(away.min(), abs=1e-4), name
        if circle == session.state.ring:
            on_ring = window.z_view.canvas.focus_angle
            assert on_ring == pytest.approx(focus.angle, abs=0.1), name
        wait(lambda old=shown: instrument.controller.image is not old, name)
        mouse.move(figure.canvas.viewport(), 1.0, 1.0)
        wait(lambda: session.focus.circle is None, name)
        assert view._lit is None
        desk.docks[name].hide()


def pointed_at(panel, wait):
    """A figure on some page of the panel that shows a circle, and a place of it."""
    found = []

    def look():
        for figure in figures_of(panel):
            places = list(circles_of(figure))
            if figure.isVisible() and places and figure.canvas.width() > 200:
                found.append((figure, *places[0]))
                return True
        for pages in panel.findChildren(Segments):
            for button in pages.buttons.values():
                if not any(f.isVisible() for f in figures_of(panel)):
                    button.click()
        return False

    wait(look, f"nothing to point at in {panel.NAME}")
    return found[0]
