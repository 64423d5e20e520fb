"""Run the examples of the guide and write down what they print.

``python docs/run_examples.py [PAGE ...]``: in every block marked ``console`` the lines
that begin with ``$`` are run, all of a page in one new folder, and the lines below
each become what it printed.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs" / "command-line.md")
BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
PROMPT = "$ "


def run(command: str, folder: Path) -> str:
    """What a command prints, with ``python`` and ``main.py`` those of this checkout."""
    ours = f"{shlex.quote(sys.executable)} {shlex.quote(str(ROOT / 'main.py'))}"
    done = subprocess.run(
        command.replace("python main.py", ours),
        shell=True,
        cwd=folder,
        env=os.environ | {"COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout.rstrip("\n") + "\n" if done.stdout.strip() else ""


def rerun(page: str, folder: Path) -> str:
    """A page with the output of its examples as it is now."""

    def again(block: re.Match[str]) -> str:
        lines = block.group().splitlines()
        commands = [line for line in lines if line.startswith(PROMPT)]
        return "".join(
            f"{line}\n{run(line.removeprefix(PROMPT), folder)}" for line in commands
        )

    return BLOCK.sub(again, page)


def main(pages: list[Path]) -> None:
    """Rewrite the pages."""
    for path in pages:
        with tempfile.TemporaryDirectory() as folder:
            path.write_text(rerun(path.read_text("utf-8"), Path(folder)), "utf-8")


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]] or list(PAGES))
