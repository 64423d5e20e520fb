"""The pages of the Train tab: a run, its timeline, and the depth laboratory."""

from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from sgviz.gui.choices import Segments
from sgviz.gui.theme import Theme
from sgviz.gui.train.depth_page import DepthPage
from sgviz.gui.train.run_page import RunPage
from sgviz.gui.train.timeline_page import TimelinePage

Page = Literal["run", "timeline", "depth"]

_PAGES = (
    ("run", "Run", "Begin a run, watch it learn, end it"),
    ("timeline", "Timeline", "A run from its first image to its last"),
    ("depth", "Depth laboratory", "The same network with mappings of several depths"),
)


class TrainPages(QWidget):
    """One page of three; the buttons above (or the arrow keys on them) choose it."""

    def __init__(self) -> None:
        super().__init__()
        self.run = RunPage()
        self.timeline = TimelinePage()
        self.laboratory = DepthPage()
        self._pages: dict[str, RunPage | TimelinePage | DepthPage] = {
            "run": self.run,
            "timeline": self.timeline,
            "depth": self.laboratory,
        }
        self.pages = Segments(_PAGES)
        self.pages.chosen.connect(self._show)
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(14, 8, 14, 0)
        head.addWidget(self.pages)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    @property
    def page(self) -> str:
        """The page that is shown: ``run``, ``timeline`` or ``depth``."""
        return self.pages.chosen_key()

    def show_page(self, page: Page) -> None:
        """Turn to a page."""
        self.pages.set_chosen(page)
        self._show(page)

    def show_run(self, folder: Path) -> None:
        """Turn to the timeline of a run."""
        self.timeline.open_run(0, folder)
        self.show_page("timeline")

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        for page in self._pages.values():
            page.set_theme(theme)

    def _show(self, page: str) -> None:
        self._stack.setCurrentWidget(self._pages[page])
