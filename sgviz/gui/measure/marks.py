"""What a panel points at in the views, beside the point under the hand."""

from dataclasses import dataclass

import numpy as np

from sgviz.frame import Scene
from sgviz.measured.overlay import Floats, Overlay

SIZE = 0.05  # of a mark's arms, as a share of how large the scene is
ARMS = np.concatenate([np.eye(3), -np.eye(3)]).astype(np.float32)


@dataclass(frozen=True)
class Marks:
    """``points`` (circle, angle in radians) of the scene, a ``share`` of both ways."""

    points: tuple[tuple[int, float], ...] = ()
    share: float | None = None

    def on(self, circle: int) -> tuple[float, ...]:
        """The angles of those on one circle."""
        return tuple(angle for at, angle in self.points if at == circle)


def places(marks: Marks, scene: Scene, overlay: Overlay) -> list[Floats]:
    """Where the marks lie, [S, 3] each."""
    found = []
    for circle, angle in marks.points:
        if circle < scene.positions.shape[1]:
            away = np.abs((scene.angles[circle] - angle + np.pi) % (2 * np.pi) - np.pi)
            found.append(scene.positions[:, circle, int(np.argmin(away))])
    if marks.share is not None:
        for stroke in overlay.strokes:
            if stroke.kind != "arrow":
                last = stroke.positions.shape[1] - 1
                found.append(stroke.positions[:, round(marks.share * last)])
    return found


def star(middle: Floats, scene: Scene) -> Floats:
    """Six arms from a place in each slice: [S, 3] -> [S, 12, 3], one stroke."""
    spread = np.nanmax(np.abs(scene.positions), initial=1e-9)
    ends = middle[:, None, :] + SIZE * spread * ARMS
    back = np.broadcast_to(middle[:, None, :], ends.shape)
    return np.stack([back, ends], axis=2).reshape(len(middle), 12, 3).astype(np.float32)
