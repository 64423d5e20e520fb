"""A style slider under a hand: from the mouse event to the paint of its image.

Real mouse events reach the shown window at the place where the slider is, as the
window system would deliver them. An event's clock starts when the hand moves (its due
time, even if the window was busy then) and stops when the image of the State that the
event made has been painted: the controller says which request a painted image belongs
to. An event whose image was skipped because a newer value had come is counted until
the newer image is painted.

* ``one at a time``: the next event comes when the image is there (and the window has
  rested a little): latency itself.
* ``60 a second``: a drag as a hand makes it, for some seconds.
* ``1,000 in one second``: the last value must be there soon, and nothing goes back.
* with thumbnails, or a circle of 4,096 points, under way: the drag again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from benchmarks.stand import facts, live, now_ms, quantile, wait, window_of
from benchmarks.table import Row
from sgviz.gui.session import Edit
from sgviz.state import CircleSet, RandomCircle, State

LAYER = 0  # the coarsest row: every layer of the synthesis is computed anew
EVENTS = 150
HZ = 60.0
PERIOD = 48  # events from one end of the slider to the other and back
REST_MS = 30
MEDIAN_MS, P95_MS, LAST_MS = 25.0, 50.0, 150.0
DRAG_BAR = "<= 25 / 50 ms"
BACKGROUND_ROUNDS = 8


@dataclass
class Trace:
    """What became of the events of a drag: times in milliseconds."""

    due: dict[int, float] = field(default_factory=dict)
    painted: list[tuple[int, float]] = field(default_factory=list)

    def latencies(self) -> list[float]:
        """Of each event, until its image or a newer one was painted."""
        out = []
        for serial, start in self.due.items():
            ends = [at for shown, at in self.painted if shown >= serial]
            out.append(min(ends) - start if ends else float("inf"))
        return out

    def exact(self) -> int:
        """How many events had an image of their own."""
        return len(self.due.keys() & {serial for serial, _ in self.painted})

    def never_goes_back(self) -> bool:
        order = [serial for serial, _ in self.painted]
        return order == sorted(order)


class Hand(QObject):
    """Holds a slider, else that of a row of styles; listens for painted images."""

    def __init__(self, instrument, slider=None) -> None:  # type: ignore[no-untyped-def]
        super().__init__()
        self.window, self.controller = instrument.window, instrument.controller
        self.slider = slider or self.window.styles.rows[LAYER].slider
        self.trace = Trace()
        self._step = 0
        self._x = self.slider.x_of(self.slider.value())
        self.controller.image_shown.connect(self._shown)

    def press(self) -> None:
        self.trace = Trace()
        self._x = self.slider.x_of(self.slider.value())
        self._send(QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton)

    def move(self, due: float) -> None:
        """Take the handle one place further on its way to and fro."""
        self._step += 1
        phase = self._step % PERIOD
        share = min(phase, PERIOD - phase) / (PERIOD / 2)
        self._x = 10 + share * (self.slider.width() - 20)
        self._send(QEvent.Type.MouseMove, Qt.MouseButton.NoButton)
        self.trace.due.setdefault(self.controller.serial, due)

    def release(self) -> Trace:
        """Let go; the finished trace."""
        self._send(QEvent.Type.MouseButtonRelease, Qt.MouseButton.LeftButton)
        return self.trace

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton) -> None:
        at = self.slider.mapTo(self.window, QPointF(self._x, self.slider.height() / 2))
        up = kind == QEvent.Type.MouseButtonRelease
        held = Qt.MouseButton.NoButton if up else Qt.MouseButton.LeftButton
        keys = Qt.KeyboardModifier.NoModifier
        where = self.window.mapToGlobal(at)
        event = QMouseEvent(kind, at, at, where, button, held, keys)
        QApplication.sendEvent(self.window.windowHandle(), event)

    def _shown(self, serial: int) -> None:
        self.trace.painted.append((serial, now_ms()))


def one_at_a_time(hand: Hand, events: int) -> Trace:
    hand.press()
    for _ in range(events):
        hand.move(now_ms())
        serial = hand.controller.serial
        wait_for_image(hand, serial)
        live(REST_MS / 1000)
    return hand.release()


def wait_for_image(hand: Hand, serial: int) -> None:
    """Sleep in the event loop until the image of that request is painted."""
    loop = QEventLoop()

    def shown(painted: int) -> None:
        if painted >= serial:
            loop.quit()

    hand.controller.image_shown.connect(shown)
    QTimer.singleShot(2000, loop.quit)
    loop.exec()
    hand.controller.image_shown.disconnect(shown)


def drag(
    hand: Hand, hz: float, events: int, until: Callable[[], bool] | None = None
) -> Trace:
    """Events at a steady rate, each at its time or as soon as the window can."""
    hand.press()
    loop, start, sent = QEventLoop(), now_ms() + 5.0, 0
    timer = QTimer(singleShot=True)
    timer.setTimerType(Qt.TimerType.PreciseTimer)

    def go() -> None:
        nonlocal sent
        while sent < events and start + 1000.0 * sent / hz <= now_ms():
            hand.move(start + 1000.0 * sent / hz)
            sent += 1
        if sent >= events or (until is not None and until()):
            loop.quit()
            return
        timer.start(max(0, round(start + 1000.0 * sent / hz - now_ms())))

    timer.timeout.connect(go)
    timer.start(0)
    loop.exec()
    last = hand.controller.serial
    if not any(serial >= last for serial, _ in hand.trace.painted):
        wait_for_image(hand, last)
    return hand.release()


def latency_row(what: str, traces: list[Trace], extra: str = "") -> Row:
    times = [time for trace in traces for time in trace.latencies()]
    median, p95 = quantile(times, 0.5), quantile(times, 0.95)
    order = all(trace.never_goes_back() for trace in traces)
    events, own = len(times), sum(trace.exact() for trace in traces)
    words = f"{median:.1f} / {p95:.1f} ms{extra}"
    return Row(
        what,
        DRAG_BAR,
        words if order else f"{words}, an older image came after a newer one",
        order and median <= MEDIAN_MS and p95 <= P95_MS,
        {"median": median, "p95": p95, "events": events, "images": own},
    )


def burst_row(hand: Hand) -> Row:
    trace = drag(hand, 1000.0, 1000)
    last = max(trace.due)
    late = min(at for serial, at in trace.painted if serial >= last) - trace.due[last]
    order = trace.never_goes_back()
    words = f"{late:.0f} ms, {len(trace.painted)} images"
    return Row(
        "1,000 slider events in one second: last value shown",
        "<= 150 ms, in order",
        words if order else f"{words}, out of order",
        order and late <= LAST_MS,
        {"last": late, "images": len(trace.painted), "in_order": float(order)},
    )


def while_thumbnails(hand: Hand, instrument) -> Row:  # type: ignore[no-untyped-def]
    """Another circle on the ring wants 24 thumbnails; the drag begins at once."""
    slots = instrument.window.z_view.canvas

    def complete() -> bool:
        return not any(slot.stale or slot.image is None for slot in slots.slots)

    traces, finished = [], 0
    for k in range(BACKGROUND_ROUNDS):
        apply(instrument, replace(instrument.session.state, ring=(k + 1) % 6))
        traces.append(drag(hand, HZ, 4 * EVENTS, complete))
        finished += complete()
        settle(instrument)
    words = f", thumbnails done in {finished} of {BACKGROUND_ROUNDS} drags"
    row = latency_row("the same while thumbnails are computed", traces, words)
    return replace(row, ok=row.ok and finished == BACKGROUND_ROUNDS)


def while_circle(hand: Hand, instrument) -> Row:  # type: ignore[no-untyped-def]
    """A circle of 4,096 points is asked for; the drag begins at once."""
    before, traces, done = instrument.session.state, [], 0
    for k in range(BACKGROUND_ROUNDS):
        circles = CircleSet(circles=(RandomCircle(seed=90 + k),), points=4096)
        apply(instrument, replace(before, circles=circles))
        traces.append(drag(hand, HZ, 60))
        scene = instrument.controller.scene
        done += scene is not None and scene.positions.shape[2] == 4096
        settle(instrument)
    apply(instrument, before)
    settle(instrument)
    words = f", circle done in {done} of {BACKGROUND_ROUNDS} drags"
    return latency_row("the same while a 4,096-point circle is mapped", traces, words)


def apply(instrument, state: State) -> None:  # type: ignore[no-untyped-def]
    instrument.session.apply(Edit(state, "benchmark"))


def settle(instrument) -> None:  # type: ignore[no-untyped-def]
    wait(lambda: instrument.settled)
    live(0.3)


def measure() -> tuple[list[Row], dict[str, object]]:
    with window_of() as instrument:
        hand = Hand(instrument)
        one_at_a_time(hand, 20)  # warm
        rows = [
            latency_row("style slider to image painted", [one_at_a_time(hand, EVENTS)]),
            latency_row("the same in a drag of 60 events a second", [
                drag(hand, HZ, 2 * EVENTS)
            ]),
            burst_row(hand),
        ]  # fmt: skip
        settle(instrument)
        rows.append(while_thumbnails(hand, instrument))
        rows.append(while_circle(hand, instrument))
        return rows, facts(instrument)
