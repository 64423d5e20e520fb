from dataclasses import fields, replace

import pytest

from sgviz.gui.train.draft import FIELDS, NO_IMAGES, fit_row, of_config, of_preset
from sgviz.gui.train.labels import LABELS, label_of, limits_of, tip_of
from sgviz.training.config import TrainConfig
from sgviz.training.presets import PRESETS


def test_a_preset_untouched_is_the_preset():
    for name, config in PRESETS.items():
        draft = of_preset(name)
        assert draft.config() == config
        assert draft.is_preset
        assert draft.errors() == {}
        assert draft.changed == ()


def test_seed_and_data_are_everybodys_own():
    draft = of_preset("tiny").with_value("seed", 9)
    assert draft.is_preset
    assert draft.changed == ("seed",)
    draft = draft.with_value("depth", 2)
    assert not draft.is_preset
    other = draft.with_preset("portraits")
    assert other.config() == replace(PRESETS["portraits"], seed=9)
    assert draft.reset("depth").is_preset


def test_channels_follow_the_resolution_and_come_back():
    draft = of_preset("portraits").with_value("resolution", 256)
    assert draft.config().channels == (128, 128, 128, 64, 32, 16, 8)
    draft = of_preset("portraits").with_value("channels", (200, 100, 90, 80, 70))
    lower = draft.with_value("resolution", 16)
    assert lower.values["channels"] == (200, 100, 90)
    assert lower.errors() == {}
    lower = lower.with_value("channels", (300, 100, 90))
    back = lower.with_value("resolution", 64)
    assert back.config().channels == (300, 100, 90, 80, 70)
    assert back.with_value("resolution", 1024).errors() == {}


def test_rows():
    assert fit_row((4,), 3) == (4, 4, 4)
    assert fit_row((32, 9), 4) == (32, 9, 8, 8)
    assert fit_row((64, 32, 16), 2) == (64, 32)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("batch", 0, "A whole number from 1 to 256."),
        ("batch", "many", "A whole number from 1 to 256."),
        ("lr_g", 0.0, "A number above 0, up to 1."),
        ("kimg", 2e6, "A number above 0, up to 1,000,000."),
        ("ema_rampup", 2.0, "A number above 0, up to 1, or nothing."),
        ("channels", (0, 1, 1, 1, 1), "Whole numbers from 1 to 4096."),
        ("channels", (8, 8), "Channels needs 5 numbers, 4x4 to 64x64."),
        ("augment", "all", "One of none, adaptive, fixed."),
        ("resolution", 48, "The resolution is a power of two, not 48."),
        ("resolution", 8, "Portraits are drawn from 16×16 upwards."),
        ("data", "", NO_IMAGES),
        ("seed", -1, "A whole number from 0 to 4,294,967,295."),
        ("beta1", 1.0, "A number from 0 and below 1."),
    ],
)
def test_what_is_wrong_stands_at_its_field(name, value, sentence):
    draft = of_preset("portraits")
    if name == "resolution" and value == 48:
        draft = replace(draft, values={**draft.values, name: value})
    else:
        draft = draft.with_value(name, value)
    assert draft.errors().get(name) == sentence


def test_two_fields_that_do_not_fit_both_say_so():
    errors = of_preset("tiny").with_value("batch", 6).errors()
    assert set(errors) == {"batch", "mbstd_group"}
    assert errors["batch"] == "A batch of 6 does not split into groups of 4."


def test_several_errors_at_once():
    draft = of_preset("tiny").with_value("batch", 0).with_value("lr_d", 3.0)
    assert set(draft.errors()) == {"batch", "lr_d"}


def test_a_reset_goes_back_to_what_the_draft_came_from():
    config = replace(PRESETS["tiny"], lr_g=0.001)
    draft = of_config("tiny", config).with_value("lr_g", 0.5)
    assert draft.changed == ("lr_g",)
    assert draft.reset("lr_g").config() == config


def test_every_field_has_a_label_and_a_tip():
    assert set(LABELS) >= {each.name for each in fields(TrainConfig)}
    assert len(set(LABELS.values())) == len(LABELS)
    for field in FIELDS.values():
        assert field.help in tip_of(field)
        assert label_of(field.name) == LABELS[field.name]
    assert label_of("new_field") == "New field"
    assert limits_of(FIELDS["mirror"]) == ""
