"""How fast images change along the circles, and their perceptual path length.

Beside both, the same z through untrained mappings before the network's own synthesis:
so a figure that only the synthesis has made lies within their band. (A synthesis that
learned nothing makes no images, and everything would lie outside of what it shows.)
"""

import math
from collections.abc import Generator
from dataclasses import replace

import numpy as np
import torch

from sgviz.analysis.path_length import (
    CircleSpeeds,
    Paths,
    Sampling,
    Space,
    circle_points,
    circle_steps,
    lengths_steps,
    mean_and_error,
)
from sgviz.analysis.perceptual import Ruler
from sgviz.frame import Progress
from sgviz.measured.beside import Twins, twins_of
from sgviz.measured.circle_images import CircleImages, length_key
from sgviz.measured.images import (
    ABOUT,
    WHO,
    ImageSpeeds,
    PathLength,
    PathLengths,
    speed_figures,
)
from sgviz.models.mapping import MappingNetwork
from sgviz.models.untrained import with_mapping
from sgviz.render.desk import Desk
from sgviz.render.measures.feeling import (
    Circles,
    circles_steps,
    drawn_key,
    key_of,
    maker,
    noise_of,
    ruler_of,
)
from sgviz.render.measures.twins import twins_steps, with_seed
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model
from sgviz.render.stage import Stage, Steps
from sgviz.state import Live, State

# So many points of a circle, or pairs of a path length, between two looks at them.
SHOWN_TOGETHER = 16
# Images are dear: of every twin so many pairs, and points of at most so many circles.
# Fewer than the network's own make the band wider, never narrower.
TWINS, TWIN_PAIRS, TWIN_POINTS, TWIN_CIRCLES = 20, 24, 8, 6
KINDS: tuple[tuple[Space, Sampling], ...] = (
    ("z", "full"),
    ("z", "end"),
    ("w", "full"),
    ("w", "end"),
)

Measured = Generator[object, None, dict[str, float]]


def _speed_key(request: Request, desk: Desk) -> Key:
    state = request.state
    return key_of(request, desk, drawn_key(state), state.feel.ruler)


def _speed(request: Request, desk: Desk) -> Steps:
    state = request.state
    model, ruler = maker(desk, state), ruler_of(desk, state.feel.ruler)
    yield None  # it may have been loaded
    circles = yield from circles_steps(state, desk)
    done: list[CircleImages] = []
    count = len(circles.names)
    for at, (name, z) in enumerate(zip(circles.names, circles.z, strict=True)):
        yield Progress(f"Images along {name} ({at + 1} of {count})", at / count)
        steps = circle_steps(
            model.generator, ruler, z, state.psi, model.class_of(state), noise_of(state)
        )
        seen = 0
        while True:
            try:
                part = next(steps)
            except StopIteration as end:
                done.append(_circle(circles, at, end.value))
                break
            if part is None or np.isfinite(part.image).sum() < seen + SHOWN_TOGETHER:
                yield None
                continue
            seen = int(np.isfinite(part.image).sum())
            yield _speeds(ruler.name, circles, [*done, _circle(circles, at, part)])
    found = _speeds(ruler.name, circles, done)
    if isinstance(state.model, Live):
        return found  # the next snapshot comes before the twins of this one would
    yield found
    return (yield from _speeds_of_twins(found, circles, ruler, state, desk))


def _speeds_of_twins(
    found: ImageSpeeds, circles: Circles, ruler: Ruler, state: State, desk: Desk
) -> Steps:
    """The figures of the same circles, at a few points of each, through twins."""
    model = desk.model(state)
    label, noise = model.class_of(state), noise_of(state)
    count = min(TWIN_POINTS, circles.z.shape[1])
    angles = torch.arange(count, dtype=torch.float64) * (math.tau / count)
    points = [circle_points(z.cpu(), angles) for z in circles.z[:TWIN_CIRCLES]]

    def measure(twin: MappingNetwork) -> Measured:
        network, parts = with_mapping(model.generator, twin), []
        for z in points:
            steps = circle_steps(network, ruler, z, state.psi, label, noise)
            parts.append((yield from steps))
        image = np.concatenate([part.image for part in parts])
        found = speed_figures(image, np.concatenate([part.w for part in parts]))
        for place, part in zip(circles.places, parts, strict=False):
            found[length_key(place)] = float(math.tau * part.image.mean())
        return found

    def show(figures: list[dict[str, float]]) -> ImageSpeeds:
        return replace(found, twins=_twins(figures, model))

    key = (model.key, drawn_key(state), state.feel.ruler, label, noise)
    config = model.generator.mapping.config
    first = state.beside.twin_seed
    steps = twins_steps(desk, key, config, TWINS, measure, show, first=first)
    return (yield from steps)


def _circle(circles: Circles, at: int, part: CircleSpeeds) -> CircleImages:
    name, angles = circles.names[at], circles.angles
    return CircleImages(name, angles, part.image, part.w, part.chords)


def _speeds(ruler: str, circles: Circles, done: list[CircleImages]) -> ImageSpeeds:
    """What is measured so far, in the order in which the circles are drawn."""
    places = circles.places[: len(done)]
    order = sorted(range(len(done)), key=lambda k: places[k])
    return ImageSpeeds(
        ruler, tuple(done[k] for k in order), tuple(places[k] for k in order)
    )


def _length_key(request: Request, desk: Desk) -> Key:
    feel = request.state.feel
    return key_of(request, desk, feel.ruler, feel.crop, feel.pairs)


def _length(request: Request, desk: Desk) -> Steps:
    state, feel = request.state, request.state.feel
    model, ruler = maker(desk, state), ruler_of(desk, feel.ruler)
    label, noise = model.class_of(state), noise_of(state)
    side = model.generator.config.resolution
    found = PathLengths(ruler.name, ruler.published, feel.crop, side, feel.pairs, ())
    for at, kind in enumerate(KINDS):
        paths, seen, before = Paths(*kind, feel.crop), 0, found.rows
        found = replace(found, rows=(*before, PathLength(paths.name)))
        steps = lengths_steps(
            model.generator, ruler, paths, feel.pairs, 0, label, noise
        )
        while seen < feel.pairs:
            try:
                part = next(steps)
            except StopIteration as end:
                part = end.value
            if part is None or not _is_worth_showing(len(part), seen, feel.pairs):
                yield None
                continue
            seen = len(part)
            row = PathLength(paths.name, *mean_and_error(part), seen)
            found = replace(found, rows=(*before, row))
            words = f"{paths.name}: {seen:,} of {feel.pairs:,} pairs"
            yield Progress(words, (at + seen / feel.pairs) / len(KINDS))
            yield found
    return (yield from _lengths_of_twins(found, ruler, state, desk))


def _is_worth_showing(count: int, seen: int, total: int) -> bool:
    return count == total or count >= seen + SHOWN_TOGETHER


def _lengths_of_twins(
    found: PathLengths, ruler: Ruler, state: State, desk: Desk
) -> Steps:
    """The same figures of the first pairs, through twins."""
    model, feel = desk.model(state), state.feel
    label, noise = model.class_of(state), noise_of(state)
    pairs = min(feel.pairs, TWIN_PAIRS)

    def measure(twin: MappingNetwork) -> Measured:
        network, means = with_mapping(model.generator, twin), {}
        for kind in KINDS:
            paths = Paths(*kind, feel.crop)
            steps = lengths_steps(network, ruler, paths, pairs, 0, label, noise)
            means[paths.name] = mean_and_error((yield from steps))[0]
        return means

    def show(figures: list[dict[str, float]]) -> PathLengths:
        return replace(found, twins=_twins(figures, model))

    key = (model.key, "path length", feel.ruler, feel.crop, pairs, label, noise)
    config = model.generator.mapping.config
    first = state.beside.twin_seed
    steps = twins_steps(desk, key, config, TWINS, measure, show, False, first)
    return (yield from steps)


def _twins(figures: list[dict[str, float]], model: Model) -> Twins:
    who = WHO.format(depth=model.generator.mapping.config.depth)
    return twins_of(figures, who, ABOUT, TWINS)


IMAGE_SPEED = Stage(
    "image_speed", with_seed(_speed_key), _speed, measure=True, long=True
)
PATH_LENGTH = Stage(
    "path_length", with_seed(_length_key), _length, measure=True, long=True
)
