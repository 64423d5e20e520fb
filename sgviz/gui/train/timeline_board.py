"""The curves of the timeline as one widget: small charts over one range of kimg."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.timeline_paint import paint_charts, paint_moment, tip_of
from sgviz.gui.train.timeline_panels import Panel
from sgviz.gui.train.timeline_scale import Scale
from sgviz.gui.train.timeline_sheet import Cell, Dress, RunCurves, Sheet

MARGIN = 4.0
CLOSEST = 0.02  # of the whole run is the least that is shown
TIP = (
    "Click or drag: go to that moment. Wheel: closer in kimg. Double click: the whole"
    " run. Rest on a chart to read what it means."
)


class CurvesBoard(QWidget):
    """Paints a sheet; ``moment_picked(kimg)`` while the hand is on a chart."""

    moment_picked = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Curves over kimg")
        self.setAccessibleDescription(TIP)
        self.setMinimumSize(200, 160)
        policy = QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        self._whole = Scale(0.0, 1.0)
        self._sheet = Sheet((), (), self._whole, Dress.of(DARK))
        self._at = 0.0
        self._cells: list[Cell] = []
        self._still: QPixmap | None = None
        self._held: Cell | None = None

    @property
    def sheet(self) -> Sheet:
        """What is painted."""
        return self._sheet

    @property
    def cells(self) -> list[Cell]:
        """Where each chart is."""
        if self._still is None:
            self._draw()
        return self._cells

    @property
    def at(self) -> float:
        """The moment that the cursor stands at, in kimg."""
        return self._at

    def sizeHint(self) -> QSize:
        return QSize(520, 480)

    def set_runs(
        self, panels: tuple[Panel, ...], runs: tuple[RunCurves, ...], whole: Scale
    ) -> None:
        """Show the curves of one or two runs; ``whole`` is from first to last kimg."""
        x = self._sheet.x
        was_whole = x == self._whole
        self._whole = whole
        if was_whole or not (x.low < whole.high and x.high > whole.low):
            x = whole
        self._show(Sheet(panels, runs, x, self._sheet.dress))

    def set_moment(self, kimg: float) -> None:
        """The cursor stands there."""
        if kimg != self._at:
            self._at = kimg
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        sheet = self._sheet
        self._show(Sheet(sheet.panels, sheet.runs, sheet.x, Dress.of(theme)))

    def tip_at(self, place: QPointF) -> str:
        """What a chart under a place says about itself."""
        for cell in self.cells:
            if cell.head.united(cell.chart).contains(place):
                return tip_of(cell.panel, self._sheet.runs, self._at)
        return TIP

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._still is None:
            self._draw()
        painter = QPainter(self)
        if self._still is not None:
            painter.drawPixmap(0, 0, self._still)
        paint_moment(painter, self._cells, self._sheet, self._at)
        painter.end()

    def resizeEvent(self, event: QEvent) -> None:
        self._still = None

    def changeEvent(self, event: QEvent) -> None:
        self._still = None
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._cell_at(event.position())
            self._pick(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._pick(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._zoom_to(self._whole)

    def wheelEvent(self, event: QWheelEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is None or not event.angleDelta().y():
            event.ignore()
            return
        event.accept()
        x, factor = self._sheet.x, 0.999 ** event.angleDelta().y()
        at = x.value(self._share(cell, event.position()))
        whole = self._whole
        least = CLOSEST * (whole.high - whole.low)
        span = min(whole.high - whole.low, max(least, (x.high - x.low) * factor))
        low = at - (at - x.low) * span / ((x.high - x.low) or 1.0)
        low = max(whole.low, min(low, whole.high - span))
        self._zoom_to(Scale(low, low + span))

    def event(self, event: QEvent) -> bool:
        """Qt's; the tip depends on the chart that the cursor rests on."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())))
            return True
        return super().event(event)

    def _zoom_to(self, x: Scale) -> None:
        sheet = self._sheet
        self._show(Sheet(sheet.panels, sheet.runs, x, sheet.dress))

    def _show(self, sheet: Sheet) -> None:
        self._sheet, self._still = sheet, None
        self.update()

    def _draw(self) -> None:
        """The charts as a picture of their own: a cursor that moves draws none anew."""
        area = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        self._cells = self._sheet.cells(area, self.font())
        ratio = self.devicePixelRatioF()
        still = QPixmap(self.size() * ratio)
        still.setDevicePixelRatio(ratio)
        still.fill(self._sheet.dress.paper)
        painter = QPainter(still)
        painter.setFont(self.font())
        paint_charts(painter, self._cells, self._sheet)
        painter.end()
        self._still = still

    def _cell_at(self, place: QPointF) -> Cell | None:
        room = (c for c in self.cells if c.chart.adjusted(-4, -4, 4, 4).contains(place))
        return next(room, None)

    def _share(self, cell: Cell, place: QPointF) -> float:
        share = (place.x() - cell.chart.left()) / max(1.0, cell.chart.width())
        return min(1.0, max(0.0, share))

    def _pick(self, place: QPointF) -> None:
        if self._held is not None:
            share = self._share(self._held, place)
            self.moment_picked.emit(self._sheet.x.value(share))
