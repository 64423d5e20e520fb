"""How finely to draw while something moves, decided from what frames have cost."""

from sgviz.gui.gl.detail import HEAVY
from sgviz.gui.gl.shot import Look

REST_MS = 80  # after the last movement everything is drawn finely, once
STREAM_MS = (200, 1200)  # scenes so far apart come from a network that trains
APART_MS = 25  # such a scene is drawn that long after it came
PAUSE_MS = 800  # longer than from one of those to the next
SLOW_MS = 33.0
QUICK_MS = 15.0
INSTANT_MS = 12.0
MANY_CURVES = 48
SMOOTHING = 0.3


class Pacing:
    """Chooses a look from the time of past frames; knows no clock of its own.

    Half of the curves are dropped within a movement as soon as frames take longer
    than 33 ms, and come back at rest. The next movement begins with all of them if
    the last one's frames were quick. A scene that is drawn finely in an instant is
    drawn so while it moves, too.
    """

    def __init__(self) -> None:
        self._cost: dict[Look, float] = {}
        self._half = False
        self._moving = False
        self.insisted: Look | None = None

    @property
    def moving(self) -> bool:
        """Whether something moved within the last 80 ms."""
        return self._moving

    @property
    def is_quick(self) -> bool:
        """Whether a fine frame is known to take no longer than a movement allows."""
        return self._cost.get(Look.FINE, SLOW_MS) < SLOW_MS

    def began(self) -> None:
        """Something moved."""
        if not self._moving:
            self._moving = True
            if self._cost.get(Look.HALF, SLOW_MS) < QUICK_MS:
                self._half = False

    def ended(self) -> None:
        """Nothing has moved for 80 ms."""
        self._moving = False

    def forget(self) -> None:
        """Another scene: what frames cost is not known any more."""
        self._cost.clear()
        self._half = False

    def look(self, curves: int, segments: int = 0) -> Look:
        """How the next frame shall be drawn.

        Of very many segments a part is tried first, where nobody knows how long all
        of them take.
        """
        if self.insisted is not None:
            return self.insisted
        if not self._moving or self._cost.get(Look.FINE, SLOW_MS) < INSTANT_MS:
            return Look.FINE
        if segments > HEAVY and self._cost.get(Look.HALF, SLOW_MS) > INSTANT_MS / 3:
            return Look.HALF
        return Look.HALF if self._half and curves >= MANY_CURVES else Look.PLAIN

    def record(self, look: Look, milliseconds: float) -> None:
        """A frame was drawn and took that long."""
        old = self._cost.get(look, milliseconds)
        self._cost[look] = old + SMOOTHING * (milliseconds - old)
        if self._moving and self._cost[look] > SLOW_MS:
            self._half = True
