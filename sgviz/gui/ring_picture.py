"""The painted ring of the Z view: dots, thumbnails, the image in the middle."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from sgviz.frame import Floats, Image, Problem, Thumbnails
from sgviz.gui.pixmaps import rounded_pixmap, to_qimage
from sgviz.gui.ring import RingLayout, fit_ring, nearest, with_inner
from sgviz.gui.ring_paint import RingPainter, Slot
from sgviz.gui.theme import DARK, Theme

Colours = NDArray[np.uint8]
USUAL_THUMBNAILS = 24
BESIDE = 0.78  # of its size, the image has where there are ticks around it
TIP = (
    "The circle in Z, coloured by angle. Hover to see a point, click to take"
    " it; ← → steps, Space plays."
)
INNER_TIP = " Within it, dashed: the same through the second network."


class RingPicture(QWidget):
    """One circle of Z. Points are indices into the angles it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(96, 96)
        self.setAccessibleName("Circle in Z")
        self.setToolTip(TIP)
        self.theme: Theme = DARK
        self.angles: Floats = np.zeros(0, np.float32)
        self.colours: Colours = np.zeros((0, 4), np.uint8)
        self.slots: list[Slot] = _empty_slots(USUAL_THUMBNAILS)
        self.inner: list[Slot] = []
        self.focus_angle: float | None = None
        self.marker: float | None = None
        self.bends: tuple[Floats, ...] = ()
        self.marks: dict[str, tuple[float, ...]] = {}
        self.problem: Problem | None = None
        self.image: Image | None = None
        self._picture: QImage | None = None
        self._middle: QPixmap | None = None
        self._still: QPixmap | None = None
        self._dots: QPixmap | None = None
        self._shows_focus = False

    def sizeHint(self) -> QSize:
        return QSize(340, 340)

    def layout_now(self) -> RingLayout:
        """Where everything lies at the present size."""
        count = len(self.slots) if self.problem is None else 0
        layout = fit_ring(self.width(), self.height(), len(self.angles), count)
        # Ticks of bends lie between the image and the circle, else a second network.
        if self.bends:
            return replace(layout, image=BESIDE * layout.image)
        return with_inner(layout) if self.inner and count else layout

    # Values in.

    def set_points(self, angles: Floats, colours: Colours) -> None:
        """Points at angles [N] (radians) with colours u8 [N, 4]."""
        if len(angles) != len(colours):
            raise ValueError(f"{len(angles)} points cannot have {len(colours)} colours")
        same = np.array_equal(angles, self.angles)
        if not (same and np.array_equal(colours, self.colours)):
            self.angles, self.colours = angles, colours
            self._redraw()

    def set_thumbnails(self, thumbnails: Thumbnails) -> None:
        """Images as they are made; those of before stay, faint, until replaced."""
        self.slots = _filled(self.slots, thumbnails, max(1, thumbnails.total))
        self._still = None
        self.update()

    def set_inner(self, thumbnails: Thumbnails) -> None:
        """Those of a second network, within the dots; a total of 0: there is none."""
        before = len(self.inner)
        self.inner = _filled(self.inner, thumbnails, thumbnails.total)
        if before != len(self.inner):
            self.setToolTip(TIP + INNER_TIP if self.inner else TIP)
            self._redraw()
        self._still = None
        self.update()

    def forget_thumbnails(self) -> None:
        """Placeholders again: another circle."""
        self.slots = _empty_slots(len(self.slots))
        self.inner = _empty_slots(len(self.inner))
        self._redraw()

    def set_image(self, image: Image | None) -> None:
        """The image in the middle; None leaves it empty."""
        self.image, self._middle = image, None
        self._picture = None if image is None else to_qimage(image.pixels)
        self.update(self._middle_rect())

    def set_problem(self, problem: Problem | None) -> None:
        """Why there are no images, or None where there are."""
        if problem != self.problem:
            self.problem = problem
            self._redraw()

    def set_focus_angle(self, angle: float | None) -> None:
        """The angle that is looked at."""
        if angle != self.focus_angle:
            self.focus_angle = angle
            self.update()
            self.setAccessibleDescription(self._spoken())

    def set_marker(self, angle: float | None) -> None:
        """The angle of the current latent, where it lies on this circle."""
        if angle != self.marker:
            self.marker = angle
            self.update()

    def set_bends(self, layers: tuple[Floats, ...]) -> None:
        """The angles at which each layer of the mapping bends; none: no ticks."""
        if layers or self.bends:
            self.bends = layers
            self._redraw()

    def set_marks(self, of: str, angles: tuple[float, ...]) -> None:
        """Further places on the circle, of one of those who mark some."""
        if self.marks.get(of, ()) != angles:
            self.marks[of] = angles
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.theme = theme
        self._redraw()

    def slot_angles(self) -> Floats:
        """The angles of the thumbnails [K]."""
        return _angles(self.slots)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        layout = self.layout_now()
        ratio = self.devicePixelRatioF()
        painter = QPainter(self)
        ring = RingPainter(painter, layout, self.theme)
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = self._draw_still(layout, ratio)
        # At a ratio like 1.25 the pixmap may end a fraction before the widget does.
        painter.fillRect(self.rect(), self.theme.canvas)
        painter.drawPixmap(0, 0, self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.problem is None:
            ring.grown_thumbs(self.slots, self.focus_angle)
        for angle in chain.from_iterable(self.marks.values()):
            ring.mark(angle)
        ring.marker(self.marker)
        ring.focus_dot(self.angles, self.colours, self.focus_angle)
        self._draw_middle(ring, ratio)
        shown = self.focus_angle
        if not self.bends and not layout.inner:
            ring.readout(self.marker if shown is None else shown)
        if self.hasFocus() and self._shows_focus:
            ring.frame(self.rect())

    def _draw_still(self, layout: RingLayout, ratio: float) -> QPixmap:
        """All that stays when the focus moves; the dots change less often still."""
        if self._dots is None or self._dots.devicePixelRatio() != ratio:
            self._dots = QPixmap(self.size() * ratio)
            self._dots.setDevicePixelRatio(ratio)
            self._dots.fill(self.theme.canvas)
            with _painter(self._dots) as painter:
                ring = RingPainter(painter, layout, self.theme)
                ring.circle(self.angles, self.colours)
                ring.bends(self.bends)
        still = self._dots.copy()
        if self.problem is None:
            with _painter(still) as painter:
                ring = RingPainter(painter, layout, self.theme)
                ring.spokes(self.slots, self.angles, self.colours)
                ring.still_thumbs(self.slots)
                ring.inner_thumbs(self.inner)
        return still

    def _draw_middle(self, ring: RingPainter, ratio: float) -> None:
        layout = ring.layout
        if self._picture is None:
            text = "" if self.problem is None else self.problem.what
            ring.middle_text(text)
            return
        if self._middle is None or self._middle.devicePixelRatio() != ratio:
            radius = 0.07 * layout.image
            self._middle = rounded_pixmap(self._picture, layout.image, radius, ratio)
        side = self._middle.deviceIndependentSize().width()
        place = QPointF(layout.x - side / 2, layout.y - side / 2)
        ring.painter.drawPixmap(place, self._middle)

    def _middle_rect(self) -> QRect:
        layout = self.layout_now()
        side = layout.image + 4
        return QRectF(
            layout.x - side / 2, layout.y - side / 2, side, side
        ).toAlignedRect()

    def _redraw(self) -> None:
        self._dots = self._still = self._middle = None
        self.update()

    def _spoken(self) -> str:
        if self.focus_angle is None or not len(self.angles):
            return ""
        point = nearest(self.angles, self.focus_angle)
        return f"Point {point} of {len(self.angles)}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()


@contextmanager
def _painter(pixmap: QPixmap) -> Iterator[QPainter]:
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield painter
    finally:
        painter.end()


def _filled(slots: list[Slot], thumbnails: Thumbnails, total: int) -> list[Slot]:
    """Slots with images as they are made; those that wait for theirs are stale."""
    if total != len(slots):
        slots = _empty_slots(total)
    for slot in slots:
        slot.stale = True
    places = _angles(slots)
    for pixels, angle in zip(thumbnails.pixels, thumbnails.angles, strict=False):
        slots[nearest(places, float(angle))].take(pixels, float(angle))
    return slots


def _angles(slots: list[Slot]) -> Floats:
    return np.array([slot.angle for slot in slots], dtype=np.float32)


def _empty_slots(count: int) -> list[Slot]:
    return [Slot(2 * np.pi * k / count) for k in range(count)]
