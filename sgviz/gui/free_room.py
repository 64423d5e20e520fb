"""Where in a window something can lie for a while and cover nothing that is needed."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QLabel,
    QTabBar,
    QWidget,
)

_STEP, _GAP = 12, 6
# What takes the focus and is higher is a picture, or holds controls: not one itself.
_HIGHEST, _ROW = 100, 40
_CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QTabBar)
Places = NDArray[np.intp]


def free_place(room: QRect, sizes: Iterable[QSize], taken: Iterable[QRect]) -> QRect:
    """Nearest a room's lower right corner, of the first size that covers nothing.

    Where there is no such place it is the one that covers least.
    """
    best, least, rects = QRect(), np.inf, list(taken)
    for size in sizes:
        corner, covered = _free_corner(room, size, rects)
        if covered < least:
            best, least = QRect(corner, size), covered
        if not covered:
            break
    return best


def _free_corner(
    room: QRect, size: QSize, taken: Iterable[QRect]
) -> tuple[QPoint, float]:
    """The best place of one size, and how much of what is taken it covers."""
    x = np.arange(room.right() + 1 - size.width(), room.left() - 1, -_STEP)
    y = np.arange(room.bottom() + 1 - size.height(), room.top() - 1, -_STEP)
    if not len(x) or not len(y):
        return room.topLeft(), float(size.width() * size.height())
    covered = np.zeros((len(x), len(y)), dtype=np.intp)
    for rect in taken:
        wide = _overlap(x, size.width(), rect.x(), rect.width())
        high = _overlap(y, size.height(), rect.y(), rect.height())
        covered += wide[:, None] * high
    away = (x[0] - x)[:, None] + (y[0] - y)
    at = int(np.argmin(covered * (away.max() + 1) + away))
    i, j = divmod(at, len(y))
    return QPoint(int(x[i]), int(y[j])), float(covered[i, j])


def controls_of(window: QWidget, *but: QWidget) -> Iterator[QRect]:
    """What can be pressed, typed in or read in a window, in its coordinates."""
    yield from _within(window, QPoint(0, 0), window.rect(), but)


def _within(
    widget: QWidget, origin: QPoint, clip: QRect, but: tuple[QWidget, ...]
) -> Iterator[QRect]:
    for child in widget.children():
        if not isinstance(child, QWidget) or child.isWindow() or child in but:
            continue
        rect = child.geometry().translated(origin)
        seen = rect.intersected(clip)
        if child.isHidden() or seen.isEmpty():
            continue
        if _is_control(child):
            yield seen
            continue
        inner = list(_within(child, rect.topLeft(), seen, but))
        # A row of controls is taken whole: what it paints itself is their name.
        yield from [seen] if inner and child.height() <= _ROW else inner


def _is_control(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return bool(widget.text())
    takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    return isinstance(widget, _CONTROLS) or (
        takes_focus and widget.height() <= _HIGHEST
    )


def _overlap(starts: Places, length: int, start: int, room: int) -> Places:
    """How much of [start, start + room) each [s, s + length) covers, with a gap."""
    low = np.maximum(starts, start - _GAP)
    high = np.minimum(starts + length, start + room + _GAP)
    shared: Places = np.maximum(0, high - low)
    return shared
