"""The status bar: device, model, latency, frame time."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from sgviz.frame import ModelInfo
from sgviz.gui.fact_label import FactLabel
from sgviz.gui.model_button import ModelButton
from sgviz.gui.model_facts import ABOUT, Facts, ModelFacts
from sgviz.gui.theme import Theme
from sgviz.state import Live

OF_RUN = "About the network of the run"
NOT_OF_RUN = "About the network on Explore, not the newest of the run"


class StatusBar(QStatusBar):
    """Facts of the moment; changed at most ten times a second by its callers.

    ``network_chosen(name)``: another generator of the file is wanted. ``facts_asked``:
    somebody is about to read all about the network.
    """

    network_chosen = Signal(str)
    facts_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self._device = self._field("Device", "Where networks are computed")
        self._model = ModelButton()
        self._model.clicked.connect(self.show_facts)
        self._info: ModelInfo | None = None
        self._run, self._followed = "", False
        self._facts: Facts = ()
        self._second: Facts = ()
        self._networks: tuple[str, ...] = ()
        self._card: ModelFacts | None = None
        self._latency = FactLabel("Latency", "image 8888 ms ")
        self._latency.setToolTip("From the edit to the new image")
        self._frame = FactLabel("Frame", "frame 888.8 ms ")
        self._frame.setToolTip("Time to draw the W view once")
        self.addWidget(self._model)
        labels: tuple[QWidget, ...] = (self._device, self._latency, self._frame)
        for label in labels:
            self.addPermanentWidget(label)
        self.set_loading()

    def set_theme(self, theme: Theme) -> None:
        """Nothing here paints itself: the palette does it."""

    def set_loading(self) -> None:
        """Before torch is there."""
        self._model.say("Loading torch and the bundled network …")
        self._model.setToolTip("The network on the screen")
        self._device.setText("device: …")

    def set_model(self, info: ModelInfo) -> None:
        """What is on the screen."""
        self._info = info
        self._say_model(info)
        self._device.setText(info.device)
        self._facts, self._networks = info.facts, info.networks
        if self._card is not None:
            self._fill(self._card)

    def set_moves_on(self, run: str, followed: bool = False) -> None:
        """A run goes on that nobody sees on Explore: what is known of its age is old.

        Its length is said by who sees it; here it is left out. Empty: there is no such
        run. ``followed``: Explore has its newest network as soon as it is asked for.
        """
        if (run, followed) != (self._run, self._followed):
            self._run, self._followed = run, followed
            if self._info is not None:
                self._say_model(self._info)

    def set_second(self, facts: Facts) -> None:
        """What is known of the network beside, where there is one."""
        if facts != self._second:
            self._second = facts
            if self._card is not None:
                self._fill(self._card)

    def show_facts(self) -> None:
        """A card with all about the network on the screen, over its name."""
        if self._card is None:
            self._card = ModelFacts(self)
            self._card.network_chosen.connect(self.network_chosen)
        self.facts_asked.emit()
        self._fill(self._card)
        self._card.open_above(self._model)

    def set_latency(self, milliseconds: float) -> None:
        """Edit to new image painted."""
        self._latency.setText(f"image {milliseconds:.0f} ms")

    def set_frame_time(self, milliseconds: float) -> None:
        """One frame of the W view."""
        self._frame.setText(f"frame {milliseconds:.1f} ms")

    def _say_model(self, info: ModelInfo) -> None:
        is_old = bool(self._run) and info.ref == Live(self._run)
        told = info.kimg is not None and not is_old
        trained = f", {info.kimg:.1f} kimg" if told else ""
        side = f" {info.resolution}×{info.resolution}" if info.resolution else ""
        sizes = f"{side}, depth {info.depth}"
        text = f"{info.label} · {info.family}{sizes}{trained}"
        self._model.say(f"{text} · {info.notice}" if info.notice else text)
        tip = f"{text}\nClick: all about this network"
        self._model.setToolTip(tip.replace("<", "‹"))  # a tip may not be markup

    def _fill(self, card: ModelFacts) -> None:
        card.title.setText(self._title())
        card.set_facts(self._all_facts())
        card.set_networks(self._networks)

    def _title(self) -> str:
        """Which network it is, where a run goes on that Explore does not show."""
        info = self._info
        if not self._run or info is None:
            return ABOUT
        # Until its first snapshot comes another stands in, under a label of its own.
        is_itself = ("Network", info.label) in info.facts
        newest = self._followed and is_itself and info.ref == Live(self._run)
        return OF_RUN if newest else NOT_OF_RUN

    def _all_facts(self) -> Facts:
        """Of the network on the screen, and below of the one beside it."""
        beside = (("", ""), ("Beside it", ""), *self._second) if self._second else ()
        return (*self._facts, *beside)

    def _field(self, name: str, tip: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAccessibleName(name)
        label.setToolTip(tip)
        label.setProperty("role", "muted")
        label.setContentsMargins(8, 0, 8, 0)
        return label
