"""The depth laboratory: runs that differ in their depth and in nothing else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints import native
from sgviz.checkpoints.errors import FileError
from sgviz.curves import map_circles
from sgviz.geometry.curve_measures import turning
from sgviz.state import CircleSet, default_circles
from sgviz.training import depth_lab
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control
from sgviz.training.depth_events import DepthBegan, DepthEvent, LabEnded, LabEvent
from sgviz.training.depth_lab import (
    ALL_TRAINED,
    Lab,
    begin_member,
    create_lab,
    is_lab,
    labs_in,
    plan,
    read_lab,
    run_lab,
)
from sgviz.training.depth_results import TURNING, LabReader, lab_results
from sgviz.training.events import Paused, Resumed
from sgviz.training.trainer import Trainer

CPU = torch.device("cpu")


class Waves:
    """Numbered images: image k is a sine of its own frequency; stops a run."""

    def __init__(
        self, size: int, control: Control | None = None, stop_after: int | None = None
    ) -> None:
        self.size, self.control, self.left = size, control, stop_after

    def batch(self, first_index: int, count: int) -> torch.Tensor:
        if self.left is not None and self.control is not None:
            self.left -= 1
            if self.left == 0:
                self.control.stop()
        index = torch.arange(first_index, first_index + count)[:, None, None, None]
        x = torch.linspace(0.0, 6.0, self.size)
        wave = torch.sin(x * (index % 7 + torch.arange(1, 4)[None, :, None, None]))
        return wave.expand(count, 3, self.size, self.size).contiguous()


@pytest.fixture
def lab(tmp_path: Path, config: TrainConfig) -> Lab:
    return create_lab(tmp_path / "lab", (4, 1), config)


def trained(lab: Lab, stop_after: int | None = None) -> list[LabEvent]:
    """The events of a laboratory, told to stop in the nth step of the whole."""
    control = Control()
    return list(run_lab(lab, control, CPU, Waves(8, control, stop_after)))


def weights(trainer: Trainer) -> dict[str, torch.Tensor]:
    found = {f"g.{k}": v for k, v in trainer.generator.state_dict().items()}
    found |= {f"e.{k}": v for k, v in trainer.average.state_dict().items()}
    return found | {
        f"d.{k}": v for k, v in trainer.players.discriminator.state_dict().items()
    }


def test_the_plan_differs_in_depth_alone(config: TrainConfig, tmp_path: Path) -> None:
    found = plan((8, 1, 2, 8), replace(config, timeline=False), tmp_path)
    assert [member.depth for member in found] == [1, 2, 8]
    assert [member.path.name for member in found] == ["depth-1", "depth-2", "depth-8"]
    for member in found:
        assert member.config == replace(config, depth=member.depth)
    for wrong in ((), (0, 1), (17,)):
        with pytest.raises(ValueError, match=r"layers|one depth"):
            plan(wrong, config, tmp_path)


def test_all_depths_begin_alike_and_see_the_same(lab: Lab) -> None:
    begun = []
    for member in lab.members:
        trainer, folder = begin_member(member, CPU, Waves(8))
        folder.close()
        begun.append(trainer)
    shallow, deep = (weights(trainer) for trainer in begun)
    for name in shallow:
        assert torch.equal(shallow[name], deep[name]), name
    more = {name for name in deep if name not in shallow}
    assert {name.split(".")[2] for name in more} == {"fc1", "fc2", "fc3"}
    assert torch.equal(begun[0].data.batch(0, 4), begun[1].data.batch(0, 4))
    assert torch.equal(begun[0].streams.z(4, 8), begun[1].streams.z(4, 8))
    # What the shared start is for: by itself a deeper network begins otherwise.
    alone = [
        Trainer(member.config, CPU, begun[0].data).generator.synthesis.state_dict()
        for member in lab.members
    ]
    assert any(not torch.equal(alone[0][name], alone[1][name]) for name in alone[0])


def test_a_laboratory_is_trained_to_its_end(lab: Lab) -> None:
    events = trained(lab)
    assert [e.depth for e in events if isinstance(e, DepthBegan)] == [1, 4]
    assert events[-1] == LabEnded(complete=True, saved=True, reason=ALL_TRAINED)
    assert lab.done
    assert trained(lab) == [events[-1]], "what is done was trained again"


@pytest.mark.parametrize("stop_after", [1, 3, 5, 8])
def test_a_stopped_laboratory_goes_on_where_it_was(
    lab: Lab, tmp_path: Path, stop_after: int
) -> None:
    whole = create_lab(tmp_path / "whole", lab.depths, lab.base)
    trained(whole)
    end = trained(lab, stop_after)[-1]
    assert end == LabEnded(complete=False, saved=True, reason="stopped")
    assert not lab.done
    again = trained(read_lab(lab.path))
    begun = [e.depth for e in again if isinstance(e, DepthBegan)]
    assert begun == ([1, 4] if stop_after < 5 else [4])
    assert isinstance(again[-1], LabEnded) and again[-1].complete
    for one, other in zip(whole.members, lab.members, strict=True):
        name = "g_ema.safetensors"
        ours, theirs = (native.load(m.path / name).weights for m in (one, other))
        for key in ours:
            assert torch.equal(ours[key], theirs[key]), key
    for one, other in zip(lab_results(whole.path), lab_results(lab.path), strict=True):
        assert one.now is not None and other.now is not None
        assert one.now.record.figures == other.now.record.figures


def test_it_pauses_between_two_steps(lab: Lab) -> None:
    control, seen = Control(), []
    for event in run_lab(lab, control, CPU, Waves(8)):
        kind = event.event if isinstance(event, DepthEvent) else event
        seen.append(type(kind))
        if isinstance(kind, DepthBegan) and kind.depth == 4:
            control.pause()
        if isinstance(kind, Paused):
            control.resume()
    assert seen.index(Paused) < seen.index(Resumed)
    assert lab.done


def test_a_longer_one_goes_on_from_the_end(lab: Lab) -> None:
    trained(lab)
    longer = read_lab(lab.path, kimg=0.028)
    assert not longer.done
    trained(longer)
    assert [member.images for member in longer.members] == [28, 28]
    assert read_lab(lab.path) == longer


def test_the_results_are_those_of_the_networks(lab: Lab) -> None:
    assert [r.now for r in lab_results(lab.path)] == [None, None]
    reader = LabReader(lab)
    assert not reader.refresh()
    trained(lab)
    assert reader.refresh()
    for member, result in zip(lab.members, reader.results, strict=True):
        assert result.depth == member.depth and result.share == 1.0
        network = native.load(member.path / "g_ema.safetensors").build()
        circles = CircleSet(default_circles(4), points=96)
        w = map_circles(network, circles, lambda _: pytest.fail("no file")).w
        assert result.start is not None and result.now is not None
        assert torch.allclose(result.now.record.w, w, rtol=2e-3, atol=2e-3)
        assert result.now.turning == pytest.approx(
            float(turning(w.half().float()).mean()), rel=1e-6
        )
        assert result.start.record.images == 0
        assert result.now.record.images == 20
        assert result.now.value(TURNING) == result.now.turning
        assert result.now.value("harmonic_1") == result.now.record.figures.harmonics[0]
    shares = [result.closed["harmonic_1"] for result in reader.results]
    assert shares == pytest.approx([0.9223, 0.7929], abs=1e-4)


def test_what_is_no_laboratory_is_told(
    lab: Lab, tmp_path: Path, config: TrainConfig
) -> None:
    assert is_lab(lab.path) and labs_in(tmp_path) == (lab.path,)
    assert labs_in(tmp_path / "nothing") == ()
    with pytest.raises(FileError, match="holds a laboratory already"):
        create_lab(lab.path, (1,), config)
    with pytest.raises(FileError, match="no depth laboratory"):
        read_lab(tmp_path)
    for damage in ("{", '{"format": "other"}', '{"depths": [99]}', "[]"):
        (lab.path / depth_lab.FILE).write_text(damage)
        with pytest.raises(FileError, match=r"lab\.json of lab cannot be used"):
            read_lab(lab.path)


def test_a_run_with_other_settings_is_not_taken_for_ours(
    lab: Lab, change: Callable[[Path], None]
) -> None:
    trained(lab, stop_after=1)
    change(lab.members[0].path)
    with pytest.raises(FileError, match="depth-1 holds a run with other settings"):
        trained(lab)


@pytest.fixture
def change() -> Callable[[Path], None]:
    def with_another_seed(run: Path) -> None:
        path = run / "config.json"
        path.write_text(path.read_text().replace('"seed": 0', '"seed": 7'))

    return with_another_seed
