"""What is said of a network, in words."""

from pathlib import Path

import pytest
import torch

from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.facts import facts_of, shown, w_avg_norm
from sgviz.checkpoints.native import load
from sgviz.checkpoints.open_model import load_model
from sgviz.export.info import describe
from sgviz.models.generator import Generator, GeneratorConfig
from tests.checkpoints import foreign_files as files


def little(**changes: object) -> Generator:
    sizes = {"z_dim": 8, "w_dim": 4, "depth": 2, "resolution": 8, "channels": (4, 4)}
    return Generator(GeneratorConfig(**(sizes | changes)))  # type: ignore[arg-type]


def test_the_bundled_network_says_what_info_says() -> None:
    path = bundled_path()
    info, snapshot = describe(path), load(path)
    sha256 = info["sha256"]
    facts = dict(
        facts_of(snapshot.build(), "it", sha256, snapshot.kimg, snapshot.provenance)
    )
    assert facts["Network"] == "it" and facts["SHA-256"] == sha256
    assert facts["|w_avg|"] == str(info["w_avg_norm"])
    assert facts["Trained"] == f"{info['kimg']:g} kimg"
    assert facts["Images"] == "64×64" and facts["Depth"] == "8 layers"
    assert facts["Made by"] == info["provenance"]["made by"] == "sgviz train"
    assert facts["Licence"] == "the file says nothing of it"


def test_parameters_are_counted_and_buffers_are_not() -> None:
    # Mapping: 8 x 4 + 4 and 4 x 4 + 4; w_avg is learned by nobody.
    generator = little()
    facts = dict(facts_of(generator, "it"))
    rest = sum(p.numel() for p in generator.synthesis.parameters())
    assert facts["Parameters"] == f"{56 + rest:,} (mapping 56, synthesis {rest:,})"
    assert facts["SHA-256"].startswith("none yet")
    assert "Trained" not in facts


def test_a_foreign_file_tells_its_classes_its_licence_and_what_is_ignored(
    tmp_path: Path,
) -> None:
    path = tmp_path / "theirs.pkl"
    path.write_bytes(files.nvidia(files.weights(c_dim=3), c_dim=3))
    snapshot = load_model(path)
    facts = dict(facts_of(snapshot.build(), "it", None, None, snapshot.provenance))
    assert facts["Classes"] == "3"
    assert "non-commercial" in facts["Licence"]
    assert facts["Ignored"]
    assert facts["Format"] == "StyleGAN2 of ada-pytorch"
    assert facts["Generator"] == "G_ema"
    assert "Generator" in facts["Python classes"]
    assert facts["Family"] == "StyleGAN2"  # what was found, not what is claimed


def test_a_file_cannot_pass_its_words_off_as_ours() -> None:
    said = {"depth": "9", "a\x1b[31m\u202eb\nc": "x\x00\u2028y\n<b>z</b>", "": ""}
    facts = facts_of(little(), "it", None, None, said)
    named = dict(facts)
    assert named["Depth"] == "2 layers" and named["Depth (says the file)"] == "9"
    assert named["A [31m b c"] == "x y <b>z</b>"
    assert all(text.isprintable() for pair in facts for text in pair)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_length_that_is_none_is_shown_as_such(bad: float) -> None:
    generator = little()
    assert w_avg_norm(torch.tensor([3.0, 4.0])) == 5.0
    generator.mapping.w_avg.fill_(bad)
    assert dict(facts_of(generator, "it"))["|w_avg|"] == shown(None) == "–"
