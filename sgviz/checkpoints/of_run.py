"""The checkpoints of a training run: where they lie, and which is nearest a moment.

RUN/checkpoints/IIIIIIIII.safetensors   images shown so far, nine digits
"""

import re
from pathlib import Path

_NUMBERED = re.compile(r"^(\d{9,12})\.safetensors$")


def checkpoint_path(folder: Path, images: int) -> Path:
    """Where the checkpoint after so many images lies."""
    return folder / "checkpoints" / f"{images:09d}.safetensors"


def checkpoints_of(folder: Path) -> list[Path]:
    """The checkpoints of a run, oldest first; none where it cannot be read."""
    found = [
        (int(match.group(1)), path)
        for path in (folder / "checkpoints").glob("*.safetensors")
        if (match := _NUMBERED.match(path.name))
    ]
    return [path for _, path in sorted(found)]


def images_of(checkpoint: Path) -> int:
    """How many images a run had shown when it wrote that checkpoint."""
    return int(checkpoint.stem)


def nearest_checkpoint(folder: Path, images: float) -> Path | None:
    """The checkpoint nearest to so many images, the later of two; None for none."""
    paths = checkpoints_of(folder)
    return min(
        reversed(paths), key=lambda path: abs(images_of(path) - images), default=None
    )
