"""The search service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.search.engines.tantivy_engine import TantivyEngine
from services.search.indexing.indexer import Indexer
from services.search.routes import ROUTERS
from services.search.settings import SearchSettings
from services.search.workers import indexing_workers
from shared.events.handling import Source
from shared.service.application import create_service
from shared.service.lifespan import run_workers
from shared.web.resources import Resources


def create_app(settings: SearchSettings) -> FastAPI:
    """The app; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def setup(app: FastAPI, resources: Resources) -> AsyncIterator[None]:
        indexers = {
            territory.code: Indexer(
                Source(
                    resources.router.pool(territory.code),
                    resources.buses[territory.code],
                    resources.person_keys[territory.code],
                ),
                TantivyEngine(settings.search_data / territory.slug),
            )
            for territory in resources.registry
        }
        app.state.indexers = indexers
        app.state.readiness.conditions.append(lambda territory: indexers[territory.code].is_filled.is_set())
        async with run_workers(indexing_workers(indexers.values()), resources):
            yield
        for indexer in indexers.values():
            indexer.engine.close()

    return create_service(settings, description="Find communities, posts and people.", routers=ROUTERS, setup=setup)
