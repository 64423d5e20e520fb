"""The command ``measure``: the figures of a network or of circles, and their null."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sgviz.measured.measurement import Measurement
    from sgviz.state import State
    from sgviz.terminal import Bar

Say = Callable[[str], None]
DONE = 0

# The measures of the window that take long, in the order of its menu.
FULL = (
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
    "image_speed",
    "path_length",
    "factors",
    "crossings",
    "separability",
)
NO_NETWORK = "--full measures a network, and there is none among the files."


def measure(args: Namespace, say: Say, note: Say) -> int:
    """Print the figures as tables or JSON; write the report where it is asked for."""
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
    with Bar("measuring") as bar:
        found = measure_files(args.files, asked, args.device, bar.show)
        if args.full and found.model is None:
            found = replace(found, problems=(*found.problems, NO_NETWORK))
        elif args.full:
            found = _measured_full(found, args, bar)
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


def _measured_full(found: "Measurement", args: Namespace, bar: "Bar") -> "Measurement":
    """With what the window's slow panels show of the same network and circles."""
    from sgviz.frame import Progress
    from sgviz.render.measures.table import MEASURES
    from sgviz.render.renderer import Renderer
    from sgviz.render.request import Request
    from sgviz.render.sources import Sources
    from sgviz.state import Focus

    stages = tuple(stage for stage in MEASURES if stage.name in FULL)
    renderer, state = Renderer(Sources(args.device), stages), _state(args)
    renderer.submit(Request(1, state, state, Focus(), frozenset(FULL)))
    values: dict[str, object] = {}
    problems = list(found.problems)
    while not renderer.done:
        part = renderer.advance()
        if part is None:
            continue
        if part.problem is not None:
            problems.append(f"{part.name}: {part.problem.what}")
        elif isinstance(part.value, Progress):
            bar.show(part.value.share or 0.0, 1.0, part.value.what)
        else:
            values[part.name] = part.value
    return replace(found, full=values, problems=tuple(problems))


def _state(args: Namespace) -> "State":
    """What the window would show of the network among the files."""
    from sgviz.checkpoints.open_file import hash_file
    from sgviz.export.measure import is_model
    from sgviz.state import Bundled, CircleSet, File, State, default_circles

    path = next((path for path in args.files if is_model(path)), None)
    ref = Bundled() if path is None else File(str(path), hash_file(path), args.network)
    return State(
        model=ref,
        circles=CircleSet(default_circles(args.circles, args.seed), args.points),
        psi=args.psi,
        class_index=args.class_index,
    )
