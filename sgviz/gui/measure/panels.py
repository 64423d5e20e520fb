"""The panels of the Measure menu: a line each, imported when one is first opened."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelLine:
    """``name`` (its dock is ``measure_<name>``), words, ``module:Class``."""

    name: str
    title: str
    tip: str
    path: str


PANELS: tuple[PanelLine, ...] = ()
