"""A screen without OpenGL: the window opens, the 3-D view says so, the rest works."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.picture import read_state

ROOT = Path(__file__).parents[2]

SCRIPT = """
    import json, sys
    from dataclasses import replace
    from pathlib import Path
    from PySide6.QtCore import QEventLoop, QTimer
    from sgviz.gui import app
    from sgviz.gui.session import Edit
    from sgviz.prefs import Prefs
    from sgviz.state import CircleSet, File, Pca, State, default_circles

    path, sha256, picture = sys.argv[1:]
    made = app.make_application()
    from sgviz.gui.instrument import Instrument

    def settle():
        while not instrument.settled:
            loop = QEventLoop()
            QTimer.singleShot(5, loop.quit)
            loop.exec()

    circles = CircleSet(default_circles(2), points=32)
    state = State(model=File(path, sha256), circles=circles)
    instrument = Instrument(state, Prefs(theme="dark"), "cpu")
    window, session = instrument.window, instrument.session
    instrument.show()
    settle()
    found = {"view": window.w_view.view is None,
             "message": window.w_view._message.text(),
             "seen": window.w_view._message.isVisible()}
    first = instrument.controller.image.pixels
    window.styles.edited.emit(Edit(
        replace(state, styles=state.styles.edited("psi", (1,), 0.1)), "Style"))
    settle()
    styled = instrument.controller.image.pixels
    found["styles"] = bool((styled != first).any())
    session.stack.undo()
    settle()
    found["undo"] = bool((instrument.controller.image.pixels == first).all())
    window.z_view.point_hovered.emit(1, 9)
    settle()
    found["ring"] = bool((instrument.controller.image.pixels != first).any())
    window.z_view.point_clicked.emit(1, 9)
    settle()
    found["click"] = session.state.latent.kind
    found["thumbnails"] = bool(window.z_view.canvas.slots[23].image is not None)
    for theme in ("dark", "light"):
        instrument.set_theme(theme)
    for dock in window.docks.values():
        dock.setFloating(True)
        dock.setFloating(False)
    window.reset_layout()
    session.apply(Edit(replace(session.state, projection=Pca()), "PCA"))
    settle()
    found["shares"] = len(instrument.controller.scene.shares)
    instrument.files.write(Path(picture), instrument.files.window_png())
    window.close()
    instrument.finish()
    print(json.dumps(found))
"""


def test_a_window_without_opengl(network_file, tmp_path):
    picture = tmp_path / "window.png"
    arguments = [str(network_file), hash_file(network_file), str(picture)]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=100,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert "no OpenGL 3.3" in found.pop("message")
    assert found.pop("click") == "on_circle"
    assert found.pop("shares") == 3
    assert all(found.values()), found
    state = read_state(picture)
    assert state.model.sha256 == arguments[1]
