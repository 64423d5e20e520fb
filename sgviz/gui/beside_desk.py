"""What can be drawn beside: recent files, and moments of runs."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from sgviz.checkpoints.of_run import checkpoints_of, images_of
from sgviz.gui.beside_panel import Choice, trained_of
from sgviz.gui.files import Files
from sgviz.gui.main_window import MainWindow
from sgviz.gui.session import Session
from sgviz.prefs import Prefs
from sgviz.state import AtKimg, Bundled, File, Live

RUNS, MOMENTS = 5, 24
Titled = list[tuple[str, list[Choice]]]


class BesideDesk(QObject):
    """Gives the panel its choices; they are looked up when its menu opens."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        files: Files,
        prefs: Callable[[], Prefs],
        runs: Path,
    ) -> None:
        super().__init__(window)
        self._session, self._prefs, self._runs = session, prefs, runs
        button = window.w_view.beside_button
        button.choices = self.choices
        button.file_asked.connect(files.choose_beside)

    def choices(self) -> Titled:
        """The bundled network, recent files, and moments of runs, newest run first."""
        model = trained_of(self._session.state.model)
        first = [] if model == Bundled() else [Choice("Bundled portraits", Bundled())]
        recent = [
            Choice(Path(each.path).name, File(each.path, each.sha256))
            for each in self._prefs().recent
            if Path(each.path).suffix not in NO_NETWORKS and Path(each.path).is_file()
        ]
        own = model.run if isinstance(model, Live | AtKimg) else ""
        own_path = model.path if isinstance(model, AtKimg) else ""
        found: Titled = [("", first)]
        if recent:
            found.append(("Recent", recent))
        folders = run_folders(self._runs, own, own_path)
        for folder in folders[:RUNS]:
            path = str(folder) if folder.parent != self._runs else ""
            moments = moments_of(folder, path)
            if moments:
                found.append((f"A moment of {folder.name}", moments))
        return found


# What no network lies in.
NO_NETWORKS = (".npz", ".dat", ".csv", ".ply", ".json", ".png")


def run_folders(runs: Path, own: str, own_path: str) -> list[Path]:
    """The folders of runs: that of ``own`` first, then the newest."""
    first = [Path(own_path)] if own_path and Path(own_path).is_absolute() else []
    first += [runs / own] if own else []
    try:
        others = [folder for folder in runs.iterdir() if folder.is_dir()]
        others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    except OSError:
        others = []
    return list(dict.fromkeys([*first, *others]))


def moments_of(folder: Path, path: str = "") -> list[Choice]:
    """Checkpoints of a run, evenly chosen where they are many, and its newest state."""
    images = [images_of(each) for each in checkpoints_of(folder)]
    step = max(1, -(-len(images) // MOMENTS))
    chosen = list(dict.fromkeys([*images[::step], *images[-1:]]))
    found = [
        Choice(f"{count / 1000:g} kimg", AtKimg(folder.name, count / 1000, path))
        for count in chosen
    ]
    if found and not path:
        found.append(Choice("newest", Live(folder.name)))
    return found
