"""Linear separability of the network's images, by the factors or somebody's labels."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from sgviz.analysis.factors import Samples, labels_of, sample_steps, verdict
from sgviz.analysis.separability import Parted, part_steps
from sgviz.checkpoints.errors import shown_name
from sgviz.checkpoints.labels_file import read_labels
from sgviz.frame import Progress
from sgviz.measured.separability import Attribute, Separability
from sgviz.render.desk import Desk
from sgviz.render.measures.feeling import key_of, maker, reader_of, samples_steps
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.state import LabelsFile, State

FEWEST = 20


@dataclass(frozen=True, eq=False)
class _Labelled:
    """Samples with labels: of each attribute which samples are known, yes, how sure."""

    samples: Samples
    who: str
    names: tuple[str, ...]
    positive: Tensor
    sure: Tensor
    known: Tensor
    ranked: tuple[bool, ...]
    problems: tuple[str, ...] = ()


Labelling = Generator[Progress | None, None, _Labelled]


def _key(request: Request, desk: Desk) -> Key:
    feel = request.state.feel
    return key_of(request, desk, feel.labels, None if feel.labels else feel.samples)


def _run(request: Request, desk: Desk) -> Steps:
    state = request.state
    if state.feel.labels is None:
        labelled = yield from _by_reader(state, desk)
    else:
        labelled = yield from _by_hand(state, desk, state.feel.labels)
    rows: list[Attribute] = []
    total = len(labelled.names)
    for at, name in enumerate(labelled.names):
        yield Progress(f"Parting {name} ({at + 1} of {total})", at / total)
        for space in ("z", "w"):
            rows.append((yield from _attribute(labelled, at, space)))
        yield _so_far(labelled, rows)
    return _so_far(labelled, rows)


def _attribute(
    labelled: _Labelled, at: int, space: str
) -> Generator[None, None, Attribute]:
    known = labelled.known[:, at]
    x = (labelled.samples.z if space == "z" else labelled.samples.w)[known]
    sure = labelled.sure[known, at] if labelled.ranked[at] else None
    name, positive = labelled.names[at], labelled.positive[known, at]
    parted: Parted = yield from part_steps(x, name, positive, sure)
    kept = len(x) if sure is None else max(1, len(x) // 2)
    return Attribute(
        name,
        space,
        parted.entropy,
        parted.accuracy,
        parted.held_out,
        parted.share,
        kept,
        parted.note,
    )


def _so_far(labelled: _Labelled, rows: list[Attribute]) -> Separability:
    z, w = labelled.samples.z, labelled.samples.w
    return Separability(
        samples=len(z),
        labels=labelled.who,
        dims=(z.shape[1], w.shape[1]),
        total=len(labelled.names),
        rows=tuple(rows),
        problems=labelled.problems,
    )


def _by_reader(state: State, desk: Desk) -> Labelling:
    model, reader = maker(desk, state), reader_of(desk)
    side = model.generator.config.resolution
    reader.readable(side)  # raises where images are too small
    samples = yield from samples_steps(state, desk, state.feel.samples, "Samples")
    assert samples.readings is not None
    said = verdict(samples.readings, reader, side)
    if not said.is_read:
        raise ValueError(f"{said.sentence} Bring a file of labels.")
    labels = labels_of(samples.readings, reader, side)
    known = torch.ones_like(labels.positive)
    who = "the bundled reader of portraits"
    parts = (labels.names, labels.positive, labels.sure, known, labels.ranked)
    return _Labelled(samples, who, *parts)


def _by_hand(state: State, desk: Desk, file: LabelsFile) -> Labelling:
    path = desk.sources.path_of(file.path, file.sha256)
    table = read_labels(path)
    name = shown_name(Path(path))
    model = desk.model(state)
    if len(table.seeds) < FEWEST:
        raise ValueError(
            f"{name} labels {len(table.seeds)} images; {FEWEST} are the least that can "
            "be parted"
        )
    yield Progress(f"{len(table.seeds):,} seeds of {name}", None)
    seeds = table.seeds.tolist()
    steps = sample_steps(model.generator, seeds, None, model.class_of(state))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            samples: Samples = end.value
            break
        yield None
    return _Labelled(
        samples=samples,
        who=name,
        names=table.names,
        positive=torch.from_numpy(table.positive),
        sure=torch.from_numpy(table.sure),
        known=torch.from_numpy(table.known),
        ranked=table.ranked,
        problems=table.notes,
    )


SEPARABILITY = Stage("separability", _key, _run, measure=True, long=True)
