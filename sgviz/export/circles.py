"""The command ``circles``: great circles of Z mapped into W, as a file."""

from dataclasses import replace
from pathlib import Path

from torch import Tensor

from sgviz.checkpoints.circles_file import check_size, check_writable, write_circles
from sgviz.checkpoints.errors import shown_name
from sgviz.curves import map_circles
from sgviz.export.network import exact, open_network
from sgviz.models.device import DeviceChoice
from sgviz.state import CircleSet, GeneratorName, Given, default_circles


def export_circles(
    out: Path,
    model: Path | None = None,
    circles: int = 6,
    points: int = 96,
    seed: int = 0,
    psi: float = 1.0,
    device: DeviceChoice = "auto",
    class_index: int | None = None,
    generator: GeneratorName = "G_ema",
) -> str:
    """Write the plane of axes 0 and 1 and ``circles`` - 1 random circles of a seed.

    Returns one line that says what was written.

    Raises
    ------
    ValueError
        One sentence: an extension that is no format of circles, what .dat cannot
        hold, too many numbers, no such class, or a model that cannot be read.
    WriteError
        One sentence; a file that was there before is as it was.
    """
    check_writable(out)
    asked = CircleSet(default_circles(circles, seed), points)
    network = open_network(model, device, generator)
    sizes = network.generator.config
    check_size(circles, points, max(sizes.w_dim, sizes.z_dim))
    label = network.check_class(class_index)
    with exact():
        curves = map_circles(network.generator, asked, _no_files, psi, label)
    # A file of circles names the file of its network, whose average is meant.
    sha256 = network.sha256 if generator == "G_ema" else None
    known = replace(curves, model_sha256=sha256, ref=network.ref)
    write_circles(known, out)
    kind = "circle" if circles == 1 else "circles"
    return f"{shown_name(out)}: {circles} {kind} of {points} points, of {network.name}"


def _no_files(given: Given) -> Tensor:
    raise ValueError(f"{given.path} is no part of the default circles")
