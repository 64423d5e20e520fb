"""What ``measure --shape`` and ``--full`` add: the window's slow panels, windowless.

The same stages are run over the same ``State`` that the window would hold, so a figure
here is the figure there.
"""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sgviz.argument_parser import UsageError
from sgviz.argument_values import Place
from sgviz.measure_stages import Stages

if TYPE_CHECKING:
    from sgviz.measured.measurement import Measurement
    from sgviz.state import Feel, Latent, ModelRef, RulerRef, State
    from sgviz.terminal import Bar

# The measures of the window beside the figures, in the order of its menu: of the shape
# alone, and of what images feel of it.
SHAPE = (
    "layers",
    "stretch",
    "stretch_null",
    "local_basis",
    "local_basis_null",
    "breakpoints",
    "breakpoints_null",
    "flatness",
    "flatness_null",
    "geodesic",
    "geodesic_null",
    "dimension",
)
IMAGES = ("image_speed", "path_length", "factors", "crossings", "separability")
# Those that take longest, in the order in which they are begun.
LONGEST = ("flatness_null", "dimension", "breakpoints_null", "geodesic_null")
# What is asked of these measures alone, by the name of its argument.
OF_SHAPE = {"cloud": "--cloud", "begin": "--from", "end": "--to", "ring": "--ring"}
OF_FULL = {
    "ruler": "--ruler",
    "crop": "--crop",
    "pairs": "--pairs",
    "samples": "--samples",
    "labels": "--labels",
}
NO_NETWORK = "{} measures a network, and there is none among the files."


def asked_state(args: Namespace) -> "State | None":
    """What the window would show of the network among the files.

    None where neither --shape nor --full is asked for.

    Raises
    ------
    UsageError
        One sentence: an option of those without them, or a circle that there is not.
    FileError
        One sentence: a file of an option cannot be used.
    """
    for options, asked, add in (
        (OF_FULL, args.full, "--full"),
        (OF_SHAPE, args.shape or args.full, "--shape"),
    ):
        for name, option in options.items():
            if not asked and getattr(args, name) not in (None, False):
                raise UsageError(f"{option} is about what {add} measures: add {add}")
    if not (args.shape or args.full):
        return None
    from sgviz.state import Beside, CircleSet, State, default_circles

    if (args.ring or 0) >= args.circles:
        raise UsageError(
            f"--ring takes a circle by its number, 0 to {args.circles - 1}: "
            f"there is no {args.ring}"
        )
    begin, end = _latent(args.begin, 0), _latent(args.end, 1)
    if begin == end:
        raise UsageError("--from and --to are one latent, and no way leads from it")
    return State(
        model=_model(args),
        beside=Beside(twin_seed=args.twin_seed),
        circles=CircleSet(default_circles(args.circles, args.seed), args.points),
        ring=args.ring or 0,
        psi=args.psi,
        class_index=args.class_index,
        latent=begin,
        latent_b=end,
        feel=_feel(args),
    )


def groups_of(args: Namespace) -> list[tuple[str, ...]]:
    """The names of what is asked for, those that are made by one thread together."""
    shape = sorted(SHAPE, key=lambda name: name not in LONGEST)
    return [*([IMAGES] if args.full else []), *((name,) for name in shape)]


def with_stages(
    found: "Measurement", stages: Stages, args: Namespace, bar: "Bar"
) -> "Measurement":
    """With what the window's slow panels show of the same network and circles."""
    if found.model is None:
        said = NO_NETWORK.format("--full" if args.full else "--shape")
        return replace(found, problems=(*found.problems, said))
    values, problems = stages.wait(bar)
    full = {name: values[name] for name in (*SHAPE, *IMAGES) if name in values}
    return replace(found, full=full, problems=(*found.problems, *problems))


def _model(args: Namespace) -> "ModelRef":
    """The first network among the files; the bundled one where there are none."""
    from sgviz.checkpoints.errors import FileError
    from sgviz.checkpoints.open_file import hash_file
    from sgviz.export.measure import is_model
    from sgviz.state import Bundled, File

    for path in args.files:
        try:
            if is_model(path):
                return File(str(path), hash_file(path), args.network)
        except FileError:
            continue  # one of the sentences of what was measured
    return Bundled()


def _feel(args: Namespace) -> "Feel":
    """How images are measured: what was asked for, the rest as in a new window."""
    from sgviz.checkpoints.labels_file import read_labels
    from sgviz.checkpoints.open_file import hash_file
    from sgviz.state import Feel, LabelsFile

    names = ("pairs", "samples", "cloud")
    asked = {n: getattr(args, n) for n in names if getattr(args, n) is not None}
    if args.labels is not None:
        path = Path(args.labels)
        read_labels(path, args.samples or Feel().samples)  # raises now
        asked["labels"] = LabelsFile(str(path), hash_file(path))
    return Feel(ruler=_ruler(args.ruler), crop=args.crop, **asked)


def _ruler(asked: "Path | str | None") -> "RulerRef":
    from sgviz.state import ByNetwork, ByPixels, ByReader

    if asked is None or asked == "pixels":
        return ByPixels()
    if asked == "reader":
        return ByReader()
    from sgviz.analysis.lpips import load_network
    from sgviz.checkpoints.open_file import hash_file

    path = Path(asked)
    load_network(path)  # raises now, not after minutes
    return ByNetwork(str(path), hash_file(path))


def _latent(asked: Place | None, default: int) -> "Latent":
    from sgviz.state import Given, Seed

    if asked is None or isinstance(asked, int):
        return Seed(default if asked is None else asked)
    from sgviz.checkpoints.latents_file import read_z, row_of
    from sgviz.checkpoints.open_file import hash_file

    path, row = asked
    row_of(read_z(path), row, path)
    return Given(str(path), hash_file(path), row)
