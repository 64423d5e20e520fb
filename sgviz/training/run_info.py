"""What a run folder holds, as a table for the command ``info``."""

from pathlib import Path
from typing import Any

from sgviz.checkpoints.errors import shown_name
from sgviz.checkpoints.of_run import checkpoints_of
from sgviz.training.figures import FIGURES, Figures
from sgviz.training.run_folder import read_config
from sgviz.training.timeline import TimelineReader


def describe_run(path: Path) -> dict[str, Any]:
    """The facts of a run, as JSON can hold them; nothing is locked or changed.

    ``kimg`` is that of the newest checkpoint, ``total_kimg`` what was asked for;
    ``records`` counts those of the timeline that can be read, ``last_record`` has the
    figures of the newest one, ``problems`` a sentence for each damaged one.

    Raises
    ------
    FileError
        One sentence: there is no run, or its configuration cannot be read.
    """
    config = read_config(path)
    checkpoints = checkpoints_of(path)
    timeline = TimelineReader(path)
    newest = timeline.figures[-1] if timeline.figures else None
    return {
        "kind": "run",
        "folder": shown_name(path),
        "data": config.data,
        "seed": config.seed,
        "resolution": config.resolution,
        "z_dim": config.z_dim,
        "w_dim": config.w_dim,
        "depth": config.depth,
        "kimg": int(checkpoints[-1].stem) / 1000 if checkpoints else None,
        "total_kimg": config.kimg,
        "checkpoints": [int(checkpoint.stem) / 1000 for checkpoint in checkpoints],
        "records": len(timeline),
        "last_record": _shown(newest) if newest else None,
        "problems": list(timeline.problems),
    }


def _shown(figures: Figures) -> dict[str, float]:
    """The figures to four places, by key; images as kimg."""
    values = {figure.key: round(figures.value(figure.key), 4) for figure in FIGURES}
    return {"kimg": figures.images / 1000} | values
