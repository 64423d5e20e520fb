"""The opcodes of pickle, each a small function over the stack of a Machine.

Protocols 2 to 5 (https://peps.python.org/pep-0307, pep-3154, pep-0574), without what
files of networks have no use for: DUP and POP, INST and OBJ, extensions, text forms
of numbers, frozen sets, out-of-band buffers.
"""

import struct
from collections.abc import Callable

from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.pickle_machine import Machine, hashable, store
from sgviz.checkpoints.pickle_nodes import Fillable

MARKS_LIMIT = 10_000

Opcode = Callable[[Machine], None]
TABLE: dict[int, Opcode] = {}


def _op(code: bytes) -> Callable[[Opcode], Opcode]:
    def register(run: Opcode) -> Opcode:
        TABLE[code[0]] = run
        return run

    return register


def _constant(code: bytes, value: object) -> None:
    TABLE[code[0]] = lambda m: m.stack.append(value)


def _number(code: bytes, width: int, *, signed: bool = False) -> None:
    def run(m: Machine) -> None:
        m.stack.append(int.from_bytes(m.window.take(width), "little", signed=signed))

    TABLE[code[0]] = run


def _sized(code: bytes, width: int, read: Callable[[Machine, int], object]) -> None:
    """An opcode with a length of ``width`` bytes and so many bytes after it."""
    TABLE[code[0]] = lambda m: m.stack.append(read(m, m.window.number(width)))


_constant(b"N", None)
_constant(b"\x88", True)
_constant(b"\x89", False)
_constant(b")", ())
_number(b"K", 1)
_number(b"M", 2)
_number(b"J", 4, signed=True)
_sized(b"\x8a", 1, Machine.long)
_sized(b"\x8b", 4, Machine.long)
_sized(b"\x8c", 1, Machine.text)
_sized(b"X", 4, Machine.text)
_sized(b"\x8d", 8, Machine.text)
_sized(b"C", 1, Machine.bytes)
_sized(b"B", 4, Machine.bytes)
_sized(b"\x8e", 8, Machine.bytes)
_sized(b"\x96", 8, Machine.bytes)
TABLE[b"]"[0]] = lambda m: m.stack.append([])
TABLE[b"}"[0]] = lambda m: m.stack.append({})
TABLE[b"\x8f"[0]] = lambda m: m.stack.append(set())


@_op(b"(")
def mark(m: Machine) -> None:
    """MARK: the next opcode of several things takes what comes from here on."""
    if len(m.marks) > MARKS_LIMIT:
        raise ModelFileError("it is nested too deeply", "limit")
    m.marks.append(len(m.stack))


@_op(b"\x80")
def proto(m: Machine) -> None:
    """PROTO: which protocol this is."""
    version = m.window.byte()
    if not 2 <= version <= 5:
        raise ModelFileError(f"it is a pickle of protocol {version}, not 2 to 5")


@_op(b"\x95")
def frame(m: Machine) -> None:
    """FRAME: a promise about how much follows; only its size is looked at."""
    m.window.require(m.window.number(8))


@_op(b"G")
def binfloat(m: Machine) -> None:
    """BINFLOAT: eight bytes, big-endian."""
    m.stack.append(struct.unpack(">d", m.window.take(8))[0])


@_op(b"t")
def tuple_(m: Machine) -> None:
    """TUPLE: of everything above the mark."""
    m.stack.append(tuple(m.pop_mark()))


def _tuple_of(code: bytes, count: int) -> None:
    def run(m: Machine) -> None:
        m.stack.append(tuple([m.pop() for _ in range(count)][::-1]))

    TABLE[code[0]] = run


_tuple_of(b"\x85", 1)
_tuple_of(b"\x86", 2)
_tuple_of(b"\x87", 3)


@_op(b"l")
def list_(m: Machine) -> None:
    """LIST: of everything above the mark."""
    m.stack.append(m.pop_mark())


@_op(b"d")
def dict_(m: Machine) -> None:
    """DICT: of the keys and values above the mark."""
    table: dict[object, object] = {}
    store(table, m.pop_mark())
    m.stack.append(table)


@_op(b"a")
def append(m: Machine) -> None:
    """APPEND: to the list below."""
    value = m.pop()
    m.list_below().append(value)


@_op(b"e")
def appends(m: Machine) -> None:
    """APPENDS: everything above the mark to the list below it."""
    items = m.pop_mark()
    m.list_below().extend(items)


@_op(b"s")
def setitem(m: Machine) -> None:
    """SETITEM: a key and its value into the table below."""
    value, key = m.pop(), m.pop()
    store(m.dict_below(), [key, value])


@_op(b"u")
def setitems(m: Machine) -> None:
    """SETITEMS: the keys and values above the mark into the table below it."""
    items = m.pop_mark()
    store(m.dict_below(), items)


@_op(b"\x90")
def additems(m: Machine) -> None:
    """ADDITEMS: everything above the mark into the set below it."""
    items = m.pop_mark()
    target = m.top()
    if type(target) is not set:
        raise ModelFileError("it adds to something that is no set")
    target.update(hashable(item) for item in items)


@_op(b"q")
def binput(m: Machine) -> None:
    """BINPUT: remember the top under a number."""
    m.memo[m.window.byte()] = m.top()


@_op(b"r")
def long_binput(m: Machine) -> None:
    """LONG_BINPUT: the same with a longer number."""
    m.memo[m.window.number(4)] = m.top()


@_op(b"\x94")
def memoize(m: Machine) -> None:
    """MEMOIZE: remember the top under the next number."""
    m.memo[len(m.memo)] = m.top()


@_op(b"h")
def binget(m: Machine) -> None:
    """BINGET: what was remembered."""
    m.stack.append(m.recall(m.window.byte()))


@_op(b"j")
def long_binget(m: Machine) -> None:
    """LONG_BINGET: the same with a longer number."""
    m.stack.append(m.recall(m.window.number(4)))


@_op(b"c")
def global_(m: Machine) -> None:
    """GLOBAL: a name in two lines."""
    module = m.window.line()
    m.stack.append(m.name(module, m.window.line()))


@_op(b"\x93")
def stack_global(m: Machine) -> None:
    """STACK_GLOBAL: a name from two texts on the stack."""
    name, module = m.pop(), m.pop()
    if type(name) is not str or type(module) is not str:
        raise ModelFileError("it names something with what is no text")
    m.stack.append(m.name(module, name))


@_op(b"R")
def reduce(m: Machine) -> None:
    """REDUCE: the node that stands for a call."""
    args, made_by = m.pop(), m.pop()
    m.stack.append(m.made(made_by, args))


@_op(b"\x81")
def newobj(m: Machine) -> None:
    """NEWOBJ: the node that stands for a new object."""
    args, made_by = m.pop(), m.pop()
    m.stack.append(m.made(made_by, args))


@_op(b"b")
def build(m: Machine) -> None:
    """BUILD: what an object holds, said once; attributes of tables are dropped."""
    state, target = m.pop(), m.top()
    if type(target) is dict:
        return
    if not isinstance(target, Fillable):
        raise ModelFileError("it fills something that has nothing inside", "forbidden")
    target.fill(state)


@_op(b"Q")
def binpersid(m: Machine) -> None:
    """BINPERSID: something that is stored elsewhere in the file."""
    if m.persistent is None:
        raise ModelFileError("it points to something outside of it", "forbidden")
    m.stack.append(m.persistent(m.pop()))
