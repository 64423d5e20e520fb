"""Make the pictures of the guide: ``python docs/make_pictures.py [FOLDER [NAME ...]]``.

Each is what ``snapshot`` shows of a session that is written down here, whole or one
panel of it. Every picture carries its session: drop one on the window to be there.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from math import radians
from pathlib import Path

from PIL import Image

from sgviz.checkpoints.picture import png_bytes, read_state
from sgviz.state import (
    Beside,
    CircleSet,
    Fan,
    Feel,
    InLayer,
    Look,
    ManyCircles,
    OnCircle,
    Pca,
    RandomCircle,
    Seed,
    SideBySide,
    Sphere,
    State,
    Styles,
    TangentPatch,
    ThroughLatents,
    Triplets,
    Twin,
    default_circles,
)
from sgviz.state_json import to_json

HERE = Path(__file__).resolve().parent
MAIN = HERE.parent / "main.py"
BORDER = 2


@dataclass(frozen=True)
class Picture:
    """A session, how the window looks, and which panel is shown (none: all).

    ``checkpoint``: the last one of the small run is opened, which the session that
    the picture carries leaves out.
    """

    state: State = field(default_factory=State)
    size: str = "1520x980"
    theme: str = "dark"
    tab: str = "explore"
    panel: str = ""
    measure: str = ""
    checkpoint: bool = False


SECOND = RandomCircle(0, 2)
ON_SECOND = OnCircle(SECOND, radians(150))
EDITED = (
    Styles()
    .edited("mix", (0, 1, 2), 0.8)
    .edited("psi", (3, 4, 5, 6), 0.5)
    .edited("noise", (7, 8), 2.0)
)
PICTURES = {
    "window": Picture(State(latent=ON_SECOND, ring=2)),
    "window-light": Picture(State(latent=ON_SECOND, ring=2), theme="light"),
    "w-components": Picture(
        State(latent=ON_SECOND, ring=2, projection=Pca(), look=Look(colour="circle")),
        panel="w_view",
    ),
    "w-170-triplets": Picture(
        State(projection=Triplets(0, 170, 3), look=Look(width=1.0)),
        size="1240x760",
        panel="w_view",
    ),
    "w-octants": Picture(
        State(
            circles=CircleSet((SECOND,), points=360),
            latent=ON_SECOND,
            look=Look(octants=True),
            projection=Triplets(0, 8, 3),
        ),
        panel="w_view",
    ),
    "families-sphere": Picture(
        State(
            circles=Sphere(),
            ring=24,
            projection=Pca(),
            look=Look(surface="translucent"),
        ),
        panel="w_view",
    ),
    "families-patch": Picture(
        State(circles=TangentPatch(), projection=Pca(), look=Look(colour="vivid")),
        panel="w_view",
    ),
    "families-fan": Picture(
        State(circles=Fan(), ring=16, projection=Pca(), look=Look(colour="circle")),
        theme="light",
        panel="w_view",
    ),
    "families-many": Picture(
        State(circles=ManyCircles(count=300), projection=Pca(), look=Look(width=1.0)),
        panel="w_view",
    ),
    "w-spaces": Picture(State(space=SideBySide(), projection=Pca()), panel="w_view"),
    "w-layers": Picture(State(space=InLayer(3), projection=Pca()), panel="w_view"),
    "z-view": Picture(State(latent=ON_SECOND, ring=2), panel="z_view"),
    "image": Picture(State(latent=ON_SECOND, ring=2), panel="image"),
    "styles": Picture(
        State(latent=Seed(12), latent_b=Seed(5), styles=EDITED), panel="styles"
    ),
    "latents": Picture(
        State(
            latent=Seed(12),
            latent_b=Seed(5),
            noise="random",
            circles=CircleSet((*default_circles(4), ThroughLatents(Seed(12), Seed(5)))),
            ring=4,
        ),
        panel="latents",
    ),
    "w-beside": Picture(
        State(
            circles=CircleSet(default_circles(2), points=192),
            projection=Triplets(0, 1, 3),
            beside=Beside(twins=5, closed_form=True, shuffled=True),
            look=Look(width=3.0, points="off"),
        ),
        panel="w_view",
    ),
    "measure-statistics": Picture(
        size="1520x1040", panel="measure_statistics", measure="statistics"
    ),
    "measure-distances": Picture(
        State(latent=ON_SECOND, ring=2), panel="measure_distances", measure="distances"
    ),
    "measure-triplets": Picture(
        State(projection=Triplets(0, 4, 3, "energy")),
        panel="measure_triplets",
        measure="triplets",
    ),
    "measure-compare": Picture(
        State(beside=Beside(model=Twin(seed=3))),
        panel="measure_compare",
        measure="compare",
    ),
    "measure-stretch": Picture(panel="measure_stretch", measure="stretch"),
    "measure-bends": Picture(panel="measure_bends", measure="bends"),
    "measure-flatness": Picture(panel="measure_flatness", measure="flatness"),
    "measure-geodesic": Picture(panel="measure_geodesic", measure="geodesic"),
    "w-stretch": Picture(
        State(
            circles=CircleSet(default_circles(2), points=192),
            look=Look(colour="stretch", width=3.0),
        ),
        panel="w_view",
        measure="stretch",
    ),
    "measure-tails": Picture(panel="measure_tails", measure="tails"),
    "measure-layers": Picture(panel="measure_layers", measure="layers"),
    "measure-images": Picture(
        State(circles=CircleSet(default_circles(2)), feel=Feel(pairs=100)),
        panel="measure_images",
        measure="images",
    ),
    "measure-factors": Picture(
        State(
            circles=CircleSet(default_circles(2)),
            look=Look(colour="factor", factor="glasses"),
            feel=Feel(samples=600),
        ),
        panel="measure_factors",
        measure="factors",
    ),
    "measure-separability": Picture(
        State(circles=CircleSet(default_circles(2)), feel=Feel(samples=600)),
        panel="measure_separability",
        measure="separability",
    ),
    "measure-dimension": Picture(
        State(circles=CircleSet(default_circles(2)), feel=Feel(cloud=600)),
        panel="measure_dimension",
        measure="dimension",
    ),
    "about": Picture(panel="about"),
    "about-checkpoint": Picture(size="1280x800", panel="about", checkpoint=True),
    "train": Picture(size="1280x800", tab="runs"),
    "timeline": Picture(size="1400x860", tab="timeline"),
    "depths": Picture(size="1400x860", tab="depths"),
}


def record_run(runs: Path) -> None:
    """A small run to look back on, which takes some minutes."""
    words = ["--preset", "tiny", "--kimg", "6", "--seed", "3"]
    kept = ["--set", "checkpoint_kimg=1", "--set", "keep_every=1"]
    out = runs / "tiny, seed 3"
    runs.mkdir(parents=True)
    subprocess.run(
        [sys.executable, MAIN, "train", "--out", out, *words, *kept], check=True
    )


def train_depths(labs: Path) -> None:
    """A small laboratory, which takes some minutes."""
    out = labs / "Depths 1, 2, 4, 8"
    labs.mkdir(parents=True)
    words = ["--depths", "1,2,4,8", "--kimg", "2"]
    subprocess.run([sys.executable, MAIN, "train", "--out", out, *words], check=True)


def copy_of_checkpoint(runs: Path, folder: Path) -> Path:
    """The last checkpoint of the small run, which holds G_ema and G, by a name."""
    [*_, last] = sorted(runs.glob("*/checkpoints/*.safetensors"))
    return Path(shutil.copy(last, folder / "checkpoint.safetensors"))


def snapshot(picture: Picture, folder: Path) -> bytes:
    """The PNG of a picture, with its State."""
    runs = folder / "data" / "sgviz" / "runs"
    recorded = picture.tab in ("timeline", "runs") or picture.checkpoint
    if recorded and not runs.exists():
        record_run(runs)
    labs = folder / "data" / "sgviz" / "laboratories"
    if picture.tab == "depths" and not labs.exists():
        train_depths(labs)
    session, out = folder / "session.json", folder / "window.png"
    session.write_text(to_json(picture.state), encoding="utf-8")
    words = ["--size", picture.size, "--theme", picture.theme, "--tab", picture.tab]
    if picture.measure:
        words += ["--measure", picture.measure]
    if picture.panel == "about":
        words += ["--about"]
    files = [copy_of_checkpoint(runs, folder)] if picture.checkpoint else []
    begun = [sys.executable, MAIN, "snapshot", out, *files, "--state", session]
    done = subprocess.run(
        [*begun, *words, "--json"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_DATA_HOME": str(folder / "data")},
    )
    image = Image.open(out).convert("RGB")
    if picture.panel:
        x, y, width, height = json.loads(done.stdout)["panels"][picture.panel]
        # The card is a window of its own, with a border of its own.
        rim = 0 if picture.panel == "about" else BORDER
        box = (x - rim, y - rim, x + width + rim, y + height + rim)
        image = image.crop((max(0, box[0]), max(0, box[1]), box[2], box[3]))
    packed = io.BytesIO()
    image.save(packed, "PNG", optimize=True)
    state = picture.state if picture.checkpoint else read_state(out)
    return png_bytes(packed.getvalue(), state)


def main(folder: Path, names: list[str]) -> None:
    """Write pictures into a folder: those of that name, or all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name in names or PICTURES:
            picture = PICTURES[name]
            data = snapshot(picture, Path(scratch))
            (folder / f"{name}.png").write_bytes(data)
            sys.stdout.write(f"{name}.png  {len(data):,} bytes\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pictures", sys.argv[2:])
