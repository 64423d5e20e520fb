"""The modules of a pickled torch network: what each is and holds, by its path.

The nodes of NVIDIA's persistent classes have the __dict__ of an nn.Module as their
state: ``_parameters``, ``_buffers``, ``_modules``, and plain attributes.
"""

from dataclasses import dataclass, field

from sgviz.checkpoints.arrays import as_array
from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.pickle_nodes import Array, Node, Persistent

MAX_MODULES = 5_000
MAX_TENSORS = 20_000
MAX_DEPTH = 30
NAME_LIMIT = 100


@dataclass
class Tree:
    """Tensors, attributes and class of every module below one, by path.

    ``sources`` are the hashes of the sources that the classes bring.
    """

    tensors: dict[str, Array] = field(default_factory=dict)
    modules: dict[str, dict[object, object]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)

    def attribute(self, path: str, name: str) -> object:
        """An attribute of a module; None where it has none."""
        state = self.modules.get(path, {})
        found = state.get(name)
        if found is None:
            kwargs = state.get("_init_kwargs")
            found = kwargs.get(name) if type(kwargs) is dict else None
        return found

    def below(self, prefix: str) -> "Tree":
        """The part below a path, with the paths counted from there."""
        if not prefix:
            return self
        dotted = f"{prefix}."

        def cut(table: dict[str, object]) -> dict[str, object]:
            inside = {
                k[len(dotted) :]: v for k, v in table.items() if k.startswith(dotted)
            }
            return inside | ({"": table[prefix]} if prefix in table else {})

        return Tree(
            cut(self.tensors),  # type: ignore[arg-type]
            cut(self.modules),  # type: ignore[arg-type]
            cut(self.classes),  # type: ignore[arg-type]
            self.sources,
        )


def tree_of(root: object) -> Tree:
    """All modules from a node downwards.

    Raises
    ------
    ModelFileError
        It is no module, has too many parts or parts of the same name.
    """
    tree = Tree()
    waiting: list[tuple[str, object, int]] = [("", root, 0)]
    while waiting:
        path, node, depth = waiting.pop()
        state = _state(node)
        if len(tree.modules) >= MAX_MODULES or depth > MAX_DEPTH:
            raise ModelFileError("it has too many modules", "limit")
        if path in tree.modules:
            raise ModelFileError("it has two modules of the same name")
        tree.modules[path] = state
        if isinstance(node, Persistent):
            tree.classes[path] = node.class_name
            tree.sources.add(node.source_sha256)
        for part in ("_parameters", "_buffers"):
            for name, value in _table(state, part).items():
                _add_tensor(tree, _join(path, name), value)
        for name, child in _table(state, "_modules").items():
            if child is not None:
                waiting.append((_join(path, name), child, depth + 1))
    return tree


def is_module(node: object) -> bool:
    """Whether a node has the state of a module."""
    return isinstance(node, Persistent | Node) and (
        type(node.state) is dict and "_modules" in node.state
    )


def _state(node: object) -> dict[object, object]:
    if isinstance(node, Persistent | Node) and type(node.state) is dict:
        return node.state
    raise ModelFileError("a part of its network is no module", "unknown")


def _table(state: dict[object, object], part: str) -> dict[object, object]:
    table = state.get(part, {})
    if type(table) is not dict:
        raise ModelFileError("a part of its network is no module", "unknown")
    return table


def _join(path: str, name: object) -> str:
    if type(name) is not str or not 0 < len(name) <= NAME_LIMIT:
        raise ModelFileError("a part of its network has no usable name")
    return f"{path}.{name}" if path else name


def _add_tensor(tree: Tree, path: str, value: object) -> None:
    if value is None:
        return
    array = as_array(value)
    if array is None or path in tree.tensors or len(tree.tensors) >= MAX_TENSORS:
        raise ModelFileError("its network has a tensor that is none, or twice")
    tree.tensors[path] = array
