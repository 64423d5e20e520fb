"""A few results that are kept, the newest ones."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most ``size`` results, and at most ``load`` in all as ``weigh`` weighs them.

    The least recently used one leaves first; ``least`` of them may weigh anything.
    """

    def __init__(
        self,
        size: int,
        load: int = 0,
        weigh: Callable[[V], int] = lambda _: 0,
        least: int = 1,
    ) -> None:
        self._size, self._load, self._weigh = size, load, weigh
        self._least = least
        self._items: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The result kept for a key, or None."""
        if key in self._items:
            self._items.move_to_end(key)
        return self._items.get(key)

    def put(self, key: K, value: V) -> V:
        """Keep a result, and return it."""
        self._items[key] = value
        self._items.move_to_end(key)
        while len(self._items) > self._least and self._is_full():
            self._items.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()

    def _is_full(self) -> bool:
        if len(self._items) > self._size:
            return True
        return sum(map(self._weigh, self._items.values())) > self._load
