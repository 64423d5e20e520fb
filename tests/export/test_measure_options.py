"""What is asked of measure --full: where it goes, and what is refused at once."""

import json
from pathlib import Path

import numpy as np
import pytest

from sgviz import arguments, cli, measure_full
from sgviz.checkpoints.native import save
from sgviz.checkpoints.open_file import hash_file
from sgviz.measure_full import asked_state
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.state import (
    ByNetwork,
    ByPixels,
    ByReader,
    File,
    Given,
    LabelsFile,
    Seed,
    State,
)
from tests.analysis.conftest import vgg, vgg_file

__all__ = ["vgg", "vgg_file"]
FEW = ["--circles", "2", "--points", "16", "--twins", "2"]


def state_of(*words: str) -> State | None:
    return asked_state(arguments.parse(["measure", *map(str, words)]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("options")
    config = GeneratorConfig(16, 24, 2, 16, (2, 2, 2))
    save(Snapshot.of(Generator(config)), path / "net.safetensors")
    np.save(path / "z.npy", np.random.RandomState(5).randn(3, 16).astype("f"))
    np.save(path / "wide.npy", np.ones((3, 17), np.float32))
    signs = "\n".join(f"{n},{n % 2}" for n in range(40))
    (path / "labels.csv").write_text(f"seed,odd\n{signs}\n", "utf-8")
    return path


def test_options_go_where_the_window_has_them(folder: Path, vgg_file: Path) -> None:
    assert state_of("--circles", "3") is None
    plain = state_of("--full")
    assert plain is not None and plain == State()
    z, labels = folder / "z.npy", folder / "labels.csv"
    net = folder / "net.safetensors"
    words = (net, "--full", "--ruler", vgg_file, "--crop", "--pairs", "9",
             "--samples", "50", "--labels", labels, "--cloud", "200",
             "--from", "85", "--to", f"{z}:2", "--ring", "1",
             "--twin-seed", "7")  # fmt: skip
    state = state_of(*words)
    assert state is not None
    assert state.model == File(str(net), hash_file(net))
    assert state.feel.ruler == ByNetwork(str(vgg_file), hash_file(vgg_file))
    assert state.feel.labels == LabelsFile(str(labels), hash_file(labels))
    numbers = (state.feel.pairs, state.feel.samples, state.feel.cloud, state.ring)
    assert (*numbers, state.feel.crop) == (9, 50, 200, 1, True)
    assert (state.latent, state.latent_b) == (
        Seed(85),
        Given(str(z), hash_file(z), 2),
    )
    assert state.beside.twin_seed == 7
    for word, kind in (("reader", ByReader), ("pixels", ByPixels)):
        asked = state_of("--full", "--ruler", word)
        assert asked is not None and isinstance(asked.feel.ruler, kind)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--pairs 9", "add --full"),
        ("--crop", "add --full"),
        ("--shape --crop", "add --full"),
        ("--ring 1", "add --shape"),
        ("--full --pairs 3", "from 8 to"),
        ("--full --ring 6", "0 to 5"),
        ("--full --to 0", "no way leads"),
        ("--full --from {}/none.npy", "none.npy"),
        ("--full --from {}/z.npy:3", "no row 3"),
        ("--full --labels {}/z.npy", "z.npy"),
        ("--full --labels {}/short.csv", "ask for"),
        ("--full --ruler {}/z.npy", "z.npy"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], words: str, why: str
) -> None:
    (folder / "short.csv").write_text("odd\n" + "0\n1\n" * 20, "utf-8")
    assert cli.main(["measure", *words.format(folder).split()]) == 2
    said = capsys.readouterr().err
    assert why in said and said.count("\n") == 1


def test_what_was_asked_for_is_measured(
    folder: Path,
    vgg_file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measure_full, "SHAPE", ("geodesic",))
    monkeypatch.setattr(measure_full, "IMAGES", ("path_length", "separability"))
    for name in ("images", "separability"):
        monkeypatch.setattr(f"sgviz.render.measures.{name}.TWINS", 2)
    words = ["measure", str(folder / "net.safetensors"), *FEW, "--full", "--json"]
    more = ["--ruler", str(vgg_file), "--pairs", "8",
            "--from", str(folder / "z.npy"), "--labels", str(folder / "labels.csv"),
            "--samples", "40"]  # fmt: skip
    assert cli.main([*words, *more]) == 0
    full = json.loads(capsys.readouterr().out)["full"]
    assert "LPIPS" in full["path_length"]["ruler"]
    assert [row["count"] for row in full["path_length"]["rows"]] == [8] * 4
    assert full["geodesic"]["names"] == ["row 0 of z.npy", "seed 1"]
    assert full["separability"]["labels"] == "labels.csv"
    words.remove("--full")
    assert cli.main([*words, "--shape", "--from", str(folder / "wide.npy")]) == 0
    problem = json.loads(capsys.readouterr().out)["problems"]
    assert len(problem) == 1 and problem[0].startswith("geodesic: ")
