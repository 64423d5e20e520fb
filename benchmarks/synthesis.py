"""One image beside the official code's, of the same weights, in the same process.

The peer is a checkout that the user has: ``--peer PATH`` of stylegan2-ada-pytorch or of
stylegan3; nothing of it is in this project. The first is measured at config-f, 256 and
1024, the second at stylegan3-t 256, both with random weights. Sides take turns; a
figure is the least processor time of some rounds. Without a peer the finest layer's
edit is measured alone.
"""

import importlib
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from benchmarks.table import Row
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot

PEER = "SGVIZ_PEER"
ROUNDS = 3
EXACT, FAST, EDIT, ALIAS_FREE = 0.6, 0.3, 0.4, 0.4
Sides = Mapping[str, Callable[[], object]]


def measure() -> tuple[list[Row], dict[str, object]]:
    facts: dict[str, object] = {"torch_threads": torch.get_num_threads()}
    path = os.environ.get(PEER, "")
    networks = _networks(path) if path else None
    with torch.no_grad():
        if networks is not None and hasattr(networks, "SynthesisInput"):
            return [_alias_free(networks)], facts
        return [row for size in (256, 1024) for row in _config_f(size, networks)], facts


def _config_f(resolution: int, networks: Any | None) -> list[Row]:
    levels = resolution.bit_length() - 2
    channels = tuple(min(32768 // (4 << i), 512) for i in range(levels))
    config = GeneratorConfig(resolution=resolution, channels=channels)
    ours = Snapshot.of(Generator(config)).build()  # as a file's network is
    ws = ours.broadcast(ours.mapping(torch.randn(1, 512)))
    kept = ours.synthesis.enter(ours.num_ws - 2, ws)
    sides: dict[str, Callable[[], object]] = {
        "exact": lambda: ours.synthesis(ws),
        "fast": lambda: ours.synthesis(ws, dtype=torch.bfloat16),
        "edit": lambda: ours.synthesis(ws, since=kept),
    }
    what = f"config-f {resolution}, one image"
    if networks is None:
        times = _least(sides)
        words = "not measured: give a checkout of stylegan2-ada-pytorch (--peer PATH)"
        rows = [Row(what, f"<= {EXACT:.2f}x", words, ok=True)]
    else:
        theirs = networks.Generator(
            512, 0, 512, resolution, 3, synthesis_kwargs={"num_fp16_res": 0}
        )
        theirs.eval().requires_grad_(False)
        weights = ours.synthesis.state_dict()
        theirs.synthesis.load_state_dict(weights, strict=False)
        sides["official"] = lambda: theirs.synthesis(ws, noise_mode="const")
        times = _least(sides)
        rows = [
            _row(f"{what}, exact", times, "exact", "official", EXACT),
            _row(f"{what}, fast", times, "fast", "official", FAST),
        ]
    finest = f"config-f {resolution}, finest layer of a whole image"
    return [*rows, _row(finest, times, "edit", "exact", EDIT)]


def _alias_free(networks: Any) -> Row:
    theirs = networks.Generator(512, 0, 512, 256, 3).eval().requires_grad_(False)
    names = theirs.synthesis.layer_names
    widths = (getattr(theirs.synthesis, name).out_channels for name in names[:-1])
    config = GeneratorConfig(
        depth=2,
        resolution=256,
        channels=tuple(widths),
        family="stylegan3-t",
        conv_clamp=256.0,
    )
    ours = Generator(config).eval().requires_grad_(requires_grad=False)
    ws = ours.broadcast(ours.mapping(torch.randn(1, 512)))
    times = _least(
        {
            "exact": lambda: ours.synthesis(ws),
            "official": lambda: theirs.synthesis(ws, noise_mode="const"),
        }
    )
    return _row("stylegan3-t 256, one image", times, "exact", "official", ALIAS_FREE)


def _least(sides: Sides) -> dict[str, float]:
    """Seconds of processor time of each side, the least of the rounds."""
    times: dict[str, float] = {}
    for _ in range(ROUNDS + 1):  # the first one warms up
        for name, make in sides.items():
            start = time.process_time()
            make()
            seconds = time.process_time() - start
            times[name] = min(seconds, times.get(name, seconds))
    return times


def _row(what: str, times: dict[str, float], one: str, other: str, bar: float) -> Row:
    ratio = times[one] / times[other]
    words = f"{ratio:.2f}x ({times[one]:.2f} against {times[other]:.2f} s)"
    return Row(what, f"<= {bar:.2f}x", words, ratio <= bar, {"ratio": ratio, **times})


def _networks(path: str) -> Any:
    """The module of the peer's networks, StyleGAN3's where it has them."""
    sys.path.insert(0, path)
    name = "training"
    try:
        return importlib.import_module(f"{name}.networks_stylegan3")
    except ModuleNotFoundError:
        return importlib.import_module(f"{name}.networks")
