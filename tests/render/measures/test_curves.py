"""The stages of the curves: what comes first, what is kept, what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from sgviz.analysis import null as null_module
from sgviz.analysis.statistics import statistics_of
from sgviz.checkpoints.circles_file import write_circles
from sgviz.checkpoints.open_file import hash_file
from sgviz.curves import in_one_go, map_circles
from sgviz.export.measure import Asked, measure_files
from sgviz.frame import Progress
from sgviz.measured.curves import SelfDistances
from sgviz.measured.null import Null
from sgviz.measured.speeds import Speeds
from sgviz.measured.statistics import FIGURE, POOLED, Statistics
from sgviz.render.desk import Desk
from sgviz.render.measures import curves
from sgviz.render.request import Request
from sgviz.state import (
    CircleSet,
    CirclesFile,
    Cloud,
    Fan,
    Focus,
    ManyCircles,
    Seed,
    SmallCircle,
    Sphere,
    default_circles,
)
from sgviz.values.circles import Frame


@pytest.fixture
def desk(sources):
    return Desk(sources)


@pytest.fixture
def few(monkeypatch):
    """Few untrained networks: a test looks at the road, not at the band."""
    steps = null_module.null_steps

    def fewer(config, circles, trained=None, first_seed=0):
        return steps(config, circles, trained, 3, first_seed, shuffles=2)

    monkeypatch.setattr(curves, "null_steps", fewer)


def run(stage, desk, state, **focus):
    """Every value of a stage, the final one last."""
    steps = stage.run(Request(1, state, state, Focus(**focus), frozenset()), desk)
    values = []
    while True:
        try:
            value = next(steps)
        except StopIteration as end:
            return [*values, end.value]
        if value is not None:
            values.append(value)


def test_figures_come_before_the_speed(desk, little):
    (found,) = run(curves.STATISTICS, desk, little)
    assert isinstance(found, Statistics)
    assert not len(found.circles[0].curve.speed)
    assert np.isfinite(found.circles[0].curve.length)
    assert "exact_length" in {figure.key for figure in found.shown()}  # its place
    rough, exact = run(curves.SPEEDS, desk, little)
    assert isinstance(rough, Speeds)
    curve = found.with_speeds(exact).circles[1].curve
    assert curve.speed.shape == (32,)
    # The polygon lies within the curve.
    assert curve.length < curve.exact_length < 1.2 * curve.length
    assert rough.lengths == pytest.approx(exact.lengths, rel=0.03)
    mapping = desk.model(little).generator.mapping
    elsewhere = statistics_of(in_one_go(desk.curves(little)), mapping)
    assert exact.lengths == tuple(c.curve.exact_length for c in elsewhere.circles)


def test_every_row_of_a_fan_is_as_long_as_its_own_psi_makes_it(desk, little):
    fan = Fan(little.circles.circles[1], points=32, rows=7, low=-1.0, high=2.0)
    state = replace(little, circles=fan, psi=0.7)
    (found,) = run(curves.STATISTICS, desk, state)
    found = found.with_speeds(run(curves.SPEEDS, desk, state)[-1])
    lengths = np.array([circle.value("length") for circle in found.circles])
    exact = np.array([circle.value("exact_length") for circle in found.circles])
    psis = np.abs(np.linspace(-1.0, 2.0, 7))
    np.testing.assert_allclose(exact, exact[-1] / 2 * psis, rtol=1e-6)
    assert exact[2] == lengths[2] == 0.0
    assert (exact[psis > 0] > lengths[psis > 0]).all()
    assert not found.problems


def test_circles_of_a_sphere_have_a_speed_and_its_poles_none(desk, little):
    sphere = Sphere(Frame(Seed(0), Seed(1)), rows=5, points=32)
    state = replace(little, circles=sphere)
    (found,) = run(curves.STATISTICS, desk, state)
    found = found.with_speeds(run(curves.SPEEDS, desk, state)[-1])
    lengths = [circle.value("length") for circle in found.circles]
    exact = [circle.value("exact_length") for circle in found.circles]
    assert all(a < b < 1.2 * a for a, b in zip(lengths[1:4], exact[1:4], strict=True))
    assert exact[0] < 1e-3 and exact[4] < 1e-3
    assert not found.problems


def test_the_speed_does_not_depend_on_psi(desk, little):
    """So it is there at once in a drag of psi; that of other circles is none of it."""
    speeds = run(curves.SPEEDS, desk, little)[-1]
    (whole,), (half,) = (
        run(curves.STATISTICS, desk, replace(little, psi=psi)) for psi in (1.0, -0.5)
    )
    whole, half = whole.with_speeds(speeds), half.with_speeds(speeds)
    assert half.mean("exact_length") == pytest.approx(whole.mean("exact_length") / 2)
    assert not half.awaits_speed
    other = replace(little, circles=CircleSet(default_circles(2, seed=5), points=32))
    (others,) = run(curves.STATISTICS, desk, other)
    assert others.with_speeds(speeds) is others


@pytest.mark.parametrize("psi", [0.4, 1.7, -0.5, 0.0])
def test_a_truncation_changes_no_shape(desk, little, psi):
    """What is kept from psi 1 is what measuring anew finds, but for rounding."""
    at_1 = run(curves.STATISTICS, desk, little)[-1]
    state = replace(little, psi=psi)
    (found,) = run(curves.STATISTICS, desk, state)
    anew = statistics_of(in_one_go(desk.curves(state)))
    for key in FIGURE.keys() - {"exact_length"}:
        for mine, theirs in zip(found.circles, anew.circles, strict=True):
            expected = pytest.approx(theirs.value(key), rel=3e-4, abs=1e-6, nan_ok=True)
            assert mine.value(key) == expected, key
    for figure in POOLED:
        expected = pytest.approx(anew.pooled(figure.key), nan_ok=True, rel=0, abs=0)
        assert found.pooled(figure.key) == expected
    if psi:
        shares = found.circles[0].curve.harmonics
        assert shares is at_1.circles[0].curve.harmonics


def test_a_drag_of_psi_lets_work_come_to_its_end(desk, little):
    """Another psi is another version, and of another network something else."""
    keys = [
        curves.STATISTICS.key(Request(1, s, s, Focus(), frozenset()), desk)
        for s in (little, replace(little, psi=0.5), replace(little, ring=1))
    ]
    assert keys[0].what == keys[1].what
    assert keys[0] != keys[1]
    assert keys[0] == keys[2]
    rings = [
        curves.DISTANCES.key(Request(1, s, s, Focus(), frozenset()), desk)
        for s in (little, replace(little, ring=1))
    ]
    assert rings[0].what != rings[1].what


def test_untrained_networks_say_how_many_are_done(desk, little, few):
    *parts, null = run(curves.NULL, desk, little)
    assert isinstance(null, Null)
    assert null.twins == 3
    assert "length" in null.closed
    assert null.shuffled
    shares = [part.share for part in parts if isinstance(part, Progress)]
    assert shares == sorted(shares)
    assert parts[-1].what.startswith("Untrained networks: ")
    # They are kept: the second time nothing is measured, and nothing is different.
    again = run(curves.NULL, desk, little)[-1]
    assert again.mean["length"].values == null.mean["length"].values


def test_small_circles_have_no_closed_form(desk, little, few):
    small = CircleSet((*default_circles(1), SmallCircle(Frame())), points=32)
    null = run(curves.NULL, desk, replace(little, circles=small))[-1]
    assert null.closed == {}
    assert null.mean["length"].closed_form is None


@pytest.mark.parametrize("has_z", [False, True])
def test_circles_of_a_file_have_the_null_that_measure_has(
    desk, little, few, tmp_path, has_z
):
    """Twins of depth 8; random circles where the file holds no z."""
    network = desk.model(little).generator
    mine = map_circles(network, little.circles, lambda given: None)
    mine = replace(mine, model_sha256=None)
    path = tmp_path / "circles.npz"
    write_circles(mine if has_z else replace(mine, z=None), path)
    state = replace(little, circles=CirclesFile(str(path), hash_file(path)))
    null = run(curves.NULL, desk, state)[-1]
    command = measure_files([path], Asked(twins=3)).null
    assert null.mean["length"].values == command.mean["length"].values
    assert (null.note, null.depth) == (command.note, 8)
    assert ("random great circles" in null.note) == (not has_z)
    assert "the twins are of depth 8" in null.note
    assert null.shuffled == {}


def test_what_has_no_circles_is_refused(desk, little):
    for circles, stage in ((Cloud(), curves.STATISTICS), (Cloud(), curves.DISTANCES)):
        with pytest.raises(ValueError, match="seeds 0 to 1,999 have no circles"):
            run(stage, desk, replace(little, circles=circles))


def test_a_fan_goes_through_the_twins_too(desk, little, few):
    """w_avg + psi (w(t) - w_avg), for each psi: the same shape, another size."""
    fan = Fan(default_circles(1)[0], -1.0, 2.0, rows=4, points=16)
    state = replace(little, circles=fan)
    null = run(curves.NULL, desk, state)[-1]
    assert null.closed == {}
    assert len(null.circle["length"].values) == 3 * 4
    lengths = np.array(null.circle["length"].values).reshape(3, 4)
    np.testing.assert_allclose(lengths[:, 3], 2 * lengths[:, 0], rtol=1e-5)
    found = run(curves.STATISTICS, desk, state)[-1]
    assert null.of_circle("harmonic_1", found.circles[3].value("harmonic_1"))
    other = replace(state, beside=replace(state.beside, twin_seed=5))
    assert run(curves.NULL, desk, other)[-1].who.endswith("from seed 5")
    keys = [curves.NULL.key(Request(1, s, s, Focus(), frozenset()), desk).what
            for s in (state, other)]  # fmt: skip
    assert keys[0] != keys[1]


def test_of_very_many_circles_the_first_are_measured(desk, little, monkeypatch):
    monkeypatch.setattr(curves, "MOST", 3)
    many = replace(little, circles=ManyCircles(count=64, points=16), latent=Seed(1))
    found = run(curves.STATISTICS, desk, many)[-1]
    assert len(found.circles) == 3
    assert found.problems[0] == "The first 3 of 64 circles are measured."


def test_all_pairs_of_the_circle_on_the_ring(desk, little):
    found = run(curves.DISTANCES, desk, replace(little, ring=1))[-1]
    assert isinstance(found, SelfDistances)
    whole = run(curves.STATISTICS, desk, little)[0].circles[1]
    assert found.name == whole.name
    across = np.diagonal(found.distances, 16)
    np.testing.assert_allclose(across, whole.curve.antipodal)
