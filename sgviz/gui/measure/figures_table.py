"""A table of figures: one row a figure, one column a circle, and what is untrained."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sgviz.gui.measure.saving import Rows, SaveButton
from sgviz.gui.theme import DARK, Theme


@dataclass(frozen=True)
class Cell:
    """What is written, the number behind it, and how much it stands out.

    ``ink`` names a colour of the theme; ``tip`` is said where the mouse rests.
    """

    text: str
    value: float | str | None = None
    ink: str = "text"
    tip: str = ""

    @property
    def whole(self) -> str:
        """The number with all its digits, for a file."""
        if self.value is None:
            return self.text
        return f"{self.value:.9g}" if isinstance(self.value, float) else self.value


@dataclass(frozen=True)
class Row:
    """A figure: its name, what it is, and a cell for each column; none: a heading."""

    name: str
    cells: tuple[Cell, ...] = ()
    tip: str = ""


class FiguresTable(QWidget):
    """Columns of numbers that line up; can be sorted, selected, copied and saved."""

    def __init__(self, first: str, file_name: str, sortable: bool = False) -> None:
        super().__init__()
        self.file_name, self._first = file_name, first
        self._heads: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._widths: tuple[int, ...] = ()  # of the longest words of each column
        self._theme = DARK
        self.grid = QTableWidget()
        self.grid.setAccessibleName(f"Table: {first}")
        self.grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows = QAbstractItemView.SelectionBehavior.SelectRows
        self.grid.setSelectionBehavior(rows)
        self.grid.setAlternatingRowColors(False)
        self.grid.setShowGrid(False)
        self.grid.setFrameShape(QTableWidget.Shape.NoFrame)
        self.grid.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.grid.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.grid.setWordWrap(False)
        self.grid.verticalHeader().hide()
        self.grid.verticalHeader().setDefaultSectionSize(22)
        self.grid.horizontalHeader().setHighlightSections(False)
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.customContextMenuRequested.connect(self._menu_at)
        self.save_button = SaveButton(self)
        # Hidden until a panel gives it a place.
        self.save_button.setParent(self)
        self.save_button.hide()
        self._is_sortable = sortable
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid)

    def set_rows(self, heads: Sequence[str], rows: Sequence[Row]) -> None:
        """Show other figures; ``heads`` are those of the columns after the first.

        What stays is not touched: a table of 500 cells is shown many times a second.
        """
        kept: tuple[Row, ...] = ()
        if self._heads == tuple(heads) and not self._is_sortable:
            kept = self._rows
        self._heads, self._rows = tuple(heads), tuple(rows)
        if kept and kept == self._rows:
            return
        grid = self.grid
        grid.setSortingEnabled(False)
        if not kept:
            grid.setColumnCount(len(heads) + 1)
            grid.setHorizontalHeaderLabels([self._first, *heads])
            self._align_heads()
        grid.setRowCount(len(rows))
        for at, row in enumerate(self._rows):
            self._show_row(at, row, kept[at] if at < len(kept) else None)
        self._fit(is_new=not kept)
        grid.setSortingEnabled(self._is_sortable)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        paper = f"QTableWidget {{ background: {theme.canvas}; }}"
        self.grid.setStyleSheet(paper)
        heads, rows, self._rows = self._heads, self._rows, ()
        self.set_rows(heads, rows)

    def rows(self) -> Rows:
        """Names and whole numbers, a head first."""
        body = [[row.name, *(c.whole for c in row.cells)] for row in self._rows]
        wide = len(self._heads) + 1
        padded = [row + [""] * (wide - len(row)) for row in body]
        return [[self._first, *self._heads], *padded]

    def text_at(self, row: int, column: int) -> str:
        """What is written in a cell, the name of the figure being column 0."""
        item = self.grid.item(row, column)
        return item.text() if item is not None else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.save_button.copy_table()
        else:
            super().keyPressEvent(event)

    def _fit(self, is_new: bool) -> None:
        """Columns as wide as their words: once all are there, where one has grown.

        A header that follows its columns by itself looks through all cells with each.
        """
        metrics, before = self.grid.fontMetrics(), () if is_new else self._widths
        wide = [0] * len(self._heads)
        for row in self._rows:
            for column, cell in enumerate(row.cells[: len(wide)]):
                wide[column] = max(wide[column], metrics.horizontalAdvance(cell.text))
        if not before or any(new > old for new, old in zip(wide, before, strict=True)):
            self._widths = tuple(wide)
            self.grid.resizeColumnsToContents()

    def _align_heads(self) -> None:
        """Heads stand as their columns do: names on the left, numbers on the right."""
        sides = [Qt.AlignmentFlag.AlignLeft] + [Qt.AlignmentFlag.AlignRight] * len(
            self._heads
        )
        for column, side in enumerate(sides):
            item = self.grid.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def _show_row(self, at: int, row: Row, before: Row | None) -> None:
        """Set the cells of a row that are not what they were ``before``."""
        if row == before:
            return
        if before is None or (row.name, row.tip) != (before.name, before.tip):
            self.grid.setItem(at, 0, self._name_item(row))
        empty = (Cell(""),) * len(self._heads)
        was = before.cells + empty[len(before.cells) :] if before else ()
        cells = row.cells + empty[len(row.cells) :]
        is_tip_new = before is not None and row.tip != before.tip
        for column, cell in enumerate(cells[: len(empty)]):
            old = was[column] if before else None
            if cell != old or is_tip_new:
                self._show_cell(at, column + 1, cell, old, row.tip)

    def _show_cell(
        self, row: int, column: int, cell: Cell, old: Cell | None, tip: str
    ) -> None:
        """What changed of a cell, in the item that is there: a new one costs most."""
        item = self.grid.item(row, column) if old is not None else None
        if not isinstance(item, _Number):
            item = _Number()
            self.grid.setItem(row, column, item)
        item.number = cell.value
        if old is None or cell.text != old.text:
            item.setText(cell.text)
        if old is None or cell.ink != old.ink:
            item.setForeground(QColor(getattr(self._theme, cell.ink)))
        item.setToolTip(cell.tip or tip)

    def _name_item(self, row: Row) -> QTableWidgetItem:
        name = QTableWidgetItem(row.name)
        name.setToolTip(row.tip)
        if not row.cells:
            bold = QFont(self.font())
            bold.setBold(True)
            name.setFont(bold)
            name.setForeground(QColor(self._theme.muted))
        return name

    def _menu_at(self, place: QPoint) -> None:
        self.save_button.open_at(self.grid.viewport().mapToGlobal(place))


class _Number(QTableWidgetItem):
    """A cell that is sorted as a number."""

    def __init__(self) -> None:
        super().__init__()
        self.number: float | str | None = None
        self.setTextAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )

    def __lt__(self, other: QTableWidgetItem) -> bool:
        mine, theirs = self.number, getattr(other, "number", None)
        if isinstance(mine, float) and isinstance(theirs, float):
            return mine < theirs
        return super().__lt__(other)
