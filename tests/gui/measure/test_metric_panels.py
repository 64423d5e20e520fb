"""Stretch, Bends, Flatness and Geodesic: values in, pictures out, a walk by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sgviz.frame import Problem
from sgviz.gui.measure.bends_panel import BendsPanel, spread
from sgviz.gui.measure.flatness_panel import FlatnessPanel
from sgviz.gui.measure.geodesic_panel import GeodesicPanel
from sgviz.gui.measure.marks import Marks, places, star
from sgviz.gui.measure.saving import as_image
from sgviz.gui.measure.series import Band
from sgviz.gui.measure.stretch_panel import StretchPanel
from sgviz.gui.measure.walk import amounts, begun_at, walked
from sgviz.gui.scene_colours import scene_colours, toned_words
from sgviz.gui.session import Gesture
from sgviz.gui.theme import DARK, LIGHT
from sgviz.measured.beside import twins_of
from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.extremes import Extremes, ExtremesNull, extreme_figures
from sgviz.measured.geodesic import Geodesic, Way
from sgviz.measured.grassmann import Distances, Flatness
from sgviz.measured.metric import (
    BasisNull,
    LocalBasis,
    Stretch,
    StretchNull,
    basis_figures,
    ends_of,
    stretch_figures,
)
from sgviz.measured.overlay import Overlay, Stroke
from sgviz.state import CircleSet, Look, Moved, Seed, State, default_circles

ANGLES = np.arange(24) * (math.tau / 24)


def basis(count=3, dim=16):
    rows = np.eye(dim, dtype=np.float32)[:count]
    values = 4.0 ** -np.arange(dim - 1, dtype=np.float64)
    pushed = rows * values[:count, None].astype(np.float32)
    w = np.zeros(dim, np.float32)
    return LocalBasis("seed 4", values, values * 1.1, rows, pushed, w)


def stretched(circles=2):
    rows = 1.0 + 0.3 * np.sin(ANGLES + np.arange(circles)[:, None])
    of = CircleSet(default_circles(circles), 24)
    names = tuple(f"circle {k}" for k in range(circles))
    return Stretch(names, ANGLES, rows, np.log(rows), 15, 1.1, -0.2, of=of)


def bends(layers=3):
    rows = tuple(
        np.sort(np.random.RandomState(k).rand(40)) * 6.2 for k in range(layers)
    )
    return Breakpoints("circle 1", 0, rows, 20, 40.0)


def flatness():
    apart = np.abs(np.sin((ANGLES[:, None] - ANGLES) / 2.0))
    pairs = tuple(
        Distances(k, apart * k, apart, (1.4 * k, 0.05), (0.99, 0.01)) for k in (1, 5)
    )
    ones = np.ones(24)
    return Flatness("circle 1", 0, ANGLES, pairs, 20.0 * ones, 3.0 * ones, 1e9 * ones)


def ways():
    t = np.linspace(0.0, 1.0, 9)[:, None]
    ends = np.eye(4)[:2]
    great = (1.0 - t) * ends[0] + t * ends[1]
    bent = great + t * (1.0 - t) * np.array([0.0, 0.0, 1.0, 0.0])
    images = np.zeros((9, 8, 8, 3), np.uint8)
    rows = [
        Way(r.astype(np.float32), r.astype(np.float32), images) for r in (bent, great)
    ]
    return Geodesic(("seed 0", "seed 1"), *rows, np.linspace(4.0, 2.0, 11), 10, 9)


@pytest.fixture
def shown(qtbot):
    """A panel on the screen, at the size of a dock."""

    def make(kind):
        panel = kind()
        qtbot.addWidget(panel)
        panel.resize(700, 360)
        panel.show()
        return panel

    return make


def test_a_walk_along_a_direction_is_a_latent_and_comes_back():
    rows = basis().directions
    there = walked(Seed(4), rows, 1, 30.0)
    assert isinstance(there, Moved)
    assert begun_at(there) == Seed(4)
    assert amounts(there, rows).tolist() == pytest.approx([0.0, 30.0, 0.0])
    both = walked(there, rows, 0, -10.0)
    assert amounts(both, rows).tolist() == pytest.approx([-10.0, 30.0, 0.0])
    assert walked(walked(both, rows, 0, 0.0), rows, 1, 0.0) == Seed(4)


def test_a_slider_walks_and_the_way_back(shown, qtbot):
    panel, edits = shown(StretchPanel), []
    panel.edited.connect(edits.append)
    panel.set_state(State(latent=Seed(4)))
    panel.set_part("local_basis", basis())
    panel.set_part("stretch", stretched())
    row = panel.walk.rows[0]
    assert len(panel.walk.rows) == 3
    assert not panel.walk.back.isEnabled()
    row.edited.emit(20.0, Gesture.MOVING)
    assert edits[-1].gesture is Gesture.MOVING
    latent = edits[-1].state.latent
    assert math.degrees(latent.by[0]) == pytest.approx(20.0)
    panel.set_state(edits[-1].state)
    assert row.slider.value() == pytest.approx(20.0)
    assert panel.walk.words.text() == "Walk from seed 4"
    panel.walk.here.click()
    here = edits[-1].state.latent
    assert isinstance(here, Moved) and begun_at(here) == latent and not any(here.by)
    panel.walk.back.click()
    assert edits[-1].state.latent == Seed(4)
    panel.set_theme(LIGHT)
    panel.grab()


def test_the_singular_values_and_the_circles(shown):
    panel = shown(StretchPanel)
    panel.set_state(State())
    panel.set_part("local_basis", basis())
    names = [series.name for series in panel.values.series]
    assert names[:2] == ["untrained, closed form", "seed 4"]
    # What lies below rounding is left out.
    assert np.isfinite(panel.values.series[1].y).sum() == 15
    panel.page.buttons["circles"].click()
    panel.set_part("stretch", replace(stretched(), log_volume=np.zeros((0, 24))))
    panel.choice.buttons["volume"].click()
    assert "Under way" in panel.note.text()
    panel.set_part("stretch", stretched())
    assert [series.circle for series in panel.along.series[:2]] == [0, 1]
    assert panel.along.series[-1].at == pytest.approx(math.exp(-0.2))


def test_untrained_twins_stand_behind_both_pages(shown):
    panel = shown(StretchPanel)
    panel.set_state(State(latent=Seed(4)))
    panel.set_part("local_basis", basis())
    panel.set_part("stretch", stretched())
    table = panel.figures.table
    assert [table.text_at(row, 2) for row in (1, 8)] == ["…", "…"]
    values = basis().values
    twins = [basis_figures(values * size) for size in (0.9, 1.0, 1.05)]
    ends = ends_of(np.stack([values, 2.0 * values]))
    null = BasisNull(twins_of(twins, "untrained twins of depth 8"), ends)
    panel.set_part("local_basis_null", null)
    assert isinstance(panel.values.series[0], Band)
    assert table.text_at(1, 3) == "inside"
    said = panel.figures.sentence.text()
    assert said.endswith("3 untrained twins of depth 8 show (0.604 to 1.363): "
                         "it says nothing about training.")  # fmt: skip
    figures = [
        stretch_figures(np.full((1, 4), x), np.full((1, 4), x)) for x in (3, 3.01)
    ]
    low_high = (np.full(4, 3.0), np.full(4, 4.0))
    quarter = np.arange(4) * math.pi / 2
    beside = StretchNull(twins_of(figures, "twins"), quarter, low_high, low_high)
    panel.set_part("stretch_null", beside)
    assert isinstance(panel.along.series[0], Band)
    assert table.text_at(8, 3).endswith("below")
    for page in ("circles", "figures"):
        panel.page.buttons[page].click()
        panel.grab()
    # Of another latent, of other circles, twins know nothing yet.
    panel.set_state(State(latent=Seed(5), circles=CircleSet(default_circles(3), 24)))
    panel.set_part("local_basis", basis())
    panel.set_part("stretch", stretched())
    assert [table.text_at(row, 2) for row in (1, 8)] == ["…", "…"]


def test_the_ends_of_the_spectrum_are_made_while_they_are_chosen(shown):
    panel, asked = shown(StretchPanel), []
    panel.set_state(State())
    panel.measures_changed.connect(lambda: asked.append(panel.measures))
    panel.set_part("stretch", stretched())
    assert "extremes" not in panel.measures
    panel.page.buttons["circles"].click()
    panel.choice.buttons["condition"].click()
    assert {"extremes", "extremes_null"} <= asked[-1]
    assert "Under way" in panel.note.text() and not panel.along.series
    sizes = 2.0 + np.cos(ANGLES + np.arange(2)[:, None])
    ends = Extremes(("a", "b"), ANGLES, sizes, sizes * 1e-15)
    panel.set_part("extremes", ends)
    first = panel.along.series[0]
    assert first.x[-1] == 360.0 and np.allclose(first.y, 15.0)
    figures = [extreme_figures(sizes * k, sizes * 0 + 16 + k) for k in (0.9, 1.0)]
    band = (np.full(24, 1.0), np.full(24, 3.0))
    null = ExtremesNull(twins_of(figures, "twins"), ANGLES, band, band)
    panel.set_part("extremes_null", null)
    assert isinstance(panel.along.series[0], Band)
    table = panel.figures.table
    assert table.rows()[-3][0] == "Mean largest stretch σ₁"
    assert table.text_at(table.grid.rowCount() - 1, 3).endswith("below")
    panel.choice.buttons["stretch"].click()
    assert "extremes" not in panel.measures
    panel.grab()


def test_circles_are_coloured_by_the_largest(qapp):
    from sgviz.frame import Scene

    of = CircleSet(default_circles(2), 24)
    few = ANGLES[::2]
    ends = Extremes(("a",), few, (1.0 + few / 6.3)[None], np.ones((1, 12)), of)
    assert ends.at(ANGLES)[0, 1] == pytest.approx((ends.largest[0, :2]).mean())
    angles = np.tile(ANGLES.astype(np.float32), (2, 1))
    where, axes = np.zeros((1, 2, 24, 3), np.float32), ("x", "y", "z")
    scene = Scene(where, angles, ("a", "b"), ("",), axes, of=of)
    look, toned = Look(colour="largest"), {"largest": ends}
    colours = scene_colours(scene, look, DARK, toned)
    assert len({tuple(c) for c in colours[0]}) > 12
    assert len({tuple(c) for c in colours[1]}) == 1, "what is not measured is grey"
    assert "σ₁, dark 1" in toned_words(look, toned)
    assert toned_words(look, {}) == "colour: measuring …"


def test_circles_without_a_network_leave_no_curve_and_no_figure(shown):
    panel = shown(StretchPanel)
    panel.set_state(State())
    panel.set_part("local_basis", basis())
    panel.set_part("stretch", stretched())
    rows = panel.figures.table.grid.rowCount()
    panel.set_problem("stretch", Problem("No network is known."))
    assert not panel.along.series and panel.note.text() == "No network is known."
    assert panel.figures.table.grid.rowCount() == rows - 5
    assert panel.figures.table.text_at(1, 0) != ""


def test_bends_are_counted_and_placed(shown):
    panel = shown(BendsPanel)
    panel.set_part("breakpoints", bends())
    assert "120 times" in panel.words.text()
    assert [len(series.x) for series in panel.ticks.series] == [40, 40, 40]
    assert np.abs(spread(1000)).max() <= 0.4
    partial = replace(bends(), until=math.pi)
    assert "first 50%" in partial.sentence
    panel.page.buttons["where"].click()
    panel.grab()


def untrained(*names, low=1.0, high=2.0):
    """Twins whose figures are all in one band."""
    return twins_of([dict.fromkeys(names, x) for x in (low, high)], "untrained twins")


def test_bends_distances_and_ways_stand_beside_twins(shown):
    panel = shown(BendsPanel)
    panel.set_part("breakpoints", bends())
    names = ("bends", *(f"layer_{k}" for k in (1, 2, 3)))
    panel.set_part("breakpoints_null", untrained(*names, low=30.0, high=50.0))
    assert "Bends of the circle 120 lies" in panel.words.text()
    assert any(isinstance(series, Band) for series in panel.counts.series)
    panel.set_state(State(ring=1))
    panel.set_part("breakpoints", bends())
    assert not any(isinstance(series, Band) for series in panel.counts.series)
    panel = shown(FlatnessPanel)
    panel.set_part("flatness", flatness())
    panel.set_part("flatness_null", untrained("geodesic_5", low=3.0, high=4.0))
    assert panel.words.text().endswith("it says nothing about training.")
    panel.set_problem("flatness_null", Problem("No."))
    panel = shown(GeodesicPanel)
    panel.set_part("geodesic", ways())
    assert panel.table.text_at(0, 3) == "…"
    panel.set_part("geodesic_null", untrained("shorter", low=0.1, high=0.2))
    assert panel.table.text_at(0, 3) == "0.150 ± 0.071"
    assert "Gain in W 0." in panel.words.text()
    panel.set_state(State(latent=Seed(7)))
    panel.set_part("geodesic", ways())
    assert panel.table.text_at(0, 3) == "…"


def test_a_verdict_waits_for_all_twins(shown):
    panel = shown(BendsPanel)
    panel.set_part("breakpoints", bends())
    names = ("bends", *(f"layer_{k}" for k in (1, 2, 3)))
    twins = [dict.fromkeys(names, x) for x in (30.0, 50.0)]
    panel.set_part("breakpoints_null", twins_of(twins, "twins", total=3))
    assert panel.words.text().endswith("2 of 3 untrained twins so far: no verdict yet.")
    assert any(isinstance(series, Band) for series in panel.counts.series)
    again = twins_of([*twins, twins[0]], "twins", total=3)
    panel.set_part("breakpoints_null", again)
    assert panel.words.text().endswith("hardly have it.")
    panel = shown(GeodesicPanel)
    panel.set_part("geodesic", ways())
    panel.set_part("geodesic_null", twins_of([{"shorter": 0.9}] * 2, "t", total=3))
    assert panel.table.text_at(0, 3).startswith("0.900")
    assert panel.table.text_at(0, 4) == "…"


def test_a_way_that_is_none_says_so_whatever_else_is_drawn(shown):
    panel = shown(GeodesicPanel)
    panel.set_problem("geodesic", Problem("A and B lie on one line."))
    for name in ("overlay", "geodesic_null"):
        panel.set_problem(name, None)
        assert panel._problem.isVisible() and not panel._content.isVisible()
    panel.set_problem("geodesic", None)
    assert panel._content.isVisible()


def test_the_matrix_of_tangent_spaces(shown):
    panel = shown(FlatnessPanel)
    panel.set_part("flatness", flatness())
    assert [panel.k.itemText(at) for at in range(panel.k.count())] == ["1", "5"]
    assert panel.chosen.k == 5
    assert panel.matrix.cells.values.max() == pytest.approx(5.0)
    assert "5 largest directions" in panel.words.text()
    panel.kind.setCurrentIndex(1)
    panel.kind.activated.emit(1)
    assert panel.matrix.cells.values.max() == pytest.approx(1.0)
    panel.k.setCurrentIndex(0)
    panel.k.activated.emit(0)
    assert panel.chosen.k == 1
    panel.grab()


def test_the_second_point_of_a_pair_is_marked(shown):
    panel, marks, lit = shown(FlatnessPanel), [], []
    panel.marked.connect(marks.append)
    panel.hovered.connect(lambda *at: lit.append(at))
    panel.set_part("flatness", flatness())
    panel.matrix.pair_pointed.emit(6, 2)
    assert marks[-1].points == ((panel._found.circle, ANGLES[6]),)
    assert panel._apart.value() == pytest.approx(60.0)
    panel.matrix.pair_pointed.emit(-1, -1)
    assert marks[-1] == Marks() and not panel._apart.isVisible()
    panel.set_highlight(panel._found.circle, 1.0)
    panel.fall.pointed.emit(90.0, 0.0)
    assert lit[-1] == (panel._found.circle, 1.0)
    assert marks[-1].points[0][1] == pytest.approx(1.0 + math.pi / 2)
    panel.fall.canvas.left.emit()
    assert marks[-1] == Marks()


def test_a_share_of_both_ways_is_lit(shown):
    panel, marks = shown(GeodesicPanel), []
    panel.marked.connect(marks.append)
    panel.set_part("geodesic", ways())
    panel.speed.pointed.emit(0.3, 1.0)
    assert marks[-1] == Marks(share=0.3) and panel._at.value() == 0.3
    assert panel.strips._share == 0.3 and panel._at.isVisible()
    panel.strips.left.emit()
    assert marks[-1] == Marks() and panel.strips._share is None
    panel.strips.pointed.emit(1.0)
    assert marks[-1].share == 1.0
    assert len(panel.strips.rows()) == 10
    assert not as_image(panel.strips).isNull()
    panel.page.buttons["figures"].click()
    assert panel.table.grid.isVisible()
    inks = [panel.table.grid.horizontalHeaderItem(k).foreground() for k in (1, 2)]
    assert [ink.color().name() for ink in inks] == [DARK.warning, DARK.good]


def test_marks_are_stars_in_the_scene_and_dots_on_the_ring():
    from sgviz.frame import Scene

    positions = np.arange(2 * 3 * 4 * 3, dtype=np.float32).reshape(2, 3, 4, 3)
    angles = np.tile(np.arange(4, dtype=np.float32) * (math.pi / 2), (3, 1))
    scene = Scene(positions, angles, ("a", "b", "c"), ("", ""), ("x", "y", "z"))
    marks = Marks(((1, 3.2), (7, 0.0)), share=1.0)
    way = np.zeros((2, 5, 3), np.float32)
    overlay = Overlay((Stroke("great", way), Stroke("arrow", way)))
    found = places(marks, scene, overlay)
    assert len(found) == 2, "no arrow, and no circle that is not there"
    assert np.array_equal(found[0], positions[:, 1, 2])
    assert star(found[0], scene).shape == (2, 12, 3)
    assert marks.on(1) == (3.2,) and marks.on(0) == ()


def test_both_ways_from_a_to_b(shown):
    panel = shown(GeodesicPanel)
    panel.set_part("geodesic", ways())
    assert "seed 0 to seed 1" in panel.words.text()
    assert panel.table.grid.rowCount() == 8
    panel.set_theme(LIGHT)
    picture = panel.strips.grab().toImage()
    assert not picture.isNull()
    panel.set_part("geodesic", replace(ways(), energies=np.array([4.0, 3.0])))
    assert "Step 1 of 10" in panel.words.text()


def test_curves_are_coloured_by_stretch(qapp):
    from sgviz.frame import Scene

    found = stretched()
    angles = np.tile(ANGLES.astype(np.float32), (2, 1))
    where = np.zeros((1, 2, 24, 3), np.float32)
    axes = ("x", "y", "z")
    scene = Scene(where, angles, found.names, ("t",), axes, of=found.of)
    look = Look(colour="stretch")
    colours = scene_colours(scene, look, DARK, {"stretch": found})
    assert colours.shape == (2, 24, 4)
    low, high = found.stretch.argmin(), found.stretch.argmax()
    flat = colours.reshape(-1, 4).astype(int)
    assert flat[high, :3].sum() > flat[low, :3].sum()
    # Of other circles it says nothing: grey.
    other = replace(scene, of=CircleSet(default_circles(3), 24))
    grey = scene_colours(other, look, DARK, {"stretch": found})
    assert len(np.unique(grey.reshape(-1, 4), axis=0)) == 1
    assert "stretch along" in toned_words(look, {"stretch": found})
    assert toned_words(Look(), {}) == ""
