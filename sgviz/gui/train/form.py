"""The form of a run, made from the configuration itself: every field is in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sgviz.gui.choices import QuietCombo
from sgviz.gui.controls import Sentence
from sgviz.gui.icons import IconButton
from sgviz.gui.theme import Theme
from sgviz.gui.train.draft import FIELDS, PORTRAITS, Draft, of_config, of_preset
from sgviz.gui.train.editors import NumberLine
from sgviz.gui.train.field_row import FieldRow, label_width, line_height
from sgviz.gui.train.file_choices import DataEditor, StartChoice
from sgviz.gui.train.labels import label_of
from sgviz.gui.train.runs import RunRequest, preset_words
from sgviz.gui.train.section import Section
from sgviz.prefs import Device
from sgviz.training.config import TrainConfig
from sgviz.training.presets import PRESETS, Preset

_MOST_SEED = 2**32 - 1
_FIRST = ("data", "fit", "mirror")
_COMMON = ("resolution", "depth", "seed", "kimg")
_SECTIONS = ("Network", "Training", "Regularisation", "Run")
_DEVICES: tuple[tuple[str, Device], ...] = (
    ("Auto: the fastest here", "auto"),
    ("CPU", "cpu"),
    ("CUDA", "cuda"),
    ("MPS (Apple)", "mps"),
)


class TrainForm(QWidget):
    """Value in, value out: a :class:`RunRequest`.

    ``edited`` after each edit of a run to come; ``live_edited(values)`` where fields
    of the run under way were changed, and are right.
    """

    edited = Signal()
    live_edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.draft = of_preset("portraits")
        self._running = False
        self._unusable: tuple[object, str] = (None, "")
        self._errors: dict[str, str] = {}
        self.preset = QuietCombo("Preset", "The size of the network and of the run")
        for name in PRESETS:
            self.preset.addItem(name.capitalize(), name)
        self.preset.activated.connect(self._take_preset)
        self.device = QuietCombo("Device", "Where the run is computed")
        for words, device in _DEVICES:
            self.device.addItem(words, device)
        self.device.activated.connect(self._touched)
        self.start = StartChoice()
        self.start.chosen.connect(self._touched)
        self.another = IconButton("dice-5-outline", "The next seed", "The next seed")
        self.another.clicked.connect(self._next_seed)
        self.rows = {name: self._make_row(name) for name in FIELDS}
        self.sections: dict[str, Section] = {}
        self.preset_words = QLabel(wordWrap=True)
        self.preset_words.setProperty("role", "muted")
        self.sentence = Sentence()
        self._named = _lay_out(self)
        self._show()

    # Values out.

    @property
    def problem(self) -> str:
        """Why no run can be begun with this, in one sentence; empty if it can."""
        for name, sentence in self._errors.items():
            return f"{label_of(name)}: {sentence}" if name else sentence
        data, sentence = self._unusable
        return sentence if data == self.draft.values["data"] else ""

    @property
    def is_running(self) -> bool:
        """Whether it shows a run that is under way."""
        return self._running

    def request(self) -> RunRequest:
        """The run that stands here; only where there is no ``problem``."""
        return RunRequest(
            self.draft.config(),
            self.draft.preset,
            self.device.currentData(),
            self.start.value,
        )

    def commit(self) -> None:
        """Take what is being typed, finished or not."""
        focus = self.focusWidget()
        if isinstance(focus, NumberLine):
            focus.editingFinished.emit()

    def kept(self) -> Callable[[], None]:
        """Brings back what stands here now, right or wrong."""
        draft, device = self.draft, self.device.currentIndex()
        path, words = self.start.value, self.start.words.text()

        def back() -> None:
            self.draft = draft
            self.device.setCurrentIndex(device)
            self.start.show_path(path)
            self.start.say(words)
            self._show()
            self._touched()

        return back

    # Values in.

    def show_request(self, request: RunRequest) -> None:
        """Show a run that was begun elsewhere."""
        self.device.setCurrentIndex(self.device.findData(request.device))
        self.start.show_path(request.start_from)
        self.show_config(request.preset, request.config)

    def show_config(self, preset: Preset, config: TrainConfig) -> None:
        """Show a configuration as the changes of a preset."""
        draft = of_config(preset, config)
        self.draft = Draft(preset, PRESETS[preset], draft.values)
        self._show()

    def set_unusable(self, sentence: str) -> None:
        """Why nothing can be learned from the data as it stands; empty: it can."""
        self._unusable = (self.draft.values["data"], sentence)

    def show_start(self, path: Path | None) -> None:
        """Start the next run from a file, or from random weights."""
        self.start.show_path(path)
        self.start.chosen.emit(path)

    def set_running(self, config: TrainConfig | None) -> None:
        """A run is under way with this configuration: only live fields stay."""
        self._running = config is not None
        base = PRESETS[self.draft.preset] if config is None else config
        values = (
            self.draft.values
            if config is None
            else of_config(self.draft.preset, config).values
        )
        self.draft = Draft(self.draft.preset, base, values)
        for name, row in self.rows.items():
            row.set_fixed(self._running and not FIELDS[name].live)
        for widget in (*self._named, self.another):
            widget.setEnabled(not self._running)
        self._show()

    def set_value(self, name: str, value: object) -> None:
        """Edit a field, as a hand would."""
        before = self.draft
        self.draft = before.with_value(name, value)
        self._show()
        if not self._running:
            self._touched()
        elif not self._errors:
            values = self.draft.values
            new = {n: v for n, v in values.items() if v != before.values[n]}
            if new:
                self.live_edited.emit(new)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        for section in self.sections.values():
            section.set_theme(theme)

    # Inside.

    def _make_row(self, name: str) -> FieldRow:
        field = FIELDS[name]
        row = FieldRow(field, DataEditor(field) if name == "data" else None)
        row.edited.connect(self.set_value)
        row.reset.connect(self._reset)
        return row

    def _reset(self, name: str) -> None:
        self.set_value(name, getattr(self.draft.base, name))

    def _take_preset(self) -> None:
        self.draft = self.draft.with_preset(self.preset.currentData())
        self._show()
        self._touched()

    def _touched(self) -> None:
        self.edited.emit()

    def _next_seed(self) -> None:
        seed = self.draft.values["seed"]
        count = seed + 1 if isinstance(seed, int) else 0
        self.set_value("seed", count % (_MOST_SEED + 1))

    def _show(self) -> None:
        draft = self.draft
        self._errors = draft.errors()
        changed = set(draft.changed)
        for name, row in self.rows.items():
            row.show_value(draft.values[name], name in changed)
            row.show_error(self._errors.get(name, ""))
        self.sentence.say(self._errors.get("", ""))
        self.rows["fit"].setVisible(draft.values["data"] != PORTRAITS)
        self._show_preset()
        for group, section in self.sections.items():
            within = list(_within(group))
            wrong = sum(name in self._errors for name in within)
            other = sum(name in changed for name in within)
            note = f"{wrong} to mend" if wrong else f"{other} changed" if other else ""
            section.set_note(note)

    def _show_preset(self) -> None:
        for index, name in enumerate(PRESETS):
            edited = name == self.draft.preset and not self._is_preset()
            words = f"{name.capitalize()}{', changed' if edited else ''}"
            self.preset.setItemText(index, words)
        self.preset.setCurrentIndex(self.preset.findData(self.draft.preset))
        self.preset_words.setText(preset_words(self.draft.preset))

    def _is_preset(self) -> bool:
        preset = self.draft.preset
        return Draft(preset, PRESETS[preset], self.draft.values).is_preset


def _lay_out(form: TrainForm) -> list[QWidget]:
    """What is common first, the rest folded away; the rows that are no fields."""
    named = [
        _named("Preset", form.preset),
        _named("Device", form.device),
        _named("Start from", form.start),
    ]
    preset, device, start = named
    seed = form.rows["seed"].editor.layout()
    if seed is not None:
        seed.addWidget(form.another)
    column = QVBoxLayout(form)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    for name in _FIRST:
        column.addWidget(form.rows[name])
    column.addWidget(preset)
    column.addWidget(_named("", form.preset_words))
    for name in _COMMON:
        column.addWidget(form.rows[name])
    column.addWidget(device)
    column.addWidget(start)
    column.addWidget(form.sentence)
    column.addSpacing(4)
    for group in _SECTIONS:
        section = Section(group, f"Show or hide: {group.lower()}")
        for name in _within(group):
            section.column.addWidget(form.rows[name])
        form.sections[group] = section
        column.addWidget(section)
    column.addStretch(1)
    return named


def _within(group: str) -> Iterator[str]:
    """The fields that are folded away in a section."""
    for name, field in FIELDS.items():
        if field.group == group and name not in (*_FIRST, *_COMMON):
            yield name


def _named(text: str, widget: QWidget) -> QWidget:
    """A widget beside its name, in line with the fields."""
    holder, label = QWidget(), QLabel(text)
    label.setFixedSize(label_width(), line_height() if text else 1)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 16, 0)
    row.setSpacing(4)
    row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(widget, 1)
    return holder
