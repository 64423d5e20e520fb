"""The turntable: where the eye is, what it sees, how a hand turns it. Pure maths.

The eye looks at ``camera.centre`` from ``camera.distance`` along azimuth and elevation
(degrees, z is up). Matrices are float64 [4, 4] for column vectors, pixels are logical,
x to the right and y down, as Qt counts them.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl.extent import Extent
from sgviz.state import Camera

Matrix = NDArray[np.float64]
Size = tuple[float, float]

FIELD_OF_VIEW = math.radians(34.0)  # of the smaller side of the view
DEGREES_PER_PIXEL = 0.35
MIN_DISTANCE, MAX_DISTANCE = 1e-6, 1e8
FIT_ROOM = 0.85  # of the view is for the scene, the rest for names and air
FIT_CLOSEST = 0.7  # of the distance from which any direction fits


def axes_of(camera: Camera) -> Matrix:
    """The eye's right, up and backward directions as rows, [3, 3]."""
    a, e = math.radians(camera.azimuth), math.radians(camera.elevation)
    ca, sa, ce, se = math.cos(a), math.sin(a), math.cos(e), math.sin(e)
    return np.array([[-sa, ca, 0.0], [-se * ca, -se * sa, ce], [ce * ca, ce * sa, se]])


def view_matrix(camera: Camera) -> Matrix:
    """From the world to the eye, which looks along -z."""
    matrix = np.eye(4)
    matrix[:3, :3] = axes_of(camera)
    matrix[:3, 3] = -matrix[:3, :3] @ np.array(camera.centre)
    matrix[2, 3] -= camera.distance
    return matrix


def half_extents(camera: Camera, size: Size) -> tuple[float, float]:
    """Half the width and height of what is seen at the centre's depth."""
    half = camera.distance * math.tan(FIELD_OF_VIEW / 2)
    width, height = max(size[0], 1.0), max(size[1], 1.0)
    smaller = min(width, height)
    return half * width / smaller, half * height / smaller


def depth_of(camera: Camera, point: tuple[float, float, float]) -> float:
    """How far before the eye a point lies, along the line of sight."""
    back = axes_of(camera)[2]
    offset = np.array(point) - np.array(camera.centre)
    return camera.distance - float(back @ offset)


def clip_planes(camera: Camera, extent: Extent) -> tuple[float, float]:
    """Near and far, as tight around the scene as the eye's place allows."""
    depth = depth_of(camera, extent.centre)
    reach = 1.02 * extent.reach + 1e-9
    if camera.orthographic:
        return depth - reach, depth + reach
    near = max(depth - reach, 0.01 * camera.distance)
    return near, max(depth + reach, 1.01 * near)


def projection_matrix(camera: Camera, size: Size, extent: Extent) -> Matrix:
    """From the eye to clip space, perspective or orthographic."""
    near, far = clip_planes(camera, extent)
    hx, hy = half_extents(camera, size)
    matrix = np.zeros((4, 4))
    if camera.orthographic:
        matrix[0, 0], matrix[1, 1] = 1.0 / hx, 1.0 / hy
        matrix[2, 2] = -2.0 / (far - near)
        matrix[2, 3] = -(far + near) / (far - near)
        matrix[3, 3] = 1.0
        return matrix
    matrix[0, 0] = camera.distance / hx
    matrix[1, 1] = camera.distance / hy
    matrix[2, 2] = -(far + near) / (far - near)
    matrix[2, 3] = -2.0 * far * near / (far - near)
    matrix[3, 2] = -1.0
    return matrix


def orbit(camera: Camera, dx: float, dy: float) -> Camera:
    """Turn the table by a drag of (dx, dy) pixels."""
    azimuth = camera.azimuth - dx * DEGREES_PER_PIXEL
    azimuth = math.fmod(math.fmod(azimuth, 360.0) + 540.0, 360.0) - 180.0
    elevation = camera.elevation + dy * DEGREES_PER_PIXEL
    return replace(camera, azimuth=azimuth, elevation=max(-90.0, min(90.0, elevation)))


def pan(camera: Camera, dx: float, dy: float, size: Size) -> Camera:
    """Move the scene with a drag of (dx, dy) pixels, in the plane of the view."""
    hx, hy = half_extents(camera, size)
    right, up, _ = axes_of(camera)
    step = right * (-2.0 * hx * dx / max(size[0], 1.0))
    step = step + up * (2.0 * hy * dy / max(size[1], 1.0))
    return _at(camera, np.array(camera.centre) + step)


def zoom(camera: Camera, factor: float, at: tuple[float, float], size: Size) -> Camera:
    """Multiply the distance; what lies under the pixel ``at`` stays there."""
    distance = max(MIN_DISTANCE, min(MAX_DISTANCE, camera.distance * factor))
    factor = distance / camera.distance
    hx, hy = half_extents(camera, size)
    right, up, _ = axes_of(camera)
    cx = 2.0 * at[0] / max(size[0], 1.0) - 1.0
    cy = 1.0 - 2.0 * at[1] / max(size[1], 1.0)
    shift = (right * (cx * hx) + up * (cy * hy)) * (1.0 - factor)
    moved = _at(camera, np.array(camera.centre) + shift)
    return replace(moved, distance=distance)


def fit(camera: Camera, extent: Extent, size: Size) -> Camera:
    """The same direction, with the whole scene in view.

    As near as the outline allows from this direction, but not so near that turning
    the table would lose much of it. The centre moves along the table's axis only.
    """
    framed = _at(camera, np.array(extent.centre))
    distance = FIT_CLOSEST * extent.radius / math.sin(FIELD_OF_VIEW / 2)
    if len(extent.outline):
        upright = math.cos(math.radians(camera.elevation))
        if upright > 0.3:
            needs = _needs(framed, extent, size)
            half = math.tan(FIELD_OF_VIEW / 2) * size[1] / max(min(size), 1.0)
            lift = 0.5 * (needs[2] - needs[3]) * half * FIT_ROOM / upright
            x, y, z = extent.centre
            framed = replace(framed, centre=(x, y, z + lift))
        distance = max(distance, *_needs(framed, extent, size))
    return replace(framed, distance=max(MIN_DISTANCE, min(MAX_DISTANCE, distance)))


def _needs(camera: Camera, extent: Extent, size: Size) -> tuple[float, ...]:
    """From how far the outline keeps within the right, left, upper, lower edge."""
    seen = (extent.outline - np.array(camera.centre)) @ axes_of(camera).T
    smaller = max(min(size), 1.0)
    nearer = 0.0 if camera.orthographic else seen[:, 2]
    needs = []
    for k in range(2):
        half = math.tan(FIELD_OF_VIEW / 2) * max(size[k], 1.0) / smaller * FIT_ROOM
        needs += [float((sign * seen[:, k] / half + nearer).max()) for sign in (1, -1)]
    return tuple(needs)


def look_at(camera: Camera, point: tuple[float, float, float]) -> Camera:
    """Turn around ``point``, which comes to the middle of the view."""
    return _at(camera, np.array(point))


def place_under(
    camera: Camera, at: tuple[float, float], size: Size
) -> tuple[float, float, float]:
    """The place under a pixel, at the depth of the centre."""
    moved = zoom(camera, 0.5, at, size)
    centre = np.array(camera.centre)
    x, y, z = (centre + 2.0 * (np.array(moved.centre) - centre)).tolist()
    return x, y, z


def along_axis(camera: Camera, key: str) -> Camera:
    """The view along an axis: ``"x"`` from the right, ``"y"`` front, ``"z"`` top."""
    azimuth, elevation = {"x": (0.0, 0.0), "y": (-90.0, 0.0), "z": (-90.0, 90.0)}[key]
    return replace(camera, azimuth=azimuth, elevation=elevation)


def needs_fit(old: Extent, new: Extent) -> bool:
    """Whether a scene framed as ``old`` has grown out of the view.

    Else the view stays: a scene that shrinks, with psi, is seen to shrink to the end.
    """
    return new.radius + math.dist(old.centre, new.centre) > 1.15 * old.radius


def to_pixels(points: NDArray[np.float64], matrix: Matrix, size: Size) -> Matrix:
    """Points [N, 3] as pixels x, y and depth w, [N, 3]; behind the eye: NaN."""
    clip = points @ matrix[:, :3].T + matrix[:, 3]
    w = np.where(clip[:, 3] > 1e-9, clip[:, 3], np.nan)
    x = (clip[:, 0] / w * 0.5 + 0.5) * size[0]
    y = (0.5 - clip[:, 1] / w * 0.5) * size[1]
    return np.stack([x, y, clip[:, 2] / w], axis=1)


def _at(camera: Camera, centre: NDArray[np.float64]) -> Camera:
    x, y, z = centre.tolist()
    return replace(camera, centre=(x, y, z))


def between(a: Camera, b: Camera, share: float) -> Camera:
    """Part of the way from one camera to another: 0 is ``a``, 1 is ``b``."""
    if share >= 1.0:
        return b
    turn = math.fmod(b.azimuth - a.azimuth + 540.0, 360.0) - 180.0
    centre = np.array(a.centre) * (1.0 - share) + np.array(b.centre) * share
    moved = replace(
        b,
        azimuth=a.azimuth + share * turn,
        elevation=a.elevation + share * (b.elevation - a.elevation),
        distance=a.distance * (b.distance / a.distance) ** share,
    )
    return _at(moved, centre)
