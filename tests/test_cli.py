"""The command line: exit codes, one line an error, nothing loaded before its time."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from sgviz import arguments, cli, commands, train_command
from sgviz.argument_parser import DEVICES, UsageError
from sgviz.arguments import parse
from sgviz.training.control import Control

ROOT = Path(__file__).parent.parent
ANSWER_SECONDS = 60


def run(*words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """``python main.py`` with these words, on a machine that has no display."""
    return subprocess.run(
        command(*words),
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=ANSWER_SECONDS,
        env=headless() | environ,
    )


def command(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), *words]


def headless() -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "SGVIZ_DEBUG")
    return {k: v for k, v in os.environ.items() if k not in hidden}


def assert_one_line(stderr: str) -> None:
    assert stderr.startswith("sgviz: ")
    assert stderr.count("\n") == 1, stderr


def test_a_snapshot_is_a_png(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.png"):
        parse(["snapshot", str(tmp_path / "window.jpg")])


def test_no_command_is_the_window() -> None:
    args = parse(["a.npz", "b.safetensors", "--device", "cpu"])
    assert args.command == "app"
    assert args.files == [Path("a.npz"), Path("b.safetensors")]
    assert args.device == "cpu"


def test_a_file_called_like_a_command_is_written_with_a_dot() -> None:
    assert parse(["info", "x"]).command == "info"
    args = parse(["./info", "x"])
    assert (args.command, args.files) == ("app", [Path("info"), Path("x")])


def test_debug_may_stand_before_or_after_the_command() -> None:
    assert parse(["--debug", "info", "x"]).command == "info"
    assert parse(["info", "x", "--debug"]).debug


def test_options_may_stand_anywhere() -> None:
    args = parse(["images", "out", "--seeds", "0", "model.safetensors"])
    assert (args.out, args.model) == (Path("out"), Path("model.safetensors"))
    args = parse(["snapshot", "--json", "o.png", "--tab", "train", "a", "b"])
    assert (args.out, args.files) == (Path("o.png"), [Path("a"), Path("b")])
    assert parse(["info", "--", "-x"]).file == Path("-x")
    assert parse(["--device", "cpu", "--", "-x"]).files == [Path("-x")]


def test_defaults_are_those_of_the_design() -> None:
    circles = parse(["circles", "o.npz"])
    assert (circles.circles, circles.points, circles.seed) == (6, 96, 0)
    assert (circles.psi, circles.model, circles.device) == (1.0, None, "auto")
    images = parse(["images", "o", "--seeds", "0-2"])
    assert (images.noise, images.format, images.fast) == ("const", "png", False)
    portraits = parse(["portraits", "o"])
    assert (portraits.count, portraits.seed, portraits.size) == (64, 0, 64)
    snapshot = parse(["snapshot", "o.png"])
    assert (snapshot.size, snapshot.theme) == ((1600, 1000), "dark")
    assert (snapshot.tab, snapshot.state, snapshot.json) == ("explore", None, False)


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("85", [85]),
        ("0-3", [0, 1, 2, 3]),
        ("7,1-2,4294967295", [7, 1, 2, 4294967295]),
    ],
)
def test_seeds_are_numbers_and_ranges(text: str, seeds: list[int]) -> None:
    assert parse(["images", "o", "--seeds", text]).seeds == seeds


@pytest.mark.parametrize(
    "words",
    [
        ["circles"],
        ["info"],
        ["info", "a", "b"],
        ["circles", "o.npz", "--points", "7"],
        ["circles", "o.npz", "--points", "4097"],
        ["circles", "o.npz", "--points", "9" * 5000],
        ["circles", "o.npz", "--circles", "0"],
        ["circles", "o.npz", "--psi", "nan"],
        ["circles", "o.npz", "--seed", "4294967296"],
        ["circles", "o.npz", "--seed", "²"],
        ["circles", "o.npz", "--poi", "8"],
        ["circles", "o.npz", "--device", "tpu"],
        ["images", "o"],
        ["images", "o", "--seeds", "3-1"],
        ["images", "o", "--seeds", ""],
        ["images", "o", "--seeds", "0-4294967295"],
        ["images", "o", "--seeds", "1", "--z", "z.npy"],
        ["snapshot", "o.png", "--size", "1600"],
        ["snapshot", "o.png", "--size", "10x10"],
        ["train"],
        ["train", "--out", "r", "--kimg", "-1"],
        ["--nonsense"],
    ],
)
def test_wrong_use_is_exit_2_and_one_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError):
        parse(words)
    assert cli.main(words) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert_one_line(output.err)


def test_limits_agree_with_those_of_state_and_presets_with_those_of_training() -> None:
    from sgviz import prefs, state
    from sgviz.training.presets import PRESETS

    for points in (state.MIN_POINTS, state.MAX_POINTS):
        args = parse(["circles", "o.npz", "--points", str(points)])
        assert state.CircleSet(points=args.points).points == points
    for psi in ("-2", "3"):
        assert state.State(psi=parse(["circles", "o", "--psi", psi]).psi)
    assert tuple(PRESETS) == arguments.PRESETS
    assert prefs.Device.__args__ == DEVICES


@pytest.mark.parametrize("name", ["", *arguments.COMMANDS])
def test_every_command_has_help_and_an_implementation(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*filter(None, [name]), "--help"]) == 0
    assert "usage: sgviz" in capsys.readouterr().out
    assert (name or "app") in commands.COMMANDS


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from sgviz.cli import main; main(['--help']); "
        "sys.exit(bool({'torch', 'PySide6', 'numpy', 'pydantic'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_no_display_is_exit_2_and_names_snapshot() -> None:
    done = run()
    assert done.returncode == 2
    assert_one_line(done.stderr)
    assert "snapshot" in done.stderr


def test_a_display_that_does_not_answer_is_no_display() -> None:
    done = run(DISPLAY=":7321")
    assert done.returncode == 2
    assert "snapshot" in done.stderr


def test_no_xvfb_is_exit_2_and_names_the_package(tmp_path: Path) -> None:
    done = run("snapshot", str(tmp_path / "o.png"), PATH=str(tmp_path))
    assert done.returncode == 2
    assert_one_line(done.stderr)
    assert "xvfb" in done.stderr


def test_a_file_that_is_not_there_is_exit_2() -> None:
    done = run("nowhere.safetensors")
    assert done.returncode == 2
    assert_one_line(done.stderr)


def test_a_locale_without_unicode_and_an_unprintable_name_are_no_problem() -> None:
    done = run("smile\u263a.npz", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert_one_line(done.stderr)


def test_a_reader_that_leaves_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command("--help"), stdout=writing, stderr=subprocess.PIPE, env=headless()
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_closed_streams_are_no_error() -> None:
    shell = " ".join(map(shlex.quote, command())) + " >&- 2>&-"
    assert subprocess.run(["sh", "-c", shell], env=headless()).returncode == 2


def test_an_unexpected_error_is_one_line_and_details_only_with_debug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise TypeError("two\nlines")

    monkeypatch.setitem(commands.COMMANDS, "info", fail)
    assert cli.main(["info", "x"]) == 1
    assert_one_line(capsys.readouterr().err)
    assert cli.main(["info", "x", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err
    monkeypatch.setenv("SGVIZ_DEBUG", "1")
    assert cli.main(["info", "x"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError("no such thing"), 2),
        (OSError(28, "No space left on device"), 1),
        (MemoryError(), 1),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 1),
    ],
)
def test_exit_codes(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setitem(commands.COMMANDS, "info", fail)
    assert cli.main(["info", "x"]) == code


def test_sigterm_unwinds_and_is_143(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    def wait(*_: object) -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        finally:
            closed.append(True)
        return 0

    monkeypatch.setitem(commands.COMMANDS, "info", wait)
    before = signal.getsignal(signal.SIGTERM)
    assert cli.main(["info", "x"]) == 143
    assert closed
    assert signal.getsignal(signal.SIGTERM) is before


def test_portraits_writes_pictures_and_factors(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cli.main(["portraits", str(out), "--count", "3", "--size", "16"]) == 0
    assert len(list(out.glob("*.png"))) == 3
    assert len((out / "factors.csv").read_text().splitlines()) == 4


@pytest.fixture
def model(tmp_path: Path) -> Path:
    from sgviz.checkpoints import native
    from sgviz.models.generator import Generator, GeneratorConfig
    from sgviz.models.snapshot import Snapshot

    config = GeneratorConfig(z_dim=8, w_dim=8, resolution=8, channels=(4, 4), depth=2)
    path = tmp_path / "model.safetensors"
    native.save(Snapshot.of(Generator(config), 0.0, {}), path)
    return path


def test_circles_images_and_info_reach_their_work(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    circles, folder = tmp_path / "c.npz", tmp_path / "images"
    words = ["circles", str(circles), str(model), "--points", "8", "--circles", "2"]
    assert cli.main(words) == 0
    assert cli.main(["images", str(folder), "--seeds", "0,85", str(model)]) == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {"seed0000.png", "seed0085.png", "latents.npz"}
    capsys.readouterr()
    assert cli.main(["info", str(circles), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["circles"], found["points"]) == ("circles", 2, 8)
    assert cli.main(["info", str(folder / "seed0085.png")]) == 0
    assert "seed 85" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["circles", "images", "info", "snapshot"])
def test_a_file_that_is_nothing_is_exit_2_and_one_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_text("nothing of ours")
    words = {
        "circles": ["circles", str(tmp_path / "o.npz"), str(bad)],
        "images": ["images", str(tmp_path / "o"), str(bad), "--seeds", "0"],
        "info": ["info", str(bad)],
        "snapshot": ["snapshot", str(tmp_path / "o.png"), "--state", str(bad)],
    }
    assert cli.main(words[command]) == 2
    assert_one_line(capsys.readouterr().err)


@pytest.mark.gl
@pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is missing")
def test_snapshot_brings_its_own_screen(tmp_path: Path) -> None:
    out = tmp_path / "window.png"
    done = run("snapshot", str(out), "--size", "1000x700", "--about", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told["size"] == [1000, 700]
    with Image.open(out) as picture:
        assert picture.size == (1000, 700)
    panels = {"w_view", "z_view", "image", "styles", "latents", "status", "about"}
    assert panels <= set(told["panels"])


@pytest.mark.gl
@pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is missing")
def test_snapshot_says_what_it_cannot_open_or_write(tmp_path: Path) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_text("nothing of ours")
    size = ("--size", "640x480")
    done = run("snapshot", str(tmp_path / "o.png"), str(bad), *size)
    assert (done.returncode, done.stdout) == (2, "")
    assert_one_line(done.stderr)
    done = run("snapshot", str(tmp_path / "nowhere" / "o.png"), *size)
    assert done.returncode == 1
    assert_one_line(done.stderr)


@pytest.mark.gl
def test_ctrl_c_closes_the_window() -> None:
    process = subprocess.Popen(command("--device", "cpu"), stderr=subprocess.PIPE)
    time.sleep(3.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=ANSWER_SECONDS)
    assert (process.returncode, errors) == (130, b"")


def test_ctrl_c_saves_the_run_and_is_130(tmp_path: Path) -> None:
    out = tmp_path / "run"
    process = subprocess.Popen(
        command("train", "--out", str(out), "--preset", "tiny", "--device", "cpu"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=headless(),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("saved"):
            break
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=ANSWER_SECONDS)
    assert process.returncode == 130, errors
    newest = max((out / "checkpoints").glob("*.safetensors"))
    assert f"stopped, at {int(newest.stem) / 1000:g} kimg" in output
    assert (out / "g_ema.safetensors").exists()
    assert not (out / "lock").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_first_signal_stops_a_run_and_a_second_ends_at_once(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[int] = []
    monkeypatch.setattr(os, "_exit", ends.append)
    control = Control()
    with train_command.signals_stop(control) as received:
        os.kill(os.getpid(), number)
        assert control.stopped
        assert received == [number]
        os.kill(os.getpid(), number)
        assert ends == [128 + number]
