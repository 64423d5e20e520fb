"""What is a picture of a data set, in a folder and in a zip that nobody trusts."""

import os
import stat
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from sgviz.checkpoints.errors import FileError
from sgviz.training import image_files
from sgviz.training.decoding import PictureError
from sgviz.training.image_files import (
    FolderFiles,
    ListingCancelledError,
    list_files,
)
from tests.training.pictures import folder_of, jpeg, png, zip_of


def read(files: image_files.ImageFiles, name: str) -> bytes:
    with files.open(name) as (file, size):
        data = file.read()
        assert len(data) == size
        file.seek(0)
        assert file.read(4) == data[:4]
        return data


def why(files: image_files.ImageFiles, name: str) -> str:
    with pytest.raises(PictureError) as caught:
        read(files, name)
    return str(caught.value)


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        list_files(path)
    return str(caught.value)


def test_names_are_sorted_and_go_down_every_folder(tmp_path: Path) -> None:
    for name in ("b.png", "a/z.png", "a/c/d.png", "a.png", "Z.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(png(1))
    names = list_files(tmp_path).names
    assert names == ["Z.png", "a.png", "a/c/d.png", "a/z.png", "b.png"]


def test_order_does_not_depend_on_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of(tmp_path, 20)
    names, scandir = list_files(tmp_path).names, os.scandir
    monkeypatch.setattr(
        image_files.os,
        "scandir",
        lambda path: sorted(scandir(path), key=lambda e: e.name, reverse=True),
    )
    assert list_files(tmp_path).names == names == sorted(names)


def test_what_is_hidden_or_no_picture_is_passed_over(tmp_path: Path) -> None:
    folder_of(tmp_path, 4)
    (tmp_path / ".hidden.png").write_bytes(png(7))
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "x.png").write_bytes(png(7))
    (tmp_path / "factors.csv").write_text("a,b\n")
    (tmp_path / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "even" / "no-extension").write_bytes(jpeg(9))
    (tmp_path / "even" / "a.dat").write_bytes(png(8))
    (tmp_path / "text.JPG").write_text("hello")
    names = list_files(tmp_path).names
    assert {"text.JPG", "even/no-extension", "even/a.dat"} < set(names)
    assert len(names) == 7
    archive = list_files(zip_of(tmp_path, tmp_path.parent / "same.zip"))
    assert archive.names == names
    for name in names:
        assert read(archive, name) == (tmp_path / name).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_links_loops_pipes_and_locked_folders(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    folder_of(data, 2)
    folder_of(other, 2)
    (data / "more").symlink_to(other)
    (other / "back").symlink_to(data)
    (data / "link.png").symlink_to(other / "odd" / "001.png")
    (data / "broken.png").symlink_to(tmp_path / "nowhere")
    (data / "loop.png").symlink_to(data / "loop.png")
    os.mkfifo(data / "pipe.png")
    os.mkfifo(data / "pipe")
    files = list_files(data)
    assert files.names == [
        "broken.png", "even/000.png", "link.png", "loop.png", "more/even/000.png",
        "more/odd/001.png", "odd/001.png", "pipe.png",
    ]  # fmt: skip
    assert read(files, "link.png") == png(1)
    assert why(files, "broken.png") == "is not there"
    assert why(files, "loop.png").startswith("cannot be read")
    assert why(files, "pipe.png") == "is a device or a pipe, not a file"


def test_a_folder_below_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of(tmp_path, 4)
    scandir = os.scandir

    def locked(path: Path) -> object:
        if Path(path).name == "odd":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(image_files.os, "scandir", locked)
    files = list_files(tmp_path)
    assert files.names == ["even/000.png", "even/002.png", "odd"]
    assert why(files, "odd") == "is a folder that cannot be read: permission denied"
    monkeypatch.setattr(image_files.os, "scandir", lambda _path: locked(Path("odd")))
    assert refusal(tmp_path).endswith("cannot be read: permission denied")


def test_names_that_differ_by_case_are_two_pictures(tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.PNG", png(1))
        archive.writestr("A.png", png(2))
    files = list_files(path)
    assert files.names == ["A.png", "a.PNG"]
    assert read(files, "a.PNG") == png(1)


def test_what_is_no_folder_and_no_zip_is_refused(tmp_path: Path) -> None:
    gone = refusal(tmp_path / "faces")
    assert gone == f"there is no folder or zip of images faces in {tmp_path}"
    (tmp_path / "one.png").write_bytes(png(1))
    (tmp_path / "text.zip").write_text("hello")
    (tmp_path / "empty.zip").write_bytes(b"")
    assert refusal(tmp_path / "one.png") == (
        "one.png is a PNG picture, not a folder or a zip of images"
    )
    assert "not a folder or a zip" in refusal(tmp_path / "text.zip")
    assert refusal(tmp_path / "empty.zip") == "empty.zip is empty"


def test_a_zip_that_is_cut_or_mangled_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "data", 6)
    whole = zip_of(folder, tmp_path / "whole.zip").read_bytes()
    path = tmp_path / "cut.zip"
    for length in range(1, len(whole) - 23, 97):
        path.write_bytes(whole[:length])
        assert refusal(path).startswith("cut.zip ")
    path.write_bytes(whole.replace(b"PK\1\2", b"XK\1\2"))
    assert refusal(path) == "cut.zip is a damaged zip archive"


def test_a_list_of_files_without_measure_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 80 * 1024**2, 0, 0)
    path.write_bytes(b"\0" * 1000 + end)
    assert refusal(path) == "many.zip lists more files than are read"
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 2**32 - 1, 0, 0)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 9, 9, 2**40, 0)
    path.write_bytes(end64 + locator + end)
    assert refusal(path) == "many.zip lists more files than are read"


def hostile_zip(path: Path) -> Path:
    """One good picture among members that must not be read."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.png", png(1))
        archive.writestr("../../out.png", png(2))
        archive.writestr("/etc/absolute.png", png(2))
        archive.writestr("c:\\windows\\drive.png", png(2))
        archive.writestr("__MACOSX/._good.png", png(2))
        archive.writestr("lzma.png", png(2), zipfile.ZIP_LZMA)
        archive.writestr("bzip2.png", png(2), zipfile.ZIP_BZIP2)
        archive.writestr("empty.png", b"")
        link = zipfile.ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("good.png", png(3))
        archive.writestr("secret.png", png(2))
        archive.getinfo("secret.png").flag_bits |= 1
        archive.writestr("huge.png", png(2))
        archive.getinfo("huge.png").file_size = 3 * 1024**3
        archive.writestr("notes.txt", "hello")
    return path


def test_members_of_a_zip_are_refused_one_by_one(tmp_path: Path) -> None:
    files = list_files(hostile_zip(tmp_path / "set.zip"))
    found = {name: why(files, name) for name in files.names if name != "good.png"}
    again = next(name for name in found if name.startswith("good.png ("))
    assert found == {
        "../../out.png": "has a name that leads out of the archive",
        "/etc/absolute.png": "has a name that leads out of the archive",
        "c:/windows/drive.png": "has a name that leads out of the archive",
        "lzma.png": "is packed with LZMA; stored and deflated members are read",
        "bzip2.png": "is packed with bzip2; stored and deflated members are read",
        "empty.png": "is empty",
        "link.png": "is a link, which a zip has no place for",
        again: "is in the archive twice",
        "secret.png": "is encrypted",
        "huge.png": "unpacks to 3,072 MB; the most that is read is 256 MB",
    }
    assert read(files, "good.png") == png(1)
    assert sorted(tmp_path.iterdir()) == [tmp_path / "set.zip"]


def test_a_bomb_gives_no_more_bytes_than_its_list_admits(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", png(1) + b"\0" * 50_000_000)
        archive.getinfo("bomb.png").file_size = 1000
    assert path.stat().st_size < 100_000
    assert why(list_files(path), "bomb.png") == "is damaged in the archive"


def test_a_member_with_another_checksum_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", png(1))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert why(list_files(path), "a.png") == "is damaged in the archive"


def test_listing_ends_when_it_is_not_wanted_any_more(tmp_path: Path) -> None:
    folder_of(tmp_path, 10)
    asked = iter([False, False, True])
    with pytest.raises(ListingCancelledError):
        FolderFiles(tmp_path, lambda: next(asked))
    with pytest.raises(ListingCancelledError):
        list_files(zip_of(tmp_path, tmp_path.parent / "s.zip"), lambda: True)
