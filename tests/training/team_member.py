"""One process of a team of the tests: trains, and writes what it saw as JSON.

Run with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, or without them alone.
"""

import hashlib
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import torch

from sgviz.training.config import TrainConfig
from sgviz.training.control import Control
from sgviz.training.team import join
from sgviz.training.together import follow, join_run, lead
from sgviz.training.trainer import DivergedError, Trainer

CONFIG = TrainConfig(
    resolution=16,
    z_dim=8,
    w_dim=8,
    depth=2,
    channels=(8, 8, 8),
    channels_d=(8, 8, 8),
    batch=8,
    mbstd_group=2,
    r1_interval=3,
    pl_weight=2.0,
    pl_interval=2,
    augment="adaptive",
    augment_p=0.3,
    augment_target=0.0,
    augment_interval=2,
    augment_kimg=1.0,
    noise_from=0.0,
    precision="fp32",
    threads=1,
)
CPU = torch.device("cpu")


def main(out: Path, steps: int, what: str) -> None:
    """Train so many steps; ``what`` happens besides: nothing, nan, dies, follows."""
    team, device = join(CPU)
    if what == "follows":
        trainer = (
            Trainer(CONFIG, device, team=team)
            if team.rank == 0
            else join_run(team, device)
        )
        if team.rank == 0:
            lead(trainer)
    else:
        trainer = Trainer(CONFIG, device, team=team)
    rows, reason = [], ""
    for step in range(steps):
        if what == "dies" and step == 2:
            if team.rank == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            reason = follow(trainer, Control())
            break
        if what == "nan" and step >= 2 and team.rank == 1:
            with torch.no_grad():
                trainer.generator.get_parameter("mapping.fc0.weight")[0, 0] = torch.nan
        try:
            rows.append(asdict(trainer.step()))
        except DivergedError as error:
            reason = str(error)
            break
    digest = hashlib.sha256()
    state = trainer.state()
    for name in sorted(state.tensors):
        digest.update(
            state.tensors[name].contiguous().flatten().view(torch.uint8).numpy()
        )
    said = {
        "rows": rows,
        "reason": reason,
        "digest": digest.hexdigest(),
        "counters": asdict(state.counters),
        "w_avg": trainer.average.mapping.w_avg.tolist(),
        "path_mean": float(trainer.players.path_mean),
    }
    Path(f"{out}.{team.rank}.{team.size}").write_text(json.dumps(said))
    if not reason:
        team.leave()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
