"""What a file is, by content; what it is not, in one sentence."""

import gzip
import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.circles_file import write_circles
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import save
from sgviz.checkpoints.open_file import hash_file, open_file
from sgviz.checkpoints.open_model import load_model
from sgviz.checkpoints.picture import png_bytes
from sgviz.curves import CurveSet
from sgviz.geometry.circle import sample_angles
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.state import Seed, State
from sgviz.state_json import to_json

STATE = replace(State(), latent=Seed(85))
PIXELS = np.zeros((2, 2, 3), np.uint8)


def model(path: Path) -> Path:
    config = GeneratorConfig(z_dim=4, w_dim=4, depth=1, resolution=8, channels=(2, 2))
    save(Snapshot.of(Generator(config), 1.5), path)
    return path


def circles(path: Path) -> Path:
    w = torch.ones(1, 5, 512)
    write_circles(CurveSet(("a",), None, w, w[0, 0], sample_angles(5)), path)
    return path


def reason(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        open_file(path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    assert str(path.parent) not in message
    return message


@pytest.mark.parametrize("extension", ["npz", "csv", "ply", "dat"])
def test_circles(tmp_path: Path, extension: str) -> None:
    opened = open_file(circles(tmp_path / f"a.{extension}"))
    assert opened.kind == "circles"
    assert opened.path == tmp_path / f"a.{extension}"
    assert ("w_avg" in opened.notice) == (extension == "csv")


def test_a_model(tmp_path: Path) -> None:
    path = model(tmp_path / "m.safetensors")
    opened = open_file(str(path))
    assert opened.kind == "model"
    assert opened.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert opened.sha256 == hash_file(path)


def test_sessions_and_pictures(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text("\ufeff" + to_json(STATE), "utf-8")
    (tmp_path / "p.png").write_bytes(png_bytes(PIXELS, STATE))
    for name, kind in (("s.json", "session"), ("p.png", "picture")):
        opened = open_file(tmp_path / name)
        assert (opened.kind, opened.state) == (kind, STATE)


def test_names_say_nothing(tmp_path: Path) -> None:
    makers = {
        "a.png": (lambda path: model(path), "model"),
        "b.json": (lambda path: path.write_bytes(png_bytes(PIXELS, STATE)), "picture"),
        "c.npz": (lambda path: path.write_text(to_json(STATE)), "session"),
    }
    for name, (make, kind) in makers.items():
        make(tmp_path / name)
        assert open_file(tmp_path / name).kind == kind
    circles(tmp_path / "x.npz").rename(tmp_path / "d.safetensors")
    assert open_file(tmp_path / "d.safetensors").kind == "circles"


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("evil",)


def torch_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Evil()))
    return buffer.getvalue()


def npz(**arrays: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"x", "says nothing to sgviz"),
        (b"<!DOCTYPE html><html>404</html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git-LFS"),
        (pickle.dumps(Evil()), "it asks for posix.mkdir"),
        (pickle.dumps({"G_ema": 1}, protocol=2), "a table of G_ema, and no network"),
        (gzip.compress(pickle.dumps(1), mtime=0), "a gzip archive"),
        (torch_zip(), "it asks for posix.mkdir"),
        (npz(z=np.ones((2, 4))), "latents, not circles"),
        (npz(a=np.ones((2, 4))), "without circles"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (bytes(range(256)), "not a file that sgviz knows"),
        (bytes(5000), "not a file that sgviz knows"),
        (b"{}", "no version"),
        (b"[1, 2]", "no version"),
        (b'{"version": 1, "psi": 1' + b"0" * 400 + b"}", "psi"),
        (b'{"version": 7}', "version 7"),
        (b'{"version": 1, "model": {"kind": "x"}}', "model"),
        (b'{"version": 1, "a": ' + b"[" * 100_000, "not a readable session"),
        (b'{"version": 1, "\xff": 1}', "no text"),
        (b'{"a": "' + b"x" * 17_000_000, "too large"),
        (b"\xff\xd8\xff\xe0 JFIF", "a JPEG picture"),
        (b"\x93NUMPY\x01\x00", "a numpy array"),
    ],
)
def test_what_sgviz_does_not_open(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    assert words in reason(tmp_path / "x.bin")
    assert not Path("evil").exists()


def test_a_picture_without_a_state(tmp_path: Path) -> None:
    data = png_bytes(PIXELS, STATE).replace(b"sgviz-state", b"other-state")
    (tmp_path / "p.png").write_bytes(data)
    assert "carries no state" in reason(tmp_path / "p.png")


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "folder" in reason(tmp_path)
    assert "not there" in reason(tmp_path / "none.npz")
    (tmp_path / "broken").symlink_to(tmp_path / "none.npz")
    assert "not there" in reason(tmp_path / "broken")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    reason(tmp_path / "loop")
    reason(tmp_path / "nul\0byte")
    reason(tmp_path / ("long" * 500))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo")
        assert "pipe" in reason(tmp_path / "fifo")
    if Path("/dev/zero").exists():
        with pytest.raises(FileError, match="device"):
            open_file(Path("/dev/zero"))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no permissions to take away")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    circles(tmp_path / "a.npz").chmod(0)
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    assert "permission" in reason(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["a\nb.npz", "\U0001f600.npz", "a\udcffb.npz", "-x"])
def test_odd_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"?")
    reason(path)
    circles(tmp_path / "good.npz").rename(path)
    assert open_file(path).kind == "circles"


def test_a_model_cut_anywhere_is_refused(tmp_path: Path) -> None:
    data = model(tmp_path / "m").read_bytes()
    for cut in sorted({len(data) * i // 60 for i in range(60)}):
        (tmp_path / "cut").write_bytes(data[:cut])
        reason(tmp_path / "cut")
    (tmp_path / "cut").write_bytes(data + b"\0")
    reason(tmp_path / "cut")


def test_two_gibibytes_of_zeros_cost_nothing(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.truncate(2**31)
    reason(tmp_path / "x")


def test_a_safetensors_file_of_others(tmp_path: Path) -> None:
    head = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}})
    data = len(head).to_bytes(8, "little") + head.encode() + bytes(4)
    (tmp_path / "x").write_bytes(data)
    assert "not one of sgviz" in reason(tmp_path / "x")


def test_the_bundled_network_is_there_or_missed_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sgviz.checkpoints.bundled.bundled_model", lambda: tmp_path / "n"
    )
    with pytest.raises(FileError, match="bundled network"):
        bundled_path()
    model(tmp_path / "n")
    assert bundled_path() == tmp_path / "n"


def test_sessions_need_no_torch(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(to_json(STATE))
    (tmp_path / "p.png").write_bytes(png_bytes(PIXELS, STATE))
    code = (
        "import sys; from sgviz.checkpoints.open_file import open_file\n"
        "for path in sys.argv[1:]: open_file(path)\n"
        "print('torch' in sys.modules)"
    )
    files = [str(tmp_path / "s.json"), str(tmp_path / "p.png")]
    done = subprocess.run(
        [sys.executable, "-c", code, *files], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        FileError, match=r"^a\.npz is not there: there is no folder raw$"
    ):
        hash_file(tmp_path / "raw" / "a.npz")
    with pytest.raises(FileError, match=r"^a\.npz is not there$"):
        hash_file(tmp_path / "a.npz")


def test_the_folder_here_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(FileError, match=r"^here is a folder, not a file$"):
        open_file(Path("."))


def test_a_network_that_is_cut_off_anywhere_is_said_to_be(tmp_path: Path) -> None:
    config = GeneratorConfig(z_dim=4, w_dim=4, depth=1, resolution=8, channels=(2, 2))
    save(Snapshot.of(Generator(config)), tmp_path / "m.safetensors")
    whole = (tmp_path / "m.safetensors").read_bytes()
    header = int.from_bytes(whole[:8], "little")
    for kept in (12, 100, 7 + header, 8 + header, len(whole) - 1):
        (tmp_path / "cut.safetensors").write_bytes(whole[:kept])
        with pytest.raises(FileError, match=r"cut\.safetensors is cut off: "):
            open_file(tmp_path / "cut.safetensors")


def test_circles_and_latents_are_no_networks(tmp_path: Path) -> None:
    w = np.zeros((1, 4, 3), np.float32)
    np.savez(tmp_path / "circles.npz", w=w)
    np.savez(tmp_path / "latents.npz", w=w, ws=w)
    for name in ("circles", "latents"):
        with pytest.raises(FileError, match=f"holds {name}, not a network$"):
            load_model(tmp_path / f"{name}.npz")
