"""Vertex buffers of one context: ribbons and sprites as the graphics card holds them.

Every method needs the context in which the object was made to be current; only
``delete`` is content with one that shares with it.
"""

import ctypes

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from sgviz.gui.gl.layout import COLOUR_BYTES, POSITION_BYTES

PIECE = 16_384  # segments of one draw call


class Buffer:
    """One buffer; data of the same size is written over in place."""

    def __init__(self, target: int) -> None:
        self.id = int(GL.glGenBuffers(1))
        self._target = target
        self._bytes = -1

    def bind(self) -> None:
        """Make it the one of its target."""
        GL.glBindBuffer(self._target, self.id)

    def write(self, data: NDArray[np.generic]) -> None:
        """Replace the whole content."""
        data = np.ascontiguousarray(data)
        self.bind()
        if data.nbytes == self._bytes:
            GL.glBufferSubData(self._target, 0, data.nbytes, data)
        else:
            GL.glBufferData(self._target, data.nbytes, data, GL.GL_DYNAMIC_DRAW)
            self._bytes = data.nbytes

    def delete(self) -> None:
        """Free it."""
        GL.glDeleteBuffers(1, [self.id])


class VertexArray:
    """Which buffers feed which inputs of a shader."""

    def __init__(self) -> None:
        self.id = int(GL.glGenVertexArrays(1))

    def bind(self) -> None:
        """Draw from these inputs from now on."""
        GL.glBindVertexArray(self.id)


class RibbonBuffers:
    """Positions, colours, triangles in two orders (spread, sorted), and lines."""

    def __init__(self) -> None:
        self.array = VertexArray()
        self.positions = Buffer(GL.GL_ARRAY_BUFFER)
        self.colours = Buffer(GL.GL_ARRAY_BUFFER)
        self.spread = Buffer(GL.GL_ELEMENT_ARRAY_BUFFER)
        self.sorted = Buffer(GL.GL_ELEMENT_ARRAY_BUFFER)
        self.lines = Buffer(GL.GL_ELEMENT_ARRAY_BUFFER)
        self.array.bind()
        self.positions.bind()
        for place in range(3):
            offset = ctypes.c_void_p(2 * POSITION_BYTES * place)
            _attribute(place, 3, GL.GL_FLOAT, POSITION_BYTES, offset)
        self.colours.bind()
        offset = ctypes.c_void_p(2 * COLOUR_BYTES)
        _attribute(3, 4, GL.GL_UNSIGNED_BYTE, COLOUR_BYTES, offset)

    def draw(self, order: Buffer, count: int, mode: int = GL.GL_TRIANGLES) -> None:
        """Draw the first ``count`` indices of an order."""
        draw_indices(self.array, order, count, mode)

    def delete(self) -> None:
        """Free what a share group shares; the array goes with its context."""
        parts = (self.positions, self.colours, self.spread, self.sorted, self.lines)
        for part in parts:
            part.delete()


class SpriteBuffers:
    """Positions and colours of points."""

    def __init__(self) -> None:
        self.array = VertexArray()
        self.positions = Buffer(GL.GL_ARRAY_BUFFER)
        self.colours = Buffer(GL.GL_ARRAY_BUFFER)
        self.array.bind()
        self.positions.bind()
        _attribute(0, 3, GL.GL_FLOAT, POSITION_BYTES, None)
        self.colours.bind()
        _attribute(1, 4, GL.GL_UNSIGNED_BYTE, COLOUR_BYTES, None)

    def draw(self, count: int, mode: int = GL.GL_POINTS) -> None:
        """Draw the first ``count`` of them."""
        self.array.bind()
        GL.glDrawArrays(mode, 0, count)

    def delete(self) -> None:
        """Free what a share group shares; the array goes with its context."""
        for part in (self.positions, self.colours):
            part.delete()


class MeshBuffers:
    """Positions, normals, colours and triangles of surfaces."""

    def __init__(self) -> None:
        self.array = VertexArray()
        self.positions = Buffer(GL.GL_ARRAY_BUFFER)
        self.normals = Buffer(GL.GL_ARRAY_BUFFER)
        self.colours = Buffer(GL.GL_ARRAY_BUFFER)
        self.triangles = Buffer(GL.GL_ELEMENT_ARRAY_BUFFER)
        self.array.bind()
        for place, part in enumerate((self.positions, self.normals)):
            part.bind()
            _attribute(place, 3, GL.GL_FLOAT, POSITION_BYTES, None)
        self.colours.bind()
        _attribute(2, 4, GL.GL_UNSIGNED_BYTE, COLOUR_BYTES, None)

    def draw(self, count: int) -> None:
        """Draw the triangles of the first ``count`` indices."""
        draw_indices(self.array, self.triangles, count)

    def delete(self) -> None:
        """Free what a share group shares; the array goes with its context."""
        for part in (self.positions, self.normals, self.colours, self.triangles):
            part.delete()


def draw_indices(
    array: VertexArray, order: Buffer, count: int, mode: int = GL.GL_TRIANGLES
) -> None:
    """Draw the first ``count`` indices of an order.

    In pieces: software OpenGL paints one while it prepares the next.
    """
    array.bind()
    order.bind()
    piece = PIECE * (6 if mode == GL.GL_TRIANGLES else 2)
    for first in range(0, count, piece):
        size = min(piece, count - first)
        place = ctypes.c_void_p(4 * first)
        GL.glDrawElements(mode, size, GL.GL_UNSIGNED_INT, place)
        if size == piece:
            GL.glFlush()


def _attribute(
    place: int, size: int, kind: int, stride: int, offset: ctypes.c_void_p | None
) -> None:
    normalised = kind == GL.GL_UNSIGNED_BYTE
    GL.glEnableVertexAttribArray(place)
    GL.glVertexAttribPointer(place, size, kind, normalised, stride, offset)
