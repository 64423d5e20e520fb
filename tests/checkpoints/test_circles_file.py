"""Circles survive every format, and no file of anyone's does harm."""

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints import circles_dat, npz
from sgviz.checkpoints.circles_file import (
    circles_format,
    read_circles,
    read_open,
    write_circles,
)
from sgviz.checkpoints.errors import FileError
from sgviz.curves import CurveSet
from sgviz.geometry.circle import GreatCircle, sample_angles

DATA = Path(__file__).parents[3] / "shared" / "data" / "ffhq-circles"
SHA = "ab" * 32


def curves(count: int = 2, points: int = 8, w_dim: int = 512) -> CurveSet:
    angle = sample_angles(points)
    z = torch.stack([GreatCircle.random(16, 0, k + 1).at(angle) for k in range(count)])
    mix = torch.from_numpy(np.random.RandomState(1).randn(16, w_dim)).float()
    return CurveSet(
        names=tuple(f"circle {i}" for i in range(count)),
        z=z,
        w=torch.tanh(z @ mix),
        centre=torch.linspace(-0.5, 0.5, w_dim),
        angle=angle,
        psi=0.5,
        model_sha256=SHA,
    )


def one() -> CurveSet:
    return replace(curves(1, 12), psi=1.0, z=None, model_sha256=None)


def reason(path: Path) -> str:
    """The one sentence that is said about a file that cannot be read."""
    with pytest.raises(FileError) as caught:
        read_circles(path)
    message = str(caught.value)
    assert message
    assert "\n" not in message
    assert len(message) < 400
    assert str(path.parent) not in message
    return message


# What is written is read.


def test_npz_keeps_everything(tmp_path: Path) -> None:
    before = curves()
    write_circles(before, tmp_path / "c.npz")
    after = read_circles(tmp_path / "c.npz")
    assert before.z is not None
    assert after.z is not None
    assert torch.equal(after.z, before.z)
    assert torch.equal(after.w, before.w)
    assert torch.equal(after.centre, before.centre)
    assert torch.equal(after.angle, before.angle)
    assert after.names == before.names
    assert (after.psi, after.model_sha256, after.note) == (0.5, SHA, "")


def test_npz_is_what_numpy_reads(tmp_path: Path) -> None:
    write_circles(curves(), tmp_path / "c.npz")
    with np.load(tmp_path / "c.npz", allow_pickle=False) as data:
        assert set(data) == {"z", "w", "w_avg", "angle", "meta"}
        assert data["z"].shape == (2, 8, 16)
        assert data["w"].dtype == np.float32
        assert data["angle"][0] == 0.0
        assert json.loads(str(data["meta"]))["model_sha256"] == SHA


def test_equal_circles_make_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        for kind in ("npz", "csv", "ply"):
            write_circles(curves(), tmp_path / f"{name}.{kind}")
    for kind in ("npz", "csv", "ply"):
        first, second = (tmp_path / f"{name}.{kind}" for name in "ab")
        assert first.read_bytes() == second.read_bytes()


def test_ply_keeps_all_but_z(tmp_path: Path) -> None:
    before = curves()
    write_circles(before, tmp_path / "c.ply")
    after = read_circles(tmp_path / "c.ply")
    assert after.z is None
    assert torch.equal(after.w, before.w)
    torch.testing.assert_close(after.centre, before.centre, rtol=1e-7, atol=0)
    assert after.names == before.names
    assert (after.psi, after.model_sha256, after.note) == (0.5, SHA, "")


def test_ply_is_points_and_closed_edges(tmp_path: Path) -> None:
    write_circles(curves(), tmp_path / "c.ply")
    head, _, body = (tmp_path / "c.ply").read_bytes().partition(b"end_header\n")
    lines = head.decode().splitlines()
    assert lines[:2] == ["ply", "format binary_little_endian 1.0"]
    assert "element vertex 16" in lines
    assert max(map(len, lines)) < 1024
    properties = [line.split()[2] for line in lines if line.startswith("property fl")]
    assert properties == ["x", "y", "z", *(f"w{i}" for i in range(512))]
    points = np.frombuffer(body, "<f4", 16 * 515).reshape(16, 515)
    assert np.array_equal(points[:, :3], points[:, 3:6])
    edges = np.frombuffer(body, "<i4", offset=16 * 515 * 4).reshape(-1, 2)
    assert edges.tolist()[6:9] == [[6, 7], [7, 0], [8, 9]]


def test_csv_is_a_table_of_points(tmp_path: Path) -> None:
    before = curves(2, 8, 5)
    write_circles(before, tmp_path / "c.csv")
    lines = (tmp_path / "c.csv").read_text().splitlines()
    assert lines[0] == "circle,index,angle,w0,w1,w2,w3,w4"
    assert lines[1 + 8 + 2].startswith("1,2,1.5707963267948966,")
    after = read_circles(tmp_path / "c.csv")
    assert torch.equal(after.w, before.w)
    torch.testing.assert_close(after.centre, before.w.mean((0, 1)))
    assert "centred on their own mean" in after.note


def test_dat_has_its_own_order(tmp_path: Path) -> None:
    before = one()
    write_circles(before, tmp_path / "c.dat")
    rows = np.fromfile(tmp_path / "c.dat", "<f4").reshape(-1, 512)
    assert len(rows) == 13
    assert np.array_equal(rows[0], before.centre.numpy())
    assert np.array_equal(rows[1], before.w[0, 1].numpy())
    assert np.array_equal(rows[-1], before.w[0, 0].numpy())
    after = read_circles(tmp_path / "c.dat")
    assert torch.equal(after.w, before.w)
    assert (after.z, after.model_sha256, after.psi) == (None, None, 1.0)


@pytest.mark.parametrize("name", ["plane0,1", "random-1"])
def test_the_blogs_files_come_back_byte_by_byte(tmp_path: Path, name: str) -> None:
    path = DATA / f"{name}.dat"
    if not path.is_file():
        pytest.skip("the circles of a trained network are not beside the project")
    found = read_circles(path)
    assert found.names == (name,)
    assert found.w.shape == (1, 96, 512)
    assert found.centre.norm().item() == pytest.approx(4.1216, abs=1e-4)
    steps = (found.w[0] - found.w[0].roll(-1, 0)).norm(dim=1)
    golden = {"plane0,1": 114.3473, "random-1": 108.1147}
    assert steps.sum().item() == pytest.approx(golden[name], abs=1e-3)
    write_circles(found, tmp_path / "again.dat")
    assert (tmp_path / "again.dat").read_bytes() == path.read_bytes()


def test_names_of_files_are_names_only(tmp_path: Path) -> None:
    write_circles(one(), tmp_path / "plane.dat")
    write_circles(replace(curves(), names=("", "x")), tmp_path / "c.npz")
    assert read_circles(tmp_path / "plane.dat").names == ("plane",)


@pytest.mark.parametrize("extension", ["npz", "csv", "ply", "dat"])
def test_content_decides_and_not_the_extension(tmp_path: Path, extension: str) -> None:
    write_circles(one(), tmp_path / f"c.{extension}")
    path = (tmp_path / f"c.{extension}").rename(tmp_path / "c.txt")
    assert torch.equal(read_circles(path).w, one().w)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"psi": 0.5}, "psi 1"),
        ({"w": torch.ones(1, 12, 64), "centre": torch.zeros(64)}, "512 numbers"),
        ({"w": torch.ones(1, 2, 512), "angle": sample_angles(2)}, "3 points"),
        (
            {"w": torch.ones(2, 12, 512), "names": ("a", "b")},
            "one circle, not 2",
        ),
    ],
)
def test_what_dat_cannot_say_is_refused(
    tmp_path: Path, changed: dict[str, object], words: str
) -> None:
    path = tmp_path / "c.dat"
    path.write_bytes(b"before")
    with pytest.raises(ValueError, match=words):
        write_circles(replace(one(), **changed), path)  # type: ignore[arg-type]
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["c.dat"]


def test_an_unknown_extension_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.npz, .*not \.xyz"):
        write_circles(one(), tmp_path / "c.xyz")


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="folder is not there"):
        write_circles(one(), tmp_path / "none" / "c.npz")


# What others may have made.


def test_w_alone_is_enough(tmp_path: Path) -> None:
    w = curves().w.numpy()
    np.savez(tmp_path / "w.npz", w=w.astype(">f8"))
    found = read_circles(tmp_path / "w.npz")
    assert torch.equal(found.w, curves().w)
    assert torch.equal(found.angle, sample_angles(8))
    assert found.names == ("w 0", "w 1")
    assert "no w_avg" in found.note
    np.savez_compressed(tmp_path / "f.npz", w=np.asfortranarray(w))
    assert torch.equal(read_circles(tmp_path / "f.npz").w, curves().w)


def test_ply_of_text_and_of_the_other_byte_order(tmp_path: Path) -> None:
    w = curves(1, 8, 3).w[0].numpy()
    head = "ply\nformat {} 1.0\ncomment x\nelement vertex 8\n" + "".join(
        f"property float32 w{i}\n" for i in range(3)
    )
    text = "\n".join(" ".join(f"{v:.9g}" for v in row) for row in w)
    (tmp_path / "a.ply").write_text(f"{head.format('ascii')}end_header\n{text}\n")
    big = f"{head.format('binary_big_endian')}end_header\n".encode()
    (tmp_path / "b.ply").write_bytes(big + w.astype(">f4").tobytes())
    for name in ("a.ply", "b.ply"):
        assert np.array_equal(read_circles(tmp_path / name).w[0].numpy(), w)


# Bad files.


def make_npz(path: Path, **arrays: object) -> Path:
    np.savez(path, allow_pickle=True, **arrays)  # type: ignore[arg-type]
    return path


W = np.ones((2, 8, 5), np.float32)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"w": np.array([{"a": 1}, None], dtype=object)}, "Python objects"),
        ({"z": W}, "holds latents"),
        ({"other": W}, "without circles"),
        ({"w": W[0, 0]}, "w in x.npz is 5"),
        ({"w": W[:, :2]}, "no set of circles"),
        ({"w": W[:, :0]}, "2x0x5"),
        ({"w": np.full_like(W, np.nan)}, "not finite"),
        ({"w": np.full((2, 8, 5), 1e300)}, "not finite"),
        ({"w": W.astype(complex)}, "complex numbers, not"),
        ({"w": W.astype(str)}, "text, not numbers"),
        ({"w": np.zeros(3, dtype=[("a", "f4")])}, "another kind"),
        ({"w": W, "z": W[:, :7]}, "z is 2x7x5"),
        ({"w": W, "w_avg": np.ones(4)}, "w_avg is 4"),
        ({"w": W, "angle": np.arange(7)}, "as many angles"),
        ({"w": W, "angle": np.arange(8)[::-1]}, "growing"),
        ({"w": W, "angle": 1 + np.arange(8)}, "first angle"),
        ({"w": W, "meta": np.ones(3)}, "not one text"),
        ({"w": W, "meta": np.array("{")}, "not readable JSON"),
        ({"w": W, "meta": np.array("[1]")}, "not a table"),
        ({"w": W, "meta": np.array('{"version": 2}')}, "newer sgviz"),
        ({"w": W, "meta": np.array('{"psi": NaN}')}, "psi that is no number"),
        ({"w": W, "meta": np.array("[" * 100_000)}, "JSON"),
    ],
)
def test_arrays_that_do_not_fit(
    tmp_path: Path, arrays: dict[str, object], words: str
) -> None:
    assert words in reason(make_npz(tmp_path / "x.npz", **arrays))


def test_odd_things_in_meta_are_left_alone(tmp_path: Path) -> None:
    meta = {"model_sha256": "../../x", "names": ["<b>\x1b[31m", 5], "extra": [1]}
    path = make_npz(tmp_path / "x.npz", w=W, meta=np.array(json.dumps(meta)))
    found = read_circles(path)
    assert found.model_sha256 is None
    assert found.names == ("<b> [31m", "5")


def bomb(path: Path, unpacked: int) -> Path:
    """An npz whose w packs about a thousandfold."""
    sides = f"({unpacked // 4 // 512}, 1, 512)"
    head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {sides}, }}".ljust(117)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        data = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + head.encode()
        archive.writestr("w.npy", data + b"\n" + bytes(unpacked))
    return path


def test_what_unpacks_a_thousandfold_is_refused(tmp_path: Path) -> None:
    assert "suspiciously" in reason(bomb(tmp_path / "x.npz", 1 << 24))


def test_many_members_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        for i in range(5000):
            archive.writestr(f"{i}.npy", b"")
    assert "5,000 files" in reason(tmp_path / "x.npz")


def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    path = make_npz(tmp_path / "x.npz", w=W)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as a:
        a.writestr("w.npy", b"")
    assert "same name" in reason(path)


def test_other_packings_and_comments_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.npz", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("w.npy", bytes(1000))
    assert "packed in a way" in reason(tmp_path / "x.npz")
    with zipfile.ZipFile(tmp_path / "y.npz", "w") as archive:
        archive.writestr("w.npy", bytes(1000))
        archive.comment = b"a comment"
    assert "damaged" in reason(tmp_path / "y.npz")


def test_a_wrong_checksum_is_noticed(tmp_path: Path) -> None:
    path = make_npz(tmp_path / "x.npz", w=W)
    data = bytearray(path.read_bytes())
    data[data.index(np.float32(1).tobytes()) + 1] ^= 1
    path.write_bytes(data)
    assert "damaged" in reason(path)


def test_a_shape_beyond_reason_takes_no_memory(tmp_path: Path) -> None:
    for shape in ("(9999999999, 999999999, 512)", "(-1, 8, 5)", "(" + "1," * 99 + ")"):
        head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}"
        data = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode()
        with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
            archive.writestr("w.npy", data)
        reason(tmp_path / "x.npz")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.zeros((97, 512)), "nothing but zeros"),
        (np.full((97, 512), np.nan), "such as a circle"),
        (np.full((97, 512), np.inf), "such as a circle"),
        (np.full((97, 512), 1e9), "such as a circle"),
        (np.full((97, 512), 1e-30), "such as a circle"),
        (np.vstack([np.ones((90, 512)), np.full((7, 512), np.nan)]), "such as a"),
        (np.ones((3, 512)), "4 or more rows"),
    ],
)
def test_rows_that_are_no_circle(
    tmp_path: Path, rows: np.ndarray[tuple[int, int], np.dtype[np.float64]], words: str
) -> None:
    rows.astype("<f4").tofile(tmp_path / "x.dat")
    assert words in reason(tmp_path / "x.dat")


def test_a_size_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    write_circles(one(), tmp_path / "x.dat")
    data = (tmp_path / "x.dat").read_bytes()
    for wrong in (data[:-1], data + b"\0", data[: 2048 * 2]):
        (tmp_path / "x.dat").write_bytes(wrong)
        assert "rows of 512" in reason(tmp_path / "x.dat")


@pytest.mark.parametrize(
    "data",
    [
        np.random.RandomState(0).bytes(2048 * 8),
        b"some text, " * 2048,
        bytes(range(256)) * 64,
    ],
)
def test_other_data_of_a_fitting_size_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.dat"
    path.write_bytes(data[: len(data) // 2048 * 2048])
    assert "such as a circle" in reason(path)


def test_two_gibibytes_of_nothing_cost_nothing(tmp_path: Path) -> None:
    with (tmp_path / "x.dat").open("wb") as file:
        file.truncate(2**31)
    reason(tmp_path / "x.dat")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("circle,index,angle,w0,w1\n", "no rows"),
        ("circle,index,angle,w0,w2\n0,0,0,1,1\n", "not the columns"),
        ("circle,index,angle,w0,w1\n0,0,0,1\n", "finite numbers"),
        ("circle,index,angle,w0,w1\n0,0,0,1,x\n", "rows of numbers"),
        ("circle,index,angle,w0,w1\n0,0,0,1,nan\n", "finite"),
        ("circle,index,angle,w0,w1\n0,0,0,1,2\n0,2,1,1,2\n", "in order"),
        ("circle,index,angle,w0,w1\n0,0,0,1,2\n0,1,1,1,2\n", "no set of circles"),
        ("circle,index,angle,w0,w1\n5,0,0,1,2\n", "in order"),
        ("circle,index,angle,w0," + "9" * 300_000, "too long"),
        ("circle,index,angle,w0,w1\n0,0,0,\udcff,2\n", "rows of numbers"),
        ("circle,index,angle,w0,w1\n=1+1,0,0,1,2\n", "rows of numbers"),
    ],
)
def test_tables_that_are_no_circles(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "x.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert words in reason(tmp_path / "x.csv")


HEAD = (
    "ply\nformat ascii 1.0\nelement vertex {}\nproperty float w0\nproperty float w1\n"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ply\n", "end of its header"),
        ("ply\nend_header\n", "without a format"),
        ("ply\nformat ascii 2.0\nend_header\n", "unreadable line"),
        ("ply\nformat ascii 1.0\nelement face 1\nend_header\n", "no points"),
        (HEAD.format(3) + "property list int int a\nend_header\n", "unusable|line"),
        (HEAD.format(3) + "property float w1\nend_header\n", "unusable property w1"),
        (HEAD.format(3) + "end_header\n1 2\n3 4\n", "rows of 2"),
        (HEAD.format(3) + "end_header\n1 2\n3 4\nx 5\n", "rows of 2"),
        (HEAD.format(3) + "end_header\n1 2\n3 4\nnan 5\n", "not finite"),
        (HEAD.format(99999999) + "end_header\n1 2\n", "cut off"),
        (HEAD.format(3) + 'comment sgviz {"circles": 2}\nend_header\n1 2\n3 4\n5 6\n',
         "equally many"),
        (HEAD.format(3) + "comment sgviz {\nend_header\n", "unreadable comment"),
        (HEAD.format(3) + "comment w_avg 1\nend_header\n1 2\n3 4\n5 6\n", "w_avg is 1"),
    ],
)  # fmt: skip
def test_ply_files_that_are_no_circles(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "x.ply").write_text(text)
    found = reason(tmp_path / "x.ply")
    assert any(word in found for word in words.split("|"))


@pytest.mark.parametrize("extension", ["npz", "ply", "csv", "dat"])
def test_cut_anywhere_or_longer_it_is_refused(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"x.{extension}"
    write_circles(one(), path)
    data = path.read_bytes()
    for cut in {len(data) * i // 100 for i in range(100)}:
        if extension == "csv" and data[cut - 1 : cut + 1].count(b"\n"):
            continue
        path.write_bytes(data[:cut])
        if extension in ("csv", "dat") and _whole_rows(data, cut, extension):
            continue
        reason(path)


def _whole_rows(data: bytes, cut: int, extension: str) -> bool:
    """A table or rows cut between two points, or inside a number, look whole."""
    if extension == "dat":
        return cut % 2048 == 0 and cut >= 4 * 2048
    return data[:cut].rpartition(b"\n")[2].count(b",") == 514


@pytest.mark.parametrize("extension", ["npz", "ply", "dat", "csv"])
def test_no_mutant_raises_anything_else(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"x.{extension}"
    write_circles(replace(curves(1, 4, 512), psi=1.0), path)
    data = path.read_bytes()
    random = np.random.RandomState(7)
    read = 0
    for _ in range(150):
        mutant = bytearray(data)
        for _ in range(random.randint(1, 9)):
            # Headers and the ends of archives are where the meaning is.
            place = random.randint(len(mutant))
            if random.rand() < 0.6:
                place = random.choice([place % 600, len(mutant) - 1 - place % 600])
            mutant[place] = random.randint(256)
        kind = circles_format(bytes(mutant[:512]), len(mutant))
        if kind is None:
            continue
        try:
            read_open(io.BytesIO(bytes(mutant)), len(mutant), "mutant", kind)
            read += 1
        except FileError:
            pass
    assert read < 150


def test_limits_are_what_they_are_said_to_be() -> None:
    assert circles_dat.fits(97 * 2048)
    assert not circles_dat.fits(97 * 2048 + 4)
    assert not circles_dat.fits(2**31)
    assert npz.MAX_MEMBERS < 100
