"""The first exposed paint of the window, against torch alone; and the stall behind it.

``python main.py`` in a fresh process, until its window has been painted on the screen,
against a fresh process that imports torch, loads the bundled file and computes seed 0.
Rounds are interleaved and both sides start from a warm disk cache. Then the event loop
of the first is watched until the image is there: the longest time for which it did not
answer is the stall while torch is imported.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.table import Row

ROUNDS = 7
RATIO, STALL_MS = 0.7, 350.0
PATIENCE_S = 120
ROOT = Path(__file__).parent.parent

TORCH_ALONE = """
import time
import numpy, torch
from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.native import load
generator = load(bundled_path()).build()
z = torch.from_numpy(numpy.random.RandomState(0).randn(1, generator.config.z_dim))
with torch.no_grad():
    w = generator.mapping(z.float())
    generator.synthesis(w[:, None].repeat(1, generator.num_ws, 1))
print(time.perf_counter())
"""


def measure() -> tuple[list[Row], dict[str, object]]:
    started([sys.executable, "-c", TORCH_ALONE])
    started([sys.executable, "-m", "benchmarks.startup_probe"])
    alone, windows = [], []
    for _ in range(ROUNDS):
        start, out = started([sys.executable, "-c", TORCH_ALONE])
        alone.append(float(out) - start)
        start, out = started([sys.executable, "-m", "benchmarks.startup_probe"])
        probe = json.loads(out)
        windows.append((probe["painted"] - start, probe["stall_ms"], probe["image"]))
    torch_s = statistics.median(alone)
    paint_s = statistics.median(paint for paint, _, _ in windows)
    ratio = paint_s / torch_s
    stall = statistics.median(stall for _, stall, _ in windows)
    worst = max(stall for _, stall, _ in windows)
    words = f"{ratio:.2f}x ({paint_s:.2f} of {torch_s:.2f} s)"
    figures = {"ratio": ratio, "paint_s": paint_s, "torch_s": torch_s}
    what = "first exposed paint of the window after python main.py"
    return [
        Row(what, "<= 0.7x of torch alone", words, ratio <= RATIO, figures),
        Row(
            "longest stall of the event loop while torch is imported",
            "<= 350 ms",
            f"{stall:.0f} ms (worst of {ROUNDS}: {worst:.0f})",
            stall <= STALL_MS,
            {"median_ms": stall, "worst_ms": worst},
        ),
    ], {}


def started(command: list[str]) -> tuple[float, str]:
    """When a process was started (perf_counter, the whole system's) and its output."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[1:3]} failed:\n{done.stderr}")
    return start, done.stdout.splitlines()[-1]
