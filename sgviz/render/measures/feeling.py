"""What the measures of images share: the ruler, the reader, circles, read samples.

What is costly is kept on the desk: samples that were read are there for all measures
of the same network, and more of them begin where those end.
"""

import math
from collections.abc import Generator, Hashable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.analysis.factors import Samples, joined, sample_steps
from sgviz.analysis.path_length import circle_points
from sgviz.analysis.perceptual import Pixels, ReaderFeatures, Ruler, open_ruler
from sgviz.analysis.reader import FactorReader, load_reader
from sgviz.analysis.sampling import FixedNoise
from sgviz.curves import silently
from sgviz.families import circle_at, row_count
from sgviz.frame import Progress
from sgviz.naming import family_name
from sgviz.render.desk import Desk, ring_of
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model
from sgviz.state import ByNetwork, ByReader, CirclesFile, Focus, RulerRef, State

# So many circles are looked at, the one on the ring first, at so many angles.
CIRCLES, ANGLES = 24, 96
SLAB = 64

Angles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Circles:
    """Circles of Z that are drawn: their places, names, angles [M] and z [C, M, D]."""

    places: tuple[int, ...]
    names: tuple[str, ...]
    angles: Angles
    z: Tensor


def key_of(request: Request, desk: Desk, *more: object) -> Key:
    """The key of a measure of a network's images: which, of which class, with what."""
    state = request.state
    what = (state.model, desk.class_of(state), noise_of(state), *more)
    return Key(what, desk.model_key(state))


def drawn_key(state: State) -> Hashable:
    """The circles that are looked at: which comes first matters where they are many."""
    points = state.circles
    known = not isinstance(points, CirclesFile) and row_count(points) <= CIRCLES
    return (points, state.psi, None if known else state.ring)


def noise_of(state: State) -> FixedNoise:
    """The noise of measured images: stored or none, the same for all of them."""
    return "none" if state.noise == "none" else "const"


def maker(desk: Desk, state: State) -> Model:
    """The network of a state; ValueError where it makes no images."""
    model = desk.model(state)
    if model.generator.config.family == "geometry":
        raise ValueError("This network is a mapping alone: it makes no images")
    return model


def ruler_of(desk: Desk, ref: RulerRef) -> Ruler:
    """The ruler that is asked for; FileError where its file does not fit."""
    if isinstance(ref, ByNetwork):
        key = ("ruler", ref.sha256)
        kept = desk.kept.get(key)
        if kept is None:
            path = desk.sources.path_of(ref.path, ref.sha256)
            kept = desk.kept.put(key, open_ruler(path))
        return kept  # type: ignore[return-value]
    return ReaderFeatures(reader_of(desk)) if isinstance(ref, ByReader) else Pixels()


def reader_of(desk: Desk) -> FactorReader:
    """The bundled reader of portraits, loaded once."""
    kept = desk.kept.get("reader")
    return kept or desk.kept.put("reader", load_reader())  # type: ignore[return-value]


def circles_steps(state: State, desk: Desk) -> Generator[None, None, Circles]:
    """The circles of Z that are drawn, the one on the ring first, at most 24.

    Raises
    ------
    ValueError
        One sentence: what is drawn has no circles, or no images.
    """
    points = state.circles
    if not isinstance(points, CirclesFile) and circle_at(points, 0) is None:
        what = family_name(points)
        raise ValueError(f"Images are followed along circles: {what} has none")
    # Raises where the points of a file have no images.
    desk.shown_latent(state, Focus(circle=0))
    curves = yield from desk.curves(state)
    if curves.z is None:
        raise ValueError("These circles are geometry only: the file holds no z")
    ring, count = ring_of(curves, state.ring), len(curves.names)
    places = [ring, *(k for k in range(count) if k != ring)][:CIRCLES]
    many = curves.z.shape[1]
    angles: Angles = np.arange(min(many, ANGLES), dtype=np.float64)
    angles = angles * (math.tau / len(angles))
    z = curves.z[places]
    if many > ANGLES:
        z = torch.stack([circle_points(c, torch.from_numpy(angles)) for c in z])
    names = tuple(curves.names[place] for place in places)
    return Circles(tuple(places), names, angles, z)


def samples_steps(
    state: State, desk: Desk, count: int, what: str
) -> Generator[Progress | None, None, Samples]:
    """Seeds 0 ... count - 1 of the network, read; kept, and yields how far it is."""
    model, reader = maker(desk, state), reader_of(desk)
    label, noise = model.class_of(state), noise_of(state)
    # Of one network at a time: they may be hundreds of megabytes.
    key = (model.key, label, noise)
    of, found = _kept_samples(desk)
    found = found if of == key else None
    while found is None or len(found.z) < count:
        start = len(found.z) if found is not None else 0
        seeds = range(start, min(count, start + SLAB))
        yield Progress(f"{what}: {start:,} of {count:,} images read", start / count)
        steps = sample_steps(model.generator, seeds, reader, label, noise)
        more = yield from silently(steps)
        found = more if found is None else together(found, more)
        desk.kept.put("samples", (key, found))
    return first_of(found, count)


def together(a: Samples, b: Samples) -> Samples:
    """Samples, and more of them."""
    readings = None
    if a.readings is not None and b.readings is not None:
        readings = joined([a.readings, b.readings])
    return Samples(torch.cat([a.z, b.z]), torch.cat([a.w, b.w]), readings)


def first_of(samples: Samples, count: int) -> Samples:
    """The first ``count`` of them."""
    read = samples.readings
    if read is not None:
        parts = (read.values, read.confidence, read.features)
        read = type(read)(*(part[:count] for part in parts))
    return Samples(samples.z[:count], samples.w[:count], read)


def _kept_samples(desk: Desk) -> tuple[Hashable, Samples | None]:
    kept = desk.kept.get("samples")
    return kept if isinstance(kept, tuple) else (None, None)
