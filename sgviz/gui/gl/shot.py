"""What one frame is drawn with: matrices, pixels, fog and how fine it shall be."""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from sgviz.gui.gl.camera import (
    Matrix,
    clip_planes,
    depth_of,
    half_extents,
    projection_matrix,
    view_matrix,
)
from sgviz.gui.gl.extent import Extent
from sgviz.gui.gl.programs import Program
from sgviz.state import Camera

Rgb = tuple[float, float, float]

FOG_STRENGTH = 0.72


class Look(Enum):
    """How finely the curves are drawn."""

    HALF = "half of the curves, haloed"
    PLAIN = "every curve, haloed, in any order"
    FINE = "every curve, softly haloed, back to front"


@dataclass(frozen=True, eq=False)
class Shot:
    """One frame's view of the scene.

    ``size`` is in device pixels; ``scale`` is device pixels to a logical one (times
    the enlargement of an exported picture): widths are multiplied by it.
    ``pixel_size`` is a device pixel in the world at the centre's depth; at another
    depth d it is ``pixel[0] * d + pixel[1]``. ``near`` is the depth of the near plane
    where it may cut the scene, else None.
    """

    view: Matrix
    projection: Matrix
    size: tuple[int, int]
    scale: float
    fog: tuple[float, float, float]
    background: Rgb
    look: Look
    pixel: tuple[float, float]
    pixel_size: float
    near: float | None
    halo: bool = True

    @property
    def mvp(self) -> Matrix:
        """From the world to clip space."""
        return self.projection @ self.view

    @property
    def depth_row(self) -> Matrix:
        """[4]: its product with (position, 1) is the distance before the eye."""
        row: Matrix = -self.view[2]
        return row

    def without_fog(self) -> "Shot":
        """The same shot on a clear day."""
        return replace(self, fog=(0.0, 0.0, 0.0))

    def haloed(self, halo: bool) -> "Shot":
        """The same shot with halos or without."""
        return replace(self, halo=halo)

    def apply(self, program: Program) -> None:
        """Set what every program of ours reads."""
        program.use()
        program.set_matrix("u_mvp", self.mvp)
        program.set("u_depth", *(float(v) for v in self.depth_row))
        program.set("u_fog", *self.fog)
        program.set("u_background", *self.background)


def take(
    camera: Camera,
    extent: Extent,
    size: tuple[int, int],
    scale: float,
    background: Rgb,
    look: Look,
) -> Shot:
    """The shot of a camera into a view of ``size`` device pixels."""
    depth = depth_of(camera, extent.centre)
    begin, end = depth - 0.6 * extent.radius, depth + 1.5 * extent.radius
    begin = max(begin, 0.0)
    near, _ = clip_planes(camera, extent)
    _, half_height = half_extents(camera, size)
    world = 2.0 * half_height / max(size[1], 1)
    pixel = (0.0, world) if camera.orthographic else (world / camera.distance, 0.0)
    return Shot(
        view=view_matrix(camera),
        projection=projection_matrix(camera, size, extent),
        size=size,
        scale=scale,
        fog=(begin, 1.0 / max(end - begin, 1e-9), FOG_STRENGTH),
        background=background,
        look=look,
        pixel=pixel,
        pixel_size=world,
        near=near if near > depth - extent.reach else None,
    )


def rgb(colour: str) -> Rgb:
    """``#rrggbb`` as three numbers from 0 to 1."""
    values = np.frombuffer(bytes.fromhex(colour.lstrip("#")), dtype=np.uint8) / 255.0
    red, green, blue = values.tolist()
    return red, green, blue
