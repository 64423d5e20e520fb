"""The live image: as sharp as the screen, with one line of facts below."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Image, ImageBeside, Problem
from sgviz.gui.fact_label import FactLabel
from sgviz.gui.icons import icon
from sgviz.gui.image_pair import ImagePair
from sgviz.gui.pixmaps import fitted_size, scaled, to_qimage
from sgviz.gui.problem_card import ProblemCard
from sgviz.gui.theme import DARK, Theme

LOADING = "Loading the network …"
_SMOOTH_TIP = "Smooth: interpolate between pixels instead of showing them"


class ImageCanvas(QWidget):
    """Paints one image as large as it fits."""

    image_painted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(64, 64)
        self.setAccessibleName("Image")
        self.setToolTip("The image of the current latent, or of the point under hand")
        self.smooth = False
        self.theme = DARK
        self.image: Image | None = None
        self._pixels: QImage | None = None
        self._shown: tuple[QSize, bool, QImage] | None = None
        self._is_new = False

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def set_image(self, image: Image) -> None:
        """A new image; it is announced when it has been painted."""
        self.image, self._pixels = image, to_qimage(image.pixels)
        self._shown, self._is_new = None, True
        self.update()

    def image_rect(self) -> QRect:
        """Where the image lies, in device pixels."""
        ratio = self.devicePixelRatioF()
        room = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._pixels is None:
            return QRect(QPoint(0, 0), QSize(0, 0))
        size = fitted_size(self._pixels.size(), room, self.smooth)
        x, y = (room.width() - size.width()) // 2, (room.height() - size.height()) // 2
        return QRect(QPoint(x, y), size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.canvas)
        if self._pixels is not None:
            box = self.image_rect()
            # In device pixels, so that a pixel of the image is a whole number.
            painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
            painter.drawImage(box.topLeft(), self._at_size(box.size()))
        painter.end()
        if self._is_new:
            self._is_new = False
            self.image_painted.emit(self.image)

    def _at_size(self, size: QSize) -> QImage:
        shown = self._shown
        if shown is None or shown[0] != size or shown[1] != self.smooth:
            assert self._pixels is not None
            shown = (size, self.smooth, scaled(self._pixels, size, self.smooth))
            self._shown = shown
        return shown[2]


class ImageView(QWidget):
    """The live preview, or why there is none."""

    image_painted = Signal(object)
    copy_requested = Signal()
    save_requested = Signal()
    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.canvas = ImageCanvas()
        self.canvas.image_painted.connect(self.image_painted)
        self.card = ProblemCard()
        self.card.say(LOADING)
        self._caption = FactLabel("About the image")
        self.smooth_button = QToolButton()
        self.smooth_button.setAutoRaise(True)
        self.smooth_button.setCheckable(True)
        self.smooth_button.setToolTip(_SMOOTH_TIP)
        self.smooth_button.setAccessibleName(_SMOOTH_TIP)
        self.smooth_button.toggled.connect(self._set_smooth)
        self.second = ImageCanvas()
        self.second.setAccessibleName("Image of the second network")
        self.second.setToolTip("The same latent through the second network")
        self.pair = ImagePair(self.canvas, self.second)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.card)
        self._stack.addWidget(self.pair)
        line = QHBoxLayout()
        line.setContentsMargins(8, 2, 4, 4)
        line.addWidget(self._caption, 1)
        line.addWidget(self.smooth_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._stack, 1)
        column.addLayout(line)

    @property
    def caption(self) -> str:
        """The line of facts."""
        return self._caption.text()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def set_image(self, image: Image) -> None:
        """Show an image, u8 [H, W, 3]."""
        self.canvas.set_image(image)
        self._stack.setCurrentWidget(self.pair)

    def set_beside(self, beside: ImageBeside) -> None:
        """The same latent through a second network, beside; or no such image."""
        if self.pair.set_beside(beside) and beside.image is not None:
            self.second.set_image(beside.image)

    def set_beside_problem(self, problem: Problem) -> None:
        """A sentence in place of the second image."""
        self.pair.set_problem(problem)

    def set_problem(self, problem: Problem | None) -> None:
        """A sentence in place of the image, or the image again."""
        if problem is not None:
            self.card.show_problem(problem)
            self._caption.setText("")
            self._stack.setCurrentWidget(self.card)
        elif self.canvas.image is not None:
            self._stack.setCurrentWidget(self.pair)
        else:
            self.card.say(LOADING)

    def set_caption(self, text: str) -> None:
        """The line below: latent, size, exact or fast, latency."""
        self._caption.setText(text)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.smooth_button.setIcon(icon("blur", theme.text))
        for canvas in (self.canvas, self.second):
            canvas.theme = theme
            canvas.update()
        self.card.set_theme(theme)

    def menu(self) -> QMenu:
        """What can be done with the image."""
        menu = QMenu(self)
        for text, signal in (
            ("Copy image", self.copy_requested),
            ("Save image …", self.save_requested),
        ):
            action = menu.addAction(text)
            action.setEnabled(self.canvas.image is not None)
            action.triggered.connect(signal)
        menu.addSeparator()
        smooth = menu.addAction("Smooth")
        smooth.setCheckable(True)
        smooth.setChecked(self.smooth_button.isChecked())
        smooth.toggled.connect(self.smooth_button.setChecked)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def _set_smooth(self, on: bool) -> None:
        for canvas in (self.canvas, self.second):
            canvas.smooth = on
            canvas.update()
