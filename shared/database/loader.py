"""Many who ask for one row each, answered by one query."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from math import inf
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST_REMEMBERED = 10_000


class Loader(Generic[K, V]):
    """Gathers keys while a query is under way, and asks for all of them with the next one.

    What is answered was read after it was asked for. A lone caller waits for nobody.
    """

    def __init__(self, load: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], missing: V) -> None:
        self._load = load
        self._missing = missing
        self._waiting: defaultdict[K, list[asyncio.Future[V]]] = defaultdict(list)
        self._asking: asyncio.Task[None] | None = None
        self._recent: dict[K, tuple[float, V]] = {}

    def recent(self, key: K, seconds: float) -> V | None:
        """What was answered not longer ago than that, or None. Once half of it is over, it is asked for again."""
        at, value = self._recent.get(key, (-inf, None))
        age = monotonic() - at
        if age > seconds:
            return None
        if age > seconds / 2 and key not in self._waiting:
            self._waiting[key] = []
            self._begin()
        return value

    async def get(self, key: K) -> V:
        """The value of a key; `missing` when there is none.

        Raises:
            Exception: whatever the query raised.
        """
        answer: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting[key].append(answer)
        self._begin()
        return await answer

    def _begin(self) -> None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, defaultdict(list)
            try:
                found = await self._load(list(asked))
            except Exception as error:  # noqa: BLE001 (told to whoever asked; the next are asked for anew)
                for future in _unanswered(asked.values()):
                    future.set_exception(error)
            else:
                self._remember(asked, found)
                for key, futures in asked.items():
                    for future in _unanswered([futures]):
                        future.set_result(found.get(key, self._missing))

    def _remember(self, asked: Iterable[K], found: Mapping[K, V]) -> None:
        if len(self._recent) > MOST_REMEMBERED:
            self._recent.clear()
        now = monotonic()
        self._recent.update((key, (now, found.get(key, self._missing))) for key in asked)


def _unanswered(asked: Iterable[list["asyncio.Future[V]"]]) -> Iterator["asyncio.Future[V]"]:
    """All but those of who gave up."""
    return (future for futures in asked for future in futures if not future.done())
