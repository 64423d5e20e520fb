"""The hand on a run, and its clockwork: no torch, no Qt."""

import math
import threading
from collections.abc import Callable
from dataclasses import replace

from sgviz.training.events import StepStats

Clock = Callable[[], float]


class Control:
    """The hand on a run, from any thread: pause, resume, stop, snapshots or not."""

    def __init__(self, snapshots: bool = False) -> None:
        self._changed = threading.Condition()
        self._paused = self._stopped = False
        self._snapshots = snapshots

    @property
    def paused(self) -> bool:
        """Whether the run waits, or will after the step it is in."""
        return self._paused

    @property
    def stopped(self) -> bool:
        """Whether the run ends after the step it is in."""
        return self._stopped

    @property
    def wants_snapshots(self) -> bool:
        """Whether somebody looks at snapshots."""
        return self._snapshots

    def pause(self) -> None:
        """Wait after this step."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on."""
        self._set(paused=False)

    def stop(self) -> None:
        """End after this step, saved; a paused run ends too."""
        self._set(stopped=True)

    def show_snapshots(self, wanted: bool) -> None:
        """Make snapshots about twice a second, or none but the last."""
        self._set(snapshots=wanted)

    def wait_while_paused(self, seconds: float) -> bool:
        """Sleep until something changes; whether the run still waits."""
        with self._changed:
            if self._paused and not self._stopped:
                self._changed.wait(seconds)
            return self._paused and not self._stopped

    def _set(
        self,
        paused: bool | None = None,
        stopped: bool | None = None,
        snapshots: bool | None = None,
    ) -> None:
        with self._changed:
            self._paused = self._paused if paused is None else paused
            self._stopped = self._stopped if stopped is None else stopped
            self._snapshots = self._snapshots if snapshots is None else snapshots
            self._changed.notify_all()


class Meter:
    """Means of the figures of steps since they were last taken."""

    def __init__(self) -> None:
        self._steps: list[StepStats] = []

    def add(self, stats: StepStats) -> None:
        """Count a step."""
        self._steps.append(stats)

    def take(self) -> StepStats:
        """The means, skipped steps left out where there are others; starts anew."""
        steps, self._steps = self._steps, []
        good = [s for s in steps if not s.skipped] or steps
        return replace(
            steps[-1],
            loss_g=_mean([s.loss_g for s in good]),
            loss_d=_mean([s.loss_d for s in good]),
            sign_real=_mean([s.sign_real for s in good]),
            sign_fake=_mean([s.sign_fake for s in good]),
            seconds=_mean([s.seconds for s in good]),
        )

    def __len__(self) -> int:
        return len(self._steps)


class Timer:
    """Says when ``seconds`` have passed since it last said so; at first at once."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._seconds = clock, seconds
        self._last = -math.inf

    def due(self) -> bool:
        """Whether it is time; if so, the time is counted from now."""
        now = self._clock()
        if now - self._last < self._seconds:
            return False
        self._last = now
        return True


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
