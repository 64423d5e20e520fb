"""Frames and picks of the 3-D view as rows of the table: see gl_frames.py.

The load is 6 circles x 170 triplets x 96 points, thick antialiased lines without dots,
1000x700, whole frames (turn, paint, compose). The first three are ratios to one plain
1-pixel item a curve of pyqtgraph's, interleaved in one process; the hover frame is a
ratio to our own frame with every curve.
"""

import time

from benchmarks import gl_frames
from benchmarks.table import Row
from sgviz.gui.gl.shot import Look

BACK_MS = 250.0
FRAMES = (
    ("every curve", "a frame with every curve, against plain items", 0.8),
    ("moving look", "a frame of the moving look", 0.55),
    ("finest still look", "the finest still look, once", 1.5),
)
PICKS = (
    ("hover pick (ms)", "hover at that load: pick", 2.0),
    ("1,000,000 points, pick (ms)", "1,000,000 points: pick", 10.0),
)


def measure() -> tuple[list[Row], dict[str, object]]:
    found = gl_frames.measure()
    rows = [frame_row(what, bar, found[name]) for name, what, bar in FRAMES]
    rows.append(back_row())
    rows += [pick_row(what, bar, found[name]["value"]) for name, what, bar in PICKS]
    rows.append(hover_row(found["hover frame"]["ms"], found["every curve"]["ms"]))
    return rows, {}


def frame_row(what: str, bar: float, figures: dict[str, float]) -> Row:
    ratio = figures["value"]
    words = f"{ratio:.2f}x ({figures['ms']:.0f} of {figures['plain_ms']:.0f} ms)"
    return Row(what, f"<= {bar}x", words, ratio <= bar, dict(figures))


def pick_row(what: str, bar: float, taken: float) -> Row:
    words = f"{taken:.2f} ms"
    return Row(what, f"<= {bar:g} ms", words, taken <= bar, {"ms": taken})


def hover_row(hover: float, full: float) -> Row:
    ratio = hover / full
    words = f"{ratio:.2f}x ({hover:.1f} of {full:.0f} ms)"
    what = "hover at that load: frame with highlight"
    return Row(what, "<= 0.2x", words, ratio <= 0.2, {"value": ratio, "ms": hover})


def back_row() -> Row:
    """From the last movement to the frame that shows every curve finely."""
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    assert app is not None
    shape = (gl_frames.SLICES, gl_frames.CIRCLES, gl_frames.POINTS)
    view = gl_frames.our_view(
        gl_frames.closed_curves(*shape), gl_frames.colours_of(*shape[1:])
    )
    for _ in range(30):
        view.orbit(gl_frames.DEGREES, 0.0)
        app.processEvents()
    rest = time.perf_counter()
    while view.shot.look is not Look.FINE and time.perf_counter() - rest < 3.0:
        app.processEvents()
        time.sleep(0.001)
    taken = 1000.0 * (time.perf_counter() - rest)
    view.close()
    view.deleteLater()
    words = f"{taken:.0f} ms"
    what = "every curve back after the last movement"
    return Row(what, "<= 250 ms", words, taken <= BACK_MS, {"ms": taken})
