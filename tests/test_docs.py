"""What the guide says is there: commands, fields, keys and links."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from sgviz import arguments
from sgviz.state import State
from sgviz.training.config import TrainConfig
from sgviz.training.factors import FACTORS

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\]\(([^)#:]*)(?:#([^)]+))?\)")


def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    console = re.compile(r"```console\n(.*?)```", re.DOTALL)
    lines = "\n".join(
        block
        for page in PAGES
        for block in console.findall(page.read_text(encoding="utf-8"))
    ).splitlines()
    return [line[2:] for line in lines if line.startswith("$ python main.py")]


def test_every_example_can_be_typed() -> None:
    lines = commands()
    assert {line.split()[2] for line in lines} == set(arguments.COMMANDS)
    for line in lines:
        words = shlex.split(line.partition(" | ")[0])[2:]
        arguments.parse(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    maker = text("make_pictures.py")
    for target, place in LINK.findall(page.read_text(encoding="utf-8")):
        if target.endswith(".png"):
            assert f'"{Path(target).stem}": Picture(' in maker, target
            continue
        path = page.parent / target if target else page
        assert path.exists(), target
        if place:
            titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
            slugs = {
                re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in titles
            }
            assert place in slugs, place


def test_every_field_of_a_file_is_described() -> None:
    page = text("files.md")
    names = [f.name for kind in (State, TrainConfig) for f in fields(kind)]
    names += [factor.name for factor in FACTORS]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_option_has_its_place() -> None:
    page = text("command-line.md")
    for name in arguments.COMMANDS:
        assert f"\n## {name}\n" in page
        with pytest.raises(SystemExit):
            arguments.parse([name, "--help"])
    files = (ROOT / "sgviz").glob("argument*.py")
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    options = set(re.findall(r'"(--[a-z]+)"', source)) - {"--version"}
    assert [option for option in sorted(options) if option not in page] == []


def test_the_keys_of_the_window_are_those_of_the_guide() -> None:
    page = text("keys.md")
    source = (ROOT / "sgviz" / "gui" / "menus.py").read_text(encoding="utf-8")
    for key in re.findall(r'"((?:Ctrl|Shift)\+[A-Z+a-z]+)"', source):
        assert key in page
