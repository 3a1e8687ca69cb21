"""The websocket service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.websocket.connections.registry import OpenSockets
from services.websocket.connections.socket import Reception
from services.websocket.delivery.fan_out import Hub
from services.websocket.routes import ROUTERS
from services.websocket.settings import WebsocketSettings
from services.websocket.workers import delivery_workers
from shared.service.application import create_service
from shared.service.lifespan import run_workers
from shared.web.resources import Resources


def create_app(settings: WebsocketSettings) -> FastAPI:
    """The app; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def setup(app: FastAPI, resources: Resources) -> AsyncIterator[None]:
        hubs = {
            territory.code: Hub(
                resources.router.pool(territory.code),
                resources.buses[territory.code],
                resources.person_keys[territory.code],
            )
            for territory in resources.registry
        }
        app.state.readiness.conditions.append(lambda territory: hubs[territory.code].is_following.is_set())
        app.state.reception = Reception(resources, hubs, OpenSockets())
        async with run_workers(delivery_workers(hubs.values()), resources):
            yield

    return create_service(settings, description="Live updates and recovery.", routers=ROUTERS, setup=setup)
