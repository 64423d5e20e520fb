"""Measured values as what JSON can hold."""

import json
from dataclasses import dataclass

import numpy as np

from sgviz.export.plain_table import plain_table


@dataclass(frozen=True)
class Inner:
    name: str
    picture: np.ndarray

    @property
    def loud(self) -> str:
        return self.name.upper()

    @property
    def place(self) -> dict[str, int]:
        return {"side": -1}

    @property
    def many(self) -> list[int]:
        return [1, 2]


@dataclass(frozen=True)
class Outer:
    parts: tuple[Inner, ...]
    numbers: np.ndarray
    long: np.ndarray
    figures: dict[tuple[str, str], float]
    missing: str | None = None


def test_fields_numbers_and_sentences_but_no_pictures() -> None:
    inner = Inner("one", np.zeros((2, 2, 3), np.uint8))
    outer = Outer(
        (inner,),
        np.arange(3.0),
        np.arange(1_000_001.0),
        {("W", "kappa"): np.float64(2.0)},
    )
    found = plain_table(outer)
    assert found == {
        "parts": [{"name": "one", "loud": "ONE", "place": {"side": -1}}],
        "numbers": [0.0, 1.0, 2.0],
        "long": {"shape": [1_000_001], "min": 0.0, "mean": 5e5, "max": 1e6},
        "figures": {"W, kappa": 2.0},
    }
    json.dumps(found)


def test_curves_and_matrices_are_whole_to_six_digits() -> None:
    curves = np.full((6, 96, 36), 1 / 3, np.float32)
    assert plain_table(curves)[5][95][35] == 0.333333
    matrix = plain_table(np.linspace(0.0, 1e7 + 1 / 3, 48 * 48).reshape(48, 48))
    assert np.shape(matrix) == (48, 48) and matrix[-1][-1] == 1e7
    assert plain_table(np.array([[7, 12345678]])) == [[7, 12345678]]
    assert np.isnan(plain_table(np.array([np.nan]))).all()
