"""Images, Factors, Separability, Dimension: what the panels show, and what they ask."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QToolTip

from sgviz.frame import Problem, Scene
from sgviz.gui.measure.dimension_panel import DimensionPanel
from sgviz.gui.measure.factor_tables import BEGIN
from sgviz.gui.measure.factors_panel import FactorsPanel
from sgviz.gui.measure.file_choice import FileChoice
from sgviz.gui.measure.images_panel import ImagesPanel
from sgviz.gui.measure.separability_panel import SeparabilityPanel
from sgviz.gui.measure.series import Band, Dots
from sgviz.gui.scene_colours import scene_colours, toned_words
from sgviz.gui.theme import DARK, LIGHT
from sgviz.measured.beside import twins_of
from sgviz.measured.dimension import Cloud, Dimension
from sgviz.measured.factor_figures import curve_twins, plane_twins
from sgviz.measured.factors import (
    Crossing,
    Crossings,
    FactorCurves,
    FactorInfo,
    plane_figures,
)
from sgviz.measured.images import (
    ABOUT,
    CircleImages,
    ImageSpeeds,
    PathLength,
    PathLengths,
)
from sgviz.measured.null import band_of
from sgviz.measured.separability import Attribute, Separability
from sgviz.state import (
    ByNetwork,
    ByReader,
    CircleSet,
    Feel,
    LabelsFile,
    Live,
    Look,
    State,
)

ANGLES = np.arange(12) * math.tau / 12
SHA = "0" * 64


def curves() -> FactorCurves:
    factors = (
        FactorInfo("smile", -0.5, 1.0, False, True),
        FactorInfo("glasses", 0.0, 1.0, True, True),
        FactorInfo("gaze_x", -1.0, 1.0, False, False),
    )
    wave = np.cos(ANGLES)
    columns = (0.25 + 0.7 * wave, 0.5 + 0.5 * wave, 0 * wave)
    values = np.stack([np.stack(columns, axis=1)] * 2).astype(np.float32)
    names, places = ("a", "b"), (0, 1)
    return FactorCurves(factors, names, places, ANGLES, values, values, True, "Read.")


def crossings() -> Crossings:
    at = (np.array([1.5, 4.6]), np.array([1.6]))
    rows = [
        Crossing("glasses", space, 0.9, 0.6, at, at, 3, 0.95, 0.5) for space in "zw"
    ]
    empty = Crossing("smile > 0.25", "z", math.nan, math.nan, (), (), 0, 0, 0, "None.")
    return Crossings(100, ("a", "b"), (*rows, empty))


def test_images_show_speeds_at_once_and_lengths_when_asked(qtbot) -> None:
    panel = ImagesPanel()
    qtbot.addWidget(panel)
    wave = 2 + np.cos(ANGLES)
    circle = CircleImages("a", ANGLES, wave, wave, wave)
    panel.set_part("image_speed", ImageSpeeds("pixels", (circle,), (3,)))
    line = panel.stretch.series[0]
    assert line.circle == 3 and np.allclose(line.y, 1.0)
    assert line.x[-1] == 360.0 and len(line.x) == len(ANGLES) + 1, "it is closed"
    panel.set_state(State(ring=3))
    _, segments = panel.image.series
    assert segments.dashed and segments.name == "a: segments"
    assert segments.y[0] == pytest.approx(3.0 * len(ANGLES) / math.tau)
    assert panel.sentence.text() == "By pixels."
    table = panel.figures.table
    assert table.rows()[5][:2] == ["Mean stretch of the synthesis", "1"]
    assert table.text_at(4, 2) == "…", "the twins are still to come"
    panel.resize(700, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.grab()  # axes take their width as they are painted
    QApplication.processEvents()
    canvas = panel.image.canvas
    place = canvas.place_of(90.0, 2.0).toPoint()
    qtbot.mouseMove(canvas.viewport(), place + QPoint(2, 0))
    with qtbot.waitSignal(panel.hovered) as seen:
        qtbot.mouseMove(canvas.viewport(), place)
    assert seen.args == [3, pytest.approx(math.pi / 2, abs=0.3)]
    assert panel.measures == {"image_speed"}
    with qtbot.waitSignal(panel.measures_changed):
        panel.begin()
    assert panel.measures == {"image_speed", "path_length"}
    rows = (PathLength("zfull", 664.0, 3.0, 50), PathLength("zend", math.nan, 0.0, 0))
    panel.set_part("path_length", PathLengths("LPIPS", True, True, 1024, 50, rows))
    lengths = PathLengths("LPIPS", True, True, 1024, 50, rows)
    assert table.rows()[0][6:] == ["StyleGAN", "StyleGAN2, config F"]
    assert table.rows()[8][6] == "664.9" and table.text_at(8, 1) == "…"
    twins = twins_of([{"zfull": 600.0}, {"zfull": 640.0}], "untrained mappings", ABOUT)
    panel.set_part("path_length", replace(lengths, twins=twins))
    assert table.text_at(7, 2) == "620.0000 ± 28.2843"
    assert table.text_at(7, 3) == "inside"
    table.grid.selectRow(7)
    said = panel.figures.sentence.text()
    assert said.startswith("PPL zfull 664.0000 lies within what 2 untrained mappings")
    assert said.endswith("it says nothing about the training of the mapping.")
    panel.set_problem("path_length", Problem("vgg.pth does not fit"))
    assert panel.note.text() == "vgg.pth does not fit" and len(table.rows()) == 11
    assert [row[0] for row in table.rows()[7:9]] == ["a", "Length"]
    assert [table.text_at(row, 2) for row in (7, 8)] == ["…", "–"]


def test_rulers_are_chosen_and_shown(qtbot) -> None:
    panel = ImagesPanel()
    qtbot.addWidget(panel)
    panel.set_state(State(feel=Feel(ruler=ByNetwork("/a/lpips.pth", SHA))))
    assert panel.ruler.currentText() == "lpips.pth"
    with qtbot.waitSignal(panel.edited) as edited:
        panel.ruler.activated.emit(1)
    assert edited.args[0].state.feel.ruler == ByReader()
    with qtbot.waitSignal(panel.edited) as edited:
        panel.crop.click()
    assert edited.args[0].state.feel.crop
    panel.set_state(State())
    assert panel.ruler.count() == 2


def test_a_file_is_hashed_away_from_the_window(qtbot, tmp_path) -> None:
    button = FileChoice("Labels…", "Labels", "*")
    qtbot.addWidget(button)
    path = tmp_path / "labels.csv"
    path.write_text("a\n1\n")
    with qtbot.waitSignal(button.chosen) as chosen:
        button.take(path)
    assert chosen.args[0] == str(path) and len(chosen.args[1]) == 64
    with qtbot.waitSignal(button.refused) as refused:
        button.take(tmp_path / "none.csv")
    assert "none.csv is not there" in refused.args[0] and button.isEnabled()


def test_factors_of_all_circles_and_all_factors_of_one(qtbot) -> None:
    panel = FactorsPanel()
    qtbot.addWidget(panel)
    panel.set_part("factors", curves())
    assert panel.factor.currentData() == "glasses" and panel.factor.count() == 2
    assert [getattr(s, "circle", None) for s in panel.one.series[:2]] == [0, 1]
    panel.set_state(State(look=Look(factor="smile"), ring=1))
    assert panel.one.title.text() == "smile"
    assert panel.every.title.text() == "All factors of b"
    with qtbot.waitSignal(panel.edited) as edited:
        panel.paint.click()
    look = edited.args[0].state.look
    assert (look.colour, look.factor) == ("factor", "smile")
    panel.begin()
    assert panel.measures == {"factors", "crossings"}
    panel.set_part("crossings", crossings())
    panel.set_state(State(look=Look(factor="glasses")))
    marks = [s for s in panel.one.series if isinstance(s, Dots)]
    assert len(marks) == 4 and np.allclose(marks[0].x, np.degrees([1.5, 4.6]))
    assert panel.note.text().startswith("glasses in W: a plane that is right about 90%")
    assert panel.table.rows()[2][:3] == ["glasses", "Z", "0.9"]
    panel.set_part("factors", replace(curves(), is_read=False, sentence="None known."))
    assert panel.sentence.text() == "None known." and not panel.one.series


def test_factors_and_planes_stand_beside_untrained_mappings(qtbot) -> None:
    panel = FactorsPanel()
    qtbot.addWidget(panel)
    panel.set_state(State(look=Look(factor="smile")))
    panel.set_part("factors", curves())
    panel.which.buttons["changes"].click()
    assert panel.sentence.text().startswith("Under way: the same circles through")
    cells = [panel.changes.text_at(0, column) for column in range(2)]
    assert cells == ["Mean of all factors", "96.7%"]
    assert panel.changes.text_at(1, 2) == "…" and panel.note.isHidden()
    twin = {"range": 0.2, "range smile": 0.2, "changes": 2.0, "changes smile": 2.0}
    twins = curve_twins([twin, twin | {"range smile": 0.21}], 8, 2)
    panel.set_part("factors", replace(curves(), twins=twins))
    assert panel.changes.text_at(1, 2) == "20.5% ± 0.7%"
    assert panel.changes.text_at(1, 6) == "inside" and "sd above" in (
        panel.changes.text_at(1, 3)
    )
    assert panel.sentence.text().startswith("Mean of all factors: range 96.7% lies")
    assert "about the training of the mapping" in panel.note.text()
    with qtbot.waitSignal(panel.edited) as edited:
        panel.changes.grid.cellClicked.emit(2, 0)
    assert edited.args[0].state.look.factor == "glasses"
    panel.changes.grid.cellClicked.emit(0, 0)  # the mean is no factor
    panel.set_part("factors", replace(curves(), note="Not known."))
    assert panel.sentence.text() == "Not known."
    assert panel.changes.text_at(1, 2) == "–"
    panel.which.buttons["planes"].click()
    assert panel.sentence.text() == BEGIN
    panel.set_part("crossings", replace(crossings(), total=3))
    assert panel.sentence.text().startswith("Under way: the same planes")
    assert [panel.table.text_at(k, 3) for k in (0, 1, 2)] == ["…", "–", "…"]
    figures = plane_figures(crossings().of("w"))
    low = figures | {"seen glasses": 0.5}
    twins = plane_twins([low, low | {"seen glasses": 0.52}], 8, {"glasses": 3})
    panel.set_part("crossings", replace(crossings(), total=3, twins=twins))
    assert panel.table.text_at(2, 3) == "51.0% ± 1.4%"
    assert panel.sentence.text().startswith("Mean of all planes: changes found 100.0%")
    panel.set_state(State(model=Live("run"), look=Look(factor="glasses")))
    assert "it says nothing about the training of the mapping" in panel.note.text()
    panel.set_part("crossings", replace(crossings(), total=3))
    assert panel.table.text_at(2, 3) == "–", "of a run that goes on none are to come"
    panel.set_problem("crossings", Problem("No sample has it."))
    assert panel.sentence.text() == "No sample has it."
    panel.set_theme(LIGHT)


def test_separability_waits_for_a_press_and_sums_up(qtbot) -> None:
    panel = SeparabilityPanel()
    qtbot.addWidget(panel)
    assert panel.measures == frozenset()
    panel.show()
    nothing_yet = (panel.plot, panel.unseen, panel.table, panel.page)
    assert not any(each.isVisible() for each in nothing_yet)
    panel.begin()
    assert panel.measures == {"separability"}
    rows = tuple(
        Attribute(f"a{k}", space, entropy, 0.9, 0.8, 0.5, 1000)
        for k in range(2)
        for space, entropy in (("z", 1.0), ("w", 0.5))
    )
    found = Separability(2000, "the reader", (512, 512), 2, rows)
    panel.set_part("separability", found)
    assert panel.plot.isVisible() and panel.page.isVisible()
    assert "4.000 in Z, 2.000 in W" in panel.score.text()
    assert "1,000 samples in 512 dimensions" in panel.warning.text()
    assert panel.table.rows()[1][:3] == ["a0", "1", "0.5"]
    assert [row[0] for row in panel.plot.rows()] == ["attribute", "a0", "a1"]
    panel.plot.pointed.emit(1.9, 0.3)
    assert QToolTip.text() == "a1: 1.000 in Z, 0.500 in W"
    panel.plot.pointed.emit(7.0, 0.3)
    assert panel.table.text_at(0, 3) == "…" and "Under way" in panel.says.text()
    twin = {"score": 4.0, "held_out": 0.8, "H a0": 0.9, "H a1": 0.9, "seen a0": 0.8}
    twins = twins_of([twin, twin | {"score": 4.2, "H a0": 0.92}], "untrained", ABOUT)
    panel.set_part("separability", replace(found, twins=twins))
    assert "Separability in W 2.000 lies" in panel.says.text()
    assert panel.table.text_at(0, 3) == "0.9100 ± 0.0141"
    assert panel.table.text_at(0, 4).endswith("sd below")
    assert panel.table.text_at(0, 8) == "inside"
    assert isinstance(panel.plot.series[0], Band)
    panel.set_problem("separability", Problem("labels.csv cannot be used"))
    assert panel.score.text() == "labels.csv cannot be used" and not panel.plot.series
    panel.set_state(State(feel=Feel(labels=LabelsFile("/a/labels.csv", SHA))))
    assert panel.labels.currentText() == "labels.csv"
    with qtbot.waitSignal(panel.edited) as edited:
        panel.labels.activated.emit(0)
    assert edited.args[0].state.feel.labels is None


def test_the_dimension_has_its_calibration_and_its_null(qtbot) -> None:
    panel = DimensionPanel()
    qtbot.addWidget(panel)
    keys = ("two_nn", "two_nn_fit", "levina_bickel", "resultant")
    clouds = tuple(
        Cloud(name, 400, 512, dict.fromkeys(keys, value))
        for name, value in (("Z", 137.0), ("W", 38.0), ("W − w_avg", 30.0))
    )
    band = band_of([39.0, 40.0, 41.0])
    bands = {("W", "two_nn"): band}
    panel.set_part("dimension", Dimension(511, clouds, (), bands, 3))
    assert "TwoNN says 137 of Z, whose dimension is 511" in panel.sentence.text()
    row = panel.table.rows()[2]
    assert row[:4] == ["TwoNN, likelihood", "137", "38", "40"]
    assert panel.table.text_at(1, 4) == "inside"
    assert "TwoNN, likelihood inside, which says nothing" in panel.says.text()
    assert len(panel.plot.series) == 4
    panel.set_theme(LIGHT)


def test_a_factor_colours_the_circles_of_its_scene() -> None:
    angles = np.broadcast_to(ANGLES.astype(np.float32), (3, 12))
    scene = Scene(
        positions=np.zeros((1, 3, 12, 3), np.float32),
        angles=angles,
        circles=("a", "b", "c"),
        titles=("w0",),
        axes=("x", "y", "z"),
    )
    look = Look(colour="factor", factor="glasses")
    toned = {"factor": curves()}
    found = scene_colours(scene, look, DARK, toned)
    assert found.shape == (3, 12, 4) and (found[0, 0] != found[0, 6]).any()
    np.testing.assert_array_equal(found[0], found[1])
    assert len(np.unique(found[2], axis=0)) == 1, "a circle that is not read is grey"
    grey = scene_colours(scene, look, DARK)
    np.testing.assert_array_equal(grey[0], found[2])
    other = {"factor": replace(curves(), of=CircleSet())}
    np.testing.assert_array_equal(scene_colours(scene, look, DARK, other), grey)
    assert toned_words(look, toned) == "colour: glasses, dark 0 to bright 1"
    assert "reading" in toned_words(look, {})
