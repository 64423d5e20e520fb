"""The house rules as tests: who imports whom, how long a room is, what nobody calls."""

import ast
import os
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sgviz"
FILE_LINES, FUNCTION_LINES, CLASS_LINES, FUNCTION_P90 = 300, 60, 200, 25

QT = {"PySide6", "shiboken6", "pyqtgraph", "superqt", "qtawesome", "qtpy", "OpenGL"}
HEAVY = {*QT, "torch", "numpy", "pydantic", "PIL", "safetensors", "rich"}

# What runs code from a file, stops a thread in the middle, or belongs to everybody.
FORBIDDEN = {
    "eval": "runs code",
    "exec": "runs code",
    "pickle.load": "runs code from a file",
    "pickle.loads": "runs code from a file",
    "pickle.Unpickler": "runs code from a file",
    "torch.load": "unpickles",
    "torch.jit.load": "runs code from a file",
    "torch.hub.load": "runs code from the network",
    "yaml.load": "runs code from a file",
    "os.system": "a shell",
    "torch.manual_seed": "the global generator is not ours",
    "torch.inference_mode": "such tensors can never take gradients",
    "np.random.seed": "the global generator is not ours",
    "random.seed": "the global generator is not ours",
    "QApplication.processEvents": "not a way to do two things at once",
    "QCoreApplication.processEvents": "not a way to do two things at once",
}
GLOBAL_DRAWS = {"rand", "randn", "randint", "uniform", "normal", "permutation"}
TORCH_DRAWS = {"rand", "randn", "randint", "randperm", "normal", "bernoulli"}
DRAWS_IN_PLACE = {"normal_", "uniform_", "random_", "exponential_", "bernoulli_"}

# A home, a mount or a user folder has no business in a file of the project.
PRIVATE = re.compile(
    r"(?<![\w.{}$~*])/(?:home|root|work|Users)/\w|[A-Z]:\\\\?Users\\|/opt/(?:pypi|wheels)"
)


@cache
def sources() -> dict[Path, ast.Module]:
    files = sorted(p for p in PACKAGE.rglob("*.py") if "_assets" not in p.parts)
    return {path: ast.parse(path.read_text("utf-8")) for path in files}


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of these kinds with its place: ``sgviz/state.py:12``."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                line = getattr(node, "lineno", 0)
                yield f"{path.relative_to(ROOT).as_posix()}:{line}", node


def lines_of(node: ast.AST) -> int:
    assert isinstance(node, ast.stmt)
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def in_clean_interpreter(code: str) -> str:
    """What a fresh Python prints; it sees the checkout and nothing of this process."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("COV_")}
    environ["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environ,
        cwd=ROOT,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages in ``sys.modules`` after importing these."""
    code = f"import sys, importlib\nfor m in {modules!r}: importlib.import_module(m)\n"
    code += "print(*{m.partition('.')[0] for m in sys.modules})"
    return set(in_clean_interpreter(code).split())


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_imports_point_inwards() -> None:
    # Not in this process: it settles how everybody's logging is written.
    config = str(ROOT / "pyproject.toml")
    code = "from importlinter.cli import lint_imports\n"
    code += f"code = lint_imports(config_filename={config!r}, no_cache=True)\n"
    assert in_clean_interpreter(f"{code}print('kept' * (code == 0))").endswith("kept\n")


def test_nothing_but_the_window_loads_qt() -> None:
    outside = [module_name(p) for p in sources() if "gui" not in p.parts]
    assert not loaded_by(*outside, "sgviz.gui") & QT


@pytest.mark.skipif(
    not (PACKAGE / "gui" / "app.py").exists(), reason="there is no window yet"
)
def test_the_window_comes_before_torch() -> None:
    assert "torch" not in loaded_by("sgviz.gui.app")


def test_every_room_of_the_window_loads_without_torch() -> None:
    rooms = [module_name(p) for p in sources() if "gui" in p.parts]
    assert "torch" not in loaded_by(*rooms)


def test_the_command_line_is_parsed_before_anything_heavy_is_loaded() -> None:
    assert not loaded_by("sgviz.cli") & HEAVY


def test_no_room_is_too_large() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in sources()
        if (count := len(path.read_text("utf-8").splitlines())) > FILE_LINES
    ]
    too_long += [
        f"{place} {node.name}: {lines_of(node)} lines"
        for place, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and lines_of(node)
        > (CLASS_LINES if isinstance(node, ast.ClassDef) else FUNCTION_LINES)
    ]
    assert not too_long


def test_most_functions_are_short() -> None:
    lengths = [lines_of(n) for _, n in nodes(ast.FunctionDef, ast.AsyncFunctionDef)]
    assert statistics.quantiles(lengths, n=10)[-1] <= FUNCTION_P90


def test_every_module_and_public_thing_says_what_it_is() -> None:
    silent = [
        f"{path.relative_to(ROOT)}"
        for path, tree in sources().items()
        if tree.body and not ast.get_docstring(tree)
    ]
    for path, tree in sources().items():
        silent += [f"{path.relative_to(ROOT)} {name}" for name in undocumented(tree)]
    assert not silent


def undocumented(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Public classes, functions and methods without a docstring; Qt's virtuals pass."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        qts_own = isinstance(tree, ast.ClassDef) and re.search("[a-z][A-Z]", node.name)
        if node.name.startswith("_") or qts_own:
            continue
        if not ast.get_docstring(node):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{inner}" for inner in undocumented(node))


def test_nobody_calls_what_is_forbidden() -> None:
    calls = [(place, node) for place, node in nodes(ast.Call)]
    found = [
        f"{place} {complaint}"
        for place, node in calls
        if isinstance(node, ast.Call) and (complaint := complaint_about(node))
    ]
    assert not found


def complaint_about(call: ast.Call) -> str:
    """Why a call is not allowed, or nothing."""
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    keywords = {k.arg: k.value for k in call.keywords}
    if name in FORBIDDEN:
        return f"{name}: {FORBIDDEN[name]}"
    if last == "load" and name.startswith(("np.", "numpy.")):
        allowed = keywords.get("allow_pickle")
        if not (isinstance(allowed, ast.Constant) and allowed.value is False):
            return f"{name} without allow_pickle=False"
    if re.fullmatch(r"(np|numpy)\.random\.\w+", name) and last in GLOBAL_DRAWS:
        return f"{name}: the global generator is not ours"
    draws = name.startswith("torch.") and last in TORCH_DRAWS
    if (draws or last in DRAWS_IN_PLACE) and "generator" not in keywords:
        return f"{name} without a generator of its own"
    return ""


# Whoever imports one of these could call it by another name.
CODE_FROM_FILES = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib"} | {
    "marshal", "shelve", "yaml", "runpy", "torch.jit", "torch.hub", "torch.package",
}  # fmt: skip
LOADERS = {"load", "loads", "eval", "exec", "Unpickler", "compile"}


def imports_of_loaders(node: ast.AST) -> list[str]:
    """What an import brings in that could run code from a file."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
        return [n for n in names if n in CODE_FROM_FILES or n.split(".")[0] == "pickle"]
    if not isinstance(node, ast.ImportFrom):
        return []
    module = node.module or ""
    if module in CODE_FROM_FILES:
        return [module]
    names = [f"{module}.{alias.name}" for alias in node.names]
    outside = module.split(".")[0] in ("torch", "numpy", "builtins")
    return [
        name
        for name in names
        if name in CODE_FROM_FILES or (outside and name.rpartition(".")[2] in LOADERS)
    ]


def test_nobody_imports_what_runs_code_from_a_file() -> None:
    kinds = (ast.Import, ast.ImportFrom)
    assert not [
        (p, found) for p, n in nodes(*kinds) if (found := imports_of_loaders(n))
    ]


def test_the_rules_about_imports_can_fail() -> None:
    bad = (
        "import pickle as p",
        "from pickle import loads",
        "from torch import load",
        "from torch import jit",
        "import torch.jit",
        "from builtins import eval as e",
        "import marshal",
    )
    good = (
        "import torch",
        "from torch import Tensor",
        "from sgviz.checkpoints import x",
    )
    assert all(imports_of_loaders(ast.parse(text).body[0]) for text in bad)
    assert not any(imports_of_loaders(ast.parse(text).body[0]) for text in good)


def test_the_rules_about_calls_can_fail() -> None:
    bad = "np.load(f)", "torch.randn(3)", "x.normal_()", "pickle.loads(b)", "eval(s)"
    good = "np.load(f, allow_pickle=False)", "torch.randn(3, generator=g)", "r.randn(3)"
    assert all(complaint_about(one_call(text)) for text in bad)
    assert not any(complaint_about(one_call(text)) for text in good)


def one_call(text: str) -> ast.Call:
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    return call


def test_every_except_names_what_it_catches() -> None:
    bare = [
        place
        for place, node in nodes(ast.ExceptHandler)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not bare


def test_only_the_command_line_prints() -> None:
    talkers = [
        place
        for place, node in nodes(ast.Call)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("print", "sys.stdout.write", "sys.stderr.write")
        and not place.startswith("sgviz/cli.py")
    ]
    assert not talkers


def test_nothing_is_rebound_globally_and_no_drawer_is_called_utils() -> None:
    assert not [place for place, _ in nodes(ast.Global)]
    assert not [p for p in sources() if p.stem in ("utils", "util", "helpers", "misc")]


def test_package_files_are_empty() -> None:
    full = [
        str(p.relative_to(ROOT))
        for p in sources()
        if p.name == "__init__.py" and p.parent != PACKAGE and p.stat().st_size
    ]
    assert not full


def test_no_file_knows_whose_machine_it_was_written_on() -> None:
    git = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if git.returncode:
        pytest.skip("not a git checkout: nothing says which files are ours")
    found = []
    for name in filter(None, git.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and (text := text_of(path)) and PRIVATE.search(text):
            found.append(name)
    assert not [name for name in found if name != "tests/test_house.py"]


def text_of(path: Path) -> str:
    """A file's text; nothing where it holds none (pictures, weights)."""
    data = path.read_bytes()
    return "" if b"\0" in data[:8192] else data.decode("utf-8", "replace")


def test_the_binding_that_loses_references_is_not_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (pin,) = [d for d in project["dependencies"] if d.startswith("PySide6")]
    assert pin == "PySide6-Essentials>=6.8,!=6.9.1,!=6.11.0,!=6.11.1,<6.12"
    constraints = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert "torch==2.13.0" in constraints
    assert all("==" in line for line in constraints if not line.startswith("#"))
