"""The names that may occur in a pickle of networks, and what becomes of each.

Exact names, no patterns but for the layers of other people's discriminators, which
stay inert whatever they are. What is not here is refused by name.
"""

import hashlib

import numpy as np

from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.pickle_machine import Machine, Maker, hashable, store
from sgviz.checkpoints.pickle_nodes import (
    ITEM_SIZES,
    Array,
    Dtype,
    Node,
    NumpyArray,
    Persistent,
    Ref,
    Storage,
    checked_shape,
    numpy_array,
)

Args = tuple[object, ...]

STORAGES = {
    "torch FloatStorage": "f4",
    "torch HalfStorage": "f2",
    "torch DoubleStorage": "f8",
    "torch BFloat16Storage": "bf",
    "torch LongStorage": "i8",
    "torch IntStorage": "i4",
    "torch ShortStorage": "i2",
    "torch CharStorage": "i1",
    "torch ByteStorage": "u1",
    "torch BoolStorage": "b1",
    "torch.storage UntypedStorage": "u1",
}
NDARRAY = "numpy ndarray"
# Layers that a discriminator of a relative is made of; nothing of them is used.
OPAQUE = ("torch.nn.", "timm.", "pg_modules.", "training.", "torch_utils.")
SCALAR_LIMIT = 16


def opaque(full: str) -> bool:
    """Whether a name is let pass as an inert node."""
    return full.startswith(OPAQUE) and all(
        part.isidentifier() for part in full.replace(" ", ".").split(".")
    )


def one(args: Args, kind: type, what: str) -> object:
    """The single argument of that type; ModelFileError."""
    if len(args) != 1 or type(args[0]) is not kind:
        raise ModelFileError(f"it has {what} that is none")
    return args[0]


def mention(m: Machine, args: Args) -> object:
    """A name that may be mentioned and is never called."""
    raise ModelFileError("it calls what may only be named", "forbidden")


def inert(name: str) -> Maker:
    """A maker of nodes of that name."""
    return lambda m, args: Node(name, args)


def empty_table(m: Machine, args: Args) -> object:
    """A table whose content comes after it."""
    if args:
        raise ModelFileError("it has a table that is none")
    return {}


def ordered(m: Machine, args: Args) -> object:
    """OrderedDict(), or of a list of pairs."""
    table: dict[object, object] = {}
    pairs = one(args, list, "a table") if args else []
    for pair in pairs if isinstance(pairs, list) else []:
        if type(pair) not in (list, tuple) or len(pair) != 2:
            raise ModelFileError("it has a table that is none")
        store(table, list(pair))
    return table


def set_of(m: Machine, args: Args) -> object:
    """A set of texts or small numbers."""
    items = one(args, list, "a set") if args else []
    return {hashable(item) for item in items} if isinstance(items, list) else set()


def size_of(m: Machine, args: Args) -> object:
    """torch.Size, a tuple."""
    return one(args, tuple, "a size")


def encode(m: Machine, args: Args) -> object:
    """Bytes as protocol 2 has them: a text in latin-1."""
    if len(args) != 2 or type(args[0]) is not str or args[1] != "latin1":
        raise ModelFileError("it has bytes that are none", "forbidden")
    m.budget.take_text(len(args[0]))
    try:
        return args[0].encode("latin-1")
    except UnicodeEncodeError as error:
        raise ModelFileError("it has bytes that are none") from error


def dtype_of(m: Machine, args: Args) -> object:
    """numpy.dtype('f4', ...)."""
    if not args or type(args[0]) is not str or args[0] not in ITEM_SIZES:
        raise ModelFileError("it has an array of what are no plain numbers")
    return Dtype(args[0])


def scalar(m: Machine, args: Args) -> object:
    """A numpy number, as Python's."""
    if len(args) != 2 or not isinstance(args[0], Dtype) or type(args[1]) is not bytes:
        raise ModelFileError("it has a number that is none")
    dtype, data = args[0], args[1]
    if dtype.kind == "bf" or len(data) != ITEM_SIZES[dtype.kind]:
        raise ModelFileError("it has a number that is none")
    return np.frombuffer(data, dtype.order + dtype.kind)[0].item()


def empty_array(m: Machine, args: Args) -> object:
    """The array that a BUILD will fill."""
    if len(args) != 3 or args[0] != Ref(NDARRAY):
        raise ModelFileError("it has an array of another class")
    return NumpyArray()


def from_buffer(m: Machine, args: Args) -> object:
    """An array as protocol 5 has it: bytes, type, shape, order."""
    if len(args) != 4 or args[3] not in ("C", "F"):
        raise ModelFileError("it has an array that is none")
    data, dtype, shape, order = args
    return NumpyArray(numpy_array(shape, dtype, data, fortran=order == "F"))


def parameter(m: Machine, args: Args) -> object:
    """A parameter is its tensor."""
    if len(args) not in (2, 3) or not isinstance(args[0], Array):
        raise ModelFileError("it has a parameter that is no tensor")
    return args[0]


def tensor(m: Machine, args: Args) -> object:
    """A view into a storage."""
    if len(args) not in (6, 7) or not isinstance(args[0], Storage):
        raise ModelFileError("it has a tensor that is none")
    shape, strides = checked_shape(args[2]), checked_shape(args[3])
    (offset,) = checked_shape((args[1],))
    return Array(args[0], shape, strides, offset).checked()


def persistent(m: Machine, args: Args) -> object:
    """An object of a class that brings its source: the source is hashed."""
    meta = one(args, dict, "an object")
    if not isinstance(meta, dict) or meta.get("type") != "class":
        raise ModelFileError("it has an object that is none")
    if meta.get("version") != 6:
        raise ModelFileError("it has objects of another version than 6", "unknown")
    name, source, state = (meta.get(k) for k in ("class_name", "module_src", "state"))
    texts = type(name) is str and type(source) is str
    if not texts or type(state) is not dict:
        raise ModelFileError("it has an object that is none")
    return Persistent(str(name), _sha256(m, str(source)), state)


def reconstructor(m: Machine, args: Args) -> object:
    """Copyreg's way to make an object of a class."""
    if (
        len(args) != 3
        or type(args[1]) is not Ref
        or not args[1].name.endswith("object")
    ):
        raise ModelFileError("it has an object that is none", "forbidden")
    return m.made(args[0], ())


def _sha256(m: Machine, source: str) -> str:
    """The hash of a source; a megabyte said a thousand times is hashed once."""
    found = m.hashes.get(id(source))
    if found is None or found[0] is not source:
        digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
        found = m.hashes[id(source)] = (source, digest)
    return found[1]


_ARRAYS: dict[str, Maker] = {
    "multiarray scalar": scalar,
    "multiarray _reconstruct": empty_array,
    "numeric _frombuffer": from_buffer,
}
# numpy 2 renamed numpy.core.
_NUMPY: dict[str, Maker] = {
    **{f"numpy.core.{name}": maker for name, maker in _ARRAYS.items()},
    **{f"numpy._core.{name}": maker for name, maker in _ARRAYS.items()},
    NDARRAY: mention,
    "numpy dtype": dtype_of,
    "_codecs encode": encode,
}
_TABLES: dict[str, Maker] = {
    "collections OrderedDict": ordered,
    "dnnlib.util EasyDict": empty_table,
    "dnnlib EasyDict": empty_table,
    "builtins set": set_of,
    "__builtin__ set": set_of,
    "builtins object": mention,
    "__builtin__ object": mention,
    "copyreg _reconstructor": reconstructor,
    "copy_reg _reconstructor": reconstructor,
}
# NVIDIA's modules lie in its own pickles, and in files that torch.save wrote of one.
_TORCH: dict[str, Maker] = {
    "torch_utils.persistence _reconstruct_persistent_obj": persistent,
    "torch._utils _rebuild_tensor_v2": tensor,
    "torch._utils _rebuild_parameter": parameter,
    "torch Size": size_of,
    "torch device": inert("torch device"),
} | {
    f"torch {name}": mention
    for name in ("float32", "float16", "bfloat16", "float64", "int64", "int32")
}
STORAGE_NAMES: dict[str, Maker] = dict.fromkeys(STORAGES, mention)
TORCH_NAMES = _NUMPY | _TABLES | _TORCH | STORAGE_NAMES
TORCH_NAMES["argparse Namespace"] = inert("argparse Namespace")


def pickle_names(load_from_bytes: Maker) -> dict[str, Maker]:
    """The names of a pickle of NVIDIA's, whose storages are files inside of it."""
    return (
        _NUMPY
        | _TABLES
        | _TORCH
        | {
            "torch.storage _load_from_bytes": load_from_bytes,
            "dnnlib.tflib.network Network": inert("Network"),
        }
    )
