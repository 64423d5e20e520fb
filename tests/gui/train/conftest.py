"""A run folder with a timeline of little circles, made by hand in a moment."""

import numpy as np
import pytest


def write_moment(run, images, points=24, w_dim=24, interval=1000, first=None):
    """One record: two circles that grow with the images, in the run's folder."""
    import torch

    from sgviz.training.timeline_figures import figures_of
    from sgviz.training.timeline_record import Record, record_path, write_record

    stream = np.random.RandomState(7)
    base = stream.randn(2, 5, w_dim)
    turn = np.arange(points) * (2 * np.pi / points)
    waves = np.stack(
        [np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn), turn * 0 + 1]
    )
    grown = 1.0 + images / 4000.0
    w = torch.from_numpy(np.einsum("kn,ckd->cnd", waves, base) * grown)
    w = w.half().float()
    begin = torch.from_numpy(np.einsum("kn,ckd->cnd", waves, base)).float()
    w_avg = w.mean(dim=(0, 1)) * min(1.0, images / 2000.0)
    figures = figures_of(images, w, w_avg, begin)
    pixels = np.full((16, 8, 8, 3), images // 1000 * 10 % 256, np.uint8)
    pixels[:, :4] = 200
    folder = run / "timeline"
    folder.mkdir(parents=True, exist_ok=True)
    record = Record(images, w, w_avg, pixels, ("one", "two"), figures)
    write_record(record_path(folder, images), record, interval)


@pytest.fixture(scope="session")
def write_record_of():
    return write_moment


@pytest.fixture
def make_run(tmp_path):
    """``make_run(name, kimg, kept)``: a run folder with records and checkpoints."""
    from sgviz.checkpoints import native
    from sgviz.checkpoints.of_run import checkpoint_path
    from sgviz.models.generator import Generator, GeneratorConfig
    from sgviz.models.snapshot import Snapshot
    from sgviz.training.config_json import to_json
    from sgviz.training.presets import PRESETS

    def make(name, kimg=range(9), kept=(), folder=None):
        run = (folder or tmp_path / "runs") / name
        run.mkdir(parents=True)
        (run / "config.json").write_text(to_json(PRESETS["tiny"]) + "\n")
        for each in kimg:
            write_moment(run, round(1000 * each))
        for each in kept:
            path = checkpoint_path(run, round(1000 * each))
            path.parent.mkdir(exist_ok=True)
            sizes = GeneratorConfig(24, 24, 2, 8, (4, 4), 0.1)
            native.save(Snapshot.of(Generator(sizes, seed=int(each)), each), path)
        return run

    return make
