"""Which network is looked at: another generator of its file, or none but the shown."""

from dataclasses import replace

from PySide6.QtCore import QObject

from sgviz.gui.controller import Controller
from sgviz.gui.loading import Loading
from sgviz.gui.session import Edit, Session
from sgviz.state import Bundled, File, GeneratorName


class ModelDesk(QObject):
    """Answers the card about the network, and Cancel where a state waits for one."""

    def __init__(
        self, session: Session, controller: Controller, loading: Loading
    ) -> None:
        super().__init__(controller)
        self._session, self._controller = session, controller
        controller.window.status.network_chosen.connect(self.choose)
        loading.given_up.connect(self.stay)

    def choose(self, name: GeneratorName) -> None:
        """Another generator of the file that is shown."""
        state = self._session.state
        if isinstance(state.model, File):
            model = replace(state.model, network=name)
            self._session.apply(Edit(replace(state, model=model), f"Show {name}"))

    def stay(self) -> None:
        """Nobody waits for the network asked for: back to the one that is shown."""
        shown, state = self._controller.model, self._session.state
        back = replace(state, model=(shown and shown.ref) or Bundled())
        self._session.apply(Edit(back, "Stay with the network shown"))
