"""Does the window answer while it previews? A probe timer of 16 ms, and how late it is.

Two cases at 1280x800 with the default scene: playing along the circle (the image, the
ring and the lit points follow), and a style slider dragged at 60 events a second.
Lateness is the time between two ticks beyond 16 ms.
"""

from PySide6.QtCore import Qt, QTimer

from benchmarks.slider import HZ, Hand, drag, settle
from benchmarks.stand import facts, live, now_ms, quantile, window_of
from benchmarks.table import Row

SECONDS = 8.0
TICK_MS, P99_MS = 16, 16.0


class Probe:
    """Ticks, and the milliseconds by which each came late."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._last = now_ms()
        self._timer = QTimer(interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> list[float]:
        self._timer.stop()
        return self.late

    def _tick(self) -> None:
        now = now_ms()
        self.late.append(max(0.0, now - self._last - TICK_MS))
        self._last = now


def measure() -> tuple[list[Row], dict[str, object]]:
    with window_of((1280, 800)) as instrument:
        hand = Hand(instrument)
        drag(hand, HZ, 60)
        settle(instrument)
        return [playing(instrument), dragging(hand)], facts(instrument)


def playing(instrument) -> Row:  # type: ignore[no-untyped-def]
    images: list[int] = []
    instrument.controller.image_shown.connect(images.append)
    instrument.window.z_view.play()
    live(0.5)
    images.clear()
    probe = Probe()
    live(SECONDS)
    late = probe.stop()
    instrument.window.z_view.pause()
    settle(instrument)
    rate = len(images) / SECONDS
    return lateness_row("playing along the circle", late, f", {rate:.0f} images/s")


def dragging(hand: Hand) -> Row:
    probe = Probe()
    drag(hand, HZ, round(SECONDS * HZ))
    return lateness_row("dragging a style", probe.stop(), "")


def lateness_row(case: str, late: list[float], extra: str) -> Row:
    p50, p99 = quantile(late, 0.5), quantile(late, 0.99)
    return Row(
        f"event loop while {case}, 1280x800: lateness p99",
        "<= 16 ms",
        f"{p99:.1f} ms (median {p50:.1f}){extra}",
        p99 <= P99_MS,
        {"p50": p50, "p99": p99, "worst": max(late)},
    )
