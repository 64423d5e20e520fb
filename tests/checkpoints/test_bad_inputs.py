"""Bad inputs that have no test elsewhere; the numbers are those of a list of them.

The others: pickles in test_safe_pickle, zips in test_torch_zip, networks in
test_open_model, safetensors in test_native, what is no file in test_open_file,
pictures in test_picture, arrays in test_circles_file and test_latents_file, data sets
in tests/training (test_decoding, test_image_files), all of them mutated in
test_mutants.
"""

import json
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import save
from sgviz.checkpoints.open_file import open_file
from sgviz.checkpoints.open_model import load_model
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.prefs import Prefs, load_prefs
from tests.checkpoints import foreign_files as files
from tests.checkpoints import foreign_stylegan1 as stylegan1
from tests.checkpoints.foreign_lucidrains import lucidrains

SIZES = GeneratorConfig(6, 8, 2, 8, (4, 4), 0.1)


def native(folder: Path) -> bytes:
    save(Snapshot.of(Generator(SIZES)), folder / "own")
    return (folder / "own").read_bytes()


@pytest.mark.parametrize("name", ["a.png", "a.json", "a.npz", "a.safetensors", "a"])
def test_14_what_it_is_is_in_its_bytes(tmp_path: Path, name: str) -> None:
    makers = (
        lambda: native(tmp_path),
        lambda: files.nvidia(files.weights()),
        lambda: files.tensorflow(files.weights()),
        lambda: files.rosinality(files.weights()),
        lambda: stylegan1.genforce(stylegan1.weights()),
        lucidrains,
    )
    for make in makers:
        (tmp_path / name).write_bytes(make())
        assert open_file(tmp_path / name).kind == "model"
        load_model(tmp_path / name).build()


CANARY = "open('canary', 'w').close()"


def test_36_a_source_in_tensorflows_pickle_is_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "SOURCE", CANARY)
    data = files.tensorflow(files.weights())
    assert CANARY.encode() in data
    (tmp_path / "net.pkl").write_bytes(data)
    snapshot = load_model(tmp_path / "net.pkl")
    assert CANARY not in str(snapshot.provenance)
    assert len(snapshot.provenance["module_sha256"]) >= 64
    assert [path.name for path in tmp_path.iterdir()] == ["net.pkl"]


def test_91_pictures_that_are_not_square(tmp_path: Path) -> None:
    tensors = files.weights()
    tensors["synthesis.b4.const"] = torch.ones(files.CHANNELS[0], 4, 8)
    for data in (files.nvidia(tensors), files.tensorflow(tensors)):
        (tmp_path / "net.pkl").write_bytes(data)
        with pytest.raises(FileError, match="x4x8, not 4x4x4"):
            load_model(tmp_path / "net.pkl")


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 1, "psi": NaN}',
        '{"version": 1, "psi": -Infinity}',
        '{"version": 1, "psi": 1e999}',
        '{"version": 1, "noise_seed": %s}' % 10**40,
        '{"version": 1, "noise_seed": %s}' % ("9" * 5000),
        '{"version": 1, "noise_seed": -1}',
        '{"version": 1, "psi": "much"}',
        '{"version": 1, "psi": null}',
        '{"version": 1, "circles": {"kind": "circle_set", "points": 1.5}}',
        '{"version": 1, "placement": {"turn": 1e9}}',
        '{"version": 1, "model": {"kind": "file", "path": "a", "sha256": "b"}}',
        '{"version": 1, "model": {"kind": "file", "path": "a", "sha256": "%s", '
        '"network": "D"}}' % ("0" * 64),
        '{"version": 1, "unknown": 1}',
        '{"version": "1"}',
        '{"version": true}',
        '{"version": 1.5}',
        '{"version": 99999999999999999999}',
    ],
)
def test_111_sessions_of_nonsense(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.json").write_text(text)
    start = time.process_time()
    with pytest.raises(FileError) as caught:
        open_file(tmp_path / "s.json")
    assert time.process_time() - start < 2.0
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_113_preferences_of_random_bytes(tmp_path: Path) -> None:
    """They are put aside, the defaults are used, and that is said."""
    draw = np.random.RandomState(4)
    good = json.dumps({"theme": "light", "recent": [], "layout": "x"}).encode()
    told = 0
    for _ in range(300):
        data = bytearray(draw.bytes(200) if draw.rand() < 0.3 else good)
        for _ in range(draw.randint(1, 4)):
            data[draw.randint(len(data))] = draw.randint(256)
        path = tmp_path / "prefs.json"
        path.write_bytes(data)
        prefs, notice = load_prefs(path)
        assert isinstance(prefs, Prefs)
        if notice:
            told += 1
            assert prefs == Prefs()
            assert (tmp_path / "prefs.json.bad").read_bytes() == data
    assert told > 100
    for data in (b"", b"[" * 100_000, b'{"recent": [{}]}', b'{"theme": "pink"}'):
        (tmp_path / "prefs.json").write_bytes(data)
        assert load_prefs(tmp_path / "prefs.json") == (
            Prefs(),
            "The preferences could not be read: defaults are used.",
        )
    (tmp_path / "prefs.json").write_bytes(b" " * 2 * 1024**2)
    assert load_prefs(tmp_path / "prefs.json")[1]
