"""Compiled programs of one OpenGL context, and how their uniforms are set."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from sgviz.gui.gl import mesh_shaders, shaders

SOFTWARE = ("llvmpipe", "softpipe", "swrast")


class ShaderError(RuntimeError):
    """The driver refused a shader; its log is the message."""


class Program:
    """A linked program; needs the context it was made in to be current."""

    def __init__(self, vertex: str, fragment: str) -> None:
        self.id = GL.glCreateProgram()
        stages = [
            _compile(GL.GL_VERTEX_SHADER, vertex),
            _compile(GL.GL_FRAGMENT_SHADER, fragment),
        ]
        for stage in stages:
            GL.glAttachShader(self.id, stage)
        GL.glLinkProgram(self.id)
        for stage in stages:
            GL.glDeleteShader(stage)
        if not GL.glGetProgramiv(self.id, GL.GL_LINK_STATUS):
            raise ShaderError(_text(GL.glGetProgramInfoLog(self.id)))
        self._places: dict[str, int] = {}

    def use(self) -> None:
        """Draw with this program from now on."""
        GL.glUseProgram(self.id)

    def set(self, name: str, *values: float) -> None:
        """Set a float or a vector of 2 to 4; a name the driver dropped is ignored."""
        place = self._place(name)
        if len(values) == 1:
            GL.glUniform1f(place, values[0])
        elif len(values) == 2:
            GL.glUniform2f(place, *values)
        elif len(values) == 3:
            GL.glUniform3f(place, *values)
        else:
            GL.glUniform4f(place, *values)

    def set_matrix(self, name: str, matrix: NDArray[np.float64]) -> None:
        """Set a 4 by 4 matrix for column vectors."""
        values = np.ascontiguousarray(matrix, dtype=np.float32)
        GL.glUniformMatrix4fv(self._place(name), 1, GL.GL_TRUE, values)

    def _place(self, name: str) -> int:
        if name not in self._places:
            self._places[name] = int(GL.glGetUniformLocation(self.id, name))
        return self._places[name]


class Programs:
    """The programs of a context, each compiled when it is first asked for."""

    _sources: ClassVar = {
        "ribbon": (shaders.RIBBON_VERTEX, shaders.RIBBON_FRAGMENT),
        "quick": (shaders.RIBBON_VERTEX, shaders.QUICK_FRAGMENT),
        "line": (shaders.LINE_VERTEX, shaders.LINE_FRAGMENT),
        "sprite": (shaders.SPRITE_VERTEX, shaders.SPRITE_FRAGMENT),
        "mesh": (mesh_shaders.MESH_VERTEX, mesh_shaders.MESH_FRAGMENT),
        "plane": (shaders.PLANE_VERTEX, shaders.PLANE_FRAGMENT),
    }

    def __init__(self) -> None:
        self._made: dict[str, Program] = {}
        self._widest: float | None = None

    def __getitem__(self, name: str) -> Program:
        if name not in self._made:
            vertex, fragment = self._sources[name]
            self._made[name] = Program(vertex.strip(), fragment.strip())
        return self._made[name]

    @property
    def widest_line(self) -> float:
        """The widest line worth drawing, in pixels; 0 where ribbons are as quick.

        A graphics card does not mind ribbons, and may draw no line above one pixel;
        software OpenGL draws a wide line in two thirds of a ribbon's time.
        """
        if self._widest is None:
            renderer = _text(GL.glGetString(GL.GL_RENDERER) or b"").lower()
            software = any(name in renderer for name in SOFTWARE)
            flags = int(GL.glGetIntegerv(GL.GL_CONTEXT_FLAGS))
            narrow = flags & int(GL.GL_CONTEXT_FLAG_FORWARD_COMPATIBLE_BIT)
            limits = GL.glGetFloatv(GL.GL_ALIASED_LINE_WIDTH_RANGE)
            self._widest = float(limits[1]) if software and not narrow else 0.0
        return self._widest

    def delete(self) -> None:
        """Free them; their context must be current."""
        for program in self._made.values():
            GL.glDeleteProgram(program.id)
        self._made.clear()


def _compile(kind: int, source: str) -> int:
    shader: int = GL.glCreateShader(kind)
    GL.glShaderSource(shader, source)
    GL.glCompileShader(shader)
    if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
        raise ShaderError(_text(GL.glGetShaderInfoLog(shader)))
    return shader


def _text(log: bytes | str | Sequence[int]) -> str:
    return log if isinstance(log, str) else bytes(log).decode(errors="replace")
