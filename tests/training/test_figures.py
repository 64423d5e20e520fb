"""Figures as values: limits, keys, and JSON of any origin."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from sgviz.training.figures import (
    FIGURES,
    Figures,
    figures_from_json,
    figures_to_json,
)

SOME = Figures(
    images=4000,
    displacement=0.25,
    w_mean_square=700.5,
    w_avg_share=0.7,
    mean_share=0.71,
    harmonics=(0.69, 0.2, 0.06, 0.02),
    participation_ratio=3.6,
    negative_share=0.55,
    unevenness=1.75,
    coverage=(("smile", 0.5),),
)


def test_every_figure_has_a_value_of_its_own() -> None:
    values = [SOME.value(figure.key) for figure in FIGURES]
    assert len(set(values)) == len(FIGURES) == 11
    assert SOME.value("harmonic_4") == 0.02
    with pytest.raises(KeyError):
        SOME.value("images")


def test_figures_come_back_from_json() -> None:
    assert figures_from_json(figures_to_json(SOME)) == SOME


@pytest.mark.parametrize(
    "change",
    [
        {"displacement": -1.0},
        {"harmonics": [1.0, 0.0]},
        {"harmonics": [0.5, 0.5, 0.5, 7.0]},
        {"coverage": [["smile"]]},
        {"images": "many"},
        {"unevenness": None},
        {"new": 1},
    ],
)
def test_json_of_another_origin_is_refused_in_one_sentence(
    change: dict[str, object],
) -> None:
    data = json.loads(figures_to_json(SOME)) | change
    with pytest.raises(ValueError, match="the figures are wrong") as caught:
        figures_from_json(json.dumps(data))
    assert "\n" not in str(caught.value)


def test_figures_are_finite() -> None:
    with pytest.raises(ValidationError):
        replace(SOME, unevenness=float("inf"))


def test_the_guide_says_what_every_figure_means() -> None:
    page = (Path(__file__).parents[2] / "docs" / "train.md").read_text("utf-8")
    page = page.replace("&#124;", "|")
    for figure in FIGURES:
        row = f"| {figure.title} | {figure.formula} | {figure.reading} |"
        assert row in page, figure.key
