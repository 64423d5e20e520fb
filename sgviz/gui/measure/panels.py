"""The panels of the Measure menu: a line each, imported when one is first opened."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelLine:
    """``name`` (its dock is ``measure_<name>``), words, ``module:Class``."""

    name: str
    title: str
    tip: str
    path: str


# A panel's module is beside this one, so its path is ``HERE`` and the rest.
HERE = "sgviz.gui.measure."
PANELS: tuple[PanelLine, ...] = (
    PanelLine(
        "statistics",
        "Statistics",
        "Length, speed, turning, harmonics, shape: each beside untrained networks",
        HERE + "statistics_panel:StatisticsPanel",
    ),
    PanelLine(
        "distances",
        "Distances",
        "Between all points of the circle on the ring, and across each circle",
        HERE + "distances_panel:DistancesPanel",
    ),
    PanelLine(
        "triplets",
        "Triplets",
        "The share of each curve's energy that a triplet of coordinates shows",
        HERE + "triplets_panel:TripletsPanel",
    ),
)
