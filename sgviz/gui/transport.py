"""Playing along the circle: play, direction, speed. Its clock runs only meanwhile."""

from math import log2, tau

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from sgviz.gui.icons import icon
from sgviz.gui.number_field import NumberField
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.value_slider import ValueSlider

FASTEST, SLOWEST, USUAL = 2.0, 60.0, 12.0
# Two buttons and the number; with their unit; with a slider that can be dragged.
LEAST, WITH_UNIT, WITH_SLIDER = 96, 114, 200
_SPEED_TIP = "Seconds a turn, 2 to 60. Double click: 12."


class Transport(QWidget):
    """Emits ``angle_moved`` (radians, signed, since the last) while it plays."""

    angle_moved = Signal(float)
    playing_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._seconds = USUAL
        self._colour = DARK.text
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.play_button = _button("Play along the circle (Space)", "Play")
        self.play_button.clicked.connect(self.toggle)
        self.turn_button = _button("Turn the other way", "Clockwise")
        self.turn_button.setCheckable(True)
        self.turn_button.toggled.connect(self._show_icons)
        # To the right is faster: doublings from 60 seconds a turn to 2.
        self.slider = ValueSlider()
        self.slider.set_scale(0.0, log2(SLOWEST / FASTEST), _tick_of(USUAL), 0.25)
        self.slider.setMinimumWidth(20)
        self.slider.setToolTip(_SPEED_TIP)
        self.slider.setAccessibleName("Speed")
        self.field = NumberField("Seconds a turn", _SPEED_TIP)
        self.field.set_limits(FASTEST, SLOWEST, 1.0, 0)
        self._unit = QLabel("s / turn")
        self._unit.setMinimumWidth(8)
        self._unit.setProperty("role", "muted")
        self._lay_out()
        for moved in (self.slider.dragged, self.slider.settled):
            moved.connect(lambda tick: self.set_seconds(SLOWEST / 2**tick))
        self.slider.reset_requested.connect(lambda: self.set_seconds(USUAL))
        self.field.edited.connect(lambda seconds, _: self.set_seconds(seconds))
        self.set_seconds(USUAL)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.play_button)
        row.addWidget(self.turn_button)
        row.addWidget(self.slider, 1)
        self.field.setFixedWidth(36)
        row.addWidget(self.field)
        row.addWidget(self._unit)
        self.setMinimumWidth(LEAST)

    @property
    def is_playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    @property
    def seconds(self) -> float:
        """Seconds a turn."""
        return self._seconds

    def set_seconds(self, seconds: float) -> None:
        """Seconds a turn, 2 to 60."""
        self._seconds = min(SLOWEST, max(FASTEST, seconds))
        self.slider.show_value(_tick_of(self._seconds), own=True)
        self.field.show_value(round(self._seconds, 1))

    def toggle(self) -> None:
        """Play, or pause."""
        self.pause() if self.is_playing else self.play()

    def play(self) -> None:
        """Begin to move, at the rate of the screen."""
        if not self.is_playing:
            screen = self.screen()
            rate = screen.refreshRate() if screen else 60.0
            self._timer.start(max(4, round(1000.0 / max(30.0, rate))))
            self._clock.start()
            self._show_icons()
            self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stay where it is; the clock stops."""
        if self.is_playing:
            self._timer.stop()
            self._show_icons()
            self.playing_changed.emit(False)

    def fit(self, with_slider: bool, with_unit: bool) -> None:
        """Where there is no room the slider gives way, then the unit.

        The number can still be typed.
        """
        self.slider.setVisible(with_slider)
        self._unit.setText("s / turn" if with_slider else "s")
        self._unit.setVisible(with_unit)

    def set_theme(self, theme: Theme) -> None:
        """Icons in the colour of the text."""
        self._colour = theme.text
        self._show_icons()

    def _tick(self) -> None:
        seconds = min(0.25, self._clock.restart() / 1000.0)
        sign = -1.0 if self.turn_button.isChecked() else 1.0
        self.angle_moved.emit(sign * tau * seconds / self._seconds)

    def _show_icons(self) -> None:
        playing, clockwise = self.is_playing, self.turn_button.isChecked()
        turn = "rotate-right" if clockwise else "rotate-left"
        self.play_button.setIcon(icon("pause" if playing else "play", self._colour))
        self.play_button.setAccessibleName("Pause" if playing else "Play")
        self.turn_button.setIcon(icon(turn, self._colour))


def _tick_of(seconds: float) -> float:
    return log2(SLOWEST / seconds)


def _button(tip: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    return button
