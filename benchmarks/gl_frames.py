"""The 3-D view's frames and picks, against one plain item a curve, in one process.

``measure()`` needs a display (Xvfb will do) and takes some ten seconds. Every figure
is a median of 9, the cases interleaved, so that a machine's mood meets all of them.
"""

import json
import statistics
import time
from collections.abc import Callable

import numpy as np

SIZE = (1000, 700)
SLICES, CIRCLES, POINTS = 170, 6, 96
ROUNDS = 9
DEGREES = 7.0
ENERGY = (0.69, 0.20, 0.06, 0.024, 0.0105, 0.0055)  # of harmonics: 8 untrained layers

BARS = {
    "every curve": 0.8,
    "moving look": 0.55,
    "finest still look": 1.5,
    "hover frame": 0.2,
    "hover pick (ms)": 2.0,
    "1,000,000 points, pick (ms)": 10.0,
}


def closed_curves(slices: int, circles: int, points: int, seed: int = 0) -> np.ndarray:
    """Smooth random closed curves like circles of W, float32 [S, C, N, 3]."""
    random = np.random.RandomState(seed)
    turn = np.arange(points) * (2 * np.pi / points)
    total = np.zeros((slices, circles, points, 3))
    for k, share in enumerate(ENERGY, 1):
        a, b = random.randn(2, slices, circles, 1, 3) * share**0.5
        total += a * np.cos(k * turn)[:, None] + b * np.sin(k * turn)[:, None]
    return total.astype(np.float32)


def colours_of(circles: int, points: int) -> np.ndarray:
    """Any cyclic colours, u8 [C, N, 4]."""
    turn = np.arange(points) * (2 * np.pi / points)
    rgb = 0.6 + 0.3 * np.cos(turn[:, None] - np.array([0.0, 2.1, 4.2]))
    whole = np.concatenate([rgb, np.ones((points, 1))], axis=1) * 255
    return np.broadcast_to(whole.astype(np.uint8), (circles, points, 4)).copy()


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000.0 * (time.perf_counter() - start)


def measure() -> dict[str, dict[str, float]]:
    """The rows of the issue's table: ``{name: {"value", "bar", ...}}``."""
    from PySide6.QtWidgets import QApplication

    from sgviz.gui.app import make_application

    app = QApplication.instance() or make_application()
    positions = closed_curves(SLICES, CIRCLES, POINTS)
    colours = colours_of(CIRCLES, POINTS)
    plain = plain_items(positions, colours)
    view = our_view(positions, colours)
    for _ in range(20):
        app.processEvents()
        time.sleep(0.02)
    plain.setCameraPosition(distance=stock_distance(view.camera.distance))
    times = interleaved(app, plain, view)
    base = statistics.median(times.pop("plain"))
    figures = {name: statistics.median(t) for name, t in times.items()}
    picks = {
        "hover pick (ms)": pick_time(positions.size // 3),
        "1,000,000 points, pick (ms)": pick_time(1_000_000),
    }
    for window in (plain, view):
        window.close()
        window.deleteLater()
    rows = {
        name: {"value": value / base, "bar": BARS[name], "ms": value, "plain_ms": base}
        for name, value in figures.items()
    }
    return rows | {k: {"value": v, "bar": BARS[k]} for k, v in picks.items()}


def plain_items(positions: np.ndarray, colours: np.ndarray):
    """One stock line item a curve, one pixel wide."""
    import pyqtgraph.opengl as gl

    view = gl.GLViewWidget()
    view.setBackgroundColor("#0e1116")
    for one in positions:
        for curve, colour in zip(one, colours, strict=True):
            closed = np.concatenate([curve, curve[:1]])
            rgba = np.concatenate([colour, colour[:1]]).astype(np.float32) / 255.0
            view.addItem(
                gl.GLLinePlotItem(
                    pos=closed, color=rgba, width=1.0, glOptions="translucent"
                )
            )
    view.resize(*SIZE)
    view.show()
    return view


def stock_distance(ours: float) -> float:
    """From where the stock camera sees the scene as large as ours does."""
    from sgviz.gui.gl.camera import FIELD_OF_VIEW

    half = ours * np.tan(FIELD_OF_VIEW / 2) / min(SIZE) * SIZE[0]
    return float(half / np.tan(np.radians(60.0 / 2)))  # stock: 60 degrees across


def our_view(positions: np.ndarray, colours: np.ndarray):
    """The same curves in the scene view, with axes, without dots."""
    from sgviz.gui.gl.scene_view import SceneView

    view = SceneView()
    view.set_points("off")
    view.set_axes(("w0", "w1", "w2"), True)
    view.set_scene(positions, colours)
    view.resize(*SIZE)
    view.show()
    return view


def interleaved(app, plain, view) -> dict[str, list[float]]:
    """Whole frames: turn, repaint, let events run; 2 rounds to warm up."""
    from sgviz.gui.gl.shot import Look

    def frame(widget, turn: Callable[[], object]) -> Callable[[], None]:
        def work() -> None:
            turn()
            widget.repaint()
            app.processEvents()

        return work

    def turned(look: Look) -> Callable[[], None]:
        def turn() -> None:
            view.insist(look)
            view.orbit(DEGREES, 0.0)

        return frame(view, turn)

    hovers = iter(range(10_000))

    def hover() -> None:
        view.set_highlight(next(hovers) % CIRCLES, next(hovers) % POINTS)

    cases = {
        "plain": frame(plain, lambda: plain.orbit(DEGREES, 0.0)),
        "every curve": turned(Look.PLAIN),
        "moving look": turned(Look.HALF),
        "finest still look": turned(Look.FINE),
        "hover frame": frame(view, hover),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for round_ in range(ROUNDS + 2):
        for name, work in cases.items():
            taken = milliseconds(work)
            if round_ >= 2:
                times[name].append(taken)
    return times


def pick_time(points: int) -> float:
    """Median of first picks, each from another direction."""
    from sgviz.geometry.picking import Picker
    from sgviz.gui.gl.camera import projection_matrix, view_matrix
    from sgviz.gui.gl.extent import Extent
    from sgviz.state import Camera

    random = np.random.RandomState(0)
    picker = Picker(random.randn(points, 3).astype(np.float32))
    times = []
    for k in range(ROUNDS):
        camera = Camera(distance=8.0, azimuth=10.0 * k)
        matrix = projection_matrix(camera, SIZE, Extent()) @ view_matrix(camera)
        times.append(milliseconds(lambda m=matrix: picker.pick(m, SIZE, (500, 350))))
    return statistics.median(times)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
