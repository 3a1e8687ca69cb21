"""The event side of the search service: one indexer per territory."""

from collections.abc import Iterable
from functools import partial

from services.search.indexing.indexer import Indexer
from shared.service.application import Worker
from shared.web.resources import Resources


async def index(_: Resources, *, indexer: Indexer) -> None:
    """Keep one territory's index up with its events."""
    await indexer.run()


def indexing_workers(indexers: Iterable[Indexer]) -> list[Worker]:
    """A worker for each."""
    return [partial(index, indexer=indexer) for indexer in indexers]
