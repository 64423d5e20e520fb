"""What must hold after hours: a run that is killed, poked and left alone.

    make soak                      all three parts, in some minutes
    python -m benchmarks.soak [--only killed poked left] [--seed N]

* ``killed``: kill -9 at random moments of writing checkpoints, 200 times. Every
  checkpoint that lies there can be read, the newest is at most one interval behind what
  the writer had reached, and nothing is left over after the next start.
* ``poked``: pause, resume, single steps and stop at random, 1,000 times. Nothing
  hangs, and the counters are those of the steps that were made.
* ``left``: 2,000 tiny steps with 200 checkpoints and previews. Resident memory, open
  files and threads do not grow.
"""

import argparse
import mmap
import os
import random
import signal
import struct
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from benchmarks.table import Row, as_text
from sgviz.checkpoints.container import read_header
from sgviz.checkpoints.source import open_source
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control, Part
from sgviz.training.events import Finished, SnapshotReady, StepStats
from sgviz.training.going_on import start_or_resume
from sgviz.training.run import run
from sgviz.training.run_folder import checkpoints_of
from sgviz.training.trainer import Trainer

KILLS, POKES, STEPS, CHECKPOINTS = 200, 1000, 2000, 200
PATIENCE_S = 60.0
WARM = 0.4  # of the steps, before memory is looked at
PAGE = 4096
NUMBER = struct.Struct("q")
CPU = torch.device("cpu")


def tiny(**values: object) -> TrainConfig:
    """A run of 16x16 portraits whose step takes some milliseconds."""
    config = TrainConfig(
        resolution=16, z_dim=16, w_dim=16, depth=2, channels=(8, 8, 8),
        channels_d=(8, 8, 8), batch=4, mbstd_group=2, precision="fp32", threads=1,
        noise_from=0.0, kimg=1000.0, samples=False,
    )  # fmt: skip
    return replace(config, **values)  # type: ignore[arg-type]


def killed(seed: int, times: int = KILLS) -> Row:
    """Writers that end at a random moment, each going on where the last one was."""
    config = tiny(checkpoint_kimg=0.004, keep_every=1000)
    draw = random.Random(seed)
    unreadable = behind = orphans = 0
    with tempfile.TemporaryDirectory() as home:
        place = Path(home) / "run"
        for _ in range(times):
            reached = mmap.mmap(-1, NUMBER.size)
            NUMBER.pack_into(reached, 0, -1)
            writer = _forked(place, config, reached)
            _wait_for(lambda m=reached: NUMBER.unpack_from(m)[0] >= 0)  # type: ignore[misc]
            time.sleep(draw.uniform(0.0, 0.4))
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
            unreadable += sum(not _readable(path) for path in checkpoints_of(place))
            newest = max((int(p.stem) for p in checkpoints_of(place)), default=0)
            ahead = NUMBER.unpack_from(reached)[0] - newest
            behind += ahead > 1000 * config.checkpoint_kimg
            trainer, folder = start_or_resume(place, None, True, CPU)
            folder.close()
            orphans += len(_orphans(place))
            unreadable += trainer.images < newest
    words = f"{unreadable} unreadable, {behind} too old, {orphans} orphans"
    ok = not (unreadable or behind or orphans)
    return Row(f"kill -9 while saving, {times} times", "0, 0, 0", words, ok)


def _forked(place: Path, config: TrainConfig, reached: mmap.mmap) -> int:
    """A process that trains until it is killed, and says how far it has come."""
    pid = os.fork()
    if pid:
        return pid
    try:
        there = (place / "config.json").exists()
        trainer, folder = start_or_resume(place, None if there else config, there, CPU)
        for _ in run(trainer, folder, Control()):
            NUMBER.pack_into(reached, 0, trainer.images)
    finally:
        os._exit(1)


def _readable(path: Path) -> bool:
    try:
        with open_source(path) as (file, size):
            read_header(file, size, path.name)
        return True
    except ValueError:
        return False


def _orphans(place: Path) -> list[Path]:
    known = {".safetensors", ".jsonl", ".json", ".png", ".npz", ".npy"}
    files = (path for path in place.rglob("*") if path.is_file())
    return [p for p in files if p.suffix not in known or p.name.startswith(".")]


def poked(seed: int, times: int = POKES) -> Row:
    """A hand that presses buttons at random; after each stop the run is resumed."""
    draw, pressed, runs = random.Random(seed), 0, 0
    config = tiny(checkpoint_kimg=1000.0, timeline=False)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as home:
        place, images = Path(home) / "run", 0
        while pressed < times and not wrong:
            trainer, folder = start_or_resume(
                place, config if not runs else None, bool(runs), CPU
            )
            if trainer.images != images:
                wrong.append(f"resumed at {trainer.images}, not {images}")
            made = _counting(trainer)
            control = Control(snapshots=draw.random() < 0.5)
            ended: list[Finished] = []
            worker = threading.Thread(
                target=_train, args=(trainer, folder, control, ended), daemon=True
            )
            worker.start()
            for _ in range(draw.randint(1, 60)):
                pressed += 1
                _press(control, draw)
                time.sleep(draw.choice((0.0, 0.0, 0.002, 0.02)))
            control.stop()
            worker.join(PATIENCE_S)
            folder.close()
            runs += 1
            if worker.is_alive():
                wrong.append(f"it hung after {pressed} presses")
            elif not (ended and ended[-1].saved):
                wrong.append("it ended without being saved")
            images += config.batch * sum(part != "generator" for part in made)
            if images != trainer.images:
                wrong.append(f"{trainer.images} images counted, {images} made")
    words = wrong[0] if wrong else f"{pressed} presses, {runs} runs, exact"
    return Row(
        f"pause, resume, stop, {times} times", "no hang, exact", words, not wrong
    )


def _press(control: Control, draw: random.Random) -> None:
    part = draw.choice(("generator", "discriminator", "both"))
    press = draw.choice((
        control.pause, control.resume, lambda: control.single(part),
        lambda: control.change(lr_g=draw.uniform(1e-4, 1e-2)),
        lambda: control.slow(draw.choice((0.0, 0.001))),
    ))  # fmt: skip
    press()


def _counting(trainer: Trainer) -> list[Part]:
    """Lets a trainer note each step that it makes, apart from its own counters."""
    made: list[Part] = []
    step = trainer.step

    def counted(part: Part = "both") -> StepStats:
        made.append(part)
        return step(part)

    trainer.step = counted  # type: ignore[method-assign]
    return made


def _train(
    trainer: Trainer, folder: object, control: Control, ended: list[Finished]
) -> None:
    for event in run(trainer, folder, control):  # type: ignore[arg-type]
        if isinstance(event, Finished):
            ended.append(event)


def left(seed: int, steps: int = STEPS) -> Row:
    """Resident memory, files and threads over a run that looks at itself."""
    config = tiny(
        seed=seed, kimg=steps * 4 / 1000, checkpoint_kimg=4 * steps / CHECKPOINTS / 1000
    )
    memory: list[tuple[float, float]] = []
    handles: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory() as home:
        trainer, folder = start_or_resume(Path(home) / "run", config, False, CPU)
        with folder:
            for event in run(trainer, folder, Control(snapshots=True)):
                if isinstance(event, SnapshotReady):
                    event.snapshot.build()
                at = trainer.counters.steps
                if not memory or at > memory[-1][0]:
                    memory.append((at, _resident_mb()))
                    handles.append((_open_files(), threading.active_count()))
    warm = [row for row in memory if row[0] > WARM * steps]
    slope = 1000.0 * float(np.polyfit(*zip(*warm, strict=True), 1)[0])
    grown = max(handles[len(handles) // 2 :]) > max(handles[: len(handles) // 2])
    words = f"{slope:+.2f} MB per 1,000 steps, files and threads " + (
        "grow" if grown else "constant"
    )
    return Row(
        f"{steps:,} steps, {CHECKPOINTS} checkpoints, previews",
        "< 1 MB per 1,000 steps",
        words,
        slope < 1.0 and not grown,
        {"slope_mb": slope},
    )


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE / 1e6


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def _wait_for(condition: object) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError("a writer did not begin")
        time.sleep(0.005)


PARTS = {"killed": killed, "poked": poked, "left": left}


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.soak", description="Endurance.")
    parser.add_argument("--only", nargs="+", choices=tuple(PARTS), default=PARTS)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for name in args.only:
        print(f"soak: {name} ...", file=sys.stderr, flush=True)
        rows.append(PARTS[name](args.seed).as_json(name))
    print(as_text(rows))
    return 0 if all(row["ok"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
