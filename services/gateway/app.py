"""The gateway, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.gateway.directory.queries import DirectoryReader
from services.gateway.limits.gcra import Quota
from services.gateway.limits.limiter import Limiter
from services.gateway.pipeline import Passage, Pipeline
from services.gateway.proxy.routing_table import ROUTES
from services.gateway.proxy.upstream import Upstream
from services.gateway.routes import ROUTERS
from services.gateway.settings import GatewaySettings
from services.gateway.workers import WORKERS
from shared.service.application import create_service
from shared.web.resources import Resources


def create_app(settings: GatewaySettings) -> FastAPI:
    """The app; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def setup(app: FastAPI, _: Resources) -> AsyncIterator[None]:
        quota = Quota(1 / settings.requests_per_second, settings.request_burst)
        upstreams = {route.service: Upstream(_address(settings, route.service)) for route in ROUTES}
        app.state.passage = Passage(
            upstreams,
            _address(settings, "websocket"),
            Limiter(quota) if settings.rate_limits == "on" else None,
        )
        app.state.directory = DirectoryReader()
        yield
        for upstream in upstreams.values():
            upstream.close()

    app = create_service(
        settings,
        description="The API of a UnityPlan territory: one entry to all services.",
        routers=ROUTERS,
        workers=WORKERS,
        setup=setup,
    )
    # Innermost: the edge around it answers what it raises.
    app.user_middleware.append(Middleware(Pipeline))
    return app


def _address(settings: GatewaySettings, service: str) -> str:
    return settings.upstream_url.replace("{service}", service)
