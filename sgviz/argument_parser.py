"""An argparse that says what is wrong in one line, and allows options anywhere."""

import argparse
from pathlib import Path
from typing import NoReturn

from sgviz.argument_values import number

NETWORKS = ("G_ema", "G")
DEVICES = ("auto", "cpu", "cuda", "mps")


class UsageError(ValueError):
    """The command line was not understood; one sentence."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that says what is wrong in one line."""

    def __init__(self, command: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=f"sgviz {command}".strip(),
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.add_argument(
            "--debug", action="store_true", help="show where an error came from"
        )

    def error(self, message: str) -> NoReturn:
        """Raise :class:`UsageError` with the message and where help is."""
        raise UsageError(f"{message} (see {self.prog} --help)")

    def parse_anywhere(self, words: list[str]) -> argparse.Namespace:
        """The arguments, options between files allowed: ``OUT --psi 1 MODEL``."""
        # argparse's intermixed parsing loses what stands behind "--".
        if "--" in words:
            return self.parse_args(words)
        return self.parse_intermixed_args(words)

    def add_device(self) -> None:
        """Every command that computes has the same choice of device."""
        self.add_choice(
            "--device", DEVICES, "where to compute (auto: a GPU where there is one)"
        )

    def add_model(self) -> None:
        """The network that a command computes with."""
        self.add_argument(
            "model",
            nargs="?",
            metavar="MODEL",
            type=Path,
            help="a network of sgviz or another program (the one that comes with it)",
        )
        self.add_network()

    def add_network(self) -> None:
        """Which of a file's generators."""
        what = "of a file's generators the average (G_ema), or G itself"
        self.add_choice("--network", NETWORKS, what)

    def add_placement(self) -> None:
        """Where a network of StyleGAN3 draws its pictures."""
        for name, what in (("--right", "to the right"), ("--down", "downwards")):
            self.add_argument(
                name,
                metavar="SIDES",
                type=number(-4.0, 4.0),
                default=0.0,
                help=f"StyleGAN3: move pictures {what}, in sides of them (0)",
            )
        self.add_argument(
            "--turn",
            metavar="DEGREES",
            type=number(-360.0, 360.0),
            default=0.0,
            help="StyleGAN3: turn them first, counterclockwise (0)",
        )

    def add_choice(self, name: str, choices: tuple[str, ...], what: str) -> None:
        """One of a few words; the first is the default."""
        self.add_argument(name, choices=choices, default=choices[0], help=what)
