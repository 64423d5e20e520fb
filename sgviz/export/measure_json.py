"""What ``measure`` found, as what JSON can hold: a number that there is not is null.

The first keys of every table are those that were promised first; more may follow.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from sgviz.export.plain_table import plain_table
from sgviz.export.sections import sections
from sgviz.measured.beside import Row
from sgviz.measured.dimension import FIGURE as FIGURE_OF_CLOUDS
from sgviz.measured.dimension import Dimension
from sgviz.measured.measurement import Measurement
from sgviz.measured.null import Band, Null
from sgviz.measured.octants import OCTANTS
from sgviz.measured.statistics import FIGURES, Circle

HARMONICS = 16
COMPONENTS = 8
TRIPLETS = 8
Table = dict[str, Any]


def as_json(measurement: Measurement) -> str:
    """One JSON object."""
    return json_of(as_table(measurement))


def as_table(measurement: Measurement) -> Table:
    """The same as a table of tables."""
    statistics, rows = measurement.statistics, list(measurement.rows())
    pooled = {f.key: statistics.pooled(f.key) for f in statistics.pooled_shown()}
    return {
        "circles": [
            _circle(circle) | {"place": _places(measurement, i)}
            for i, circle in enumerate(statistics.circles)
        ],
        "pooled": pooled,
        "w_avg_norm": statistics.w_avg_norm,
        "null": None if measurement.null is None else _null(measurement.null),
        "signs": _signs(measurement),
        "of": measurement.of,
        "model": measurement.model,
        "psi": measurement.psi,
        "mean": {row.figure.key: row.value for row in rows},
        "supports": {row.figure.key: row.says for row in rows if row.says},
        "problems": list(measurement.problems),
    } | ({"full": _full(measurement)} if measurement.full else {})


def _signs(measurement: Measurement) -> Table:
    """By space and zero, every figure with its band, infinite width and place."""
    found: Table = {}
    for signs, rows in measurement.signs_beside():
        name = f"{signs.space.lower()}{'_centred' if signs.centred else ''}"
        found[name] = {row.figure.key: _row(row) for row in rows}
        found[name]["supports"] = signs.supports(measurement.null)
    return found


def _row(row: Row) -> Table:
    return {
        "value": row.value,
        "untrained": None if row.band is None else _band(row.band),
        "infinite_width": row.closed,
        "place": None if row.place is None else asdict(row.place),
    }


def _full(measurement: Measurement) -> Table:
    """The slow measures by name, each with its place among untrained networks.

    Those whose twins are a measure of their own do not know them; their section does.
    """
    full = measurement.full
    found = {name: plain_table(value) for name, value in full.items()}
    for section in sections(full):
        rows = {row.figure.key: row for row in section.rows}
        found[section.name] = _beside(rows) | found[section.name]
    clouds = full.get("dimension")
    if isinstance(clouds, Dimension):
        found["dimension"] |= _beside(
            {
                f"{cloud.name}, {row.figure.key}": row
                for cloud in clouds.clouds
                for row in clouds.beside(cloud.name, tuple(FIGURE_OF_CLOUDS))
            }
        )
    return found


def _beside(rows: Mapping[str, Row]) -> Table:
    """Place and sentence of the rows that have a band, by name."""
    known = {name: row for name, row in rows.items() if row.place is not None}
    return {
        "place": {name: plain_table(row.place) for name, row in known.items()},
        "supports": {name: row.says for name, row in known.items()},
    }


def _circle(circle: Circle) -> Table:
    curve, census, value = circle.curve, circle.census, circle.value
    counted = census.counts.sum() > 0
    shares = census.shares if counted else np.full(8, math.nan)
    best = np.argsort(-curve.triplets, kind="stable")[:TRIPLETS]
    return {
        "name": circle.name,
        "points": curve.points,
        "length": curve.length,
        "segment": {what: value(f"segment_{what}") for what in ("min", "mean", "max")},
        "turning_deg": curve.turning_deg,
        "harmonics": curve.harmonics[:HARMONICS],
        "participation_ratio": curve.participation_ratio,
        "octants": dict(zip(OCTANTS, shares, strict=True)),
        "tetrahedron_1.5": census.tetrahedron,
        "negative_share": census.negative_share,
        "negative_share_absolute": census.negative_share_absolute,
        "antipodal": {what: value(f"antipodal_{what}") for what in ("min", "max")},
        "w_dim": curve.w_dim,
        "exact_length": curve.exact_length,
        "energy": curve.energy,
        "unevenness": value("unevenness"),
        "speed_variation": value("speed_variation"),
        "odd_share": curve.odd_share,
        "planarity": curve.planarity,
        "explained": curve.explained[:COMPONENTS],
        "mean_square": curve.mean_square,
        "variance": curve.variance,
        "triplets": [
            {"first": 3 * int(i), "share": float(curve.triplets[i])}
            for i in best
            if math.isfinite(curve.triplets[i])
        ],
    }


def _places(measurement: Measurement, circle: int) -> Table:
    """By figure, where a circle lies in the twins' spread."""
    found = {}
    for figure in FIGURES:
        place = measurement.place(circle, figure.key)
        if place is not None:
            found[figure.key] = {
                "side": place.side,
                "deviations": place.deviations,
                "rank": place.rank,
            }
    return found


def _null(null: Null) -> Table:
    harmonics = [null.closed[f"harmonic_{k}"] for k in range(1, 6)]
    turning = null.circle.get("turning_deg")
    return {
        "depth": null.depth,
        "harmonics": harmonics,
        "participation_ratio": null.closed["participation_ratio"],
        "turning_deg": None
        if turning is None
        else {"mean": turning.mean, "sd": turning.sd},
        "w_dim": null.w_dim,
        "points": null.points,
        "twins": null.twins,
        "closed_form": dict(null.closed),
        "circle": _bands(null.circle),
        "mean": _bands(null.mean),
        "shuffled": _bands(null.shuffled),
        "note": null.note,
    }


def _bands(bands: Mapping[str, Band]) -> Table:
    return {key: _band(band) for key, band in bands.items()}


def _band(band: Band) -> Table:
    return {"mean": band.mean, "sd": band.sd, "low": band.low, "high": band.high}


def json_of(table: Table) -> str:
    """A table as JSON: what is not finite is null."""
    return json.dumps(_plain(table), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Numbers of numpy as Python's, and those that are not finite as None."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(part) for part in value]
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value
