"""Puts the user service together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.user.routes import ROUTERS
from services.user.settings import UserSettings
from services.user.workers import list_workers
from shared.service.application import create_service
from shared.time_zones import known_time_zones
from shared.web.resources import Resources

DESCRIPTION = "Profiles, preferences and notifications of the territory's citizens."


def create_app(settings: UserSettings) -> FastAPI:
    """The user service's app; touches no server before its lifespan."""
    return create_service(
        settings, description=DESCRIPTION, routers=ROUTERS, workers=list_workers(settings), setup=_setup
    )


@asynccontextmanager
async def _setup(_app: FastAPI, _resources: Resources) -> AsyncIterator[None]:
    await asyncio.to_thread(known_time_zones)
    yield
