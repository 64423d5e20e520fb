"""What ``measure A B`` does: two networks, by the very stages of the Compare panel."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sgviz.measure_stages import Stages

if TYPE_CHECKING:
    from sgviz.export.compare import Compared
    from sgviz.state import State
    from sgviz.terminal import Bar

TWINS = 24
ALONE = "it is measured with a single network, and not when two are compared."
SETTLED = (
    "--depth and --twins are for a single network: of each of two 24 untrained twins "
    "are measured."
)


def networks_among(args: Namespace) -> list[Path]:
    """The files that hold networks; others are read, or refused, by what measures."""
    from sgviz.checkpoints.errors import FileError
    from sgviz.export.measure import is_model

    found = []
    for path in args.files:
        try:
            if is_model(path):
                found.append(path)
        except FileError:
            continue  # one of the sentences of what was measured
    return found


def compared(
    args: Namespace, networks: list[Path], full: "State | None", bar: "Bar"
) -> "Compared":
    """The first two networks compared; with ``full`` groups of the panel too.

    Raises
    ------
    ValueError
        One sentence: the two cannot be compared.
    """
    from sgviz.export.compare import Compared
    from sgviz.measured.compare import Comparison, Untrained
    from sgviz.measured.groups import GROUPS
    from sgviz.measured.side_by_side import Both

    state = _state(args, networks, full)
    groups = {
        group.stage: group.key
        for group in GROUPS
        if args.full or (args.shape and not group.costs)
    }
    names = [("comparison", "untrained_pairs"), *((name,) for name in groups)]
    with Stages(state, args.device, names) as stages:
        values, problems = stages.wait(bar)
    found = values.get("comparison")
    if not isinstance(found, Comparison):
        why = next(iter(problems), "the two cannot be compared")
        raise ValueError(why.removeprefix("comparison: "))
    untrained = values.get("untrained_pairs")
    both = {
        key: value
        for stage, key in groups.items()
        if isinstance(value := values.get(stage), Both)
    }
    said = [*_left_out(args, networks), *problems]
    said += [problem for value in both.values() for problem in value.problems]
    return Compared(
        found,
        untrained if isinstance(untrained, Untrained) else None,
        both,
        state.psi,
        state.ring,
        tuple(dict.fromkeys(said)),
    )


def _state(args: Namespace, networks: list[Path], full: "State | None") -> "State":
    """What the window would show of the first, with the second beside it."""
    from dataclasses import replace

    from sgviz.checkpoints.open_file import hash_file
    from sgviz.state import Beside, CircleSet, File, State, default_circles

    first, second = (
        File(str(path), hash_file(path), args.network) for path in networks[:2]
    )
    state = full or State(
        circles=CircleSet(default_circles(args.circles, args.seed), args.points),
        psi=args.psi,
        class_index=args.class_index,
    )
    beside = Beside(model=second, twin_seed=args.twin_seed)
    return replace(state, model=first, beside=beside)


def _left_out(args: Namespace, networks: list[Path]) -> list[str]:
    """What was asked for and is not done where two are compared."""
    said = [
        f"{path.name} is a third network: two are compared." for path in networks[2:]
    ]
    for path in args.files:
        if path not in networks:
            said.append(f"{path.name} holds no network: {ALONE}")
    if args.depth is not None or args.twins != TWINS:
        said.append(SETTLED)
    return said
