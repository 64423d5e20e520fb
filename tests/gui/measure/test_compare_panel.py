"""The Compare panel: pages, sentences, the choice of the second network."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from sgviz.analysis.layers import layer_figures_steps
from sgviz.analysis.likeness import alike_steps
from sgviz.analysis.statistics import statistics_of
from sgviz.curves import map_circles
from sgviz.frame import Problem, Progress
from sgviz.gui.measure.compare_panel import PAGES, ComparePanel
from sgviz.gui.measure.compare_plots import PLOTS
from sgviz.gui.measure.compare_rows import rows_of, sentence_of
from sgviz.gui.theme import DARK, LIGHT
from sgviz.measured.compare import LIKENESS, Comparison, Untrained
from sgviz.measured.layers import Layers
from sgviz.measured.null import Null, band_of
from sgviz.measured.octants import OCTANTS
from sgviz.measured.side_by_side import Both
from sgviz.measured.statistics import POOLED
from sgviz.models.generator import GeneratorConfig
from sgviz.models.untrained import untrained
from sgviz.state import Beside, CircleSet, State, Twin, default_circles


def done(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def found():
    """Two untrained networks on two circles of 24 points."""
    config = GeneratorConfig(16, 16, 2, 8, (4, 4), 0.1)
    circles = CircleSet(default_circles(2), 24)
    a, b = (map_circles(untrained(config, seed), circles, None) for seed in (1, 2))
    facts = ((("Depth", "2"), ("SHA-256", "a")), (("Depth", "2"), ("SHA-256", "b")))
    both = statistics_of(a), statistics_of(b)
    alike = done(alike_steps(a.w, b.w))
    return Comparison(("one.pkl", "two.pkl"), both, a.angle.numpy(), alike, facts)


def null(spread):
    band = band_of([1.0, 1.0 + spread, 1.0 - spread])
    keys = ("length", "harmonic_1")
    bands = dict.fromkeys(keys, band)
    return Null(2, 16, 24, 3, bands, bands, {})


@pytest.fixture
def panel(qtbot, found):
    panel = ComparePanel()
    qtbot.addWidget(panel)
    panel.resize(640, 420)
    panel.set_theme(DARK)
    panel.edits = []
    panel.edited.connect(panel.edits.append)
    panel.set_state(State(beside=Beside(model=Twin())))
    panel.set_part("comparison", found)
    panel.show()
    return panel


def test_every_page_shows_both_networks(panel, found):
    for key, _, _ in PAGES:
        panel.pages.buttons[key].click()
        assert panel.plots.choice.isVisible() == (key == "plots")
        assert not panel.grab().isNull()
    assert panel.facts.rows() == [
        ["Fact", "one.pkl", "two.pkl"], ["Depth", "2", "2"], ["SHA-256", "a", "b"],
    ]  # fmt: skip
    panel.set_theme(LIGHT)
    assert not panel.grab().isNull()
    # A hand on a plot is on the circle.
    panel.pages.buttons["plots"].click()
    heard = []
    panel.hovered.connect(lambda *at: heard.append(at))
    y = float(found.alike.apart[1][6])
    panel.plots.plots["distance"].canvas.pointed.emit(QPointF(90.0, y))
    circle, angle = heard[-1]
    assert circle == 1
    assert angle == pytest.approx(np.pi / 2, abs=0.14)


@pytest.mark.parametrize("key", PLOTS)
def test_every_plot_draws_both_and_their_difference(panel, key):
    panel.pages.buttons["plots"].click()
    panel.plots.choice.setCurrentIndex(list(PLOTS).index(key))
    series = panel.plots.plots[key].series
    shown = {one.name: one for one in series}
    assert panel.plots.currentWidget() is panel.plots.plots[key]
    if key in ("distance", "speed"):  # without a network there is no exact speed
        return
    one, two = shown["one.pkl"].y, shown["two.pkl"].y
    if key == "harmonics":
        assert np.allclose(shown["second / first"].y, two / one)
    else:
        assert np.allclose(shown["difference"].y, two - one)


def test_the_figures_have_all_octants_and_the_tails_of_both(found):
    rows = {row.name: row for row in rows_of(found, None)}
    octants = [rows[f"Octant {name}".replace("-", "−")] for name in OCTANTS]
    assert sum(row.cells[1].value for row in octants) == pytest.approx(1.0)
    for figure in POOLED:
        first, second, difference = (c.value for c in rows[figure.title].cells[:3])
        assert first == found.statistics[0].pooled(figure.key)
        assert difference == pytest.approx(second - first)


def test_the_table_has_likeness_first_and_untrained_when_it_comes(panel, found):
    rows = rows_of(found, None)
    assert [row.name for row in rows[:6]] == [
        "How alike they are", *(f.title for f in LIKENESS), "Means over the circles",
    ]  # fmt: skip
    length = next(row for row in rows if row.name == "Length")
    first, second, difference = (cell.value for cell in length.cells[:3])
    assert difference == pytest.approx(second - first)
    assert length.cells[3].text == "…"
    pairs = Untrained((null(0.1), null(0.1)), {"cka": band_of([0.9, 0.91])}, 2)
    panel.set_part("untrained_pairs", pairs)
    rows = rows_of(found, pairs)
    length = next(row for row in rows if row.name == "Length")
    # sd of 0.9, 1.0, 1.1 is 0.1; of the difference of two, 0.1 sqrt(2).
    assert length.cells[3].value == pytest.approx(difference / (0.1 * math.sqrt(2)))
    # What is untrained goes with the circles it belongs to.
    panel.set_state(State(beside=Beside(model=Twin(seed=9))))
    assert panel._untrained is None


def test_a_difference_that_two_untrained_networks_have_says_so(found):
    figure = next(f for f in found.figures() if f.key == "length")
    wide = Untrained((null(1e6), null(1e6)), {}, 2)
    assert "two untrained counterparts differ as much" in sentence_of(
        figure, found, wide
    )
    narrow = Untrained((null(1e-3), null(1e-3)), {}, 2)
    assert "times what two untrained counterparts differ by" in sentence_of(
        figure, found, narrow
    )


def of(state):
    return (state.model, state.beside.model, state.class_index, state.circles)


def layers_of(seed):
    """What the layers of a small network do to two circles."""
    network = untrained(GeneratorConfig(16, 16, 2, 8, (4, 4), 0.1), seed)
    circles = map_circles(network, CircleSet(default_circles(2), 24), None)
    figures = done(layer_figures_steps(network.mapping, circles.z, 0))
    return {"layers": Layers(("a", "b"), 24, figures, figures)}


@pytest.fixture
def layers():
    names, sides = ("one.pkl", "two.pkl"), (layers_of(1), layers_of(2))
    state = State(beside=Beside(model=Twin()))
    return Both(of(state), names, sides, ("two.pkl: no more",), is_whole=True)


def test_more_shows_both_their_difference_and_never_what_is_of_others(panel, layers):
    panel.pages.buttons["more"].click()
    assert panel.measures == {"comparison", "both_layers"}
    more = panel.more
    assert more.why.isVisible()
    panel.set_part("both_layers", replace(layers, is_whole=False))
    assert more.table.rows()[0][1:4] == ["one.pkl", "two.pkl", "Difference"]
    panel.set_part("both_layers", layers)
    row = more.table.rows()[4]
    assert float(row[3]) == pytest.approx(float(row[2]) - float(row[1]), abs=1e-6)
    assert "no more" in more.sentence.text()
    more.view.setCurrentIndex(1)
    series = {one.name: one for one in more.plot.series if one.name}
    gap = series["two.pkl"].y - series["one.pkl"].y
    assert np.allclose(series["difference"].y, gap)
    assert not panel.grab().isNull()
    panel.set_state(State(beside=Beside(model=Twin(seed=7))))
    assert more.why.isVisible()
    assert not more.table.isVisible()
    panel.set_state(State(beside=Beside(model=Twin())))
    assert more.plot.isVisible()


def test_what_takes_minutes_is_asked_for_and_stopped(panel, layers):
    panel.pages.buttons["more"].click()
    heard = []
    panel.measures_changed.connect(lambda: heard.append(panel.measures))
    panel.more.group.setCurrentText("Separability")
    assert heard[-1] == {"comparison"}
    assert panel.more.button.isVisible()
    panel.more.button.click()
    assert heard[-1] == {"comparison", "both_separability"}
    assert not panel.more.button.isVisible()
    panel.set_progress("both_separability", Progress("Samples", 0.5))
    panel.strip._show()
    assert panel.strip.words == "Samples"
    panel.more.group.setCurrentText("Layers")
    assert not panel.strip.isVisible()
    panel.set_progress("both_separability", Progress("late", 0.6))
    assert not panel.strip.isVisible()
    nothing = replace(layers, found=({}, {}), problems=("one.pkl: no circles",))
    panel.set_part("both_layers", nothing)
    assert panel.more.why.text() == "one.pkl: no circles"


def test_without_a_second_network_one_is_chosen_here(panel, qtbot):
    panel.set_state(State())
    panel.set_problem("comparison", Problem("Nothing to compare with yet."))
    assert panel.why.isVisible()
    assert not panel.pages.isVisible()
    panel.twin.click()
    assert panel.edits[-1].state.beside.model == Twin()
    with qtbot.waitSignal(panel.beside_asked):
        panel.change.click()
    panel.set_state(State(model=Twin(seed=4), beside=Beside(model=Twin(seed=5))))
    panel.set_problem("comparison", None)
    assert panel.pages.isVisible()
    panel.swap.click()
    swapped = panel.edits[-1].state
    assert (swapped.model, swapped.beside.model) == (Twin(seed=5), Twin(seed=4))
