"""10,000 circles of 96 points: mapped and projected at once, drawn, turned.

Four slices, as a new session shows them: 3,840,000 places. Mapping is timed on part of
the circles (it takes as long per circle all along) beside the plain matrix products of
the same size, interleaved. Drawing is from handing over the coordinates to the end of
the first frame; an orbit frame is turn, paint and compose. Its baseline is the frame
of every curve that is drawn at first at rest. All points are drawn behind that in
passes, of which the longest is the figure: so long it holds up the window.
"""

import resource
import statistics
import time
from collections.abc import Callable

import torch

from benchmarks import gl_frames
from benchmarks.table import Row
from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.native import load
from sgviz.models.device import use_threads
from sgviz.prefs import window_threads
from sgviz.state import ManyCircles

SLICES, CIRCLES, POINTS = 4, 10_000, 96
PART = 24  # circles mapped at a time for the figure
ROUNDS = 9
DRAWN_S, ORBIT_MS, SHARE, GROWN_MB, PASS_MS = 1.0, 100.0, 0.7, 700.0, 50.0


def measure() -> tuple[list[Row], dict[str, object]]:
    use_threads(window_threads())
    rows = [mapping_row()]
    rows += drawing_rows()
    return rows, {"torch_threads": torch.get_num_threads()}


def mapping_row() -> Row:
    """Part of the circles through the network, beside plain matrix products."""
    from sgviz.curves import Clock, map_rows_steps
    from sgviz.families import columns_of
    from sgviz.render.many import planes

    network = load(bundled_path()).build()
    config, columns = network.config, columns_of(ManyCircles(points=POINTS))
    turn = torch.from_numpy(columns)[:, None]
    weights = [torch.randn(config.w_dim, config.w_dim) for _ in range(config.depth)]
    x = torch.randn(PART * POINTS, config.w_dim)

    def products() -> None:
        with torch.no_grad():
            for weight in weights:
                torch.mm(x, weight.t())

    def mapped() -> None:
        start, tangent = planes(config.z_dim, 0, 256, PART)
        z = torch.cos(turn) * start[:, None] + torch.sin(turn) * tangent[:, None]
        steps = map_rows_steps(network, z.float(), 1.0, 0, Clock())
        while next(steps, "over") is None:
            pass

    plain, ours = interleaved(products, mapped)
    whole = ours * CIRCLES / PART / 1000.0
    words = f"{plain / ours:.2f} ({whole:.0f} s for all, {ours:.0f} ms for {PART})"
    what = f"{CIRCLES:,} circles x {POINTS} points mapped, of matrix products' speed"
    figures = {"share": plain / ours, "whole_s": whole}
    return Row(what, f">= {SHARE}", words, plain / ours >= SHARE, figures)


def interleaved(*cases: Callable[[], None]) -> list[float]:
    """Medians in milliseconds, after two rounds to warm up."""
    times: list[list[float]] = [[] for _ in cases]
    for round_ in range(ROUNDS + 2):
        for taken, work in zip(times, cases, strict=True):
            milliseconds = gl_frames.milliseconds(work)
            if round_ >= 2:
                taken.append(milliseconds)
    return [statistics.median(taken) for taken in times]


def drawing_rows() -> list[Row]:
    """First frame, finest frame, orbit frames, and what the memory grew by."""
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QApplication

    from sgviz.gui.app import make_application

    app = QApplication.instance() or make_application()
    from sgviz.gui.gl.shot import Look

    few = gl_frames.closed_curves(1, 2, 8), gl_frames.colours_of(2, 8)
    view = gl_frames.our_view(*few)
    for _ in range(5):
        app.processEvents()
    positions = gl_frames.closed_curves(SLICES, CIRCLES, POINTS)
    colours = gl_frames.colours_of(CIRCLES, POINTS)
    before = peak_mb()
    start = time.perf_counter()
    view.set_scene(positions, colours)
    view.repaint()
    first = time.perf_counter() - start
    view.settle()
    frame(app, view)
    finest = time.perf_counter() - start
    times = []
    for _ in range(ROUNDS):
        view.orbit(gl_frames.DEGREES, 0.0)
        times.append(gl_frames.milliseconds(lambda: frame(app, view)))
    orbit = statistics.median(times)
    grown = peak_mb() - before
    view.insist(Look.PLAIN)
    every = gl_frames.milliseconds(lambda: frame(app, view))
    pick = gl_frames.milliseconds(lambda: view.hovered(QPointF(view.rect().center())))
    note, passes, took = view.drawn_note, *filled(app, view)
    view.close()
    view.deleteLater()
    load = f"{CIRCLES:,} circles x {POINTS} points x {SLICES} slices"
    return [
        row(f"{load}: first frame", DRAWN_S, first, "s"),
        row(f"{load}: finest frame ({note})", DRAWN_S, finest, "s"),
        row(f"{load}: orbit frame (all that is drawn at rest: {every:.0f} ms)",
            ORBIT_MS, orbit, "ms"),
        row(f"{load}: pass of all points, the longest of {len(passes)} ({took:.1f} s)",
            PASS_MS, max(passes), "ms"),
        row(f"{load}: first hover, pick", 100.0, pick, "ms"),
        row(f"{load}: memory beside the coordinates", GROWN_MB, grown, "MB"),
    ]  # fmt: skip


def filled(app, view) -> tuple[list[float], float]:
    """Milliseconds of every pass of the whole picture, and seconds until it is."""
    from sgviz.gui.gl import painted_view

    view.insist(None)
    view.settle()
    view.repaint()
    whole, passes = view._canvas.whole, []
    advance = whole.advance

    def timed(*given) -> None:
        passes.append(gl_frames.milliseconds(lambda: advance(*given)))

    whole.advance = timed
    start = time.perf_counter()
    while view.drawn_note:
        app.processEvents()
        time.sleep(0.001)
    del whole.advance
    waited = painted_view.FILLED_AFTER_MS / 1000.0
    return passes, time.perf_counter() - start - waited


def frame(app, view) -> None:
    view.repaint()
    app.processEvents()


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def row(what: str, bar: float, value: float, unit: str) -> Row:
    return Row(
        what, f"<= {bar:g} {unit}", f"{value:.3g} {unit}", value <= bar, {unit: value}
    )


if __name__ == "__main__":
    for one in measure()[0]:
        print(one.what, one.bar, one.measured, one.ok)
