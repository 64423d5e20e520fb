"""Two thousand mutants of each valid file: a network or a sentence, never more."""

import pytest

from tests.fuzz import KINDS, Outcome, fuzz, judge, mutants

COUNT = 2_000


@pytest.mark.parametrize("kind", KINDS)
def test_mutants(kind: str) -> None:
    outcome = fuzz(kind, COUNT, 4)
    assert not outcome.escapes
    assert sum(outcome.endings.values()) == COUNT
    # Not all of them fail at the first byte: some are still networks.
    assert outcome.endings["opened"] > COUNT // 50
    assert len(outcome.endings) >= 3


def test_the_same_seed_makes_the_same_mutants() -> None:
    data = bytes(range(200))
    made = [list(mutants(data, 50, seed)) for seed in (1, 1, 2)]
    assert made[0] == made[1]
    assert made[0] != made[2]
    assert sum(each != data for each in made[0]) > 40


def test_the_judge_can_condemn(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise KeyError("something else")

    monkeypatch.setattr("tests.fuzz.look_at", broken)
    outcome = Outcome()
    judge(b"", outcome, "x")
    assert "KeyError" in outcome.escapes[0]
