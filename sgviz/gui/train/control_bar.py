"""The hand on a run: start, pause, stop, single steps, slow motion."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from superqt import QToggleSwitch

from sgviz.gui.controls import Sentence, ValueRow, ValueSpec
from sgviz.gui.icons import icon
from sgviz.gui.session import Gesture
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.field_row import label_width
from sgviz.gui.train.runs import RunState

Part = Literal["generator", "discriminator", "both"]

START_TIP = "Begin a run with these settings"
KEYS = {"start": "Ctrl+Return", "pause": "Ctrl+P", "stop": "Ctrl+."}
STEPS: tuple[tuple[Part, str, str, str], ...] = (
    ("discriminator", "D", "d", "One step of the discriminator alone"),
    ("generator", "G", "g", "One step of the generator alone"),
    ("both", "Both", "b", "One whole step: discriminator, then generator"),
)
SLOW = ValueSpec(
    "Slow motion",
    "Seconds to wait between two steps; 0 is full speed.",
    low=0.0,
    high=2.0,
    default=0.0,
    step=0.1,
)


class ControlBar(QWidget):
    """Buttons in, wishes out; which can be pressed follows the state of the run."""

    start_requested = Signal()
    pause_requested = Signal(bool)
    stop_requested = Signal()
    step_requested = Signal(str)
    slow_changed = Signal(float)
    follow_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._theme, self._state, self._why = DARK, RunState.IDLE, ""
        self.start_button = _button("Start", START_TIP, KEYS["start"])
        self.pause_button = _button(
            "Pause", "Wait between two steps; resume later", KEYS["pause"]
        )
        self.stop_button = _button(
            "Stop", "End the run; what it learned is saved", KEYS["stop"]
        )
        self.start_button.clicked.connect(self.start_requested)
        self.pause_button.clicked.connect(self._pause)
        self.stop_button.clicked.connect(self.stop_requested)
        self.step_buttons = {part: self._step_button(*rest) for part, *rest in STEPS}
        for part, button in self.step_buttons.items():
            button.clicked.connect(lambda _=False, p=part: self.step_requested.emit(p))
        self.slow = ValueRow(_lead("Slow motion"), SLOW)
        self.slow.edited.connect(self._slowed)
        self.slow.reset.connect(lambda: self._slowed(SLOW.default, Gesture.DONE))
        self.follow_switch = QToggleSwitch("Explore follows this run")
        self.follow_switch.setToolTip(
            "Explore shows the newest snapshot while the run learns"
        )
        self.follow_switch.setAccessibleName("Explore follows this run")
        self.follow_switch.setChecked(True)
        self.follow_switch.toggled.connect(self.follow_toggled)
        self.why = Sentence()
        self._lay_out()
        self._add_keys()
        self.show_slow(0.0)
        self.set_running(RunState.IDLE)

    @property
    def state(self) -> RunState:
        """Where the run stands, as shown."""
        return self._state

    def set_running(self, state: RunState) -> None:
        """Where the run stands; decides which buttons can be pressed."""
        self._state = state
        busy, paused = state.is_busy, state is RunState.PAUSED
        self.start_button.setEnabled(not busy and not self._why)
        self.pause_button.setEnabled(paused or state is RunState.RUNNING)
        self.stop_button.setEnabled(busy and state is not RunState.STOPPING)
        for button in self.step_buttons.values():
            button.setEnabled(paused)
        self.pause_button.setText("Resume" if paused else "Pause")
        self.pause_button.setAccessibleName("Resume" if paused else "Pause")
        self.why.say("" if busy else self._why)
        self._show_icons()

    def set_why_not(self, sentence: str) -> None:
        """Why no run can be begun; empty where one can."""
        self._why = sentence
        keys = f"({KEYS['start']})"
        self.start_button.setToolTip(sentence or f"{START_TIP} {keys}")
        self.set_running(self._state)

    def set_follow(self, on: bool) -> None:
        """Whether Explore follows, as it is now."""
        blocked = self.follow_switch.blockSignals(True)
        self.follow_switch.setChecked(on)
        self.follow_switch.blockSignals(blocked)

    def show_slow(self, seconds: float) -> None:
        """The wait between two steps, as it is."""
        self.slow.set_value(seconds, own=seconds > 0)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.follow_switch.onColor = theme.accent
        self.follow_switch.offColor = theme.line
        self.follow_switch.handleColor = theme.text if theme.dark else theme.on_accent
        self._show_icons()

    def _pause(self) -> None:
        self.pause_requested.emit(self._state is not RunState.PAUSED)

    def _slowed(self, seconds: float, gesture: Gesture) -> None:
        self.show_slow(seconds)
        self.slow_changed.emit(seconds)

    def _step_button(self, text: str, key: str, tip: str) -> QPushButton:
        button = _button(text, f"{tip}, while the run is paused", key.upper())
        button.setAccessibleName(tip)
        button.setMinimumWidth(40)
        return button

    def _add_keys(self) -> None:
        """Keys that work wherever the focus is on the page."""
        pairs = [
            (KEYS["start"], self.start_button),
            (KEYS["pause"], self.pause_button),
            (KEYS["stop"], self.stop_button),
        ]
        pairs += [(key, self.step_buttons[part]) for part, _, key, _ in STEPS]
        self.shortcuts: list[QShortcut] = []
        for key, button in pairs:
            shortcut = QShortcut(QKeySequence(key), self)
            # A disabled button hears no click of a key either.
            shortcut.activated.connect(button.click)
            self.shortcuts.append(shortcut)

    def _show_icons(self) -> None:
        theme, paused = self._theme, self._state is RunState.PAUSED
        palette = QPalette(self.palette())
        if self.start_button.isEnabled():
            palette.setColor(QPalette.ColorRole.Button, theme.accent)
            palette.setColor(QPalette.ColorRole.ButtonText, theme.on_accent)
        self.start_button.setPalette(palette)
        for button, name, colour in (
            (self.start_button, "play", theme.on_accent),
            (self.pause_button, "play" if paused else "pause", theme.text),
            (self.stop_button, "stop", theme.text),
        ):
            button.setIcon(icon(name, colour, theme.muted))

    def _lay_out(self) -> None:
        buttons, steps = QHBoxLayout(), QHBoxLayout()
        buttons.setSpacing(6)
        steps.setSpacing(4)
        for button in (self.start_button, self.pause_button, self.stop_button):
            buttons.addWidget(button, 1)
        steps.addWidget(_lead("Single step"))
        for button in self.step_buttons.values():
            steps.addWidget(button, 1)
        steps.addSpacing(16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.why)
        column.addLayout(buttons)
        column.addLayout(steps)
        column.addWidget(self.slow)
        column.addWidget(self.follow_switch)


def _lead(text: str) -> QLabel:
    label = QLabel(text)
    label.setFixedWidth(label_width())
    return label


def _button(text: str, tip: str, key: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(f"{tip} ({key})")
    button.setAccessibleName(text)
    return button
