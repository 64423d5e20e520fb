"""Factors read off images: labels, planes, and where circles cross them."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from sgviz.analysis.factors import (
    crossings,
    joined,
    labels_of,
    matched,
    middles,
    plane_steps,
    read_steps,
    sample_steps,
    verdict,
)
from sgviz.analysis.reader import FactorReader, Readings, load_reader
from sgviz.models.generator import Generator
from sgviz.training.portraits import Portraits


def done(steps: Any) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def reader() -> FactorReader:
    return load_reader()


def test_the_images_of_w_are_read_as_images_are(
    tiny: Generator, reader: FactorReader
) -> None:
    w = tiny.mapping(torch.randn(11, 24, generator=torch.Generator().manual_seed(0)))
    steps = read_steps(tiny, reader, w, psi=0.5)
    counts = [step for step in steps if step is not None]
    assert counts == [4, 8, 11]
    found = done(read_steps(tiny, reader, w, psi=0.5))
    images = tiny.synthesis(tiny.broadcast(w, 0.5), "const")
    expected = reader.read(images)
    torch.testing.assert_close(found.values, expected.values, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(found.features, expected.features, atol=1e-3, rtol=1e-3)


def test_samples_are_the_seeds(tiny: Generator) -> None:
    found = done(sample_steps(tiny, range(5), None))
    z3 = np.random.RandomState(3).randn(1, 24)
    np.testing.assert_allclose(found.z[3:4].numpy(), z3, rtol=1e-6)
    torch.testing.assert_close(found.w, tiny.mapping(found.z))
    assert found.readings is None


def test_the_readers_confidence_decides(tiny: Generator, reader: FactorReader) -> None:
    portraits = reader.read(Portraits(32, 5).batch(0, 24))
    good = verdict(portraits, reader, 32)
    assert good.is_read and good.confidence > 0.7 and good.sentence.startswith("Read")
    noise = torch.rand(24, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    bad = verdict(reader.read(noise * 2 - 1), reader, 32)
    assert not bad.is_read and "takes these images for none" in bad.sentence
    with pytest.raises(ValueError, match="8 pixels"):
        verdict(portraits, reader, 8)


def test_factors_become_labels_by_their_middle(reader: FactorReader) -> None:
    data = Portraits(64, 5)
    readings = reader.read(data.batch(0, 96))
    labels = labels_of(readings, reader, 64)
    assert "glasses" in labels.names and "smile > 0.25" in labels.names
    assert len(labels.names) == sum(reader.readable(64)) == labels.positive.shape[1]
    column = labels.names.index("glasses")
    true = data.factors(0, 96)[:, reader.names.index("glasses")] > 0.5
    assert (labels.positive[:, column] == true).double().mean() > 0.98
    # The surer half is right more often than the other.
    k = labels.names.index("smile > 0.25")
    smile = data.factors(0, 96)[:, reader.names.index("smile")] > 0.25
    right = (labels.positive[:, k] == smile).double()
    order = labels.sure[:, k].argsort(descending=True)
    assert right[order[:48]].mean() >= right[order[48:]].mean()
    assert float(middles(reader)[reader.names.index("glasses")]) == 0.5
    twice = joined([readings, readings])
    assert isinstance(twice, Readings) and len(twice.values) == 192


def test_a_plane_is_tested_on_samples_it_has_not_seen() -> None:
    x = torch.randn(400, 8, generator=torch.Generator().manual_seed(0))
    found = done(plane_steps(x, "glasses", "w", x[:, 2] > 0.4))
    assert found.accuracy > 0.93 > 0.8 > found.chance > 0.5
    cosine = found.plane.normal[2] / found.plane.normal.norm()
    assert float(cosine) > 0.98
    with pytest.raises(ValueError, match="no sample has glasses"):
        done(plane_steps(x, "glasses", "z", x[:, 0] > 99))


def test_crossings_of_a_closed_curve() -> None:
    angles = np.arange(64) * (math.tau / 64)
    found = crossings(np.cos(angles - 0.3) + 0.2, angles)
    expected = (0.3 + np.array([1, -1]) * math.acos(-0.2)) % math.tau
    np.testing.assert_allclose(found, np.sort(expected), atol=1e-3)
    assert len(crossings(np.ones(8), angles[:8])) == 0
    last = crossings(np.array([1.0, 1.0, -1.0, -1.0]), np.arange(4) * math.pi / 2)
    np.testing.assert_allclose(last, [math.pi * 0.75, math.pi * 1.75])


def test_crossings_match_each_other_once() -> None:
    said, seen = np.array([0.1, 3.0]), np.array([6.25, 0.2, 3.1])
    assert matched(said, seen, near=0.3) == 2
    assert matched(said, seen, near=0.01) == 0
    assert matched(np.array([]), seen) == 0
