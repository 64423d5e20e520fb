"""A run in the window: does the window answer, and what does looking cost the run?

* the event loop, and a style slider, while the portraits preset trains and Explore
  follows it (lateness p99; slider to image p95);
* images a second with the Train tab visible, with it hidden (the window shows
  Explore, which does not follow), and headless with as many threads, in turn; and
  whether the three runs end with the same weights, bit for bit.
"""

import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from PySide6.QtCore import Qt

from benchmarks.event_loop import Probe
from benchmarks.slider import HZ, Hand, drag
from benchmarks.stand import facts, live, quantile, wait, window_of
from benchmarks.table import Row
from sgviz.gui.train.runs import RunRequest
from sgviz.prefs import window_threads
from sgviz.training.events import Event, Finished, Losses

SECONDS = 8.0
LATE_MS, SLIDER_MS = 20.0, 120.0
ROUNDS, KIMG = 3, 0.8
VISIBLE, HIDDEN = 0.7, 0.95


class Pace:
    """Images a second from the first losses of a run to its last."""

    def __init__(self) -> None:
        self.marks: list[tuple[float, int]] = []
        self.ended = threading.Event()

    def take(self, event: Event) -> None:
        if isinstance(event, Losses):
            self.marks.append((time.perf_counter(), event.stats.images))
        elif isinstance(event, Finished):
            self.ended.set()

    @property
    def rate(self) -> float:
        (start, first), (end, last) = self.marks[0], self.marks[-1]
        return (last - first) / (end - start)


def measure() -> tuple[list[Row], dict[str, object]]:
    with window_of((1280, 800)) as instrument:
        rows = answering(instrument)
        rows += costs(instrument)
        return rows, facts(instrument)


def answering(instrument) -> list[Row]:  # type: ignore[no-untyped-def]
    """The window while it trains: a probe of its loop, then a drag."""
    pace = Pace()
    begin(instrument, RunRequest.of("portraits", 0, 50.0), pace)
    live(3.0)
    probe = Probe()
    live(SECONDS)
    late = probe.stop()
    hand = Hand(instrument)
    times = drag(hand, HZ, round(SECONDS * HZ)).latencies()
    end(instrument, pace)
    p99, p95 = quantile(late, 0.99), quantile(times, 0.95)
    return [
        Row("event loop while training: lateness p99", f"<= {LATE_MS:.0f} ms",
            f"{p99:.1f} ms (median {quantile(late, 0.5):.1f})", p99 <= LATE_MS,
            {"p99": p99, "worst": max(late)}),
        Row("style slider to image while training, p95", f"<= {SLIDER_MS:.0f} ms",
            f"{p95:.0f} ms (median {quantile(times, 0.5):.0f})", p95 <= SLIDER_MS,
            {"p95": p95}),
    ]  # fmt: skip


def costs(instrument) -> list[Row]:  # type: ignore[no-untyped-def]
    """Headless, visible and hidden in turn, the same run each time."""
    rates: dict[str, list[float]] = {"headless": [], "visible": [], "hidden": []}
    weights = set()
    for _ in range(ROUNDS):
        rates["headless"].append(headless(weights.add))
        for name, tab in (("visible", 1), ("hidden", 0)):
            instrument.window.tabs.setCurrentIndex(tab)
            instrument.workshop.training.follow(tab == 1)
            pace = Pace()
            begin(instrument, RunRequest.of("portraits", 0, KIMG), pace)
            wait(pace.ended.is_set)
            end(instrument, pace)
            rates[name].append(pace.rate)
            weights.add(weights_of(instrument.workshop.training.folder))
    same = (
        "the same weights" if len(weights) == 1 else f"{len(weights)} kinds of weights"
    )
    rows = []
    for name, bar in (("visible", VISIBLE), ("hidden", HIDDEN)):
        pairs = zip(rates[name], rates["headless"], strict=True)
        share = median(ours / theirs for ours, theirs in pairs)
        words = f"{share:.2f}x ({median(rates[name]):.0f} images/s), {same}"
        ok = share >= bar and len(weights) == 1
        what = f"training with the tab {name}, against headless"
        rows.append(Row(what, f">= {bar:.2f}x", words, ok, {"share": share}))
    return rows


def begin(instrument, request: RunRequest, pace: Pace) -> None:  # type: ignore[no-untyped-def]
    instrument.workshop.training._worker.happened.connect(
        pace.take, Qt.ConnectionType.DirectConnection
    )
    instrument.workshop.training.start(request)
    wait(lambda: bool(pace.marks))


def end(instrument, pace: Pace) -> None:  # type: ignore[no-untyped-def]
    instrument.workshop.training.stop(None)
    wait(lambda: not instrument.workshop.training.alive)
    instrument.workshop.training._worker.happened.disconnect(pace.take)
    live(0.5)


def headless(seen: Callable[[bytes], None]) -> float:
    """The same run with nobody looking; its rate."""
    from dataclasses import replace

    import torch

    from sgviz.training.control import Control
    from sgviz.training.going_on import start_or_resume
    from sgviz.training.run import run

    config = RunRequest.of("portraits", 0, KIMG).config
    config = replace(config, threads=window_threads())
    with tempfile.TemporaryDirectory() as home:
        place, pace = Path(home) / "run", Pace()
        trainer, folder = start_or_resume(place, config, False, torch.device("cpu"))
        with folder:
            for event in run(trainer, folder, Control()):
                pace.take(event)
        seen(weights_of(place))
    return pace.rate


def weights_of(folder: Path) -> bytes:
    """The tensors of the averaged generator, without the header that names the run."""
    data = (folder / "g_ema.safetensors").read_bytes()
    return data[8 + int.from_bytes(data[:8], "little") :]
