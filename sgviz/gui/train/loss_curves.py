"""Which figures of a run are drawn, in which chart, and how to read each."""

from dataclasses import dataclass

import numpy as np

from sgviz.training.events import StepStats


@dataclass(frozen=True)
class CurveAbout:
    """A curve: the figure of a step it shows, its name, how to read it, its chart."""

    figure: str
    name: str
    tip: str
    chart: int


LOSSES, PENALTY, SIGNS, PATH, AUGMENT = range(5)
CURVES = (
    CurveAbout(
        "loss_g",
        "Loss of G",
        "Low when the generator's images pass for real ones.",
        LOSSES,
    ),
    CurveAbout(
        "loss_d",
        "Loss of D",
        "Low when the discriminator tells real images from made ones.",
        LOSSES,
    ),
    CurveAbout(
        "r1",
        "R1",
        "How steep D is at real images (mean squared gradient); the penalty that"
        " keeps the game stable.",
        PENALTY,
    ),
    CurveAbout(
        "sign_real",
        "D(real)",
        "Mean sign of D on real images: 1 where it takes all of them for real, 0 where"
        " it guesses.",
        SIGNS,
    ),
    CurveAbout(
        "sign_fake",
        "D(fake)",
        "Mean sign of D on made images: −1 where it finds all of them out.",
        SIGNS,
    ),
    CurveAbout(
        "path_length",
        "Path length",
        "How far an image moves for a step in W, on average; the regularisation holds"
        " it even.",
        PATH,
    ),
    CurveAbout(
        "augment_p",
        "Augmentation p",
        "How often each augmentation is applied to what D sees.",
        AUGMENT,
    ),
)
# How high each chart is beside the others; those that are 0 throughout are not shown.
CHARTS = (5, 3, 3, 2, 2)
ALWAYS = (LOSSES, PENALTY, SIGNS)


def row_of(stats: StepStats) -> tuple[float, ...]:
    """Figures of a step: kimg, then a number a curve; nan for what was not computed."""
    values = [float(getattr(stats, about.figure)) for about in CURVES]
    if not stats.path_length:
        values[CURVES.index(next(c for c in CURVES if c.chart == PATH))] = np.nan
    return (stats.images / 1000.0, *values)
