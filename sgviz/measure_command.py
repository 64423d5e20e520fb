"""The command ``measure``: the figures of a network or of circles, and their null."""

from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from sgviz.measure_compare import compared, networks_among
from sgviz.measure_full import asked_state, groups_of, with_stages
from sgviz.measure_stages import Stages

if TYPE_CHECKING:
    from sgviz.state import State

Say = Callable[[str], None]
DONE = 0


def measure(args: Namespace, say: Say, note: Say) -> int:
    """Print the figures as tables or JSON; write the report where it is asked for."""
    state = asked_state(args)
    networks = networks_among(args)
    if len(networks) > 1:
        return _compare(args, networks, state, say, note)
    from sgviz.export.measure import Asked, measure_files
    from sgviz.export.measure_json import as_json
    from sgviz.export.measure_text import as_text
    from sgviz.terminal import Bar

    asked = Asked(
        circles=args.circles,
        points=args.points,
        seed=args.seed,
        psi=args.psi,
        class_index=args.class_index,
        depth=args.depth,
        twins=args.twins,
        twin_seed=args.twin_seed,
        network=args.network,
    )
    with Bar("measuring") as bar, ExitStack() as stack:
        if state is not None:
            beside = Stages(state, args.device, groups_of(args))
            stack.enter_context(beside)
        found = measure_files(args.files, asked, args.device, bar.show)
        if state is not None:
            found = with_stages(found, beside, args, bar)
    if args.report is not None:
        from sgviz.export.report import write_report

        write_report(found, args.report)
    if args.json:
        for problem in found.problems:
            note(problem)
        say(as_json(found))
    else:
        say(as_text(found))
    return DONE


def _compare(
    args: Namespace, networks: list[Path], full: "State | None", say: Say, note: Say
) -> int:
    """The same of two networks: both columns, and the difference."""
    from sgviz.export.compare import as_json, as_text
    from sgviz.terminal import Bar

    with Bar("comparing") as bar:
        found = compared(args, networks, full, bar)
    if args.report is not None:
        from sgviz.export.compare_report import write_report

        write_report(found, args.report)
    if args.json:
        for problem in found.problems:
            note(problem)
    say(as_json(found) if args.json else as_text(found))
    return DONE
