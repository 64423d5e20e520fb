"""Figures beside what untrained networks have: a row of a table, its one sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sgviz.measured.figure import Figure
from sgviz.measured.null import Band, Place, band_of, sentence

TRAINING = "training"


@dataclass(frozen=True, eq=False)
class Row:
    """A figure of a table, and what it is untrained.

    ``band`` and ``place`` are None where nothing is known; ``closed`` (infinite width)
    and ``shuffled`` likewise. ``says`` is the one sentence that the value supports.
    """

    figure: Figure
    value: float
    band: Band | None = None
    closed: float | None = None
    shuffled: float | None = None
    place: Place | None = None
    says: str = ""


@dataclass(frozen=True, eq=False)
class Twins:
    """The figures of ``count`` untrained networks: a band for each key of a figure.

    ``who`` they are, as a sentence needs it ("20 untrained twins of depth 8"), and
    ``about`` whose training a figure inside says nothing.
    """

    bands: Mapping[str, Band]
    count: int
    who: str
    about: str = TRAINING

    def row(self, figure: Figure, value: float, closed: float | None = None) -> Row:
        """A value in its band; no place where the value or the band is unknown."""
        band = self.bands.get(figure.key)
        says = sentence(figure, value, band, self.who, about=self.about)
        known = band is not None and band.known and value == value
        place = band.place(value) if band is not None and known else None
        return Row(figure, value, band, closed, place=place, says=says)


def twins_of(
    networks: Sequence[Mapping[str, float]], who: str, about: str = TRAINING
) -> Twins:
    """The bands of what each network's figures are; ``who`` without their number."""
    keys = dict.fromkeys(key for network in networks for key in network)
    bands = {k: band_of([n[k] for n in networks if k in n]) for k in keys}
    return Twins(bands, len(networks), f"{len(networks)} {who}", about)


def row_of(
    figure: Figure, value: float, twins: Twins | None, closed: float | None = None
) -> Row:
    """A row, whether or not untrained networks were measured."""
    if twins is None:
        return Row(figure, value, closed=closed)
    return twins.row(figure, value, closed)


def places_of(rows: Iterable[Row]) -> dict[str, Place]:
    """Where values lie in their bands, by the key of a figure, as far as is known."""
    return {row.figure.key: row.place for row in rows if row.place is not None}


def supports_of(rows: Iterable[Row]) -> dict[str, str]:
    """The one sentence of each figure that has a band, by its key."""
    return {row.figure.key: row.says for row in rows if row.band is not None}
