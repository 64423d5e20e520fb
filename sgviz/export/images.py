"""The command ``images``: exact images of seeds or of given latents, in a folder.

Pictures are rounded as NVIDIA's tools do it; ``images.npy`` holds what the network
said before rounding; ``latents.npz`` always says which latents they are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import torch
from torch import Tensor

from sgviz.checkpoints.atomic import why_not_written, write_atomically
from sgviz.checkpoints.errors import FileError, WriteError, shown_name
from sgviz.checkpoints.picture import write_png
from sgviz.export.latents import Latents, latents_of_file, latents_of_seeds
from sgviz.export.network import Network, exact, open_network
from sgviz.models.device import DeviceChoice, is_bf16_fast
from sgviz.models.generator import to_pixels
from sgviz.models.synthesis_aliasfree import placement
from sgviz.state import GeneratorName, Placement, State

Progress = Callable[[int, int], None]
NOISE_SEED = 0


@dataclass(frozen=True)
class Look:
    """How images are made: psi, noise, bf16 where that is fast, class and place."""

    psi: float = 1.0
    noise: Literal["const", "none", "random"] = "const"
    fast: bool = False
    class_index: int | None = None
    placement: Placement = field(default_factory=Placement)


def export_images(
    out: Path,
    model: Path | None = None,
    seeds: Sequence[int] | None = None,
    z: Path | None = None,
    w: Path | None = None,
    look: Look | None = None,
    kind: Literal["png", "npy"] = "png",
    device: DeviceChoice = "auto",
    progress: Progress | None = None,
    generator: GeneratorName = "G_ema",
) -> str:
    """Make the images of ``seeds``, or of the z or the w in a file, in folder ``out``.

    Returns one line that says what was written; ``progress`` hears how many images
    of how many are done.

    Raises
    ------
    ValueError
        One sentence: not one source of latents, latents that do not fit the
        network, too many of them, no such class, or a file that cannot be read.
    WriteError
        One sentence: the folder cannot be written.
    """
    if sum(source is not None for source in (seeds, z, w)) != 1:
        raise ValueError("images are made of seeds, of z or of w: name one of them")
    look = look or Look()
    network = open_network(model, device, generator)
    label = network.check_class(look.class_index)
    _check_placement(network, look.placement)
    with exact():
        if seeds is not None:
            latents = latents_of_seeds(network, seeds, look.psi, label)
        else:
            latents = latents_of_file(network, z, w, look.psi, label)
        count = len(latents.names)
        images = _counted(_images(network, latents, look), count, progress)
        _make_folder(out)
        if kind == "npy":
            _write_array(out, images, (count, 3, *_sides(network)))
        else:
            _write_pictures(out, images, latents, _state(network, look))
    write_atomically(out / "latents.npz", latents.save)
    return f"{shown_name(out)}: {count} image{'s' * (count != 1)} of {network.name}"


def _images(network: Network, latents: Latents, look: Look) -> Iterator[Tensor]:
    """Raw images, float32 [1, 3, R, R] on the CPU, one after another.

    One at a time: in a batch the last digits depend on the neighbours, and a seed
    is to give the same picture whatever it is asked for together with.
    """
    fast = look.fast and is_bf16_fast(network.device)
    dtype = torch.bfloat16 if fast else torch.float32
    for ws in torch.split(latents.ws, 1):
        yield _synthesised(network, ws, look, dtype)


@torch.no_grad()
def _synthesised(
    network: Network, ws: Tensor, look: Look, dtype: torch.dtype
) -> Tensor:
    # The same stream for every image, as the window has it at noise seed 0.
    stream = torch.Generator().manual_seed(NOISE_SEED)
    image: Tensor = network.generator.synthesis(
        ws.to(network.device),
        noise=look.noise,
        generator=stream,
        dtype=dtype,
        transform=_transform(look.placement),
    )
    return image.float().cpu()


def _counted(
    images: Iterator[Tensor], total: int, progress: Progress | None
) -> Iterator[Tensor]:
    for done, image in enumerate(images, start=1):
        yield image
        if progress is not None:
            progress(done, total)


def _write_array(out: Path, images: Iterator[Tensor], shape: tuple[int, ...]) -> None:
    """``images.npy``, float32 [N, 3, R, R], never in memory as a whole."""

    def write(file: BinaryIO) -> None:
        head = {"descr": "<f4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, head)
        for image in images:
            file.write(image.numpy().astype("<f4").tobytes())

    write_atomically(out / "images.npy", write)


def _write_pictures(
    out: Path, images: Iterator[Tensor], latents: Latents, state: State
) -> None:
    """A PNG an image, with its State where a State can name the latent."""
    known = latents.known or repeat(None)
    for image, name, latent in zip(images, latents.names, known, strict=False):
        shown = None if latent is None else replace(state, latent=latent)
        write_png(out / f"{name}.png", to_pixels(image)[0].numpy(), shown)


def _state(network: Network, look: Look) -> State:
    """What a window would be set to, to show such an image."""
    return State(
        model=network.ref,
        psi=look.psi,
        noise=look.noise,
        noise_seed=NOISE_SEED,
        class_index=look.class_index,
        placement=look.placement,
    )


def _transform(place: Placement) -> Tensor | None:
    """Where pictures are drawn, [3, 3]; None: where the network has them."""
    if place == Placement():
        return None
    return placement(place.right, place.down, place.turn)


def _check_placement(network: Network, place: Placement) -> None:
    """ValueError where pictures are to be moved that cannot be."""
    if place != Placement() and not network.generator.synthesis.can_move:
        raise ValueError(f"{network.name} cannot move its pictures: StyleGAN3 can")


def _sides(network: Network) -> tuple[int, int]:
    side = network.generator.config.resolution
    return side, side


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise FileError(f"{shown_name(out)} is a file: choose a folder") from error
    except OSError as error:
        raise WriteError(error.errno, why_not_written(out, error)) from error
