"""What a run is made from: data, preset, seed, length."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QToolTip,
    QWidget,
)

from sgviz.gui.choices import QuietCombo
from sgviz.gui.icons import icon
from sgviz.gui.number_field import NumberField, parse_number
from sgviz.gui.theme import Theme
from sgviz.gui.train.runs import RunRequest, preset_words
from sgviz.training.presets import PRESETS, Preset

_DATA_WORDS = "Faces drawn from known factors: nothing is downloaded, no two alike."
_LEAST_KIMG, _MOST_KIMG = 0.1, 1e6
_MOST_SEED = 2**32 - 1


class TrainForm(QWidget):
    """Value in, value out: a :class:`RunRequest`."""

    def __init__(self) -> None:
        super().__init__()
        self.data = QuietCombo("Data", "What the network learns to draw")
        self.data.addItem("Portraits")
        self.preset = QuietCombo("Preset", "The size of the network and of the run")
        for name in PRESETS:
            self.preset.addItem(name.capitalize(), name)
        self.preset.setCurrentIndex(list(PRESETS).index("portraits"))
        self.preset.currentIndexChanged.connect(self._take_preset)
        self.seed = NumberField(
            "Seed", "Every random draw begins here: same seed, same run"
        )
        self.seed.set_limits(0, _MOST_SEED, 1.0, 0)
        self.seed.show_value(0.0)
        self.another = QToolButton()
        self.another.setAutoRaise(True)
        self.another.setToolTip("The next seed")
        self.another.setAccessibleName("The next seed")
        self.another.clicked.connect(self._next_seed)
        self.kimg = NumberField(
            "Length", "Thousands of images shown to the discriminator in all (kimg)"
        )
        self.kimg.set_limits(_LEAST_KIMG, _MOST_KIMG, 1.0, 1)
        for field in (self.seed, self.kimg):
            field.refused.connect(lambda why, field=field: _say_at(field, why))
        self._data_words, self._preset_words = _words(_DATA_WORDS), _words("")
        self._lay_out()
        self._take_preset()

    def request(self) -> RunRequest:
        """The run that stands here."""
        seed = _number(self.seed, 0, 0.0, _MOST_SEED)
        kimg = _number(self.kimg, 1, _LEAST_KIMG, _MOST_KIMG)
        return RunRequest(self._preset(), int(seed), kimg)

    def show_request(self, request: RunRequest) -> None:
        """Show a run that was begun elsewhere."""
        self.preset.setCurrentIndex(self.preset.findData(request.preset))
        self.seed.show_value(float(request.seed))
        self.kimg.show_value(request.kimg)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.another.setIcon(icon("dice-5-outline", theme.text, theme.muted))

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow("Data", self.data)
        form.addRow("", self._data_words)
        form.addRow("Preset", self.preset)
        form.addRow("", self._preset_words)
        form.addRow("Seed", _row(self.seed, self.another))
        form.addRow("Length", _row(self.kimg, _plain("kimg")))

    def _preset(self) -> Preset:
        name: Preset = self.preset.currentData()
        return name

    def _take_preset(self) -> None:
        name = self._preset()
        self._preset_words.setText(preset_words(name))
        self.kimg.show_value(PRESETS[name].kimg)

    def _next_seed(self) -> None:
        seed = int(self.seed.value() or 0)
        self.seed.show_value(float((seed + 1) % (_MOST_SEED + 1)))


def _number(field: NumberField, decimals: int, low: float, high: float) -> float:
    """What stands in a field, typed to its end or not."""
    typed = parse_number(field.text(), decimals)
    if typed is not None and low <= typed <= high:
        return typed
    return field.value() or low


def _say_at(field: NumberField, why: str) -> None:
    QToolTip.showText(field.mapToGlobal(QPoint(0, field.height())), why, field)


def _words(text: str) -> QLabel:
    label = _plain(text)
    label.setWordWrap(True)
    return label


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "muted")
    return label


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    return holder
