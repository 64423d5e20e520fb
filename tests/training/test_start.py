"""A new run from a file: what goes on, what begins anew, what is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints import native
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.open_file import hash_file
from sgviz.models.generator import Generator
from sgviz.models.mapping import STYLEGAN1
from sgviz.models.snapshot import Snapshot
from sgviz.training import going_on as going_on_module
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control
from sgviz.training.events import Began
from sgviz.training.going_on import start_or_resume
from sgviz.training.presets import PRESETS
from sgviz.training.run import run
from sgviz.training.run_folder import RunFolder, checkpoints_of
from sgviz.training.start import begin_from, begun, fitted, newest_of, read_beginning
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
CPU = torch.device("cpu")
FULL = {"pl_weight": 2.0, "pl_interval": 2, "augment": "adaptive", "augment_p": 0.4}


@pytest.fixture
def checkpoint(make_trainer: MakeTrainer, folder: RunFolder) -> Path:
    """A whole checkpoint after three steps, with g_ema beside its folder."""
    trainer = make_trainer(**FULL)
    for _ in range(3):
        trainer.step()
    return folder.save(trainer)


def test_a_run_is_begun_from_at_its_newest_checkpoint(
    checkpoint: Path, tmp_path: Path
) -> None:
    assert newest_of(checkpoint) == checkpoint
    assert newest_of(checkpoint.parent.parent) == checkpoint
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match="empty is a folder, and no run"):
        newest_of(tmp_path / "empty")


def test_a_checkpoint_gives_everything_but_counters_and_draws(
    make_trainer: MakeTrainer, checkpoint: Path
) -> None:
    old, new = make_trainer(**FULL), make_trainer(**{**FULL, "seed": 9})
    for _ in range(3):
        old.step()
    assert begin_from(new, checkpoint) == (
        f"begun from {checkpoint.name}: networks and optimisers go on, images count "
        "from 0"
    )
    one, other = old.state().tensors, new.state().tensors
    kept = [n for n in one if not n.startswith("rng.")]
    assert any(n.startswith("opt_d.") for n in kept)
    assert all(torch.equal(one[n], other[n]) for n in kept)
    assert not torch.equal(one["rng.latents"], other["rng.latents"])
    assert (new.images, new.counters.steps) == (0, 0)
    assert new.augment_p == old.augment_p > 0.0
    assert not new.step().skipped


def test_a_generator_alone_leaves_the_discriminator_to_begin_anew(
    make_trainer: MakeTrainer, folder: RunFolder, checkpoint: Path
) -> None:
    fresh, new = make_trainer(), make_trainer()
    notice = begin_from(new, folder.g_ema)
    assert notice == (
        "g_ema.safetensors holds a generator alone: the discriminator begins anew"
    )
    weights = native.load(folder.g_ema).weights
    state = new.state().tensors
    for name, weight in weights.items():
        assert torch.equal(state[f"g.{name}"], weight)
        assert torch.equal(state[f"g_ema.{name}"], weight)
    untouched = fresh.state().tensors
    assert all(torch.equal(state[n], t) for n, t in untouched.items() if n[:2] == "d.")
    assert not any(n.startswith("opt_") for n in state)
    assert not new.step().skipped


def test_another_discriminator_begins_anew_and_says_so(
    make_trainer: MakeTrainer, checkpoint: Path
) -> None:
    new = make_trainer(channels_d=(8, 4))
    said = begin_from(new, checkpoint)
    assert said.endswith("of other sizes: the discriminator begins anew")
    names = new.state().tensors
    assert any(n.startswith("opt_g.") for n in names)
    assert not any(n.startswith("opt_d.") for n in names)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"depth": 3}, "has depth 2, but the run has 3"),
        ({"w_dim": 16}, "has w_dim 8, but the run has 16"),
        ({"channels": (8, 4)}, "has channels 8, 8, but the run has 8, 4"),
        ({"lr_multiplier": 0.1}, "has lr_multiplier 0.01, but the run has 0.1"),
    ],
)
def test_sizes_that_differ_are_one_sentence_and_no_folder(
    make_trainer: MakeTrainer,
    checkpoint: Path,
    tmp_path: Path,
    changes: dict[str, object],
    says: str,
) -> None:
    trainer = make_trainer(**changes)
    begins = read_beginning(checkpoint)
    with pytest.raises(FileError, match=says):
        start_or_resume(
            tmp_path / "n",
            trainer.config,
            False,
            CPU,
            images=trainer.data,
            begins=begins,
        )
    assert not (tmp_path / "n").exists()
    with pytest.raises(FileError, match=says):
        begin_from(trainer, checkpoint)


def test_other_conventions_are_refused(
    make_trainer: MakeTrainer, tmp_path: Path
) -> None:
    trainer = make_trainer()
    config = replace(trainer.generator.config, gains=STYLEGAN1)
    native.save(Snapshot.of(Generator(config)), tmp_path / "s1.safetensors")
    with pytest.raises(FileError, match=r"has gains weight 1\.4142"):
        begin_from(trainer, tmp_path / "s1.safetensors")


def test_weights_that_are_no_numbers_are_refused(
    make_trainer: MakeTrainer, tmp_path: Path
) -> None:
    snapshot = make_trainer().snapshot()
    snapshot.weights["mapping.w_avg"][0] = torch.nan
    native.save(snapshot, tmp_path / "bad.safetensors")
    with pytest.raises(FileError, match="1 weights are not finite"):
        read_beginning(tmp_path / "bad.safetensors")


def test_without_a_preset_the_sizes_are_those_of_the_file(
    make_trainer: MakeTrainer, checkpoint: Path, folder: RunFolder
) -> None:
    trainer = make_trainer()
    for path in (checkpoint, folder.g_ema):
        config = fitted(PRESETS["portraits"], read_beginning(path))
        sizes = ("z_dim", "w_dim", "depth", "resolution", "channels", "channels_d")
        for name in sizes:
            assert getattr(config, name) == getattr(trainer.config, name), name
        assert config.r1_gamma == PRESETS["portraits"].r1_gamma
    assert fitted(TrainConfig(), read_beginning(checkpoint)).mbstd_group == 2


def test_a_network_that_learned_is_averaged_at_once_and_given_its_noise(
    make_trainer: MakeTrainer, checkpoint: Path, folder: RunFolder
) -> None:
    config = begun(TrainConfig(), read_beginning(checkpoint))
    assert (config.ema_rampup, config.noise_from) == (None, 0.0)
    folder.save(make_trainer(noise_from=5.0))
    config = begun(TrainConfig(), read_beginning(folder.g_ema))
    assert config.noise_from == 80.0


def test_where_it_began_is_in_every_file_also_after_a_resume(
    make_trainer: MakeTrainer, checkpoint: Path, folder: RunFolder, tmp_path: Path
) -> None:
    trainer = make_trainer()
    config, data = replace(trainer.config, kimg=0.008), trainer.data
    begins = read_beginning(folder.g_ema)
    new, made = start_or_resume(
        tmp_path / "n", config, False, CPU, images=data, begins=begins
    )
    with made:
        events = list(run(new, made, Control()))
    assert Began(new.notice) in events
    again, made = start_or_resume(
        tmp_path / "n", None, True, CPU, kimg=0.02, images=data
    )
    with made:
        assert not any(isinstance(e, Began) for e in run(again, made, Control()))
    for path in (made.g_ema, checkpoints_of(tmp_path / "n")[-1]):
        provenance = native.load(path).provenance
        assert provenance["begun from"] == "g_ema.safetensors"
        assert provenance["begun from sha256"] == hash_file(folder.g_ema)
        assert provenance["begun from kimg"] == "0.012"
        assert str(tmp_path) not in str(provenance)


def test_what_is_no_network_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_text("hello")
    with pytest.raises(FileError):
        read_beginning(tmp_path / "x.safetensors")
    with pytest.raises(FileError, match="is not there"):
        read_beginning(tmp_path / "none.safetensors")


def test_a_torn_checkpoint_is_one_sentence(
    make_trainer: MakeTrainer, checkpoint: Path
) -> None:
    begins = read_beginning(checkpoint)
    tensors = dict(begins.tensors)
    del tensors["d.b4.fc.weight"]
    from sgviz.training.start import begin

    with pytest.raises(FileError, match="is not a whole training checkpoint"):
        begin(make_trainer(), replace(begins, tensors=tensors))


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_no_memory_to_start_is_an_error_of_memory_and_frees_the_folder(
    make_trainer: MakeTrainer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    trainer = make_trainer()

    def none_left(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(going_on_module, "Trainer", none_left)
        with pytest.raises(MemoryError):
            start_or_resume(
                tmp_path / "n", trainer.config, False, CPU, images=trainer.data
            )
    again, made = start_or_resume(tmp_path / "n", None, True, CPU, images=trainer.data)
    made.close()
    assert again.images == 0
