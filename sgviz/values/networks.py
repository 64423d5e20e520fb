"""Networks by recipe: where one is to be found, or how it is made of another."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sgviz.values.limits import FROZEN, RunName, SeedNumber, Sha256

GeneratorName = Literal["G_ema", "G"]


@dataclass(frozen=True, config=FROZEN)
class Bundled:
    """The trained network that comes with sgviz."""

    kind: Literal["bundled"] = "bundled"


@dataclass(frozen=True, config=FROZEN)
class File:
    """A network in a file; the hash says which, the path where it was last seen.

    ``network`` is which of its generators: the average, or the one that was trained.
    """

    path: str
    sha256: Sha256
    network: GeneratorName = "G_ema"
    kind: Literal["file"] = "file"


@dataclass(frozen=True, config=FROZEN)
class Live:
    """The newest snapshot of the training run of that name."""

    run: RunName
    kind: Literal["live"] = "live"


@dataclass(frozen=True, config=FROZEN)
class AtKimg:
    """A training run as it was after ``kimg``: its checkpoint nearest to that.

    ``path`` is where the run was last seen, empty for one among the user's runs.
    """

    run: RunName
    kimg: Annotated[float, Field(ge=0.0, le=1e9)]
    path: str = ""
    kind: Literal["at_kimg"] = "at_kimg"


Trained = Annotated[Bundled | File | Live | AtKimg, Field(discriminator="kind")]


@dataclass(frozen=True, config=FROZEN)
class Twin:
    """A network of the same sizes as ``of`` that nobody trained."""

    of: Trained = field(default_factory=Bundled)
    seed: SeedNumber = 0
    kind: Literal["twin"] = "twin"


@dataclass(frozen=True, config=FROZEN)
class Shuffled:
    """The network ``of`` with the weights of each layer of its mapping shuffled."""

    of: Trained = field(default_factory=Bundled)
    seed: SeedNumber = 0
    kind: Literal["shuffled"] = "shuffled"


ModelRef = Annotated[
    Bundled | File | Live | AtKimg | Twin | Shuffled, Field(discriminator="kind")
]


@dataclass(frozen=True, config=FROZEN)
class Beside:
    """What the same circles become elsewhere, drawn beside them.

    ``twins`` untrained twins (seeds from ``twin_seed``), the shuffled network and the
    ``closed_form``, a sample of the untrained network in the limit of infinite width,
    are grey companions; ``model`` is a second network with a look of its own. With
    ``same_scale`` all of them are drawn as large as the circles on the screen: an
    untrained W is some 2.5 times larger, and would be nothing else to see.
    """

    twins: Annotated[int, Field(ge=0, le=20)] = 0
    twin_seed: SeedNumber = 0
    shuffled: bool = False
    closed_form: bool = False
    model: ModelRef | None = None
    same_scale: bool = True
