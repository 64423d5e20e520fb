"""``measure`` without a window: how long it takes, and how much memory.

Each row is a process of its own, as ``python main.py measure`` is typed: the bundled
network with its 24 twins; all of its shape; and with ``--full`` what images feel of
it, of fewer of them than it takes by itself, so that the row is over in minutes.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.table import Row

ROOT = Path(__file__).parent.parent
SECONDS, MEGABYTES = 30.0, 2048.0
FEWER = ("--pairs", "40", "--samples", "1000", "--cloud", "1000")


def measure() -> tuple[list[Row], dict[str, object]]:
    bar = f"<= {SECONDS:.0f} s, <= 2 GB"
    return [
        row("measure of the bundled network", bar, spent("--json"), SECONDS),
        row("measure --shape", bar, spent("--json", "--shape"), SECONDS),
        row(
            f"measure --full {' '.join(FEWER)}",
            "<= 2 GB",
            spent("--json", "--full", *FEWER),
        ),
    ], {}


def spent(*words: str) -> dict[str, float]:
    """Seconds on the clock and of a core, and megabytes, of one run that ends well."""
    command = [sys.executable, "main.py", "measure", *words]
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return {
        "seconds": time.perf_counter() - start,
        "cpu_s": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
    }


def row(what: str, bar: str, used: dict[str, float], most: float = float("inf")) -> Row:
    words = (
        f"{used['seconds']:.1f} s ({used['cpu_s']:.1f} s of a core), "
        f"{used['megabytes']:.0f} MB"
    )
    ok = used["seconds"] <= most and used["megabytes"] <= MEGABYTES
    return Row(what, bar, words, ok, used)
