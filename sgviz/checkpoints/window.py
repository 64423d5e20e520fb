"""A part of an open file, read in small pieces and never beyond its end.

Every length is compared with what is left before anything is read or reserved. Large
runs of bytes are not read at all: a :class:`Blob` says where they lie. So memory does
not depend on what a file says about itself. (A memory map would do the same, but a
file that is cut while it is mapped kills the process.)
"""

from dataclasses import dataclass, field
from typing import BinaryIO

from sgviz.checkpoints.errors import FileError, ModelFileError
from sgviz.checkpoints.source import read_exactly, read_numbers

PIECE = 1 << 16
SMALL = 1 << 12
LINE_LIMIT = 256


@dataclass
class Budget:
    """How much of everything a whole file may have, in all its parts together.

    ``tensors`` are bytes of the arrays that are taken out of it; they are set to
    the size of the file, since what is larger must be a lie.
    """

    opcodes: int = 400_000
    text: int = 32 * 1024**2
    tensors: int = 4 * 1024**3

    def take_text(self, count: int) -> None:
        """ModelFileError where so many more bytes of text are too many."""
        self.text -= count
        if self.text < 0:
            raise ModelFileError("it holds too much text", "limit")

    def take_tensor(self, count: int) -> None:
        """ModelFileError where so many more bytes of tensors exceed the file."""
        self.tensors -= count
        if self.tensors < 0:
            raise ModelFileError("its tensors are larger than the file", "limit")


@dataclass(frozen=True)
class Blob:
    """Bytes that stay in the file: ``length`` of them from ``start``."""

    start: int
    length: int


@dataclass
class Window:
    """Bytes ``start`` to ``end`` of a file, read forwards.

    ``piece`` is how much is read at a time.
    """

    file: BinaryIO
    start: int
    end: int
    piece: int = PIECE
    _buffer: bytes = field(default=b"", init=False)
    _at: int = field(default=0, init=False)

    @property
    def place(self) -> int:
        """Where in the file the next byte lies."""
        return self.start - len(self._buffer) + self._at

    @property
    def left(self) -> int:
        """The number of bytes that are not read yet."""
        return self.end - self.place

    def byte(self) -> int:
        """The next byte."""
        at = self._at
        if at < len(self._buffer):
            self._at = at + 1
            return self._buffer[at]
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes, of small things.

        Raises
        ------
        ModelFileError
            There are not so many.
        """
        self.require(count)
        at = self._at
        if at + count > len(self._buffer):
            self._fill(count)
            at = 0
        self._at = at + count
        return self._buffer[at : at + count]

    def number(self, width: int) -> int:
        """The next ``width`` bytes as an unsigned number, little-endian."""
        return int.from_bytes(self.take(width), "little")

    def line(self) -> str:
        """Text to the next line feed, which is not part of it."""
        text = bytearray()
        while (byte := self.byte()) != 0x0A:
            text.append(byte)
            if len(text) > LINE_LIMIT:
                raise ModelFileError("it has a name that is too long", "limit")
        return text.decode("utf-8", "replace")

    def skip(self, count: int) -> Blob:
        """Where the next ``count`` bytes lie; they are passed over."""
        self.require(count)
        blob = Blob(self.place, count)
        after = blob.start + count
        inside = self._at + count
        if inside <= len(self._buffer):
            self._at = inside
        else:
            self.start, self._buffer, self._at = after, b"", 0
        return blob

    def require(self, count: int) -> None:
        """ModelFileError unless so many bytes are left."""
        if count > self.left:
            raise ModelFileError("it is cut off, or says a length that it has not")

    def _fill(self, count: int) -> None:
        """Have the buffer begin at the next byte and hold at least ``count``."""
        place = self.place
        wanted = min(max(count, self.piece), self.end - place)
        self.file.seek(place)
        try:
            self._buffer = bytes(read_exactly(self.file, wanted, "it"))
        except FileError as error:
            raise ModelFileError(str(error)) from error
        self.start, self._at = place + wanted, 0


def read_blob(file: BinaryIO, blob: Blob) -> memoryview:
    """The bytes of a blob; ModelFileError where the file has become shorter."""
    file.seek(blob.start)
    try:
        return read_numbers(file, blob.length, "it")
    except FileError as error:
        raise ModelFileError(str(error)) from error
