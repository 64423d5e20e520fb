"""Figures beside what untrained networks have: a row of a table, its one sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sgviz.measured.figure import Figure
from sgviz.measured.null import Band, Null, Place, band_of, sentence

TRAINING = "training"


@dataclass(frozen=True, eq=False)
class Row:
    """A figure of a table, and what it is untrained.

    ``band`` and ``place`` are None where nothing is known; ``closed`` (infinite width)
    and ``shuffled`` likewise. ``says`` is the one sentence that the value supports.
    What ``is_alone`` is compared with nothing, and nothing is awaited.
    """

    figure: Figure
    value: float
    band: Band | None = None
    closed: float | None = None
    shuffled: float | None = None
    place: Place | None = None
    says: str = ""
    is_alone: bool = False


@dataclass(frozen=True, eq=False)
class Twins:
    """The figures of ``count`` untrained networks: a band for each key of a figure.

    ``who`` they are, as a sentence needs it ("20 untrained twins of depth 8"), and
    ``about`` whose training a figure inside says nothing. While fewer than ``total``
    are there the band still grows, and no value has a place in it.
    """

    bands: Mapping[str, Band]
    count: int
    who: str
    about: str = TRAINING
    total: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all that were asked for are there."""
        return self.count >= self.total

    def row(self, figure: Figure, value: float, closed: float | None = None) -> Row:
        """A value in its band; no place where the value or the band is unknown."""
        band = self.bands.get(figure.key)
        if not self.is_whole:
            return Row(figure, value, band, closed, says=so_far(self.count, self.total))
        says = sentence(figure, value, band, self.who, about=self.about)
        known = band is not None and band.known and value == value
        place = band.place(value) if band is not None and known else None
        return Row(figure, value, band, closed, place=place, says=says)


def so_far(count: int, total: int) -> str:
    """What is said in place of a verdict while twins are still to come."""
    return f"{count} of {total} untrained twins so far: no verdict yet."


def twins_of(
    networks: Sequence[Mapping[str, float]],
    who: str,
    about: str = TRAINING,
    total: int = 0,
) -> Twins:
    """The bands of what each network's figures are; ``who`` without their number.

    ``total`` networks are asked for.
    """
    keys = dict.fromkeys(key for network in networks for key in network)
    bands = {k: band_of([n[k] for n in networks if k in n]) for k in keys}
    return Twins(bands, len(networks), f"{len(networks)} {who}", about, total)


def row_of(
    figure: Figure, value: float, twins: Twins | None, closed: float | None = None
) -> Row:
    """A row, whether or not untrained networks were measured."""
    if twins is None:
        return Row(figure, value, closed=closed)
    return twins.row(figure, value, closed)


def row_in(figure: Figure, value: float, null: Null | None, key: str = "") -> Row:
    """A mean over circles in a null, which knows the figure by ``key``, if not its own.

    No null: the value alone.
    """
    if null is None:
        return Row(figure, value)
    key = key or figure.key
    band, mixed = null.mean.get(key), null.shuffled_mean.get(key)
    return Row(
        figure,
        value,
        band,
        null.closed.get(key),
        None if mixed is None else mixed.mean,
        null.of_mean(key, value),
        sentence(figure, value, band, null.who, mixed),
    )


def places_of(rows: Iterable[Row]) -> dict[str, Place]:
    """Where values lie in their bands, by the key of a figure, as far as is known."""
    return {row.figure.key: row.place for row in rows if row.place is not None}


def supports_of(rows: Iterable[Row]) -> dict[str, str]:
    """The one sentence of each figure that has a band, by its key."""
    return {row.figure.key: row.says for row in rows if row.band is not None}
