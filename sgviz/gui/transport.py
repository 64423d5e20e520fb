"""Playing along the circle: play, direction, speed. Its clock runs only meanwhile."""

from math import log, tau

import qtawesome
from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QObject,
    QSignalBlocker,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSlider,
    QToolButton,
    QWidget,
)

from sgviz.gui.theme import Theme

FASTEST, SLOWEST, USUAL = 2.0, 60.0, 12.0
_TICKS = 1000


class _Seconds(QDoubleSpinBox):
    """12 rather than 12.0."""

    def textFromValue(self, value: float) -> str:
        return f"{round(value, self.decimals()):g}"


class Transport(QWidget):
    """Emits ``angle_moved`` (radians, signed, since the last) while it plays."""

    angle_moved = Signal(float)
    playing_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._seconds = USUAL
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._play = _button("Play along the circle (Space)", "Play")
        self._play.clicked.connect(self.toggle)
        self._turn = _button("Direction: counter-clockwise, or clockwise", "Direction")
        self._turn.setCheckable(True)
        self._turn.toggled.connect(self._show_icons)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setMaximum(_TICKS)
        self._spin = _Seconds(minimum=FASTEST, maximum=SLOWEST, decimals=1)
        self._spin.setSuffix(" s / turn")
        self._spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self._spin.setKeyboardTracking(False)
        tip = "Seconds a turn, 2 to 60; double click: 12"
        for field, name in ((self._slider, "Speed"), (self._spin, "Seconds a turn")):
            field.setToolTip(tip)
            field.setAccessibleName(name)
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)
        self._slider.setMinimumWidth(20)
        self._spin.setMinimumWidth(44)
        self._slider.valueChanged.connect(lambda v: self.set_seconds(_of_tick(v)))
        self._spin.valueChanged.connect(self.set_seconds)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._play)
        row.addWidget(self._turn)
        row.addWidget(self._slider, 1)
        row.addWidget(self._spin)
        self.set_seconds(USUAL)

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
        with QSignalBlocker(self._slider), QSignalBlocker(self._spin):
            self._slider.setValue(_tick_of(self._seconds))
            self._spin.setValue(self._seconds)

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

    def set_narrow(self, narrow: bool) -> None:
        """Without the slider, where there is no room: the number can be typed."""
        self._slider.setVisible(not narrow)
        self._spin.setSuffix(" s" if narrow else " s / turn")
        self._spin.setMaximumWidth(64 if narrow else 16_777_215)

    def set_theme(self, theme: Theme) -> None:
        """Icons in the colour of the text."""
        self._colour = theme.text
        self._show_icons()

    _colour = "#888888"

    def _tick(self) -> None:
        seconds = min(0.25, self._clock.restart() / 1000.0)
        sign = -1.0 if self._turn.isChecked() else 1.0
        self.angle_moved.emit(sign * tau * seconds / self._seconds)

    def _show_icons(self) -> None:
        playing = self.is_playing
        play = "mdi6.pause" if playing else "mdi6.play"
        turn = "mdi6.rotate-right" if self._turn.isChecked() else "mdi6.rotate-left"
        self._play.setIcon(qtawesome.icon(play, color=self._colour))
        self._turn.setIcon(qtawesome.icon(turn, color=self._colour))
        self._play.setAccessibleName("Pause" if playing else "Play")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The wheel scrolls the panel unless the field is in use.
        wheel = event.type() == QEvent.Type.Wheel
        if wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        if event.type() == QEvent.Type.MouseButtonDblClick and watched is self._slider:
            self.set_seconds(USUAL)
            return True
        return super().eventFilter(watched, event)


def _of_tick(tick: int) -> float:
    # To the right is faster: logarithmic from 60 seconds to 2.
    return float(SLOWEST * (FASTEST / SLOWEST) ** (tick / _TICKS))


def _tick_of(seconds: float) -> int:
    return round(_TICKS * log(seconds / SLOWEST) / log(FASTEST / SLOWEST))


def _button(tip: str, name: str) -> QToolButton:
    button = QToolButton(autoRaise=True)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    return button
