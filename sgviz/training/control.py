"""The hand on a run, and its clockwork: no torch, no Qt."""

import math
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from pydantic import ValidationError

from sgviz.training.config import TrainConfig
from sgviz.training.config_json import sentence
from sgviz.training.events import StepStats
from sgviz.training.fields import LIVE

Clock = Callable[[], float]
Part = Literal["generator", "discriminator", "both"]
SLOWEST = 60.0
SHARE = 0.1  # of the time is for whoever looks


class Control:
    """The hand on a run, from any thread: pause, single steps, live changes, stop."""

    def __init__(self, snapshots: bool = False) -> None:
        self._changed = threading.Condition()
        self._paused = self._stopped = False
        self._snapshots = snapshots
        self._parts: deque[Part] = deque()
        self._values: dict[str, object] = {}
        self._slow = 0.0

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

    @property
    def waits(self) -> bool:
        """Whether the run is paused and no single step is asked for."""
        return self._paused and not self._parts and not self._stopped

    def pause(self) -> None:
        """Wait after this step."""
        with self._changed:
            self._paused = True
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on; single steps that were not made yet are not made."""
        with self._changed:
            self._paused = False
            self._parts.clear()
            self._changed.notify_all()

    def single(self, part: Part) -> None:
        """Make one step of a player, or of both, and wait; pauses a run that goes."""
        with self._changed:
            self._paused = True
            self._parts.append(part)
            self._changed.notify_all()

    def slow(self, seconds: float) -> None:
        """Wait so long after each step, at most a minute; 0 is full speed."""
        with self._changed:
            self._slow = min(max(seconds, 0.0), SLOWEST)
            self._changed.notify_all()

    def stop(self) -> None:
        """End after this step, saved; a paused run ends too."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def show_snapshots(self, wanted: bool) -> None:
        """Make snapshots about twice a second, or none but the last."""
        self._snapshots = wanted

    def change(self, **values: object) -> None:
        """Change live fields of the configuration before the next step.

        Raises
        ------
        ValueError
            One sentence: a field that is not live, or a value out of its limits.
        """
        for name in values:
            if name not in LIVE:
                raise ValueError(f"{name} cannot change while a run goes on")
        try:
            checked = replace(TrainConfig(), **values)  # type: ignore[arg-type]
        except ValidationError as error:
            raise ValueError(sentence(error)) from error
        with self._changed:
            self._values |= {name: getattr(checked, name) for name in values}
            self._changed.notify_all()

    def take_changes(self) -> dict[str, object]:
        """What was changed since this was last asked."""
        with self._changed:
            values, self._values = self._values, {}
            return values

    def next_part(self, seconds: float) -> Part | None:
        """What step to make now; sleeps up to so long where the run waits.

        None: nothing to do, or something changed that is no step.
        """
        with self._changed:
            if self.waits and not self._values:
                self._changed.wait(seconds)
            if self._stopped:
                return None
            if self._parts:
                return self._parts.popleft()
            return None if self._paused else "both"

    def rest(self) -> None:
        """Sleep after a step in slow motion, until the hand moves or time is up."""
        slow = self._slow
        if slow <= 0.0:
            return
        with self._changed:
            self._changed.wait_for(
                lambda: self._paused or self._stopped or self._slow != slow, slow
            )


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
            loss_g=_mean(s.loss_g for s in good),
            loss_d=_mean(s.loss_d for s in good),
            sign_real=_mean(s.sign_real for s in good),
            sign_fake=_mean(s.sign_fake for s in good),
            seconds=_mean(s.seconds for s in good),
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

    def done(self, share: float = SHARE) -> None:
        """What was due is done; it shall not take more than this share of the time."""
        now = self._clock()
        # What was done without being due is counted from now.
        since = self._last if math.isfinite(self._last) else now
        self._last = since + max(0.0, (now - since) / share - self._seconds)


def _mean(values: Iterable[float]) -> float:
    """The mean, leaving out what was not computed (nan); nan of nothing."""
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan
