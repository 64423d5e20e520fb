"""Playing through a run: play, loop, speed, the scrubber, and its kimg to type."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from sgviz.gui.choices import QuietCombo
from sgviz.gui.icons import icon
from sgviz.gui.number_field import NumberField
from sgviz.gui.text_size import in_text
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.timeline_slider import MomentSlider

RATES = (2, 5, 10, 20, 40)
USUAL = 10


class TimelineTransport(QWidget):
    """``moved(kimg)`` when the hand, a key or the clock goes to another record."""

    moved = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._theme = DARK
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.play_button = _button("Play the run, record by record (Space)", "Play")
        self.play_button.clicked.connect(self.toggle)
        self.loop_button = _button("Begin again at the end", "Loop")
        self.loop_button.setCheckable(True)
        self.loop_button.toggled.connect(self._show_icons)
        self.speed = QuietCombo(
            "Records a second", "How many records a second it plays"
        )
        for rate in RATES:
            self.speed.addItem(f"{rate} / s", rate)
        self.speed.setCurrentIndex(RATES.index(USUAL))
        self.speed.currentIndexChanged.connect(self._set_rate)
        self.slider = MomentSlider()
        self.slider.moved.connect(self.moved)
        self.slider.taken.connect(self.pause)
        self.field = NumberField("Moment", "Thousands of images shown; type one")
        self.field.edited.connect(self._typed)
        self.field.setFixedWidth(in_text(72))
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self._lay_out()
        self._show_icons()

    @property
    def is_playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    @property
    def at_end(self) -> bool:
        """Whether the newest record is shown."""
        stops = self.slider.stops
        return not len(stops) or self.slider.at >= float(stops[-1])

    def show_moment(self, kimg: float) -> None:
        """The moment that is shown."""
        self.slider.show_moment(kimg)
        self.field.show_value(round(kimg, 3))
        stops = self.slider.stops
        place = f"record {self.slider.index + 1} of {len(stops)}" if len(stops) else ""
        self.words.setText(f"kimg · {place}" if place else "kimg")

    def show_stops(self) -> None:
        """The slider has other stops: what can be typed follows."""
        stops = self.slider.stops
        last = float(stops[-1]) if len(stops) else 0.0
        step = last / max(1, len(stops) - 1)
        self.field.set_limits(0.0, last, step or 1.0, 1)
        self.setEnabled(len(stops) > 0)
        if len(stops) < 2:
            self.pause()

    def go_near(self, kimg: float) -> None:
        """Go to the record nearest to a moment that a hand has chosen, and stay."""
        self.pause()
        self.slider.go_near(kimg)

    def toggle(self) -> None:
        """Play, or pause."""
        self.pause() if self.is_playing else self.play()

    def play(self) -> None:
        """Go on from record to record, from the first one where it was at the end."""
        if len(self.slider.stops) < 2 or self.is_playing:
            return
        if self.at_end:
            self.slider.step(-len(self.slider.stops))
        self._timer.start(self._interval())
        self._show_icons()

    def pause(self) -> None:
        """Stay where it is; the clock stops."""
        self._timer.stop()
        self._show_icons()

    def set_theme(self, theme: Theme) -> None:
        """Icons in the colour of the text."""
        self._theme = theme
        self._show_icons()

    def _tick(self) -> None:
        if not self.at_end:
            self.slider.step(1)
        elif self.loop_button.isChecked():
            self.slider.step(-len(self.slider.stops))
        else:
            self.pause()

    def _typed(self, kimg: float, _: object) -> None:
        self.go_near(kimg)
        self.show_moment(self.slider.at)

    def _interval(self) -> int:
        return round(1000 / int(self.speed.currentData()))

    def _set_rate(self) -> None:
        if self.is_playing:
            self._timer.start(self._interval())

    def _show_icons(self) -> None:
        playing = self.is_playing
        theme = self._theme
        symbol = "pause" if playing else "play"
        self.play_button.setIcon(icon(symbol, theme.text, theme.muted))
        self.play_button.setAccessibleName("Pause" if playing else "Play")
        loops = self.loop_button.isChecked()
        symbol = "repeat" if loops else "repeat-off"
        self.loop_button.setIcon(icon(symbol, theme.text, theme.muted))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.play_button, self.loop_button, self.speed):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        row.addWidget(self.words)


def _button(tip: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    return button
