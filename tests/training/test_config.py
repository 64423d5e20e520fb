"""The configuration: limits, presets, help, JSON."""

import dataclasses
import json
import subprocess
import sys

import pytest
from pydantic import ValidationError

from sgviz.training.config import TrainConfig, resolution_levels
from sgviz.training.config_json import from_json, to_json
from sgviz.training.fields import field_help
from sgviz.training.presets import PRESETS


def test_presets_are_what_the_design_says() -> None:
    assert set(PRESETS) == {"tiny", "portraits", "large"}
    assert PRESETS["tiny"].resolution == 32
    portraits = PRESETS["portraits"]
    assert portraits == TrainConfig()
    assert (portraits.z_dim, portraits.w_dim, portraits.depth) == (512, 512, 8)
    assert portraits.channels == (128, 128, 128, 64, 32)
    assert (portraits.lr_multiplier, portraits.batch) == (0.01, 16)
    assert (portraits.lr_g, portraits.beta1, portraits.beta2) == (0.0025, 0.0, 0.99)
    assert (portraits.r1_interval, portraits.style_mixing) == (16, 0.9)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"resolution": 48}, "power of two"),
        ({"resolution": 4}, "resolution"),
        ({"resolution": 2048}, "resolution"),
        ({"channels": (8, 8)}, "channels needs 5"),
        ({"channels_d": (8, 8)}, "channels_d needs 5"),
        ({"depth": 0}, "depth"),
        ({"depth": 17}, "depth"),
        ({"batch": 0}, "batch"),
        ({"batch": 6}, "groups of 4"),
        ({"lr_g": 0.0}, "lr_g"),
        ({"lr_d": float("nan")}, "lr_d"),
        ({"beta1": 1.0}, "beta1"),
        ({"kimg": float("inf")}, "kimg"),
        ({"kimg": 0.0}, "kimg"),
        ({"r1_interval": 0}, "r1_interval"),
        ({"style_mixing": 1.5}, "style_mixing"),
        ({"precision": "fp8"}, "precision"),
        ({"seed": -1}, "seed"),
        ({"data": ""}, "data"),
        ({"threads": 0}, "threads"),
    ],
)
def test_a_value_out_of_its_limits_is_refused(
    change: dict[str, object], word: str
) -> None:
    text = json.dumps(dataclasses.asdict(TrainConfig()) | change)
    with pytest.raises(ValueError, match=word) as caught:
        from_json(text)
    assert "\n" not in str(caught.value)
    with pytest.raises(ValidationError):
        dataclasses.replace(TrainConfig(), **change)  # type: ignore[arg-type]


def test_a_small_batch_is_a_group_of_its_own() -> None:
    assert dataclasses.replace(TrainConfig(), batch=2).batch == 2


@pytest.mark.parametrize("name", list(PRESETS))
def test_json_there_and_back(name: str) -> None:
    config = PRESETS[name]  # type: ignore[index]
    assert from_json(to_json(config)) == config


@pytest.mark.parametrize("text", ["", "[]", "{", '{"unknown": 1}', '{"batch": "x"}'])
def test_json_that_is_no_configuration_is_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        from_json(text)
    assert "\n" not in str(caught.value)


def test_every_field_has_help_and_every_number_limits() -> None:
    helps = {h.name: h for h in field_help()}
    assert list(helps) == [f.name for f in dataclasses.fields(TrainConfig)]
    for name, help_ in helps.items():
        assert help_.help.endswith("."), name
        value = getattr(TrainConfig(), name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            assert help_.low is not None, name
            assert help_.high is not None, name
            assert help_.low <= value <= help_.high, name


def test_resolution_levels() -> None:
    assert [resolution_levels(r) for r in (4, 8, 64, 1024)] == [1, 2, 5, 9]
    with pytest.raises(ValueError, match="power of two"):
        resolution_levels(3)


def test_the_form_needs_no_torch() -> None:
    code = "import sys, sgviz.training.config, sgviz.training.control\n"
    code += "import sgviz.training.events\nprint('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
