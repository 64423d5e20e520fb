"""``train --depths``: a laboratory without a window."""

import json
import shlex
from pathlib import Path

import pytest

from sgviz.argument_parser import UsageError
from sgviz.arguments import parse
from sgviz.train_command import DONE, FAILED, train
from sgviz.training.trainer import Trainer

SMALL = (
    "--set resolution=16 --set channels=8,8,8 --set channels_d=8,8,8 --set z_dim=8"
    " --set w_dim=8 --set batch=4 --set precision=fp32 --set samples=false"
)


def run(words: str) -> tuple[int, list[str]]:
    said: list[str] = []
    args = parse(["train", *shlex.split(words), "--device", "cpu"])
    return train(args, said.append, said.append), said


def test_every_depth_is_trained_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "lab"
    code, said = run(f"--out {out} --depths 3,1 --kimg 0.008 {SMALL}")
    assert code == DONE
    assert said[0] == "depth 1, 1 of 2" and said[-1] == "all depths are trained"
    assert [line for line in said if line.startswith("depth")][1] == "depth 3, 2 of 2"
    for depth in (1, 3):
        config = json.loads((out / f"depth-{depth}" / "config.json").read_text())
        assert config["depth"] == depth and config["resolution"] == 16
    code, said = run(f"--out {out} --resume --kimg 0.012 --events jsonl")
    events = [json.loads(line) for line in said]
    assert code == DONE
    begun = [event for event in events if event["event"] == "depth_began"]
    assert [event["depth"] for event in begun] == [1, 3]
    assert [event["images"] for event in begun] == [8, 8]
    ended = {"event": "lab_ended", "complete": True, "saved": True}
    assert events[-1] == ended | {"reason": "all depths are trained"}


def test_a_run_that_could_not_go_on_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved or not: who waits for the end must not take it for one."""

    def short(trainer: Trainer) -> None:
        raise MemoryError

    monkeypatch.setattr(Trainer, "_generator_phases", short)
    code, said = run(f"--out {tmp_path / 'run'} --preset tiny --kimg 0.008 {SMALL}")
    assert said[-1].startswith("training stopped: no memory for 4 images")
    assert code == FAILED


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--depths 1,2 --resume", "from its lab.json"),
        ("--depths 1 --set depth=2", "depth of each run"),
        ("--depths 1 --from weights.safetensors", "one depth alone"),
        ("--depths 1,99", "from 1 to 16"),
        ("--depths 1,,2", "from 1 to 16"),
    ],
)
def test_what_does_not_go_together(tmp_path: Path, words: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        run(f"--out {tmp_path / 'lab'} {words}")
    assert not (tmp_path / "lab").exists()


@pytest.mark.parametrize("what", ["run", "lab"])
@pytest.mark.parametrize(
    "option", ["--preset large", "--seed 7", "--seed 0", "--set batch=8", "--from x.pt"]
)
def test_what_a_run_that_goes_on_would_ignore_is_refused(
    tmp_path: Path, what: str, option: str
) -> None:
    """Its settings are those of its folder: no option passes without a word."""
    (tmp_path / f"{what}.json").write_text("{}")
    with pytest.raises(UsageError) as refused:
        run(f"--out {tmp_path} --resume {option}")
    name, where = option.split()[0], "lab" if what == "lab" else "config"
    assert str(refused.value).startswith(f"{name} is for a new ")
    assert str(refused.value).endswith(f"from its {where}.json")


def test_a_team_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(UsageError, match="one process"):
        run(f"--out {tmp_path / 'lab'} --depths 1,2")
