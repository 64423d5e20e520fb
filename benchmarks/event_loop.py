"""Does the window answer while it previews? A probe timer of 16 ms, and how late it is.

Three cases at 1280x800 with the default scene: playing along the circle (the image, the
ring and the lit points follow), a style slider dragged at 60 events a second, and a
network of 1024x1024 that is read, several times over. Lateness is the time between two
ticks beyond 16 ms.
"""

import tempfile
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

from benchmarks.slider import HZ, Hand, drag, settle
from benchmarks.stand import REST_S, facts, live, now_ms, quantile, wait, window_of
from benchmarks.table import Row

SECONDS = 8.0
TICK_MS, P99_MS = 16, 16.0
OPENED, READING_P99_MS = 5, 50.0


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
        rows = [playing(instrument), dragging(hand), opening(instrument)]
        return rows, facts(instrument)


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
    extra = f", {rate:.0f} images/s"
    return lateness_row("playing along the circle", late, P99_MS, extra)


def dragging(hand: Hand) -> Row:
    probe = Probe()
    drag(hand, HZ, round(SECONDS * HZ))
    return lateness_row("dragging a style", probe.stop(), P99_MS)


def opening(instrument) -> Row:  # type: ignore[no-untyped-def]
    late: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config-f.safetensors"
        size = write_config_f(path)
        for _ in range(OPENED):
            probe = Probe()
            instrument.files.open_paths([str(path)])
            wait(lambda: not instrument.files.reading)
            late += probe.stop()
            instrument.session.stack.undo()
            settle(instrument)
            live(REST_S)
    extra = f", {OPENED} times {size / 1e6:.0f} MB"
    return lateness_row("opening a network", late, READING_P99_MS, extra)


def write_config_f(path: Path) -> int:
    """A network of 1024x1024 with random weights; the bytes of its file."""
    from sgviz.checkpoints.native import save
    from sgviz.models.generator import Generator, GeneratorConfig
    from sgviz.models.snapshot import Snapshot

    channels = (512,) * 4 + (512, 256, 128, 64, 32)
    config = GeneratorConfig(resolution=1024, channels=channels)
    save(Snapshot.of(Generator(config)), path)
    return path.stat().st_size


def lateness_row(case: str, late: list[float], bar: float, extra: str = "") -> Row:
    p50, p99 = quantile(late, 0.5), quantile(late, 0.99)
    return Row(
        f"event loop while {case}, 1280x800: lateness p99",
        f"<= {bar:.0f} ms",
        f"{p99:.1f} ms (median {p50:.1f}){extra}",
        p99 <= bar,
        {"p50": p50, "p99": p99, "worst": max(late)},
    )
