"""Pickles that run code, explode or lie: each ends in one sentence, quickly.

The numbers in the names are those of a list of bad inputs; what a pickle asks for is
written by hand, opcode by opcode, so that nothing here ever runs it.
"""

import io
import os
import pickle
import resource
import struct
import time
import tracemalloc
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.pickle_nodes import Array, NumpyArray
from sgviz.checkpoints.torch_files import read_legacy, read_pickle

SECONDS, MEGABYTES = 2.0, 300


def torch_file() -> bytes:
    """A storage of three floats as torch.save wrote it before its version 1.6."""
    found = pickle.dumps(torch.ones(3))
    start = found.index(b"\x80\x02\x8a\x0al")
    length = int.from_bytes(found[start - 4 : start], "little")
    return found[start : start + length]


def read(data: bytes) -> object:
    return read_pickle(io.BytesIO(data), len(data))


def refusal(data: bytes) -> ModelFileError:
    """Why a pickle is refused; within the time and the memory that it may take."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with pytest.raises(ModelFileError) as caught:
        read(data)
    assert time.process_time() - start < SECONDS
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < MEGABYTES * 1024
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    return caught.value


def text(value: str) -> bytes:
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def call(module: str, attribute: str, *args: bytes) -> bytes:
    """A whole pickle that calls a name with some arguments."""
    return b"\x80\x02" + name(module, attribute) + b"(" + b"".join(args) + b"tR."


CODE = text("open('canary', 'w').close()")
CALLS = {
    "20": call("os", "system", text("touch canary")),
    "21": call("posix", "system", text("touch canary")),
    "22": call("builtins", "eval", CODE),
    "23": call("builtins", "exec", CODE),
    "24": call("subprocess", "Popen", text("touch canary")),
    "25": call("importlib", "import_module", text("antigravity")),
    "26": call("pkgutil", "resolve_name", text("os:system")),
    "27": call("operator", "attrgetter", text("system")),
    "28": call("functools", "partial", name("os", "system")),
    "29": call("_interpreters", "create"),
    "30": call("numpy.f2py.crackfortran", "myeval", CODE),
    "31": call("numpy.distutils.exec_command", "exec_command", text("touch canary")),
    "32": call("torch", "load", text("canary")),
    "32 hub": call("torch.hub", "load", text("canary")),
    "32 jit": call("torch.jit", "load", text("canary")),
    "37": call("collections", "OrderedDict.__init__.__globals__"),
    "38": b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94h\x00h\x01\x93\x8c\x01x\x85R.",
    "42": call("copyreg", "__newobj__", name("os", "system")),
    "42 extension": call("copyreg", "add_extension", text("os"), text("system")),
    "42 class": b"\x80\x02ccopyreg\n_reconstructor\n(cos\nsystem\ncbuiltins\nobject\n"
    b"NtR.",
    "45": call("__builtin__", "eval", CODE),
    "45 names": call("copy_reg", "_reconstructor", name("os", "system")),
    "mentioned": call("torch", "FloatStorage", text("1")),
    "layers": call("torch.nn.modules.linear", "Linear.__init__.__globals__", CODE)[:-1]
    + name("os", "system")
    + b".",
}


@pytest.mark.parametrize("number", CALLS)
def test_nothing_is_called(
    number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(CALLS[number]).code == "forbidden"
    assert not list(tmp_path.iterdir())


def nested_torch(data: bytes) -> bytes:
    """A pickle with a torch file inside of it."""
    inner = b"B" + struct.pack("<I", len(data)) + data
    return call("torch.storage", "_load_from_bytes", inner)


def test_33_an_evil_pickle_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    good = torch_file()
    for evil in (CALLS["20"], good[:14] + CALLS["22"], good + CALLS["20"]):
        refusal(nested_torch(evil))
    buffer = io.BytesIO()
    torch.save(OrderedDict(), buffer, _use_new_zipfile_serialization=False)
    assert refusal(nested_torch(buffer.getvalue())).code == "forbidden"
    assert not list(tmp_path.iterdir())


def test_34_torch_files_are_nested_once() -> None:
    twice = nested_torch(nested_torch(torch_file()))
    refusal(twice)
    body = torch_file()
    inner = nested_torch(body)[2:-1]
    start = body.index(b"\x80\x02(")
    assert refusal(nested_torch(body[:start] + b"\x80\x02" + inner + b"."))


def persistent(source: str) -> bytes:
    """An object of NVIDIA's persistent classes, with that source."""
    table = b"}("
    for key, value in {
        "type": "class",
        "module_src": source,
        "class_name": "G",
    }.items():
        table += text(key) + text(value)
    table += text("version") + b"K\x06" + text("state") + b"}u"
    return call("torch_utils.persistence", "_reconstruct_persistent_obj", table)


def test_35_a_source_is_hashed_and_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    value = read(persistent("open('canary', 'w').close()"))
    assert getattr(value, "class_name") == "G"  # noqa: B009
    assert len(getattr(value, "source_sha256")) == 64  # noqa: B009
    assert not list(tmp_path.iterdir())


STATES = {
    "39 tuple": name("collections", "OrderedDict")
    + b"N}"
    + text("x")
    + b"K\x01s\x86b.",
    "39 list": b"](K\x01e}" + text("__class__") + name("os", "system") + b"sb.",
    "39 storage": nested_torch(torch_file())[2:-1] + b"}b.",
    "39 number": b"K\x01}b.",
    "39 twice": name("dnnlib.tflib.network", "Network") + b")\x81}b}b.",
}


@pytest.mark.parametrize("number", STATES)
def test_39_nothing_else_is_filled(number: str) -> None:
    assert refusal(b"\x80\x02" + STATES[number]).code == "forbidden"


def test_39_attributes_of_tables_are_dropped() -> None:
    data = name("collections", "OrderedDict") + b")R}" + text("__class__") + b"K\x01sb."
    assert read(b"\x80\x02" + data) == {}


OPCODES = {
    "40 inst": b"(ios\nsystem\n.",
    "40 obj": b"(" + name("collections", "OrderedDict") + b"o.",
    "40 ext1": b"\x82\x01.",
    "40 ext2": b"\x83\x01\x00.",
    "40 ext4": b"\x84\x01\x00\x00\x00.",
    "41 persid": b"Pos.system\n.",
    "41 binpersid": b"K\x01Q.",
    "47 text": b"(lp0\nI1\nI2\n.",
    "47 float": b"F1.0\n.",
    "47 put": b"N(p0\n.",
    "47 long": b"L1L\n.",
    "55": b"]" + b"2" * 1000 + b"t.",
    "pop": b"N0.",
    "frozen set": b"(\x91.",
    "out of band": b"\x97.",
}


@pytest.mark.parametrize("number", OPCODES)
def test_opcodes_that_are_not_there(number: str) -> None:
    assert refusal(b"\x80\x04" + OPCODES[number]).code == "forbidden"


def test_43_44_nothing_follows_the_end() -> None:
    good = pickle.dumps({"a": 1})
    assert "after its end" in str(refusal(good + CALLS["20"]))
    assert "after its end" in str(refusal(good + b"PK\x03\x04" + bytes(40)))


def test_46_protocols() -> None:
    for version in (0, 1, 6, 255):
        assert "protocol" in str(refusal(b"\x80" + bytes([version]) + b"N."))
    assert read(b"\x80\x02N.") is None


def u32(value: int) -> bytes:
    return struct.pack("<I", value)


def u64(value: int) -> bytes:
    return struct.pack("<Q", value)


DEEP = b"]" * 19_000
BOMBS = {
    "48": b"Nr" + u32(2**31) + b"j" + u32(2**31 - 1) + b".",
    "49": b"\x8e" + u64(2**40),
    "49 bytes": b"B" + u32(2**32 - 1),
    "50": b"\x8d" + u64(2**40),
    "50 text": b"X" + u32(2**32 - 1),
    "51": b"\x96" + u64(2**63),
    "52": b"\x95" + u64(2**63),
    "53": b"\x8b" + u32(2**31),
    "56": DEEP + b"a" * 18_999 + b"}b.",
    "56 deeper": b"]" * 400_000,
    "57": b"(" * 400_000,
    "58 list": b"]q\x00h\x00a}b.",
    "58 table": b"}q\x00" + text("a") + b"h\x00s(.",
    "59": b"N" * 10_000_000,
    "59 steps": b"]" + b"Na" * 5_000_000,
    "57 deeper": b"N" * 100 + b"(" * 15_000,
    "59 texts": (b"\x8c\xff" + b"x" * 255) * 150_000,
    "60": b"}(" + b"".join(b"J" + u32(i) + b"N" for i in range(150_000)) + b"u.",
    "61": b"]" + b"(" + b"K\x01q\x00" + b"h\x00" * 400_000 + b"e.",
    "equal hashes": b"}("
    + b"".join(
        b"\x8a\x0a" + (i * (2**61 - 1)).to_bytes(10, "little") + b"N" for i in range(9)
    )
    + b"u.",
    "float keys": b"}G" + bytes(8) + b"Ns.",
    "list keys": b"}]Ns.",
    "set of tuples": b"\x8f(" + b"NN\x86\x90.",
}


def hash_bomb() -> bytes:
    """A tuple of itself twice, sixty times, as a key: its hash takes 2^60 steps."""
    data = b"NN\x86q\x00"
    for _ in range(60):
        data += b"h\x00h\x00\x86q\x00"
    return b"}" + data + b"Ns."


BOMBS["54"] = hash_bomb()


@pytest.mark.parametrize("number", BOMBS)
def test_bombs(number: str) -> None:
    refusal(b"\x80\x04" + BOMBS[number])


def test_lengths_are_compared_before_anything_is_reserved() -> None:
    tracemalloc.start()
    try:
        for number in ("48", "49", "49 bytes", "50", "50 text", "51", "52", "53"):
            refusal(b"\x80\x04" + BOMBS[number])
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024**2
    finally:
        tracemalloc.stop()


STACK = {
    "nothing": b".",
    "two things": b"NN.",
    "a mark": b"N(.",
    "below a mark": b"N(a.",
    "no mark": b"Nt.",
    "no memo": b"h\x00.",
    "memo of nothing": b"q\x00.",
    "odd table": b"}(Nu.",
    "append to a number": b"K\x01Na.",
    "store into a list": b"]NNs.",
    "add to a list": b"](N\x90.",
    "call a text": text("os.system") + b")R.",
    "call with a list": name("collections", "OrderedDict") + b"]R.",
    "name of a number": b"NN\x93.",
    "no text": b"X" + u32(1) + b"\xff.",
    "no end": b"N",
    "no line": b"c" + b"x" * 5000,
    "long name": name("collections", "O" * 300),
}


@pytest.mark.parametrize("number", STACK)
def test_pickles_that_contradict_themselves(number: str) -> None:
    refusal(b"\x80\x04" + STACK[number])


def test_plain_things_are_what_they_were() -> None:
    value = {
        "a": [1, -5, 300, 2**31 - 1, 2**80, -(2**70), 0.5, None, True, "\u00e4" * 300],
        "b": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "c": {"x", "y"},
        "d": OrderedDict(a=1, b=2),
        "e": np.float64(0.25),
        "f": np.float32(3),
        "g": np.int64(-7),
        "h": b"abc",
        "i": {},
    }
    for protocol in (2, 3, 4, 5):
        assert read(pickle.dumps(value, protocol)) == value


def test_arrays_stay_in_the_file() -> None:
    array = np.arange(6000, dtype=np.float32).reshape(60, 100)
    for protocol in (2, 3, 4, 5):
        for each in (array, np.asfortranarray(array), array.astype(">f4")):
            found = read(pickle.dumps(each, protocol))
            assert isinstance(found, NumpyArray)
            assert found.array is not None
            assert found.array.shape == (60, 100)
    found = read(pickle.dumps(torch.ones(3, 2).t()))
    assert isinstance(found, Array)
    assert (found.shape, found.strides) == ((2, 3), (1, 2))


def test_objects_in_arrays_are_refused() -> None:
    for each in (
        np.array([None, {}], dtype=object),
        np.zeros(3, dtype="V8"),
        np.zeros(3, dtype=[("a", "f4")]),
        np.zeros(3, dtype="c8"),
        np.array(["a", "b"]),
        np.zeros(3, dtype="M8[s]"),
    ):
        refusal(pickle.dumps(each))


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [
        ((4,), (1,), 0),
        ((3,), (1,), 1),
        ((3,), (-1,), 0),
        ((-3,), (1,), 0),
        ((3,), (1,), -1),
        ((2, 2), (2, 1), 0),
        ((2**62, 2**62), (0, 0), 0),
        ((3,), (2**62,), 0),
        ((1,) * 70, (1,) * 70, 0),
        ((3,), (1, 1), 0),
        ((True,), (1,), 0),
        ((1.0,), (1,), 0),
        ([3], (1,), 0),
    ],
)
def test_66_to_68_tensors_inside_their_storage(
    shape: object, strides: object, offset: object
) -> None:
    storage = nested_torch(torch_file())[2:-1]
    args = [pickle.dumps(each, 2)[2:-1] for each in (offset, shape, strides)]
    data = b"\x80\x02" + name("torch._utils", "_rebuild_tensor_v2") + b"("
    data += storage + b"".join(args) + b"\x89}tR."
    refusal(data)


def test_65_numbers_that_are_not_there() -> None:
    data = torch_file()
    for cut in range(len(data)):
        refusal(nested_torch(data[:cut]))
    refusal(nested_torch(data + b"x"))
    with pytest.raises(ModelFileError):
        read_legacy(io.BytesIO(data[:-1]), len(data))


def test_76_other_kinds_of_tensors() -> None:
    eye = torch.eye(3)
    for each in (
        eye.to(torch.complex64),
        eye.to_sparse(),
        eye.to(torch.float8_e4m3fn),
    ):
        refusal(pickle.dumps(each))


def test_a_pickle_cut_anywhere_is_refused() -> None:
    data = pickle.dumps({"a": torch.randn(50, generator=torch.Generator()), "b": [1]})
    for cut in range(0, len(data), max(1, len(data) // 200)):
        refusal(data[:cut])
    assert not os.path.exists("canary")
