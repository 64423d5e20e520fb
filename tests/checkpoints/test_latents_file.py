"""Latents in numpy's files, without numpy's way of reading them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.latents_file import read_w, read_z, row_of

Z = np.random.RandomState(0).randn(6, 4)


@pytest.mark.parametrize("kind", ["<f2", "<f4", ">f4", "<f8", ">f8"])
def test_z_of_any_float(tmp_path: Path, kind: str) -> None:
    np.save(tmp_path / "z.npy", Z.astype(kind))
    z = read_z(tmp_path / "z.npy")
    assert z.dtype == torch.float32
    assert np.array_equal(z.numpy(), Z.astype(kind).astype(np.float32))


def test_other_orders_and_whole_numbers(tmp_path: Path) -> None:
    np.save(tmp_path / "f.npy", np.asfortranarray(Z))
    np.testing.assert_allclose(read_z(tmp_path / "f.npy"), Z, rtol=1e-6)
    np.save(tmp_path / "i.npy", np.arange(6).reshape(3, 2))
    assert read_z(tmp_path / "i.npy").tolist() == [[0, 1], [2, 3], [4, 5]]
    np.save(tmp_path / "one.npy", Z[0])
    assert read_z(tmp_path / "one.npy").shape == (1, 4)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format(tmp_path: Path, version: tuple[int, int]) -> None:
    with (tmp_path / "z.npy").open("wb") as file:
        np.lib.format.write_array(file, Z, version=version)
    assert read_z(tmp_path / "z.npy").shape == (6, 4)


def test_rows_of_archives_and_of_circles(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", z=Z.reshape(2, 3, 4), w=Z)
    path = tmp_path / "a.npz"
    np.testing.assert_allclose(row_of(read_z(path), 5, path), Z[5:], rtol=1e-6)
    with pytest.raises(FileError, match=r"a\.npz has 6 latents: no row 6"):
        row_of(read_z(path), 6, path)


def test_w_of_both_shapes(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", Z)
    assert read_w(tmp_path / "w.npy").shape == (6, 4)
    np.savez(tmp_path / "w.npz", w=Z.reshape(2, 3, 4))
    assert read_w(tmp_path / "w.npz").shape == (2, 3, 4)


def npy(text: str, data: bytes = b"", version: int = 1) -> bytes:
    width = 2 if version == 1 else 4
    head = text.encode("latin-1")
    length = len(head).to_bytes(width, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + length + head + data


def header(kind: str = "<f4", shape: str = "(1, 2)") -> str:
    return f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello", "not a file of numpy arrays"),
        (b"\x93NUMPY", "cut off"),
        (b"\x93NUMPY\x07\x00", "not a numpy array"),
        (npy(header())[:20], "cut off"),
        (npy(header()), "8 bytes are missing"),
        (npy(header(), bytes(9)), "after its end"),
        (npy(header("|O"), bytes(8)), "Python objects"),
        (npy(header("<c8"), bytes(16)), "complex"),
        (npy(header("<M8"), bytes(16)), "dates"),
        (npy(header("<f16"), bytes(32)), "the type f16"),
        (npy(header(shape="(1, -2)"), bytes(8)), "another kind"),
        (npy(header(shape="(99999999, 99999999)")), "at most"),
        (npy(header(shape="(1, 2," + "1," * 20 + ")"), bytes(8)), "dimensions"),
        (npy("__import__('os').mkdir('evil')"), "another kind"),
        (npy("(" * 60_000, version=2), "another kind"),
        (npy("x" * 70_000, version=2), "too long"),
        (npy(header(shape="()"), bytes(4)), "one number"),
        (npy(header(shape="(0, 4)")), "0x4"),
        (npy(header(), b"\x00\x00\xc0\x7f" * 2), "not finite"),
        (npy(header("<f8"), np.full(2, 1e200).tobytes()), "not finite"),
    ],
)
def test_bad_arrays_are_refused_in_a_sentence(
    tmp_path: Path, data: bytes, words: str
) -> None:
    (tmp_path / "z.npy").write_bytes(data)
    for read in (read_z, read_w):
        with pytest.raises(FileError) as caught:
            read(tmp_path / "z.npy")
        assert words in str(caught.value)
    assert not Path("evil").exists()


def test_an_archive_without_what_is_asked_for(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=Z)
    with pytest.raises(FileError, match="holds no z"):
        read_z(tmp_path / "a.npz")
    np.savez(tmp_path / "o.npz", z=np.array([None, {}], dtype=object))
    with pytest.raises(FileError, match="Python objects"):
        read_z(tmp_path / "o.npz")
