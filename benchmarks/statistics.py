"""The Statistics panel beside a hand: when its figures are there, what it costs others.

The default scene, 6 circles of 96 points, and the panel open with its table: a dock
that floats, so that nothing else changes its size when it is opened and closed.

* an edit (dice for the circles' seed, a press of the psi slider): real events at the
  place where the widget is; until the table has painted the figures of that very state;
  how long until the exact length is there as well;
* a drag of psi, 60 events a second: until the figures of each event, or newer ones;
* image latency of a style slider and of the psi slider, one event at a time, with the
  panel open against closed, in turn: the work behind the panel must not be felt. Once
  more with untrained twins beside.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from benchmarks.slider import LAYER, Hand, Trace, apply, drag, one_at_a_time, settle
from benchmarks.stand import facts, live, now_ms, quantile, wait, window_of
from benchmarks.table import Row
from sgviz.frame import Part
from sgviz.measured.speeds import Speeds
from sgviz.measured.statistics import Statistics
from sgviz.state import Beside

EDITS, REST_S = 20, 0.2
ROUNDS, EVENTS = 3, 30
TWINS = 4
SHOWN_MS, RATIO = 100.0, 1.1


class Figures(QObject):
    """Listens for the figures of requests, and for the paint that shows them."""

    def __init__(self, instrument) -> None:  # type: ignore[no-untyped-def]
        super().__init__()
        self.controller = instrument.controller
        self.trace = Trace()
        self.exact: list[tuple[int, float]] = []
        self._coming: list[tuple[int, bool]] = []
        self._paper = instrument.measures.panels["statistics"].table.grid.viewport()
        self._paper.installEventFilter(self)
        self.controller.measured.connect(self._measured)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._coming:
            QTimer.singleShot(0, self._painted)
        return False

    def _measured(self, part: Part) -> None:
        if isinstance(part.value, Statistics | Speeds):
            self._coming.append((part.serial, isinstance(part.value, Speeds)))

    def _painted(self) -> None:
        for serial, is_speed in self._coming:
            there = self.exact if is_speed else self.trace.painted
            there.append((serial, now_ms()))
        self._coming = []


def measure() -> tuple[list[Row], dict[str, object]]:
    with window_of() as instrument:
        instrument.measures.open("statistics")
        instrument.measures.docks["statistics"].setFloating(True)
        settle(instrument)
        rows = list(all_rows(instrument))
        return rows, facts(instrument)


def all_rows(instrument) -> Iterator[Row]:  # type: ignore[no-untyped-def]
    window, figures = instrument.window, Figures(instrument)
    psi = Hand(instrument, window.latents.psi.slider)
    style = Hand(instrument, window.styles.rows[LAYER].slider)
    dice = window.latents.circles.seed.dice

    def roll() -> None:
        QTest.mouseClick(dice, Qt.MouseButton.LeftButton)

    yield edit_row("another seed of the circles", figures, roll)
    settle(instrument)
    psi.press()
    yield edit_row("another psi", figures, lambda: psi.move(now_ms()))
    psi.release()
    settle(instrument)
    yield drag_row(figures, psi)
    for twins in (0, TWINS):
        beside = Beside(twins=twins)
        apply(instrument, replace(instrument.session.state, beside=beside))
        settle(instrument)
        what = f", {twins} untrained twins beside" if twins else ""
        yield beside_row(f"style slider to image{what}", instrument, style)
        yield beside_row(f"psi slider to image{what}", instrument, psi)


def edit_row(what: str, figures: Figures, edit: Callable[[], None]) -> Row:
    """One edit after another, each until its own figures are painted."""
    figures.trace, figures.exact = Trace(), []
    for _ in range(EDITS):
        before = figures.controller.serial
        start = now_ms()
        edit()
        serial = before + 1
        figures.trace.due[serial] = start
        wait_for(figures, serial)
        live(REST_S)
    times = figures.trace.latencies()
    exact = Trace(figures.trace.due, figures.exact).latencies()
    late = quantile([time for time in exact if time < float("inf")], 0.5)
    row = shown_row(f"{what}: its figures painted", times)
    return replace(row, figures=row.figures | {"exact_length": late})


def wait_for(figures: Figures, serial: int) -> None:
    """Until the figures of a request are painted; the clock is not the wait's."""
    wait(lambda: any(shown >= serial for shown, _ in figures.trace.painted), 5000)


def drag_row(figures: Figures, hand: Hand) -> Row:
    figures.trace = Trace()
    due = drag(hand, 60.0, 4 * EVENTS).due
    wait_for(figures, max(due))
    painted = figures.trace.painted
    return shown_row("psi dragged, 60 a second: its figures or newer ones", Trace(
        due, painted
    ).latencies())  # fmt: skip


def shown_row(what: str, times: list[float]) -> Row:
    median, p95 = quantile(times, 0.5), quantile(times, 0.95)
    return Row(
        what,
        f"<= {SHOWN_MS:g} ms",
        f"{median:.0f} / {p95:.0f} ms",
        p95 <= SHOWN_MS,
        {"median": median, "p95": p95},
    )


def beside_row(what: str, instrument, hand: Hand) -> Row:  # type: ignore[no-untyped-def]
    """Image latency with the panel open against closed, in turn."""
    dock = instrument.measures.docks["statistics"]
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * ROUNDS):
        is_open = bool(turn % 2)
        dock.setVisible(is_open)
        settle(instrument)
        times[is_open] += one_at_a_time(hand, EVENTS).latencies()
    middle = {key: quantile(found, 0.5) for key, found in times.items()}
    late = {key: quantile(found, 0.95) for key, found in times.items()}
    ratio = middle[True] / middle[False]
    words = (
        f"{ratio:.2f}x ({middle[True]:.1f} / {late[True]:.1f} ms against "
        f"{middle[False]:.1f} / {late[False]:.1f})"
    )
    found = {"ratio": ratio, "ratio_p95": late[True] / late[False]}
    return Row(f"{what}, panel open", f"<= {RATIO}x", words, ratio <= RATIO, found)


if __name__ == "__main__":
    for one in measure()[0]:
        print(one.what, "|", one.bar, "|", one.measured, "|", one.ok, one.figures)
