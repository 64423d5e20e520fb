"""Linear separability of the network's images, by the factors or somebody's labels.

A label is a function of z: y(z) is what the image G(f(z)) of the network itself shows.
So untrained mappings f' are asked about the very same samples: planes in their W, for
the pairs (f'(z), y(z)), with the same surer half and the same samples held out. What
they leave open is what any such mapping of the sphere would.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from sgviz.analysis.factors import Samples, labels_of, sample_steps, verdict
from sgviz.analysis.separability import Parted, part_steps
from sgviz.analysis.twins import mapped_steps
from sgviz.checkpoints.errors import shown_name
from sgviz.checkpoints.labels_file import read_labels
from sgviz.curves import silently
from sgviz.frame import Progress
from sgviz.measured.beside import twins_of
from sgviz.measured.separability import (
    ABOUT,
    WHO,
    Attribute,
    Separability,
    figures_of,
)
from sgviz.models.mapping import MappingNetwork
from sgviz.render.desk import Desk
from sgviz.render.measures.feeling import (
    key_of,
    maker,
    noise_of,
    reader_of,
    samples_steps,
)
from sgviz.render.measures.twins import twins_steps, with_seed
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.state import LabelsFile, State

FEWEST = 20
# A twin takes as long as the network's own W: minutes of all of them are enough.
TWINS = 8


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


def labels_key(state: State) -> tuple[LabelsFile | None, int]:
    """Whose labels, of how many seeds."""
    return state.feel.labels, state.feel.samples


def _key(request: Request, desk: Desk) -> Key:
    return key_of(request, desk, labels_key(request.state))


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
        for space, x in (("z", labelled.samples.z), ("w", labelled.samples.w)):
            rows.append((yield from _attribute(labelled, at, space, x)))
        yield _so_far(labelled, rows)
    found = _so_far(labelled, rows)
    yield found
    return (yield from _beside_twins(found, labelled, state, desk))


def _beside_twins(
    found: Separability, labelled: _Labelled, state: State, desk: Desk
) -> Steps:
    """The same attributes parted in the W of untrained mappings."""
    model, label = desk.model(state), desk.class_of(state)
    config = model.generator.mapping.config

    def measure(twin: MappingNetwork) -> Generator[None, None, dict[str, float]]:
        w = yield from mapped_steps(twin, labelled.samples.z, label)
        rows = []
        for at in range(len(labelled.names)):
            rows.append((yield from _attribute(labelled, at, "w", w)))
        return figures_of(tuple(rows))

    def show(figures: list[dict[str, float]]) -> Separability:
        twins = twins_of(figures, WHO.format(depth=config.depth), ABOUT, TWINS)
        return replace(found, twins=twins)

    key = ("separability", model.key, label, noise_of(state), labels_key(state))
    first = state.beside.twin_seed
    steps = twins_steps(desk, key, config, TWINS, measure, show, False, first)
    return (yield from steps)


def _attribute(
    labelled: _Labelled, at: int, space: str, x: Tensor
) -> Generator[None, None, Attribute]:
    """Part attribute number ``at`` of all samples, whose latents are x [N, D]."""
    known = labelled.known[:, at]
    x = x[known]
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
    table = read_labels(path, state.feel.samples)
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
    samples = yield from silently(steps)
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


SEPARABILITY = Stage("separability", with_seed(_key), _run, measure=True, long=True)
