"""What can be typed: one parser a command, and no import beyond the standard library.

No subcommand and any number of files is the window. A file that is called like a
command is written ``./info``.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from sgviz import __version__
from sgviz.argument_full import add_full
from sgviz.argument_parser import Parser
from sgviz.argument_values import (
    MAX_DEPTH,
    MAX_IMAGES,
    MAX_SEED,
    data,
    depths,
    html,
    number,
    png,
    seeds,
    setting,
    size,
    whole,
)

TABS = ("explore", "train", "runs", "timeline", "depths")
PRESETS = ("tiny", "portraits", "large")

COMMANDS = {
    "snapshot": "save a picture of the window with everything rendered",
    "circles": "map great circles of Z into W and write them to a file",
    "images": "make images of seeds, or of latents in a file",
    "portraits": "draw images of the procedural data set, with their factors",
    "measure": "measure circles, beside networks that nobody trained",
    "train": "train a network",
    "convert": "write a network of another program as a file of sgviz",
    "info": "say what a file holds",
}
EPILOG = "commands (sgviz COMMAND --help tells more):\n" + "\n".join(
    f"  {name:<10} {text}" for name, text in COMMANDS.items()
)


def parse(words: list[str]) -> argparse.Namespace:
    """The arguments; ``command`` says whose, "app" where no command is named.

    Raises
    ------
    UsageError
        One sentence; SystemExit after --help and --version.
    """
    first = next((word for word in words if word != "--debug"), "")
    if first in COMMANDS:
        words = list(words)
        words.remove(first)
        args = _PARSERS[first]().parse_anywhere(words)
        args.command = first
        return args
    args = _app_parser().parse_anywhere(words)
    args.command = "app"
    return args


def _app_parser() -> Parser:
    parser = Parser("", "What does StyleGAN's mapping network do?", EPILOG)
    parser.add_argument("--version", action="version", version=f"sgviz {__version__}")
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        type=Path,
        help="a model, a circles file, a session, an exported picture "
        "(./info for a file that is called like a command)",
    )
    parser.add_device()
    return parser


def _snapshot_parser() -> Parser:
    parser = Parser("snapshot", "Save a picture of the window, fully rendered.")
    parser.add_argument("out", metavar="OUT.png", type=png)
    parser.add_argument(
        "files", nargs="*", metavar="FILE", type=Path, help="opened before the picture"
    )
    parser.add_argument(
        "--state", metavar="S.json", type=Path, help="a session, or a saved picture"
    )
    parser.add_argument(
        "--size",
        metavar="WxH",
        type=size,
        default=(1600, 1000),
        help="of the window in pixels (1600x1000)",
    )
    parser.add_choice("--theme", ("dark", "light"), "dark unless told")
    parser.add_choice("--tab", TABS, "explore unless told")
    parser.add_argument(
        "--measure",
        metavar="NAME",
        action="append",
        default=[],
        help="open a panel of the Measure menu (statistics ...); may come again",
    )
    parser.add_argument(
        "--about", action="store_true", help="with the card about the network"
    )
    parser.add_argument(
        "--json", action="store_true", help="print each panel's rectangle in pixels"
    )
    parser.add_device()
    return parser


def _circles_parser() -> Parser:
    parser = Parser("circles", "Map great circles of Z into W.")
    parser.add_argument("out", metavar="OUT", type=Path, help=".npz .csv .ply .dat")
    parser.add_model()
    _add_circles(parser)
    _add_mapped(parser)
    parser.add_device()
    return parser


def _images_parser() -> Parser:
    parser = Parser("images", "Make images; always with latents.npz (z, w, ws).")
    parser.add_argument("out", metavar="OUT_DIR", type=Path)
    parser.add_model()
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--seeds", type=seeds, help="such as 0-15 or 85,265,297")
    source.add_argument("--z", metavar="Z.npy", type=Path, help="[N, z_dim]")
    source.add_argument(
        "--w", metavar="W.npy", type=Path, help="[N, w_dim] or [N, num_ws, w_dim]"
    )
    _add_mapped(parser)
    parser.add_choice(
        "--noise",
        ("const", "none", "random"),
        "stored with the network (const), none, or random and seeded",
    )
    parser.add_placement()
    parser.add_argument("--fast", action="store_true", help="bf16 where that is fast")
    parser.add_choice(
        "--format", ("png", "npy"), "pictures, or images.npy: float32 before rounding"
    )
    parser.add_device()
    return parser


def _portraits_parser() -> Parser:
    parser = Parser("portraits", "Draw the procedural data set: PNGs, factors.csv.")
    parser.add_argument("out", metavar="OUT_DIR", type=Path)
    parser.add_argument(
        "--count", type=whole(1, MAX_IMAGES), default=64, help="of images (64)"
    )
    _add_seed(parser, 0, "of the data set (0)")
    parser.add_argument(
        "--size",
        type=whole(16, 1024),
        default=64,
        help="side of the images, a power of two (64)",
    )
    return parser


def _measure_parser() -> Parser:
    parser = Parser("measure", "Measure circles, beside networks nobody trained.")
    parser.add_argument(
        "files",
        nargs="*",
        metavar="MODEL|CIRCLES",
        type=Path,
        help="a network, two to compare, or files of circles (the bundled network)",
    )
    parser.add_argument("--json", action="store_true", help="the same for a program")
    parser.add_argument("--report", metavar="OUT.html", type=html, help="a page, too")
    parser.add_argument(
        "--depth", type=whole(1, MAX_DEPTH), help="of the untrained (the network's; 8)"
    )
    parser.add_argument(
        "--twins", type=whole(2, 1000), default=24, help="untrained networks (24)"
    )
    parser.add_argument(
        "--twin-seed", type=whole(0, MAX_SEED // 2), default=0, help="of those (0)"
    )
    parser.add_network()
    _add_circles(parser)
    _add_mapped(parser)
    parser.add_device()
    add_full(parser)
    return parser


def _train_parser() -> Parser:
    parser = Parser("train", "Train a network; Ctrl-C saves a checkpoint and ends.")
    parser.add_argument(
        "--out", metavar="RUN", type=Path, required=True, help="the folder of the run"
    )
    parser.add_argument(
        "--data",
        metavar="FOLDER|ZIP",
        type=data,
        help="images to learn from (portraits, which are drawn)",
    )
    parser.add_argument(
        "--preset", choices=PRESETS, help="sizes and settings (portraits)"
    )
    parser.add_argument(
        "--from",
        metavar="FILE",
        dest="begins",
        type=Path,
        help="begin with the networks of a file, or of a run; without --preset of its"
        " sizes",
    )
    _add_seed(parser, None, "start of every random draw (0)")
    parser.add_argument(
        "--kimg",
        metavar="TOTAL",
        type=number(0.001, 1e6),
        help="thousands of images of the whole run (the preset's)",
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        dest="settings",
        type=setting,
        action="append",
        default=[],
        help="any field of config.json, such as pl_weight=2; may come again",
    )
    parser.add_argument(
        "--depths",
        metavar="1,2,4,8",
        type=depths,
        help="a run for each depth of the mapping, equal in all else (preset tiny)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on; all else is as in the folder"
    )
    parser.add_argument(
        "--events", choices=("jsonl",), help="print every event as a line of JSON"
    )
    parser.add_device()
    return parser


def _convert_parser() -> Parser:
    parser = Parser("convert", "Write anyone's network as a file of sgviz.")
    parser.add_argument("source", metavar="IN", type=Path, help="see docs/files.md")
    parser.add_argument("out", metavar="OUT.safetensors", type=Path)
    parser.add_network()
    return parser


def _info_parser() -> Parser:
    parser = Parser("info", "Say what a file holds.")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_network()
    parser.add_argument("--json", action="store_true", help="the same for a program")
    return parser


_PARSERS: dict[str, Callable[[], Parser]] = {
    "snapshot": _snapshot_parser,
    "circles": _circles_parser,
    "images": _images_parser,
    "portraits": _portraits_parser,
    "measure": _measure_parser,
    "train": _train_parser,
    "convert": _convert_parser,
    "info": _info_parser,
}


def _add_seed(parser: Parser, default: int | None, what: str) -> None:
    parser.add_argument("--seed", type=whole(0, MAX_SEED), default=default, help=what)


def _add_circles(parser: Parser) -> None:
    parser.add_argument(
        "--circles",
        type=whole(1, 1024),
        default=6,
        help="how many (6): the plane of axes 0 and 1, the others random",
    )
    parser.add_argument(
        "--points", type=whole(8, 4096), default=96, help="of each circle (96)"
    )
    _add_seed(parser, 0, "of the random circles (0)")


def _add_mapped(parser: Parser) -> None:
    add, name = parser.add_argument, "class_index"
    add("--psi", type=number(-2.0, 3.0), default=1.0, help="truncation (1: none)")
    add("--class", dest=name, metavar="K", type=whole(0, 65535), help="its class (0)")
