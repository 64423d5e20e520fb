"""Six circles of 96 points through the mapping network, against its matrix products.

Eight plain products [576, 512] x [512, 512] in the same process, with the same number
of threads, interleaved with the whole road from circles of Z to curves of W: random
planes, points, pixel norm, layers, truncation. The figure is how much of the plain
products' speed is reached: 1 would be all of it.
"""

import statistics
import time
from collections.abc import Callable

import torch

from benchmarks.table import Row
from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.native import load
from sgviz.curves import CurveSet, map_circles
from sgviz.models.device import use_threads
from sgviz.prefs import window_threads
from sgviz.state import CircleSet, Given

ROUNDS = 61
BAR = 0.8


def measure() -> tuple[list[Row], dict[str, object]]:
    use_threads(window_threads())
    network = load(bundled_path()).build()
    circles = CircleSet()
    count = len(circles.circles) * circles.points
    config = network.config
    weights = [torch.randn(config.w_dim, config.w_dim) for _ in range(config.depth)]
    x, y = torch.randn(count, config.w_dim), torch.empty(count, config.w_dim)

    def products() -> None:
        with torch.no_grad():
            for weight in weights:
                torch.mm(x, weight.t(), out=y)

    # As in the window, which shows the curves until the next ones are there.
    shown: list[CurveSet] = []

    def mapped() -> None:
        shown[:] = [map_circles(network, circles, no_file)]

    times = interleaved({"products": products, "mapped": mapped})
    plain, ours = (statistics.median(times[name]) for name in ("products", "mapped"))
    share = plain / ours
    what = f"6 circles x 96 points mapped ({config.depth} layers of {config.w_dim})"
    words = f"{share:.2f} ({plain:.1f} of {ours:.1f} ms)"
    figures = {"share": share, "products_ms": plain, "mapped_ms": ours}
    row = Row(what, ">= 0.8 of matrix products", words, share >= BAR, figures)
    return [row], {"torch_threads": torch.get_num_threads()}


def interleaved(cases: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in cases}
    for round_ in range(ROUNDS + 5):
        for name, work in cases.items():
            start = time.perf_counter()
            work()
            if round_ >= 5:
                times[name].append(1000.0 * (time.perf_counter() - start))
    return times


def no_file(latent: Given) -> torch.Tensor:
    raise ValueError("the default circles come from no file")
