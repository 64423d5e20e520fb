"""What ``measure`` found of two networks: both columns, the difference; text and JSON.

What ``measure`` gives of one network comes first, then the groups of ``--full``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sgviz.export.measure_json import as_table, json_of
from sgviz.export.measure_text import aligned
from sgviz.measured.both_curves import Curve, curves_of, difference
from sgviz.measured.compare import LIKENESS, Comparison, Untrained
from sgviz.measured.figure import Figure
from sgviz.measured.groups import GROUP
from sgviz.measured.measurement import Measurement
from sgviz.measured.null import Band
from sgviz.measured.side_by_side import FAR, Both, Pair

Parts = list[tuple[str, tuple[Pair, ...]]]
Table = dict[str, Any]
HEADS = ("Difference", "In spreads", "Untrained", "Place of first", "Place of second")
NOTHING = "–"


@dataclass(frozen=True, eq=False)
class Compared:
    """Two networks on the same circles, truncated by ``psi``.

    ``groups`` are what ``--full`` adds, by their keys; ``ring`` is the circle that
    curves along one circle are of. ``problems`` are sentences.
    """

    found: Comparison
    untrained: Untrained | None
    groups: dict[str, Both]
    psi: float = 1.0
    ring: int = 0
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called; told apart where they are called alike."""
        first, second = self.found.names
        if first != second:
            return first, second
        return f"{first} (first)", f"{second} (second)"

    @property
    def title(self) -> str:
        """What was compared, and beside what; one line."""
        first, second = self.names
        circles = self.found.statistics[0].circles
        plural = "circle" if len(circles) == 1 else "circles"
        points = circles[0].curve.points if circles else 0
        psi = "" if self.psi == 1.0 else f", psi {self.psi:g}"
        text = f"{first} and {second}: {len(circles)} {plural} of {points} points{psi}"
        if self.untrained is None:
            return text
        one, other = self.untrained.nulls
        return f"{text}; beside {one.who} and {other.who}"

    def parts(self) -> Parts:
        """Figures of both under their headings: what measure gives, then groups."""
        pairs = [
            tuple(self.found.pair(figure, self.untrained) for figure in figures)
            for figures in (self.found.figures(), self.found.pooled())
        ]
        heads = ("Means over the circles", "All circles together")
        made = list(zip(heads, pairs, strict=True))
        for key, both in self.groups.items():
            group = GROUP[key]
            made += [(f"{group.title}: {h}", p) for h, p in group.pairs(both.found)]
        return [(head, pairs) for head, pairs in made if pairs]

    def curves(self) -> Iterator[tuple[str, Curve, Curve | None]]:
        """The curves of the groups: of which group, of the first, of the second."""
        for key, both in self.groups.items():
            first, second = (curves_of(key, each, self.ring) for each in both.found)
            there = {curve.title: curve for curve in second}
            for curve in first:
                yield key, curve, there.get(curve.title)

    @property
    def summary(self) -> str:
        """How many differences are larger than those of two untrained networks."""
        every = [p.deviations for _, pairs in self.parts() for p in pairs]
        known = [abs(times) for times in every if not math.isnan(times)]
        if not known:
            return "How much untrained counterparts differ is not known here."
        far = sum(times >= FAR for times in known)
        return (
            f"{far} of {len(known)} differences are at least twice what two untrained "
            "counterparts differ by; of independent ones about one in twenty would "
            "be by chance."
        )

    def likeness(self) -> Iterator[tuple[Figure, float, Band | None, str]]:
        """How alike the two are: a figure, its value, its band, what it supports."""
        for figure in LIKENESS:
            value = self.found.alike.value(figure.key)
            if math.isnan(value):
                continue
            if self.untrained is None:
                yield figure, value, None, f"{figure.title} = {figure.formula}."
                continue
            band = self.untrained.likeness.get(figure.key)
            yield figure, value, band, self.untrained.sentence(figure, value)


def spread(figure: Figure, band: Band | None) -> str:
    """The mean of untrained ones and its deviation."""
    if band is None or math.isnan(band.mean):
        return NOTHING
    return f"{figure.shown(band.mean)} ± {figure.shown(band.sd)}"


def cells(pair: Pair) -> tuple[str, ...]:
    """A pair as words: both values, the difference, in spreads, untrained, places."""
    figure, times = pair.figure, pair.deviations
    places = [row.place if row is not None else None for row in pair.rows]
    return (
        *(figure.shown(value) for value in pair.values),
        figure.shown(pair.difference),
        NOTHING if math.isnan(times) else f"{times:+,.1f}".replace("-", "−"),
        spread(figure, pair.bands[0]),
        *(NOTHING if place is None else place.words for place in places),
    )


def as_text(compared: Compared) -> str:
    """Everything, a line a figure; below, the sentences of what differs most."""
    heads = ("Figure", *compared.names, *HEADS)
    blocks = [compared.title]
    alike = list(compared.likeness())
    table = [("How alike", "value", "untrained pairs")]
    table += [(f.title, f.shown(value), spread(f, band)) for f, value, band, _ in alike]
    blocks += [aligned(table), "\n".join(says for *_, says in alike)]
    for head, pairs in compared.parts():
        rows = [(pair.figure.title, *cells(pair)) for pair in pairs]
        blocks.append(f"{head}\n{aligned([heads, *rows])}")
    blocks += [compared.summary, compared.found.note]
    blocks.append("\n".join(f"! {problem}" for problem in compared.problems))
    return "\n\n".join(block for block in blocks if block)


def as_json(compared: Compared) -> str:
    """One JSON object; a number that there is not is null."""
    return json_of(_table(compared))


def _table(compared: Compared) -> Table:
    names, untrained = compared.names, compared.untrained
    alone = [_alone(compared, at) for at in (0, 1)]
    return {
        "networks": list(names),
        "psi": compared.psi,
        "likeness": {
            figure.key: {"value": value, "untrained": _band(band), "supports": says}
            for figure, value, band, says in compared.likeness()
        },
        "pairs_of_twins": 0 if untrained is None else untrained.pairs,
        "figures": [
            {"of": head} | _pair(pair)
            for head, pairs in compared.parts()
            for pair in pairs
        ],
        "curves": [_curve(*each) for each in compared.curves()],
        "first": alone[0],
        "second": alone[1],
        "problems": list(compared.problems),
    }


def _alone(compared: Compared, at: int) -> Table:
    """What ``measure`` gives of one of them."""
    statistics, untrained = compared.found.statistics[at], compared.untrained
    null = None if untrained is None else untrained.nulls[at]
    circles, name = tuple(range(len(statistics.circles))), compared.names[at]
    return as_table(Measurement(name, statistics, null, circles, name, compared.psi))


def _pair(pair: Pair) -> Table:
    first, second = pair.values
    return {
        "key": pair.figure.key,
        "title": pair.figure.title,
        "first": first,
        "second": second,
        "difference": pair.difference,
        "in_spreads": pair.deviations,
        "untrained": [_band(band) for band in pair.bands],
        "supports": pair.sentence,
    }


def _band(band: Band | None) -> Table | None:
    if band is None:
        return None
    return {"mean": band.mean, "sd": band.sd, "low": band.low, "high": band.high}


def _curve(group: str, first: Curve, second: Curve | None) -> Table:
    gap = None if second is None else difference(first, second)
    return {
        "group": group,
        "title": first.title,
        "x": first.x,
        "first": first.y,
        "second": None if second is None else second.y,
        "ratio" if first.is_log else "difference": gap,
    }
