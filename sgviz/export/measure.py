"""The command ``measure``: a network or circles of files, measured with their null."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from sgviz.analysis.null import SHUFFLES, TWINS, null_of
from sgviz.analysis.stand_ins import compared_with, why_none
from sgviz.analysis.statistics import statistics_of, tails_of
from sgviz.analysis.tails import signs_steps
from sgviz.checkpoints.circles_file import read_circles
from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.checkpoints.npy import MAX_NUMBERS
from sgviz.checkpoints.open_file import kind_of
from sgviz.checkpoints.source import SNIFF, open_source, read_exactly
from sgviz.curves import CurveSet, in_one_go, map_circles
from sgviz.export.network import Network, exact, one_thread, open_network
from sgviz.geometry.octants import p_space
from sgviz.measured.measurement import Measurement
from sgviz.measured.null import Null
from sgviz.measured.statistics import Circle, Statistics
from sgviz.measured.tails import SignsOfAll
from sgviz.models.device import DeviceChoice
from sgviz.state import CircleSet, GeneratorName, Given, default_circles

Progress = Callable[[float, float, str], None]


def silent(done: float, total: float, text: str) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class Asked:
    """What ``measure`` is asked for: the circles of a network, and their null."""

    circles: int = 6
    points: int = 96
    seed: int = 0
    psi: float = 1.0
    class_index: int | None = None
    depth: int | None = None
    twins: int = TWINS
    twin_seed: int = 0
    network: GeneratorName = "G_ema"


@dataclass(eq=False)
class _Read:
    """What the files held, and sentences about those that held nothing."""

    network: Network | None = None
    label: int = 0
    sets: list[CurveSet] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def compared(self) -> CurveSet:
        """Those that the null is made for: the network's, else the first with shape."""
        return next((c for c in self.sets if c.w.shape[1] > 2), self.sets[0])


def measure_files(
    files: Sequence[Path],
    asked: Asked,
    device: DeviceChoice = "auto",
    progress: Progress = silent,
) -> Measurement:
    """Measure the network among ``files`` and the circles in them.

    Without a file it is the bundled network. What cannot be measured is a sentence of
    ``problems``; the rest is measured.

    Raises
    ------
    ValueError
        One sentence: nothing can be measured.
    """
    progress(0, asked.twins, "reading")
    with exact(), one_thread():
        found = _read(files, asked, device)
        if not found.sets:
            raise ValueError(found.problems[0])
        statistics = _statistics(found)
        compared = _compared(found, statistics)
        null = _null(found, asked, compared, progress)
        signs = _signs(found, compared) if null else None
    name = None if found.network is None else found.network.name
    names = [shown_name(path) for path in files] or [name or ""]
    return Measurement(
        of=", ".join(names),
        statistics=statistics,
        null=null,
        compared=compared if null else (),
        signs=signs,
        model=name,
        psi=found.compared.psi,
        problems=tuple(
            problem if problem.endswith(".") else f"{problem}."
            for problem in (*found.problems, *statistics.problems)
        ),
    )


def _read(files: Sequence[Path], asked: Asked, device: DeviceChoice) -> _Read:
    found = _Read()
    if not files:
        _take_network(found, None, asked, device)
    for path in files:
        try:
            if is_model(path):
                if found.network is not None:
                    raise FileError(
                        f"{shown_name(path)} is a second network, and one is measured"
                    )
                _take_network(found, path, asked, device)
            else:
                curves = read_circles(path, lenient=True)
                found.sets.append(_named(curves, path))
        except FileError as error:
            found.problems.append(str(error))
    if found.sets:
        _complain_of_misfits(found)
    return found


def is_model(path: Path) -> bool:
    """Whether a file holds a network, by its content; FileError if it is no file."""
    with open_source(path) as (file, size):
        start = bytes(read_exactly(file, min(size, SNIFF), shown_name(path)))
        return kind_of(start, size) == "model"


def _take_network(
    found: _Read, path: Path | None, asked: Asked, device: DeviceChoice
) -> None:
    network = open_network(path, device, asked.network)
    circles = CircleSet(default_circles(asked.circles, asked.seed), asked.points)
    config = network.generator.config
    total = asked.circles * asked.points * max(config.w_dim, config.z_dim)
    if total > MAX_NUMBERS:
        raise ValueError(
            f"{asked.circles} circles of {asked.points} points are {total:,} numbers; "
            f"at most {MAX_NUMBERS:,} are measured at once"
        )
    found.network, found.label = network, network.check_class(asked.class_index)
    curves = map_circles(network.generator, circles, _no_files, asked.psi, found.label)
    found.sets.insert(0, curves)


def _named(curves: CurveSet, path: Path) -> CurveSet:
    """Circles called like their file, one alone by nothing but that."""
    stem = shown_name(Path(path.stem))
    if len(curves.names) == 1:
        return replace(curves, names=(stem,))
    given = (name.removeprefix(stem).strip() for name in curves.names)
    return replace(curves, names=tuple(f"{stem}: {name}" for name in given))


def _statistics(found: _Read) -> Statistics:
    """All sets together; the moments are of those as wide as the first."""
    parts = []
    mapping = None if found.network is None else found.network.generator.mapping
    for i, curves in enumerate(found.sets):
        # The first set is the network's own.
        its = None if i else mapping
        parts.append(statistics_of(curves, its, found.label))
    if len(parts) == 1:
        return parts[0]
    circles: tuple[Circle, ...] = tuple(c for part in parts for c in part.circles)
    width = found.compared.w.shape[2]
    sets = [c for c in found.sets if c.w.shape[2] == width]
    w, centre = torch.cat([c.w.flatten(0, 1) for c in sets]), sets[0].centre
    same = all(torch.equal(c.centre, centre) for c in sets)
    zero = centre if same else None
    in_p = None if zero is None else p_space(zero)
    return Statistics(
        circles=circles,
        tails=(tails_of(w, "W", zero), tails_of(p_space(w), "P", in_p)),
        w_avg_norm=parts[0].w_avg_norm,
        notices=tuple(notice for part in parts for notice in part.notices),
    )


def _kind(curves: CurveSet) -> tuple[int, int, float]:
    return curves.w.shape[2], curves.w.shape[1], curves.psi


def _compared(found: _Read, statistics: Statistics) -> tuple[int, ...]:
    """The circles, counted over all sets, that one null fits, and that have a shape."""
    kind = _kind(found.compared)
    fits = [_kind(curves) == kind for curves in found.sets for _ in curves.w]
    return tuple(
        i
        for i, (fit, circle) in enumerate(zip(fits, statistics.circles, strict=True))
        if fit and circle.curve.has_shape
    )


def _signs(found: _Read, compared: tuple[int, ...]) -> SignsOfAll | None:
    """Of the circles that are compared; None where they have several w_avg."""
    each = [
        (c, name, w) for c in found.sets for name, w in zip(c.names, c.w, strict=True)
    ]
    kept, curves = [each[i] for i in compared], found.compared
    if not all(torch.equal(its.centre, curves.centre) for its, _, _ in kept):
        return None
    names, w = tuple(name for _, name, _ in kept), torch.stack([w for _, _, w in kept])
    together = replace(curves, names=names, z=None, w=w)
    return in_one_go(signs_steps(together))


def _complain_of_misfits(found: _Read) -> None:
    for curves in found.sets:
        first, other = _kind(found.compared), _kind(curves)
        if first == other:
            continue
        words = ("coordinates", "points", "psi")
        what = next(w for w, a, b in zip(words, first, other, strict=True) if a != b)
        i = words.index(what)
        found.problems.append(
            f"{curves.names[0].partition(':')[0]} has {other[i]:g} {what}, and what is "
            f"compared with untrained networks has {first[i]:g}: it is measured, but "
            "not compared."
        )


def _null(
    found: _Read, asked: Asked, compared: tuple[int, ...], progress: Progress
) -> Null | None:
    """The null of the first set's kind; None where a twin could not be made of it."""
    curves, network = found.compared, found.network
    if not compared or why_none(curves):
        return None
    config = None
    if network is not None:
        config = network.generator.config.mapping
        config = replace(config, depth=asked.depth or config.depth)
    given = compared_with(
        curves, config, len(compared), asked.depth, found.label, asked.seed
    )
    trained = network.generator.mapping if network else None
    total = asked.twins + (SHUFFLES if trained else 0)
    null = null_of(
        given.config,
        given.circles,
        trained,
        asked.twins,
        asked.twin_seed,
        progress=lambda done: progress(done, total, "untrained twins"),
    )
    return replace(null, note=" ".join(filter(None, (null.note, given.note))))


def _no_files(given: Given) -> Tensor:
    raise ValueError(f"{given.path} is no part of the default circles")
