"""How fast images change along the circles, and their perceptual path length."""

import numpy as np

from sgviz.analysis.path_length import (
    CircleSpeeds,
    Paths,
    Sampling,
    Space,
    circle_steps,
    lengths_steps,
    mean_and_error,
)
from sgviz.frame import Progress
from sgviz.measured.images import CircleImages, ImageSpeeds, PathLength, PathLengths
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
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps

# So many points of a circle, or pairs of a path length, between two looks at them.
SHOWN_TOGETHER = 16
KINDS: tuple[tuple[Space, Sampling], ...] = (
    ("z", "full"),
    ("z", "end"),
    ("w", "full"),
    ("w", "end"),
)


def _speed_key(request: Request, desk: Desk) -> Key:
    state = request.state
    return key_of(request, desk, drawn_key(state), state.feel.ruler)


def _speed(request: Request, desk: Desk) -> Steps:
    state = request.state
    model, ruler = maker(desk, state), ruler_of(desk, state.feel.ruler)
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
    return _speeds(ruler.name, circles, done)


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
    rows: list[PathLength] = []

    def so_far() -> PathLengths:
        side = model.generator.config.resolution
        of = tuple(rows)
        return PathLengths(ruler.name, ruler.published, feel.crop, side, feel.pairs, of)

    for at, (space, sampling) in enumerate(KINDS):
        paths = Paths(space, sampling, feel.crop)
        steps = lengths_steps(
            model.generator, ruler, paths, feel.pairs, 0, label, noise
        )
        seen = 0
        rows.append(PathLength(paths.name, np.nan, np.nan, 0))
        while True:
            try:
                part = next(steps)
            except StopIteration as end:
                part, seen = end.value, feel.pairs
            if part is None:
                yield None
                continue
            is_whole = len(part) == feel.pairs
            if is_whole or len(part) >= seen + SHOWN_TOGETHER:
                seen = len(part)
                rows[-1] = PathLength(paths.name, *mean_and_error(part), len(part))
                share = (at + len(part) / feel.pairs) / len(KINDS)
                words = f"{paths.name}: {len(part):,} of {feel.pairs:,} pairs"
                yield Progress(words, share)
                yield so_far()
            if is_whole:
                break
    return so_far()


IMAGE_SPEED = Stage("image_speed", _speed_key, _speed, measure=True, long=True)
PATH_LENGTH = Stage("path_length", _length_key, _length, measure=True, long=True)
