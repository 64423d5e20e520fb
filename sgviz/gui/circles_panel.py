"""The set of circles: which there are, which is on the ring, how many points."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QIcon,
    QKeySequence,
    QPainter,
    QPen,
    QPixmap,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QWidget,
)

from sgviz import circle_edits
from sgviz.circle_edits import CircleError
from sgviz.family_edits import with_small_circles
from sgviz.frame import ModelInfo, Scene
from sgviz.gui.circles_file_row import CirclesFileRow
from sgviz.gui.colours import Rgba, circle_colours
from sgviz.gui.controls import Drags, LeadLabel
from sgviz.gui.hint import Hint
from sgviz.gui.icons import IconButton
from sgviz.gui.number_field import NumberField
from sgviz.gui.parts import column_of, text_button
from sgviz.gui.seed_row import SeedRow
from sgviz.gui.session import Edit, Gesture
from sgviz.gui.small_row import SmallRow
from sgviz.gui.theme import DARK, Theme
from sgviz.naming import circle_name
from sgviz.state import (
    MAX_POINTS,
    MIN_POINTS,
    Circle,
    CircleSet,
    CirclesFile,
    State,
)

PRESETS = (24, 48, 96, 192, 360, 720, 1440, 4096)
_SHOWN_ROWS = 8
_ROW_HEIGHT = 20


class CirclesPanel(QWidget):
    """Value in, value out: edits ``State.circles`` and ``State.ring``."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._theme, self._z_dim = State(), DARK, 512
        self._drags = Drags(self.edited.emit)
        self._shown: tuple[tuple[Circle, ...], str] = ((), "")
        self.list, self.wrong = QListWidget(), Hint(self)
        self.axis_i = _axis("First axis", 0)
        self.axis_j = _axis("Second axis", 1)
        self.seed = SeedRow("Seed", "Seed of the random circles")
        self.points = NumberField("Points per circle", "8 to 4096 points a circle")
        self.points.set_limits(MIN_POINTS, MAX_POINTS, 8, 0)
        self.six = text_button("Default six", "Axes 0, 1 and five random circles")
        self._set_box, self.file = QWidget(), CirclesFileRow()
        self._lay_out()
        self._connect()
        self.set_state(self._state)

    def set_state(self, state: State) -> None:
        """Show a state; the list is made anew only where the circles changed."""
        self._state = state
        if not isinstance(state.circles, CircleSet | CirclesFile):
            return
        file = state.circles if isinstance(state.circles, CirclesFile) else None
        self.file.set_file(file)
        self._set_box.setVisible(file is None)
        self.six.setVisible(file is None)
        if isinstance(state.circles, CirclesFile):
            return
        self._fill(state.circles)
        with QSignalBlocker(self.list):
            self.list.setCurrentRow(min(state.ring, self.list.count() - 1))
        self.remove.setEnabled(self.list.count() > 1)
        self.seed.set_seed(circle_edits.random_seed(state))
        self.points.show_value(float(state.circles.points))

    def set_model(self, info: ModelInfo) -> None:
        """The axes of Z that there are."""
        self._z_dim = info.z_dim
        for field in (self.axis_i, self.axis_j):
            field.set_limits(0, info.z_dim - 1, 1, 0)

    def set_scene(self, scene: Scene | None) -> None:
        """What became of the circles: those of a file may have no images."""
        self.file.set_scene(scene)

    def set_theme(self, theme: Theme) -> None:
        """New colours for the chips."""
        self._theme = theme
        if isinstance(self._state.circles, CircleSet):
            self._fill(self._state.circles)

    def _fill(self, circles: CircleSet) -> None:
        if self._shown == (circles.circles, self._theme.name):
            return
        self._shown = (circles.circles, self._theme.name)
        colours = circle_colours(len(circles.circles), self._theme)
        with QSignalBlocker(self.list):
            self.list.clear()
            for circle, colour in zip(circles.circles, colours, strict=True):
                name = circle_name(circle)
                item = QListWidgetItem(_chip(colour, self._theme), name)
                item.setSizeHint(QSize(0, _ROW_HEIGHT))
                item.setToolTip(f"{name}: on the ring when selected")
                self.list.addItem(item)
            self.list.setCurrentRow(min(self._state.ring, self.list.count() - 1))
        rows = min(_SHOWN_ROWS, max(2, self.list.count()))
        self.list.setFixedHeight(rows * _ROW_HEIGHT + 2 * self.list.frameWidth())

    def _lay_out(self) -> None:
        column = column_of(self)
        title = QLabel("Circles")
        title.setProperty("role", "title")
        column.addLayout(_line(title, None, self.six))
        column.addWidget(self.file)
        column.addWidget(self._set_box)
        inner = column_of(self._set_box)
        self.list.setAccessibleName("Circles")
        self.list.setToolTip("The selected circle is on the ring of the Z view")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(12, 12))
        self.list.setUniformItemSizes(True)
        inner.addWidget(self.list)
        self.random = text_button("+ Random", "Add the next random circle of the seed")
        self.through = text_button("+ A to B", "Add the circle through latents A and B")
        self.remove = IconButton(
            "trash-can-outline", "Remove circle", "Remove the selected circle (Delete)"
        )
        inner.addLayout(_line(self.random, self.through, None, self.remove))
        self.plane = text_button("+ Axes", "Add the circle from axis i towards axis j")
        inner.addLayout(_line(LeadLabel("Axes"), self.axis_i, self.axis_j, self.plane))
        self.small = SmallRow()
        inner.addWidget(self.small)
        inner.addWidget(self.seed)
        inner.addLayout(_line(LeadLabel("Points"), self.points, self._preset_button()))

    def _preset_button(self) -> IconButton:
        button = IconButton("menu-down", "Presets of points", "Usual numbers of points")
        self.presets = QMenu(button)
        for points in PRESETS:
            self.presets.addAction(f"{points}", partial(self._take_points, points))
        button.open_with(self.presets)
        return button

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._choose)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        self.remove.clicked.connect(self._remove)
        random = self.random
        random.clicked.connect(lambda: self._add(self._next_random, random))
        through, plane = self.through, self.plane
        through.clicked.connect(lambda: self._add(self._through, through))
        plane.clicked.connect(lambda: self._add(self._plane, plane))
        self.small.asked.connect(self._add_small)
        self.six.clicked.connect(self._default_six)
        self.file.back.clicked.connect(self._default_set)
        self.seed.edited.connect(self._seed_edited)
        self.seed.field.cancelled.connect(lambda: self._drags.cancel("Seed"))
        self.points.edited.connect(self._take_points)
        self.points.cancelled.connect(lambda: self._drags.cancel("Points"))
        small = (self.small.radius, self.small.rings)
        for field in (*small, self.axis_i, self.axis_j, self.points, self.seed.field):
            field.refused.connect(partial(self.wrong.say_at, field))
        for field in (self.axis_i, self.axis_j):
            field.edited.connect(lambda *_: self.wrong.say(""))

    def _next_random(self) -> Circle:
        seed = self.seed.field.value() or 0.0
        return circle_edits.next_random(self._state, round(seed))

    def _through(self) -> Circle:
        return circle_edits.through_a_and_b(self._state, self._z_dim)

    def _plane(self) -> Circle:
        i, j = (round(f.value() or 0.0) for f in (self.axis_i, self.axis_j))
        return circle_edits.axis_plane(i, j, self._z_dim)

    def _add(self, make: Callable[[], Circle], button: QWidget) -> None:
        """Add a circle; why it cannot be is said by the button that asked for it."""
        if not (self.axis_i.commit() and self.axis_j.commit()):
            return
        try:
            new = circle_edits.with_circle(self._state, make())
        except CircleError as error:
            self.wrong.say_at(button, str(error))
            return
        self._edit(new, "Add circle")

    def _add_small(self, degrees: float, rings: int) -> None:
        try:
            new = with_small_circles(self._state, degrees, rings, self._z_dim)
        except CircleError as error:
            self.wrong.say_at(self.small.add, str(error))
        else:
            self._edit(new, "Add small circles")

    def _remove(self) -> None:
        index = self.list.currentRow()
        self._edit(circle_edits.without_circle(self._state, index), "Remove circle")

    def _choose(self, row: int) -> None:
        if row >= 0:
            self._edit(replace(self._state, ring=row), "Circle on the ring")

    def _default_six(self) -> None:
        self._edit(circle_edits.with_default_six(self._state), "Default six circles")

    def _default_set(self) -> None:
        new = replace(self._state, circles=CircleSet(), ring=0)
        self._edit(new, "Back to the default circles")

    def _seed_edited(self, seed: int, gesture: Gesture) -> None:
        new = circle_edits.with_seed(self._state, seed)
        self._drags.edit(self._state, new, "Seed of the circles", gesture, None)

    def _take_points(self, value: float, gesture: Gesture = Gesture.DONE) -> None:
        new = circle_edits.with_points(self._state, round(value))
        self.wrong.say("")
        self._drags.edit(self._state, new, "Points per circle", gesture, None)

    def _edit(self, new: State, text: str) -> None:
        self.wrong.say("")
        if new != self._state:
            self.edited.emit(Edit(new, text))


def _chip(colour: Rgba, theme: Theme) -> QIcon:
    """A dot of the circle's colour; its rim shows it on a selected row too."""
    pixmap = QPixmap(24, 24)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.surface), 1.5))
    painter.setBrush(QColor(*(int(channel) for channel in colour)))
    painter.drawEllipse(1, 1, 10, 10)
    painter.end()
    return QIcon(pixmap)


def _axis(name: str, value: int) -> NumberField:
    field = NumberField(name, f"{name} of the plane: type it or drag sideways")
    field.set_limits(0, 511, 1, 0)
    field.show_value(float(value))
    return field


def _line(*widgets: QWidget | None) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(4)
    for widget in widgets:
        if widget is None:
            line.addStretch(1)
        else:
            line.addWidget(widget, isinstance(widget, NumberField))
    return line
