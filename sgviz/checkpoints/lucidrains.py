"""Checkpoints of lucidrains/stylegan2-pytorch: a table of ``GAN`` and ``version``.

The mapping has a scaling of its own (models/mapping.py, LUCIDRAINS); the synthesis
is another one than StyleGAN2's: bilinear upsampling, noise through a linear layer,
colours upsampled after their sum. Names and layouts: stylegan2_pytorch.py there.
"""

from dataclasses import asdict

from sgviz.checkpoints.arrays import Taken
from sgviz.checkpoints.errors import ModelFileError, printable
from sgviz.checkpoints.found import Found, config_of
from sgviz.checkpoints.geometry_only import without_images
from sgviz.checkpoints.state_dict import matrix, state_of, tensor
from sgviz.models.mapping import LUCIDRAINS

NETWORKS = {"G_ema": ("SE", "GE"), "G": ("S", "G")}
LICENCE = "lucidrains/stylegan2-pytorch: MIT"
LR_MULTIPLIER = 0.1


def is_ours(value: object) -> bool:
    """Whether it is what those files hold."""
    return bool(generators_of(value))


def generators_of(value: object) -> tuple[str, ...]:
    """The generators in it: G_ema, G, or both."""
    state = value.get("GAN") if type(value) is dict else None
    if type(state) is not dict:
        return ()
    return tuple(n for n, (s, _) in NETWORKS.items() if f"{s}.net.0.weight" in state)


def find(value: object, wanted: str) -> Found:
    """The mapping network of that generator; ModelFileError."""
    table = value if type(value) is dict else {}
    state = state_of(table.get("GAN"))
    if wanted not in NETWORKS or f"{NETWORKS[wanted][0]}.net.0.weight" not in state:
        raise ModelFileError(f"it holds no network {printable(wanted, 20)}", "unknown")
    style, _ = NETWORKS[wanted]
    tensors, depth = {}, 0
    while f"{style}.net.{2 * depth}.weight" in state:
        for part in ("weight", "bias"):
            taken = Taken(tensor(state, f"{style}.net.{2 * depth}.{part}"))
            tensors[f"mapping.fc{depth}.{part}"] = taken
        depth += 1
    w_dim, z_dim = matrix(state, f"{style}.net.0.weight")
    config = config_of(
        {
            "z_dim": z_dim,
            "w_dim": w_dim,
            "depth": depth,
            "lr_multiplier": LR_MULTIPLIER,
            "gains": asdict(LUCIDRAINS),
        }
    )
    provenance = {
        "family": "StyleGAN2 of lucidrains",
        "network": wanted,
        "licence": LICENCE,
        "version": printable(str(table.get("version")), 20)
        if type(table.get("version")) is str
        else "",
    }
    others = sorted({name.partition(".")[0] for name in state} - {style})
    reason = "a synthesis of its own kind"
    return without_images(config, tensors, provenance, tuple(others), reason).checked()
