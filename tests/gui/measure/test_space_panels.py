"""The panels of octants and tails, and of layers: values in, pictures and edits out."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sgviz.analysis.layers import closed_form, figures_of, stacked
from sgviz.analysis.null import null_of
from sgviz.analysis.null_figures import Circles
from sgviz.analysis.tails import signs_steps
from sgviz.curves import CurveSet
from sgviz.frame import Problem
from sgviz.geometry.circle import random_circles, sample_angles
from sgviz.gui.measure.layers_panel import LayersPanel
from sgviz.gui.measure.series import Band, Bars, Dots, Line, Rule
from sgviz.gui.measure.tails_panel import TailsPanel
from sgviz.gui.session import Edit
from sgviz.gui.theme import LIGHT
from sgviz.measured.layers import Layers
from sgviz.measured.octants import OCTANTS
from sgviz.models.mapping import MappingConfig
from sgviz.state import Beside, InLayer, InP, State
from tests.geometry.circles import synthetic

LEFT = Qt.MouseButton.LeftButton


def returned(steps: Any) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture
def tails(qtbot: QtBot) -> TailsPanel:
    w = synthetic()[None]
    angle = torch.arange(96, dtype=torch.float64)
    panel = TailsPanel()
    qtbot.addWidget(panel)
    panel.resize(640, 520)
    panel.show()
    found = returned(signs_steps(CurveSet(("one",), None, w, w[0].mean(0), angle)))
    panel.set_part("tails", found)
    return panel


def one(panel_plot: Any, kind: type) -> Any:
    return next(each for each in panel_plot.series if isinstance(each, kind))


def test_the_census_is_shown_against_chance(tails: TailsPanel) -> None:
    bars, chance = one(tails.octants, Bars), one(tails.octants, Rule)
    assert float(bars.y.sum()) == pytest.approx(1.0)
    assert bars.y[0] == pytest.approx(53 / 1536)
    assert chance.at == 0.125
    assert "3.5% of the points of w − w_avg lie in +++" in tails.sentence.text()
    signs = [row[0] for row in tails.octants.rows()]
    assert len(signs) == 9 and (signs[1], signs[8]) == ("+++", "−−−")


def test_the_switches_say_what_is_counted(tails: TailsPanel) -> None:
    before = one(tails.octants, Bars).y
    QTest.mouseClick(tails.zeros.buttons["zero"], LEFT)
    assert one(tails.octants, Bars).name == "w"
    assert (one(tails.octants, Bars).y != before).any()
    QTest.mouseClick(tails.spaces.buttons["P"], LEFT)
    assert one(tails.octants, Bars).name == "p"
    assert tails.quantiles.title.text() == "Q-Q plot of all of P"
    assert not tails.coordinate.isVisible()
    QTest.mouseClick(tails.which.buttons["one"], LEFT)
    tails.coordinate.setValue(7)
    assert tails.quantiles.title.text() == "Q-Q plot of p7"
    assert len(one(tails.quantiles, Dots).x) == 96
    assert tails.coordinate.maximum() == 47


def test_a_click_on_a_dot_chooses_its_coordinate(tails: TailsPanel) -> None:
    dots = one(tails.moments, Dots)
    for k in (5, 31):
        tails.moments.clicked.emit(float(dots.x[k]), float(dots.y[k]))
        assert tails.coordinate.value() == k
        assert tails.quantiles.title.text() == f"Q-Q plot of w{k}"


def test_the_default_view_stands_beside_untrained_twins(
    tails: TailsPanel,
) -> None:
    """The zero that is chosen is that of the twins: none is 1.326 about w_avg."""
    angle = sample_angles(96)
    z = torch.stack([c.at(angle) for c in random_circles(48, 3, range(1, 2))])
    null = null_of(MappingConfig(48, 48, 8), Circles(z, angle), twins=8)
    tails.set_part("null", null)
    steps = one(tails.octants, Band)
    shares = null.mean["w_centred_octant_+++"]
    assert (steps.low[0], steps.high[1]) == (shares.low, shares.high)
    crosses = [s for s in tails.moments.series if s.name == "infinite width"]
    assert float(crosses[0].x[0]) == pytest.approx(0.672, abs=2e-3)
    QTest.mouseClick(tails.zeros.buttons["zero"], LEFT)
    crosses = [s for s in tails.moments.series if s.name == "infinite width"]
    assert float(crosses[0].x[0]) == pytest.approx(1.3264, abs=1e-4)
    assert one(tails.quantiles, Band).name == "untrained twins"
    assert len(one(tails.negative, Band).low) == 50
    said = tails.sentence.text()
    assert "8 untrained twins of depth 8 have" in said
    assert "say nothing about training" in said
    assert "learn" not in said
    QTest.mouseClick(tails.pages.buttons["figures"], LEFT)
    table = tails.table.table
    titles = [table.text_at(row, 0) for row in range(table.grid.rowCount())]
    assert titles[:8] == [f"Octant {o.replace('-', '−')}" for o in OCTANTS]
    assert table.text_at(titles.index("Median |skewness|"), 2).count("±") == 1
    tails.set_state(State(beside=Beside(twin_seed=3)))
    assert table.text_at(0, 2) == "…", "those were of other twins"
    tails.set_problem("null", Problem("No twins."))
    assert table.text_at(0, 2) == "–"
    assert tails.sentence.text().count("No twins.") == 1


@pytest.fixture
def layers(qtbot: QtBot) -> LayersPanel:
    config = MappingConfig(z_dim=48, w_dim=48, depth=3)
    w = synthetic()[None].float()
    figures = stacked([figures_of(w * k) for k in (1.0, 0.9, 0.8, 0.7)], axis=1)
    form = closed_form(config)
    panel = LayersPanel()
    qtbot.addWidget(panel)
    panel.resize(640, 520)
    panel.show()
    panel.set_state(State())
    panel.set_part("layers", Layers(("one",), 96, figures, form, None, 20))
    return panel


def test_lines_and_closed_form_come_first_and_then_the_band(
    layers: LayersPanel,
) -> None:
    names = [name for _, name in layers.square.axes.names]
    assert names == ["z", "h1", "h2", "w"]
    assert "20 untrained twins are to come" in layers.sentence.text()
    lines = [each for each in layers.square.series if isinstance(each, Line)]
    np.testing.assert_allclose(lines[0].y, 1.04 ** np.arange(4))
    assert not any(isinstance(each, Band) for each in layers.square.series)
    found = layers._found
    assert found is not None
    twins = stacked([found.trained.mean] * 3)
    layers.set_part("layers", replace(found, twins=twins))
    assert one(layers.square, Band).name == "3 untrained twins"
    two = replace(found, circles=("one", "two"), twins=twins,
                  trained=stacked([found.trained.mean] * 2))  # fmt: skip
    layers.set_part("layers", two)
    assert one(layers.square, Band).name == "3 untrained twins, the mean"
    mean = next(s for s in layers.square.series if s.name == "mean of the circles")
    lines = [s for s in layers.square.series if isinstance(s, Line)]
    assert all(mean.width > each.width for each in lines if each is not mean)
    assert "3 of 20 untrained twins so far" in layers.sentence.text()
    layers.set_part("layers", replace(found, twins=twins, total=3))
    assert "within their band after every layer" in layers.sentence.text()
    layers.set_theme(LIGHT)


def test_the_layer_in_3d_is_marked_and_a_click_goes_there(layers: LayersPanel) -> None:
    assert one(layers.square, Rule).at == 3.0
    layers.set_state(State(space=InLayer(1, 0.5)))
    assert one(layers.ratio, Rule).at == 1.5
    edits: list[Edit] = []
    layers.edited.connect(edits.append)
    layers.harmonics.clicked.emit(2.2, 0.4)
    assert edits[0].state.space == InLayer(2)
    layers.set_state(State(space=InP()))
    assert not any(isinstance(each, Rule) for each in layers.square.series)
