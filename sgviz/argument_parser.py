"""An argparse that says what is wrong in one line, and allows options anywhere."""

import argparse
from typing import NoReturn

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

    def add_choice(self, name: str, choices: tuple[str, ...], what: str) -> None:
        """One of a few words; the first is the default."""
        self.add_argument(name, choices=choices, default=choices[0], help=what)
