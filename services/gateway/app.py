"""The gateway, put together."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import orjson
from fastapi import FastAPI
from starlette.middleware import Middleware

from services.gateway.answers.answering import Answering
from services.gateway.answers.cross_origin import CrossOrigin
from services.gateway.directory.reader import DirectoryReader
from services.gateway.documentation.routes import DOCUMENT
from services.gateway.front.lane import PassLane
from services.gateway.limits.limiter import Limiter
from services.gateway.limits.quotas import quotas_by_class
from services.gateway.live.tunnels import Tunnels
from services.gateway.pipeline import Passage, Pipeline
from services.gateway.policies.matching import Routing
from services.gateway.policies.route import GATEWAY, WEBSOCKET, Route
from services.gateway.policies.route_table import API
from services.gateway.proxy.upstream import Upstream
from services.gateway.routes import ROUTERS
from services.gateway.settings import GatewaySettings
from services.gateway.validation.checks import Checks
from services.gateway.workers import WORKERS
from shared.service.application import create_service
from shared.service.lifespan import registry_of
from shared.web.resources import Resources


def create_app(settings: GatewaySettings, routes: Sequence[Route] = API) -> FastAPI:
    """The app; nothing is opened before its lifespan."""
    is_public = settings.environment in {"staging", "production"}
    cross_origin = CrossOrigin(registry_of(settings), settings.allowed_origins, is_public=is_public)
    services = {route.service for route in routes} - {GATEWAY, WEBSOCKET}

    @asynccontextmanager
    async def setup(app: FastAPI, resources: Resources) -> AsyncIterator[None]:
        upstreams = {service: Upstream(_addresses(settings, service)) for service in services}
        quotas = quotas_by_class(settings.allowance)
        routing = Routing(routes)
        passage = app.state.passage = Passage(
            routing,
            Checks(orjson.loads(DOCUMENT.read_bytes())),
            upstreams,
            Limiter(quotas, replicas=settings.gateway_replicas) if settings.rate_limits == "on" else None,
            cross_origin,
        )
        reader = app.state.directory = DirectoryReader()
        app.state.express = PassLane(resources, passage, reader)
        app.state.upgrades = Tunnels(_addresses(settings, WEBSOCKET), resources.registry, routing)
        await asyncio.gather(*(keyspace.connect() for keyspace in resources.keyspaces.values()))
        yield
        for upstream in upstreams.values():
            upstream.close()

    app = create_service(
        settings,
        description="The API of a UnityPlan territory: one entry to all services.",
        routers=ROUTERS,
        workers=WORKERS,
        setup=setup,
        largest_body_bytes=max(route.body_limit_bytes for route in routes),
    )
    # Innermost: the edge around it answers what it raises.
    app.user_middleware.append(Middleware(Pipeline))
    app.add_middleware(Answering, cross_origin=cross_origin)
    return app


def _addresses(settings: GatewaySettings, service: str) -> list[str]:
    return [address.replace("{service}", service) for address in settings.upstream_url.split(",")]
