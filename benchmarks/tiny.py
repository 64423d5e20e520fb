"""How soon a tiny network draws what can be read: from random weights, on this machine.

The ``tiny`` preset is trained by the project's own Trainer with as many threads as
there are cores. Every 20 seconds the bundled reader looks at 256 samples of the
averaged generator (seeds 0 to 255, psi 1). The run ends when its mean confidence, over
the factors that can be read at 32x32, is half of what it has on portraits, or after ten
minutes; looking is part of the time.
"""

import sys
import time
from dataclasses import replace

import torch

from benchmarks.reader_card import read_portraits
from benchmarks.table import Row, usable_cores
from sgviz.analysis.reader import Readings, load_reader
from sgviz.models.device import use_threads
from sgviz.training.presets import PRESETS
from sgviz.training.samples import sample_pixels
from sgviz.training.trainer import Trainer

LIMIT_S, LOOK_S = 600.0, 20.0
LOOKED_AT = 256
HALF = 0.5
DATA_SEED = 1_000_039


def measure() -> tuple[list[Row], dict[str, object]]:
    use_threads(usable_cores())
    config = replace(PRESETS["tiny"], threads=usable_cores(), kimg=1000.0)
    reader = load_reader()
    readable = torch.tensor(reader.readable(config.resolution))

    def confidence(readings: Readings) -> float:
        return float(readings.confidence[:, readable].mean())

    real, _ = read_portraits(reader, config.resolution, DATA_SEED, LOOKED_AT)
    wanted = HALF * confidence(real)
    start = time.perf_counter()
    trainer, looked, passed = Trainer(config, torch.device("cpu")), 0.0, 0.0
    found = 0.0
    while passed < LIMIT_S and found < wanted:
        trainer.step()
        passed = time.perf_counter() - start
        if passed - looked >= LOOK_S or passed >= LIMIT_S:
            pixels = torch.from_numpy(sample_pixels(trainer.average, LOOKED_AT))
            found = confidence(reader.read_pixels(pixels))
            looked = passed = time.perf_counter() - start
            said = f"{passed:.0f} s, {trainer.images / 1000:.1f} kimg: {found:.3f}"
            print(f"tiny: {said} of {2 * wanted:.3f}", file=sys.stderr, flush=True)
    share, kimg = found / (2 * wanted), trainer.images / 1000
    words = f"{passed / 60:.1f} min, {kimg:.1f} kimg: {share:.2f} of {2 * wanted:.2f}"
    figures = {"seconds": passed, "kimg": kimg, "share": share, "real": 2 * wanted}
    what = "tiny preset from random: confidence on samples / on portraits"
    ok = share >= HALF and passed <= LIMIT_S + LOOK_S
    row = Row(what, ">= 0.5 within 10 min", words, ok, figures)
    return [row], {"torch_threads": torch.get_num_threads()}
