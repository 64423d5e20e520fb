"""What the folder of a run or a laboratory holds, for the command ``info``."""

from pathlib import Path
from typing import Any

from sgviz.checkpoints.errors import shown_name
from sgviz.checkpoints.of_run import checkpoints_of
from sgviz.training.depth_lab import is_lab, read_lab
from sgviz.training.figures import FIGURES, Figures
from sgviz.training.run_folder import read_config
from sgviz.training.timeline import TimelineReader


def describe_run(path: Path) -> dict[str, Any]:
    """The facts of a run, as JSON can hold them; nothing is locked or changed.

    ``kimg`` is that of the newest checkpoint, ``total_kimg`` what was asked for;
    ``records`` counts those of the timeline that can be read, ``last_record`` has the
    figures of the newest one, ``problems`` a sentence for each damaged one, where
    there is one. A depth laboratory is told by :func:`describe_lab`.

    Raises
    ------
    FileError
        One sentence: there is no run, or its configuration cannot be read.
    """
    if is_lab(path):
        return describe_lab(path)
    config = read_config(path)
    checkpoints = checkpoints_of(path)
    timeline = TimelineReader(path)
    newest = timeline.figures[-1] if timeline.figures else None
    found = {
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
    }
    problems = list(timeline.problems)
    return found | ({"problems": problems} if problems else {})


def describe_lab(path: Path) -> dict[str, Any]:
    """The facts of a depth laboratory, as JSON can hold them; nothing is changed.

    ``kimg`` has what each depth has shown, in the order of ``depths``.

    Raises
    ------
    FileError
        One sentence: there is none, or its lab.json cannot be used.
    """
    lab = read_lab(path)
    return {
        "kind": "depth laboratory",
        "folder": shown_name(path),
        "depths": list(lab.depths),
        "data": lab.base.data,
        "seed": lab.base.seed,
        "resolution": lab.base.resolution,
        "kimg": [member.images / 1000 for member in lab.members],
        "total_kimg": lab.base.kimg,
    }


def _shown(figures: Figures) -> dict[str, float]:
    """The figures to four places, by key; images as kimg."""
    values = {figure.key: round(figures.value(figure.key), 4) for figure in FIGURES}
    return {"kimg": figures.images / 1000} | values
