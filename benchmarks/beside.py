"""What is beside six circles of 96 points: when it is there, and its longest piece.

A piece is what an image waits for that is asked meanwhile. The closed form is drawn
from its random functions, twins are made and mapped, and each finds principal
components of its own; in P_N a twin is sampled 12,800 times first. Everything is asked
of a renderer that has the scene already.
"""

import time
from dataclasses import replace

import torch

from benchmarks.table import Row
from sgviz.models.device import use_threads
from sgviz.prefs import window_threads
from sgviz.render.renderer import Renderer
from sgviz.render.request import Request
from sgviz.render.sources import Sources
from sgviz.state import Beside, Focus, InP, Pca, State

PIECE_MS = 40.0
CLOSED, TWINS = Beside(closed_form=True), Beside(twins=20)
CASES = {
    "closed form": (State(beside=CLOSED), 0.5),
    "closed form, components": (State(beside=CLOSED, projection=Pca()), 0.5),
    "20 twins": (State(beside=TWINS), 4.0),
    "20 twins, components": (State(beside=TWINS, projection=Pca()), 1.0),
    "a twin in P_N": (State(beside=Beside(twins=1), space=InP(normalised=True)), 5.0),
}


def measure() -> tuple[list[Row], dict[str, object]]:
    use_threads(window_threads())
    renderer = Renderer(Sources("cpu"))
    rows: list[Row] = []
    for serial, (what, (state, bar)) in enumerate(CASES.items()):
        finish(renderer, replace(state, beside=Beside()), 2 * serial + 1)
        taken, longest = finish(renderer, state, 2 * serial + 2)
        figures, words = {"taken_s": taken, "longest_ms": longest}, f"{taken:.2f} s"
        rows.append(
            Row(f"{what} is there", f"<= {bar} s", words, taken <= bar, figures)
        )
        if "P_N" not in what:  # whose components are found in one piece
            words = f"{longest:.0f} ms"
            held = longest <= PIECE_MS
            rows.append(Row(f"{what}: a piece", f"<= {PIECE_MS:.0f} ms", words, held))
    return rows, {"torch_threads": torch.get_num_threads()}


def finish(renderer: Renderer, state: State, serial: int) -> tuple[float, float]:
    """Seconds until a state is on the screen, milliseconds of the longest piece."""
    renderer.submit(Request(serial, state, state, Focus()))
    begin, longest = time.perf_counter(), 0.0
    while not renderer.done:
        piece = time.perf_counter()
        renderer.advance()
        longest = max(longest, time.perf_counter() - piece)
    return time.perf_counter() - begin, 1000.0 * longest
