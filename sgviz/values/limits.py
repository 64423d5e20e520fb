"""What numbers a state may hold."""

from typing import Annotated

from pydantic import ConfigDict, Field

MIN_POINTS, MAX_POINTS = 8, 4096
MAX_DIM = 4096
MAX_LAYERS = 64

FROZEN = ConfigDict(extra="forbid", allow_inf_nan=False, defer_build=True)

SeedNumber = Annotated[int, Field(ge=0, lt=2**32)]
Axis = Annotated[int, Field(ge=0, lt=MAX_DIM)]
Layer = Annotated[int, Field(ge=0, lt=MAX_LAYERS)]
Psi = Annotated[float, Field(ge=-2.0, le=3.0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ClassNumber = Annotated[int, Field(ge=0, lt=65536)]
RunName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\w.\- ]+$")]
