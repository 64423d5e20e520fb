"""A screen is there when it answers; ours comes and goes with its block."""

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from sgviz.virtual_screen import NoScreenError, has_screen, virtual_screen

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only X11 and Wayland can be missing"
)
needs_xvfb = pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is missing")


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": ":7321"},
        {"DISPLAY": "localhost:7321.0"},
        {"WAYLAND_DISPLAY": "wayland-7321"},
        {"QT_QPA_PLATFORM": "xcb"},
    ],
)
def test_what_does_not_answer_is_no_screen(environ: dict[str, str]) -> None:
    assert not has_screen(environ)


def test_a_platform_chosen_by_hand_is_a_screen() -> None:
    assert has_screen({"QT_QPA_PLATFORM": "offscreen"})


def test_wayland_is_a_socket_that_answers(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "w"}
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "w"))
        server.listen()
        assert has_screen(environ)
    assert not has_screen(environ)


@needs_xvfb
def test_a_screen_of_our_own_comes_and_goes() -> None:
    before = dict(os.environ)
    with virtual_screen(640, 480) as display:
        assert os.environ["DISPLAY"] == display != before.get("DISPLAY")
        assert has_screen(os.environ)
        ours = dict(os.environ)
    assert dict(os.environ) == before
    assert not has_screen(ours)


@needs_xvfb
def test_two_screens_at_once_are_two() -> None:
    with virtual_screen(320, 240) as first, virtual_screen(320, 240) as second:
        assert first != second


def test_without_xvfb_the_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoScreenError, match="xvfb"), virtual_screen(640, 480):
        pass


@pytest.mark.parametrize("script", ["exit 1", "sleep 0.2", "echo nonsense >&4"])
def test_an_xvfb_that_does_not_start_is_said(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "Xvfb"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoScreenError, match="does not start"), virtual_screen(640, 480):
        pass
