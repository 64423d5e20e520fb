"""How curves lie in vertex buffers: arrays in, arrays out, no OpenGL.

K curves of P points make K x (P + 3) entries, ``last, 0 .. P-1, 0, 1``, each written
twice: one for either edge of the ribbon. The shader reads a point and its neighbours
from the same buffer at byte offsets 0, 24 and 48, so vertex ``2 i + side`` of a curve
stands on point i - and on the first point again for i = P, where the curve closes.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Indices = NDArray[np.uint32]

EXTRA = 3  # entries more than points
POSITION_BYTES = 12
COLOUR_BYTES = 4
SOME_CURVES = 48
LEAST_SEGMENTS = 64


def segments_of(points: int, closed: bool, step: int = 1) -> int:
    """Segments of a curve of that many points, every ``step``-th of them used."""
    whole = points if closed else max(points - 1, 0)
    return -(-whole // step)


def pack_positions(points: Floats, closed: bool) -> Floats:
    """Points [K, P, 3] as the shader reads them, float32 [K, P + 3, 2, 3]."""
    curves, count, _ = points.shape
    out = np.empty((curves, count + EXTRA, 2, 3), dtype=np.float32)
    out[:, 1 : count + 1, 0] = points
    if closed:
        out[:, 0, 0] = points[:, -1]
        out[:, count + 1, 0] = points[:, 0]
        out[:, count + 2, 0] = points[:, 1 % count]
    else:
        # An end goes straight on, so that its edge is square.
        out[:, 0, 0] = 2.0 * points[:, 0] - points[:, 1 % count]
        out[:, count + 1, 0] = 2.0 * points[:, -1] - points[:, max(count - 2, 0)]
        out[:, count + 2, 0] = out[:, count + 1, 0]
    out[:, :, 1] = out[:, :, 0]
    return out


def pack_colours(colours: Bytes) -> Bytes:
    """Colours u8 [K, P, 4] beside the positions, u8 [K, P + 3, 2, 4]."""
    curves, count, _ = colours.shape
    out = np.empty((curves, count + EXTRA, 2, 4), dtype=np.uint8)
    out[:, 1 : count + 1, 0] = colours
    out[:, 0, 0] = colours[:, -1]
    out[:, count + 1, 0] = colours[:, 0]
    out[:, count + 2, 0] = colours[:, 1 % count]
    out[:, :, 1] = out[:, :, 0]
    return out


def triangle_table(curves: int, points: int, closed: bool, step: int = 1) -> Indices:
    """Two triangles a segment: uint32 [K x segments, 6], in the curves' own order.

    With a ``step`` the points between are passed over; the last one never is.
    """
    segments = segments_of(points, closed, step)
    begin = np.arange(segments, dtype=np.uint32) * step
    end = np.minimum(begin + step, points if closed else max(points - 1, 0))
    a, b = 2 * begin[:, None], 2 * end.astype(np.uint32)[:, None]
    corners = np.concatenate([a, a + 1, b, a + 1, b + 1, b], axis=1)
    base = np.arange(curves, dtype=np.uint32)[:, None, None] * (2 * (points + EXTRA))
    table: Indices = (base + corners).reshape(-1, 6)
    return table


def line_indices(curves: int, points: int, closed: bool) -> Indices:
    """Both ends of every segment, flat, the curves in shuffled order.

    An end is the vertex that finds the segment's beginning before it.
    """
    begin = 2 * np.arange(segments_of(points, closed), dtype=np.uint32)
    base = shuffled_curves(curves).astype(np.uint32)[:, None] * (2 * (points + EXTRA))
    first = base + begin
    return np.stack([first, first + 2], axis=2).reshape(-1)


def shuffled_curves(curves: int) -> NDArray[np.intp]:
    """An order of curves of which every beginning is spread over all of them."""
    golden = 0.5 * (5**0.5 - 1.0)
    return np.argsort(np.mod(np.arange(curves) * golden, 1.0), kind="stable")


def spread_rows(curves: int, segments: int) -> NDArray[np.intp]:
    """Rows of a table of so many segments a curve, the curves in shuffled order."""
    rows = shuffled_curves(curves)[:, None] * segments + np.arange(segments)
    return rows.reshape(-1)


def cut_rows(
    rows: NDArray[np.intp],
    points: Floats,
    depth_row: NDArray[np.float64],
    near: float,
    closed: bool,
    step: int = 1,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of a table whose second point is seen, and those where only the first is.

    A point behind the near plane is pulled onto it along one of its two segments, so
    the two kinds cannot be drawn together. ``near`` is the plane's depth; the others
    are as in :func:`back_to_front`.
    """
    begin, end = _ends(points, depth_row, closed, step)
    limit = near - float(depth_row[3])
    first, second = begin.reshape(-1)[rows] > limit, end.reshape(-1)[rows] > limit
    return rows[second], rows[first & ~second]


def spread_table(table: Indices, curves: int) -> Indices:
    """The triangles with the curves in shuffled order, flat."""
    order = shuffled_curves(curves)
    return np.ascontiguousarray(table.reshape(curves, -1)[order]).reshape(-1)


def back_to_front(
    points: Floats, depth_row: NDArray[np.float64], closed: bool, step: int = 1
) -> NDArray[np.intp]:
    """The order of the segments from the furthest to the nearest.

    Parameters
    ----------
    points
        [K, P, 3].
    depth_row
        [4]: its product with (position, 1) is the distance before the eye.
    closed
        Whether a last segment leads back to the first point.
    step
        As in :func:`triangle_table`, whose rows are put in order.

    """
    begin, end = _ends(points, depth_row, closed, step)
    flat = (begin + end).reshape(-1)
    if not len(flat):
        return np.zeros(0, dtype=np.intp)
    low, high = float(flat.min()), float(flat.max())
    scale = np.float32(65535.0 / (high - low) if high > low else 0.0)
    # 16 bits are finer than a pixel, and numpy sorts them by radix.
    keys = ((np.float32(high) - flat) * scale).astype(np.uint16)
    return np.argsort(keys, kind="stable")


def _ends(
    points: Floats, depth_row: NDArray[np.float64], closed: bool, step: int
) -> tuple[Floats, Floats]:
    """Depths of both ends of every segment, [K, segments], up to a constant."""
    segments = segments_of(points.shape[1], closed, step)
    row = depth_row.astype(np.float32)
    begin = _depth(points[:, ::step][:, :segments], row)
    last = _depth(points[:, :1] if closed else points[:, -1:], row)
    return begin, np.concatenate([begin[:, 1:], last], axis=1)[:, :segments]


def _depth(points: Floats, row: Floats) -> Floats:
    """The product of points with a row, up to its constant."""
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    depth: Floats = x * row[0] + y * row[1] + z * row[2]
    return depth


def mean_length(points: Floats) -> float:
    """The mean length of a segment, from some of the curves [K, P, 3]."""
    some = points[:: max(1, len(points) // SOME_CURVES)]
    lengths = np.linalg.norm(np.diff(some, axis=1), axis=2)
    return float(lengths.mean()) if lengths.size else 0.0


def step_for(length: float, wanted: float, points: int) -> int:
    """How many points to go on at a time, a power of two.

    Parameters
    ----------
    length
        Of a mean segment in pixels.
    wanted
        The length a drawn segment may have: less is lost on the eye.
    points
        Of a curve; 64 of them are always drawn.

    """
    step = 1
    while 2 * step * length <= wanted and points >= 2 * step * LEAST_SEGMENTS:
        step *= 2
    return step
