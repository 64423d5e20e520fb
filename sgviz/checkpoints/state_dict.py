"""The names and tensors of a network as torch's state_dict gives them."""

from sgviz.checkpoints.arrays import as_array
from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.pickle_nodes import Array

State = dict[str, Array]


def state_of(table: object) -> State:
    """The tensors of a state_dict; what is none is left out."""
    pairs = table.items() if type(table) is dict else ()
    arrays = {k: as_array(v) for k, v in pairs if type(k) is str}
    return {k: array for k, array in arrays.items() if array is not None}


def tensor(state: State, name: str) -> Array:
    """A tensor of that name; ModelFileError where there is none."""
    if name not in state:
        raise ModelFileError(f"it lacks the tensor {name}")
    return state[name]


def matrix(state: State, name: str) -> tuple[int, int]:
    """The sides of the matrix of that name; ModelFileError."""
    shape = tensor(state, name).shape
    if len(shape) != 2:
        raise ModelFileError(f"its tensor {name} is no matrix")
    return shape[0], shape[1]
