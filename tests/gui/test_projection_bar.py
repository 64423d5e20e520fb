"""The bar above the W view: what it shows, what it asks for, what it leaves alone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from sgviz.gui.projection_bar import ProjectionBar
from sgviz.gui.session import Edit
from sgviz.state import Look, Pca, State, Triplets


@pytest.fixture
def bar(qtbot: QtBot) -> ProjectionBar:
    bar = ProjectionBar()
    qtbot.addWidget(bar)
    bar.show()
    return bar


def combo(bar: ProjectionBar, name: str) -> QComboBox:
    (found,) = (b for b in bar.findChildren(QComboBox) if b.accessibleName() == name)
    return found


@pytest.mark.parametrize("points", ["auto", "on", "off"])
def test_every_choice_of_points_is_shown_and_can_be_taken(
    bar: ProjectionBar, points: str
) -> None:
    state = replace(State(), look=Look(points=points))
    bar.set_state(state)
    box = combo(bar, "Points")
    assert box.currentText() == f"points: {points}"
    edits: list[Edit] = []
    bar.edited.connect(edits.append)
    box.activated.emit(2)
    assert edits[-1].state.look.points == "off"


def test_the_wheel_passes_over_what_has_no_focus(bar: ProjectionBar) -> None:
    bar.set_state(replace(State(), projection=Triplets(0, 4, 3)))
    edits: list[Edit] = []
    bar.edited.connect(edits.append)
    for box in (*bar.findChildren(QSpinBox), *bar.findChildren(QComboBox)):
        box.clearFocus()
        place = QPointF(box.rect().center())
        event = QWheelEvent(
            place,
            box.mapToGlobal(place),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(box, event)
    assert edits == []


def test_a_typed_component_counts_from_one(bar: ProjectionBar) -> None:
    bar.set_state(replace(State(), projection=Pca(first=0)))
    (spin,) = (s for s in bar.findChildren(QSpinBox) if s.isVisible())
    assert spin.value() == 1
    edits: list[Edit] = []
    bar.edited.connect(edits.append)
    spin.setValue(4)
    assert edits[-1].state.projection == Pca(first=3)


def test_the_best_triplets_are_one_press_away(bar: ProjectionBar) -> None:
    """A switch of triplets alone; what a session holds is shown, and not asked for."""
    bar.set_state(State())
    edits: list[Edit] = []
    bar.edited.connect(edits.append)
    (best,) = (b for b in bar.findChildren(QToolButton) if b.text() == "best")
    best.click()
    assert edits[-1].state.projection == Triplets(0, 4, 3, "energy")
    bar.set_state(edits[-1].state)
    assert best.isChecked()
    assert len(edits) == 1
    best.click()
    assert edits[-1].state.projection == Triplets()
    bar.set_state(replace(State(), projection=Pca()))
    assert not best.isVisible()
