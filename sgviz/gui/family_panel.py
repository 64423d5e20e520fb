"""What is drawn of Z: a list of circles, a surface, a cloud, very many circles."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from sgviz import circle_edits, family_edits
from sgviz.circle_edits import CircleError
from sgviz.families import form_of
from sgviz.family_edits import KINDS, Field, Kind
from sgviz.frame import ModelInfo
from sgviz.gui.choices import QuietCombo, Segments
from sgviz.gui.controls import Drags, LeadLabel
from sgviz.gui.hint import Hint
from sgviz.gui.number_field import NumberField
from sgviz.gui.parts import column_of, text_button
from sgviz.gui.seed_row import SeedRow
from sgviz.gui.session import Edit, Gesture
from sgviz.naming import circle_name, latent_name
from sgviz.state import (
    CircleSet,
    CirclesFile,
    Fan,
    Seed,
    Sphere,
    State,
    SurfaceLook,
    TangentPatch,
)

CHOICES = (
    ("Circles", "A list of circles"),
    *((kind.title, kind.tip) for kind in KINDS),
)
LOOKS: tuple[tuple[SurfaceLook, str, str], ...] = (
    ("solid", "Solid", "Shaded, with the lines of the grid"),
    ("smooth", "Smooth", "Shaded, without lines"),
    ("translucent", "Glass", "What lies behind shines through"),
    ("wire", "Wire", "The lines of the grid alone"),
)


class FamilyPanel(QWidget):
    """Value in, value out: edits ``State.circles`` where it is no list of circles."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._z_dim = State(), 512
        self._drags = Drags(self.edited.emit)
        self._list: CircleSet | CirclesFile = CircleSet()
        self.kind = QuietCombo("Draw", "What is drawn of Z, and mapped into W")
        for place, (title, tip) in enumerate(CHOICES):
            self.kind.addItem(title)
            self.kind.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.fields: dict[tuple[str, str], NumberField] = {}
        self.pages = [self._page(kind) for kind in KINDS]
        self.about = _text()
        self.from_ab = text_button("From A and B", "Put it about A, towards B")
        self.third = SeedRow("Third", "Third direction")
        self.fan_of = _text()
        self.through = text_button("A to B", "The circle through latents A and B")
        self.random = text_button("Next random", "The next random circle of the seed")
        self.look = Segments(LOOKS)
        self.wrong = Hint(self)
        self._lay_out()
        self._connect()
        self.set_state(self._state)

    def set_state(self, state: State) -> None:
        """Show a state."""
        self._state = state
        kind = family_edits.kind_of(state)
        if isinstance(state.circles, CircleSet | CirclesFile):
            self._list = state.circles
        self.kind.setCurrentIndex(KINDS.index(kind) + 1 if kind else 0)
        self._box.setVisible(kind is not None)
        for each, page in zip(KINDS, self.pages, strict=True):
            page.setVisible(each is kind)
        if kind is None or isinstance(state.circles, CircleSet | CirclesFile):
            return
        for field in kind.fields:
            shown = round(field.shown(state.circles), 6)
            self.fields[kind.title, field.attribute].show_value(shown)
        self._show_origin(state)
        self._look_row.setVisible(form_of(state.circles) == "surface")
        self.look.set_chosen(state.look.surface)

    def set_model(self, info: ModelInfo) -> None:
        """How many axes Z has."""
        self._z_dim = info.z_dim

    def _show_origin(self, state: State) -> None:
        family = state.circles
        framed = isinstance(family, Sphere | TangentPatch)
        self._frame_box.setVisible(framed)
        self._fan_box.setVisible(isinstance(family, Fan))
        if isinstance(family, Sphere | TangentPatch):
            frame = family.frame
            pole, towards = latent_name(frame.about), latent_name(frame.towards)
            self.about.setText(f"About {pole}, towards {towards}")
            third = frame.beside
            seed = float(third.n) if isinstance(third, Seed) else None
            self.third.field.show_value(seed)
        elif isinstance(family, Fan):
            self.fan_of.setText(f"Of the circle {circle_name(family.circle)}")

    def _page(self, kind: Kind) -> QWidget:
        page = QWidget()
        column = column_of(page)
        row: QHBoxLayout | None = None
        for index, field in enumerate(kind.fields):
            number = NumberField(field.name, f"{field.tip}: type it or drag sideways")
            number.set_limits(field.low, field.high, field.step, field.decimals)
            number.edited.connect(partial(self._put, field, number))
            number.cancelled.connect(partial(self._drags.cancel, field.name))
            self.fields[kind.title, field.attribute] = number
            if index % 2 == 0 or row is None:
                row = QHBoxLayout()
                row.setSpacing(4)
                column.addLayout(row)
            row.addWidget(LeadLabel(field.label))
            row.addWidget(number, 1)
        return page

    def _lay_out(self) -> None:
        column = column_of(self)
        column.addLayout(_line(LeadLabel("Draw"), self.kind))
        self._box, self._frame_box, self._fan_box = QWidget(), QWidget(), QWidget()
        self._look_row = QWidget()
        inner = column_of(self._box)
        for page in self.pages:
            inner.addWidget(page)
        frame = column_of(self._frame_box)
        frame.addWidget(self.about)
        frame.addWidget(self.third)
        frame.addWidget(self.from_ab)
        fan = column_of(self._fan_box)
        fan.addWidget(self.fan_of)
        fan.addLayout(_line(self.through, self.random))
        look = column_of(self._look_row)
        look.addLayout(_line(LeadLabel("Look"), self.look))
        for part in (self._frame_box, self._fan_box, self._look_row):
            inner.addWidget(part)
        column.addWidget(self._box)

    def _connect(self) -> None:
        self.kind.activated.connect(self._choose_kind)
        for button, make, text in (
            (self.from_ab, self._about_a, "Surface about A"),
            (self.through, self._fan_through, "Fan of A to B"),
            (self.random, self._fan_random, "Fan of a circle"),
        ):
            button.clicked.connect(partial(self._try, button, make, text))
        self.third.edited.connect(self._third_edited)
        self.third.field.cancelled.connect(lambda: self._drags.cancel("Third"))
        self.look.chosen.connect(self._choose_look)
        for field in (*self.fields.values(), self.third.field):
            field.refused.connect(partial(self.wrong.say_at, field))

    # The hand.

    def _choose_kind(self, index: int) -> None:
        state = self._state
        if index == 0:
            new = family_edits.with_family(state, CircleSet())
            new = replace(new, circles=self._list)
        elif isinstance(state.circles, KINDS[index - 1].of):
            return
        else:
            new = family_edits.with_family(state, KINDS[index - 1].begin(state))
        self._edit(new, f"Draw: {self.kind.itemText(index)}")

    def _put(
        self, field: Field, number: QWidget, value: float, gesture: Gesture
    ) -> None:
        try:
            new = family_edits.with_value(self._state, field, value)
        except CircleError as error:
            self.wrong.say_at(number, str(error))
            self.set_state(self._state)
            return
        self.wrong.say("")
        self._drags.edit(self._state, new, field.name, gesture, None)

    def _third_edited(self, seed: int, gesture: Gesture) -> None:
        family = self._state.circles
        if isinstance(family, Sphere | TangentPatch):
            frame = replace(family.frame, beside=Seed(seed))
            try:
                family_edits.check_frame(frame, self._z_dim)
            except CircleError as error:
                self.wrong.say_at(self.third.field, str(error))
                return
            self.wrong.say("")
            new = family_edits.with_frame(self._state, frame)
            self._drags.edit(self._state, new, "Third direction", gesture, None)

    def _about_a(self) -> State:
        frame = family_edits.frame_of(self._state)
        frame = family_edits.check_frame(frame, self._z_dim)
        return family_edits.with_frame(self._state, frame)

    def _fan_through(self) -> State:
        circle = circle_edits.through_a_and_b(self._state, self._z_dim)
        return family_edits.with_fan_of(self._state, circle)

    def _fan_random(self) -> State:
        return family_edits.with_fan_of(
            self._state, family_edits.random_after(self._state)
        )

    def _choose_look(self, key: str) -> None:
        chosen = next(look for look, *_ in LOOKS if look == key)
        look = replace(self._state.look, surface=chosen)
        self._edit(replace(self._state, look=look), "Look of the surface")

    def _try(
        self, button: QWidget, make: Callable[[], State], text: str, _: bool = False
    ) -> None:
        try:
            self._edit(make(), text)
        except CircleError as error:
            self.wrong.say_at(button, str(error))

    def _edit(self, new: State, text: str) -> None:
        self.wrong.say("")
        if new != self._state:
            self.edited.emit(Edit(new, text))


def _text() -> QLabel:
    label = QLabel(wordWrap=True)
    label.setProperty("role", "muted")
    return label


def _line(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(4)
    for widget in widgets:
        line.addWidget(widget, not isinstance(widget, LeadLabel))
    return line
