"""All about the network on the screen: a small card of plain text, with Copy."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QHideEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sgviz.gui.choices import Segments

Facts = tuple[tuple[str, str], ...]
WIDTH = 640
GAP = 4
MARGIN = 12
NONE_YET = "No network is loaded yet."
ABOUT = "About this network"
NETWORKS = (
    ("G_ema", "G_ema", "The average over the steps of training: what is usually shown"),
    ("G", "G", "The generator as the last step of training left it"),
)


class ModelFacts(QFrame):
    """A card over the window; a click beside it, or Escape, closes it.

    Names and words are written as characters, never read as markup. Where its file
    holds several generators, one of them can be chosen: ``network_chosen``.
    """

    network_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._facts: Facts = ()
        self._place = parent
        self.setAccessibleName("About this network")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        # The click that closes it is not also one on what lies beneath.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.title = QLabel(ABOUT)
        self.title.setProperty("role", "title")
        self.copy_button = QToolButton()
        self.copy_button.setText("Copy")
        self.copy_button.setAutoRaise(True)
        self.copy_button.setAccessibleName("Copy all about this network")
        self.copy_button.setToolTip("Copy all of it as text")
        self.copy_button.clicked.connect(self._copy)
        self.networks = Segments(NETWORKS)
        self.networks.chosen.connect(self.network_chosen)
        self.networks.hide()
        self.text = QTextEdit(readOnly=True)
        self.text.setAccessibleName("About this network")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.viewport().setAutoFillBackground(False)
        self.text.document().setDocumentMargin(0)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.networks)
        column.addWidget(self.text, 1)

    def as_text(self) -> str:
        """What Copy copies: a line a fact."""
        width = max((len(name) for name, _ in self._facts), default=0)
        return "\n".join(f"{name:<{width}}  {words}" for name, words in self._facts)

    def set_facts(self, facts: Facts) -> None:
        """Show others, unless some text is being selected to be copied."""
        if facts == self._facts and not self.text.document().isEmpty():
            return
        if self.isVisible() and self.text.textCursor().hasSelection():
            return
        self._facts = facts
        self.copy_button.setVisible(bool(facts))
        if self.isVisible():
            self.open_above(self._place)
        else:
            self._write()

    def set_networks(self, networks: tuple[str, ...]) -> None:
        """The generators of the file, the one that is shown first."""
        self.networks.setVisible(len(networks) > 1)
        if networks:
            self.networks.set_chosen(networks[0])

    def open_above(self, place: QWidget) -> None:
        """Show it over a widget, as high as its text, within the screen."""
        self._place = place
        self._write()
        screen = place.screen().availableGeometry()
        width = min(WIDTH, screen.width())
        self.text.document().setTextWidth(width - 2 * MARGIN - 2 * self.frameWidth())
        head = self.copy_button.sizeHint().height() + 8 + 6 + MARGIN
        if not self.networks.isHidden():
            head += self.networks.sizeHint().height() + 6
        inside = self.text.document().size().height()
        height = min(int(inside) + head + 2 * self.frameWidth() + 4, screen.height())
        corner = place.mapToGlobal(QPoint(GAP, -height - GAP))
        x = max(screen.left(), min(corner.x(), screen.right() - width))
        y = max(screen.top(), min(corner.y(), screen.bottom() - height))
        self.setGeometry(x, y, width, height)
        self.show()
        self.text.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.copy_button.setText("Copy")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.as_text())
        self.copy_button.setText("Copied")

    def _write(self) -> None:
        document = self.text.document()
        document.clear()
        cursor = QTextCursor(document)
        if not self._facts:
            cursor.insertText(NONE_YET)
            return
        muted = QTextCharFormat()
        ink = self.palette().color(QPalette.ColorRole.PlaceholderText)
        muted.setForeground(QColor(ink))
        table = cursor.insertTable(len(self._facts), 2, self._columns())
        for row, (name, words) in enumerate(self._facts):
            table.cellAt(row, 0).firstCursorPosition().insertText(name, muted)
            table.cellAt(row, 1).firstCursorPosition().insertText(words)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _columns(self) -> QTextTableFormat:
        """No lines; the names as wide as the longest of them."""
        metrics = self.fontMetrics()
        longest = max(metrics.horizontalAdvance(name) for name, _ in self._facts)
        form = QTextTableFormat()
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        form.setBorder(0)
        form.setCellSpacing(0)
        form.setCellPadding(2)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        fixed = QTextLength(QTextLength.Type.FixedLength, min(longest, WIDTH // 3) + 16)
        rest = QTextLength(QTextLength.Type.VariableLength, 0)
        form.setColumnWidthConstraints([fixed, rest])
        return form
