"""The zip of torch.save: stored members, few, each in its place."""

import io
import os
import pickle
import time
import zipfile
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints.arrays import read_array
from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.pickle_nodes import Array
from sgviz.checkpoints.torch_files import read_zip
from sgviz.checkpoints.window import Budget

VALUE = {"a": torch.arange(600.0).reshape(20, 30).t(), "b": torch.ones(2).half()}


def saved() -> dict[str, bytes]:
    """The members of a torch file."""
    buffer = io.BytesIO()
    torch.save(VALUE, buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def refusal(data: bytes) -> ModelFileError:
    start = time.process_time()
    with pytest.raises(ModelFileError) as caught:
        read_zip(io.BytesIO(data), len(data))
    assert time.process_time() - start < 2
    return caught.value


def named(part: str) -> str:
    return next(name for name in saved() if name.endswith(part))


def test_what_torch_writes_is_read() -> None:
    buffer = io.BytesIO()
    torch.save(VALUE, buffer)
    for data in (buffer.getvalue(), zipped(saved())):
        file = io.BytesIO(data)
        found = read_zip(file, len(data))
        assert isinstance(found, dict)
        for key, tensor in VALUE.items():
            array = found[key]
            assert isinstance(array, Array)
            assert torch.equal(read_array(file, array, Budget()), tensor.float())


def test_73_big_endian() -> None:
    members = saved() | {named("byteorder"): b"big"}
    for name in [n for n in members if "/data/" in n]:
        item = 4 if len(members[name]) > 100 else 2
        data = members[name]
        members[name] = b"".join(
            data[i : i + item][::-1] for i in range(0, len(data), item)
        )
    data = zipped(members)
    found = read_zip(io.BytesIO(data), len(data))
    assert isinstance(found, dict)
    for key, tensor in VALUE.items():
        read = read_array(io.BytesIO(data), found[key], Budget())
        assert torch.equal(read, tensor.float())
    refusal(zipped(members | {named("byteorder"): b"middle"}))


def test_62_packed_members() -> None:
    assert refusal(zipped(saved(), zipfile.ZIP_DEFLATED)).code == "forbidden"
    bomb = saved() | {"archive/data/9": bytes(50_000_000)}
    assert refusal(zipped(bomb, zipfile.ZIP_DEFLATED)).code == "forbidden"


def test_63_many_members() -> None:
    many = saved() | {f"x/{i}": b"" for i in range(20_000)}
    assert refusal(zipped(many)).code == "limit"


def test_64_a_zip_in_a_zip_is_just_bytes() -> None:
    inner = zipped(saved())
    outer = zipped({"a/data.pkl": pickle.dumps({"a": 1}), "a/inner.zip": inner})
    assert read_zip(io.BytesIO(outer), len(outer)) == {"a": 1}
    refusal(zipped({"a/inner.zip": inner}))


@pytest.mark.parametrize("name", ["../x", "/x", "a\\x", "a/../x", "a\0x"])
def test_names_that_are_paths(name: str) -> None:
    data = zipped(saved() | {name.replace("\0", "Q").replace("\\", "Q"): b""})
    raw = data.replace(b"aQx", name.encode()) if "Q" not in name else data
    assert refusal(raw).code == "forbidden"


def test_members_that_are_not_as_they_should_be() -> None:
    pkl = named("data.pkl")
    for members in (
        saved() | {"other/data.pkl": saved()[pkl]},
        {name: data for name, data in saved().items() if name != pkl},
        {name: data for name, data in saved().items() if not name.endswith("/0")},
        saved() | {named("/0"): b"short"},
        saved() | {named("/0"): saved()[named("/0")] + b"x"},
        saved() | {pkl: saved()[pkl] + b"x"},
        saved() | {pkl: b"\x80\x02cos\nsystem\n(X\x01\x00\x00\x00xtR."},
    ):
        refusal(zipped(members))
    assert not os.path.exists("x")


def test_two_members_of_one_name() -> None:
    data = zipped(saved() | {named("/0")[:-1] + "7": b""})
    assert "same name" in str(refusal(data.replace(b"/data/7", b"/data/0")))


def test_44_something_around_the_zip() -> None:
    data = zipped(saved())
    for each in (data + b"x", data + data, data[:-1], data[:-22], data[:40]):
        refusal(each)
    # Before it: every place in its list is then wrong.
    refusal(b"GIF89a" * 100 + data)


def test_places_outside_of_the_file() -> None:
    data = bytearray(zipped(saved()))
    at = data.rindex(b"PK\x01\x02")
    for place, value in ((42, 2**32 - 1), (20, 2**32 - 1), (24, 1), (42, len(data))):
        changed = bytearray(data)
        changed[at + place : at + place + 4] = value.to_bytes(4, "little")
        refusal(bytes(changed))
    end = len(data) - 22
    for place, value in ((12, 2**31), (16, 2**31), (8, 65535), (10, 65535)):
        changed = bytearray(data)
        width = 2 if place < 12 else 4
        changed[end + place : end + place + width] = value.to_bytes(width, "little")
        refusal(bytes(changed))


def test_identities_of_storages() -> None:
    good = ("storage", "FloatStorage", "0", "cpu", 600, None)
    for place, value in ((0, "x"), (2, 3), (4, -1), (4, 2**60), (5, ("a", 0, 1))):
        pid = (*good[:place], value, *good[place + 1 :])
        data = b"\x80\x02(" + b"".join(
            b"ctorch\nFloatStorage\n" if p == "FloatStorage" else _dumped(p)
            for p in pid
        )
        refusal(zipped(saved() | {named("data.pkl"): data + b"tQ."}))


def _dumped(value: object) -> bytes:
    if value == "FloatStorage":
        return b"ctorch\nFloatStorage\n"
    return pickle.dumps(value, 2)[2:-1]


def test_a_file_cut_anywhere(tmp_path: Path) -> None:
    data = zipped(saved())
    for cut in range(0, len(data), 37):
        refusal(data[:cut])
