"""What happens in a depth laboratory, as frozen values; no torch, no Qt."""

from dataclasses import dataclass

from sgviz.training.events import Event


@dataclass(frozen=True)
class DepthBegan:
    """The run of a depth goes on from ``images``; it is ``number`` of ``count``."""

    depth: int
    number: int
    count: int
    images: int


@dataclass(frozen=True)
class DepthEvent:
    """Something that happened in the run of a depth."""

    depth: int
    event: Event


@dataclass(frozen=True)
class LabEnded:
    """The last event. ``complete``: every depth has shown all its images.

    ``saved``: the newest state of every depth lies in its folder; ``reason``: one
    sentence, why it ended.
    """

    complete: bool
    saved: bool
    reason: str


LabEvent = DepthBegan | DepthEvent | LabEnded
