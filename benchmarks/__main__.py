"""The figures: what each costs, the bar it must hold, and whether it does.

    make bench                              every group, as a table
    python -m benchmarks [--only NAME ...] [--json]

How to read it. Every row has its bar beside it and says ``ok`` or ``OVER``. Each
group runs in a process of its own, one after the other, so that none meets the
leftovers of another. Where a row is a ratio, both sides were taken in the same
process, interleaved; where it is a time, it holds for the machine in the line above
the table, with nothing else running: on a machine that is busy, look at the ratios.
The window is the real one on a real screen; without a display, on one of Xvfb's.

Groups: slider, view, mapping, many, beside, statistics, null_model, headless,
synthesis, startup, event_loop, idle, memory, training, training_window, tiny.
``null_model``, ``training`` and ``synthesis`` are beside the official code where
``--peer`` says where a checkout of it is; ``tiny`` trains from random until the samples
can be read, for ten minutes at most, and only where it is asked for.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.table import Row, as_text, machine, machine_line
from sgviz.virtual_screen import NoScreenError, has_screen, virtual_screen

GROUPS = (
    "slider",
    "view",
    "mapping",
    "many",
    "beside",
    "statistics",
    "null_model",
    "headless",
    "synthesis",
    "startup",
    "event_loop",
    "idle",
    "memory",
    "training",
    "training_window",
    "tiny",
)
ROOT = Path(__file__).parent.parent
SCREEN = (1920, 1200)
PATIENCE_S = 900


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description="The figures.")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS[:-1])
    parser.add_argument("--json", action="store_true", help="print JSON instead")
    parser.add_argument("--peer", help="a checkout of the official code")
    parser.add_argument("--here", choices=GROUPS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        return measure_here(args.here)
    if args.peer:
        os.environ["SGVIZ_PEER"] = str(Path(args.peer).resolve())
    if has_screen(os.environ):
        return measure_all(args.only, args.json)
    try:
        with virtual_screen(*SCREEN):
            return measure_all(args.only, args.json)
    except NoScreenError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2


def measure_here(name: str) -> int:
    """One group, in this process; its rows as JSON on the last line."""
    rows, facts = importlib.import_module(f"benchmarks.{name}").measure()
    found = [row.as_json(name) for row in rows]
    print(json.dumps({"rows": found, "machine": facts}))
    return 0


def measure_all(names: list[str], as_json: bool) -> int:
    """Every group in a child; 1 if a row is over its bar or a group failed."""
    facts, rows = machine(), []
    for name in names:
        print(f"benchmarks: {name} ...", file=sys.stderr, flush=True)
        found = measure_in_child(name)
        facts |= found["machine"]
        rows += found["rows"]
    if as_json:
        print(json.dumps({"machine": facts, "rows": rows}, indent=2))
    else:
        print(f"\n{machine_line(facts)}\n\n{as_text(rows)}")
    return 0 if all(row["ok"] for row in rows) else 1


def measure_in_child(name: str) -> dict:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory() as home:
        folders = {
            f"XDG_{kind}_HOME": f"{home}/{kind}" for kind in ("CONFIG", "DATA", "STATE")
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks", "--here", name],
            cwd=ROOT,
            env=os.environ | folders,
            stdout=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
        )
    if done.returncode or not done.stdout.strip():
        failed = Row(name, "", f"failed with exit code {done.returncode}", ok=False)
        return {"rows": [failed.as_json(name)], "machine": {}}
    found: dict = json.loads(done.stdout.splitlines()[-1])  # type: ignore[type-arg]
    return found


if __name__ == "__main__":
    sys.exit(main())
