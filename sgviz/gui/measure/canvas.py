"""pyqtgraph's plot in our colours, under our hand: what plot and heat map draw on."""

from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)

from sgviz.gui.measure.series import Axes
from sgviz.gui.measure.ticks import (
    BEYOND,
    Words,
    fitting,
    of_angles,
    power_of_ten,
    thinned,
)
from sgviz.gui.theme import Theme
from sgviz.measured.figure import signed

FONT_PIXELS = 11
TALL = 112  # pixels that have room for the title of x
SPARE = 10  # pixels that a title may be longer than its axis
_WORDED = {1.0, 2.0, 5.0, 10.0}


class _Axis(pg.AxisItem):  # type: ignore[misc]
    """Its title goes into two lines where one is too long for it.

    Of words at places (:meth:`offer`) there are as many as have room; a logarithmic
    axis has them at 1, 2 and 5: others would lie on one another.
    """

    _said = ""
    _choices: Sequence[Words] = ()

    def offer(self, choices: Sequence[Words]) -> None:
        """Words at places, as :func:`sgviz.gui.measure.ticks.fitting` chooses.

        Numbers again where none are offered.
        """
        self._choices = choices
        self.setTicks([choices[-1]] if choices else None)

    def generateDrawSpecs(self, p: QPainter) -> Any:
        """What pyqtgraph draws, with the words that fit its size and range now."""
        low, high = self.range
        if self._choices and high > low:
            metrics, is_across = _metrics(), self.orientation == "bottom"
            room = self.size().width() if is_across else self.size().height()
            size = (
                metrics.horizontalAdvance if is_across else lambda _: metrics.height()
            )
            words = fitting(self._choices, (low, high), room, size)
            self._tickLevels = [words]
        return super().generateDrawSpecs(p)

    def labelString(self) -> str:
        """The title as rich text, in as many lines as the height asks for."""
        room = self.size().height()
        if self.orientation != "left" or not room:
            return str(super().labelString())
        whole, title = str(super().labelString()), self.labelText
        return whole.replace(title, in_lines(title, room + SPARE, _metrics()))

    def resizeEvent(self, event: object = None) -> None:
        super().resizeEvent(event)
        if self.label is not None and self._said != (said := self.labelString()):
            self._said = said
            self._updateLabel()

    def tickStrings(
        self, values: Sequence[float], scale: float, spacing: float
    ) -> list[str]:
        """The numbers at these places, with the minus sign of all other words."""
        return [signed(text) for text in super().tickStrings(values, scale, spacing)]

    def logTickStrings(
        self, values: Sequence[float], scale: float, spacing: float
    ) -> list[str]:
        """The words at these logarithms."""
        return [
            power_of_ten(10.0**value)
            if round(10.0 ** (value % 1.0), 6) in _WORDED
            else ""
            for value in values
        ]


def _metrics() -> QFontMetricsF:
    """Of the words of the axes."""
    font = QFont()
    font.setPixelSize(FONT_PIXELS)
    return QFontMetricsF(font)


def in_lines(title: str, room: float, metrics: QFontMetricsF) -> str:
    """A title that is not longer than the room, or in two lines about as long."""
    if metrics.horizontalAdvance(title) <= room or " " not in title:
        return title
    words = title.split(" ")
    ways = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    return "<br>".join(
        min(ways, key=lambda way: max(map(metrics.horizontalAdvance, way)))
    )


class Canvas(pg.PlotWidget):  # type: ignore[misc]
    """A plot that neither scrolls nor opens menus by itself.

    ``pointed(QPointF)`` where the mouse is, in the numbers of the axes; ``left()``;
    ``all_asked()``
    a double click; ``menu_asked(QPoint)`` a right click, on the screen.
    """

    pointed = Signal(QPointF)
    left = Signal()
    all_asked = Signal()
    clicked = Signal(QPointF)
    menu_asked = Signal(object)

    def __init__(self, axes: Axes, theme: Theme) -> None:
        sides = {side: _Axis(side) for side in ("left", "bottom")}
        super().__init__(background=theme.canvas, enableMenu=False, axisItems=sides)
        self.axes_meant = axes
        self._pressed: QPointF | None = None
        self.setMinimumSize(160, 100)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.hideButtons()
        # Nobody opens it: it shall go when this goes.
        menu = self.plotItem.ctrlMenu
        menu.setParent(self, menu.windowFlags())
        self.plotItem.layout.setContentsMargins(2, 8, 18, 2)
        self.plotItem.vb.setMouseEnabled(x=True, y=False)
        self.plotItem.setLogMode(x=axes.log_x, y=axes.log_y)
        for side in ("left", "bottom"):
            self.axis(side).enableAutoSIPrefix(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.set_theme(theme)

    def axis(self, side: str) -> Any:
        """The axis of pyqtgraph at ``"left"`` or ``"bottom"``."""
        return self.plotItem.getAxis(side)

    def set_theme(self, theme: Theme) -> None:
        """New colours of paper, axes and words."""
        self.setBackground(theme.canvas)
        font = QFont(self.font())
        font.setPixelSize(FONT_PIXELS)
        words = {"color": theme.muted, "font-size": f"{FONT_PIXELS}px"}
        for side, name in (("left", self.axes_meant.y), ("bottom", self.axes_meant.x)):
            axis = self.axis(side)
            axis.setPen(QPen(QColor(theme.line), 1.0))
            axis.setTextPen(QColor(theme.muted))
            axis.setStyle(tickFont=font, tickLength=-4, hideOverlappingLabels=BEYOND)
            if name:
                axis.setLabel(name, **words)
            axis.setGrid(False)
        self._offer_title()
        self._mark_places()

    def add_cursor(self, item: Any) -> None:
        """Keep something above all series that is shown and hidden, never fitted.

        A line that is taken out of the scene keeps the length it had, and is a stump
        when the axes have grown meanwhile.
        """
        item.setZValue(10.0)
        item.setVisible(False)
        self.addItem(item, ignoreBounds=True)

    def place_of(self, x: float, y: float) -> QPointF:
        """Where a point of the plot is on the widget, in pixels."""
        at = self.plotItem.vb.mapViewToScene(QPointF(x, y))
        return QPointF(self.mapFromScene(at))

    def point_at(self, place: QPointF) -> QPointF | None:
        """The point of the plot below a pixel; None outside of the axes."""
        at = self.mapToScene(place.toPoint())
        if not self.plotItem.vb.sceneBoundingRect().contains(at):
            return None
        return QPointF(self.plotItem.vb.mapSceneToView(at))

    def paint_resized(
        self, painter: QPainter, room: QRectF, dress: Callable[[], None]
    ) -> None:
        """Draw it into a room of another size, as if it were as large.

        ``dress`` is called when it is. A second plot would do, but pyqtgraph's are not
        made to be thrown away.
        """
        before = self.size()
        self.resize(room.size().toSize())
        self._settle()
        dress()
        self._settle()
        self.render(painter, room, self.viewport().rect())
        self.resize(before)
        self._settle()

    def pixel(self) -> tuple[float, float]:
        """How much of the axes a pixel is."""
        wide, high = self.plotItem.vb.viewPixelSize()
        return float(wide), float(high)

    def _settle(self) -> None:
        """What pyqtgraph does before it paints."""
        self.plotItem.layout.activate()
        self.plotItem.vb.updateAutoRange()
        self.plotItem.vb.updateMatrix()

    def _offer_title(self) -> None:
        """The title of x where it leaves the plot half of the height."""
        axis, is_tall = self.axis("bottom"), self.height() >= TALL
        axis.showLabel(is_tall and bool(self.axes_meant.x))

    def _mark_places(self) -> None:
        axis = self.axis("bottom")
        if self.axes_meant.is_angle:
            # The first and the last word lie across the ends.
            axis.setStyle(hideOverlappingLabels=False)
            axis.offer(of_angles())
        elif self.axes_meant.names:
            axis.offer(thinned(self.axes_meant.names))
        else:
            axis.offer(())

    # From the hand.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = self.point_at(event.position())
        if at is None:
            self.left.emit()
        else:
            self.pointed.emit(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or (pressed - event.position()).manhattanLength() > 4:
            return
        at = self.point_at(event.position())
        if at is not None:
            self.clicked.emit(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.all_asked.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # As everywhere in the window: the wheel scrolls unless this has the focus.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        # pyqtgraph calls it with nothing while it is being made.
        super().resizeEvent(event)
        if hasattr(self, "axes_meant"):
            self._offer_title()
