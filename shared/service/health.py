"""Health, version and metrics of every service. Liveness touches nothing; readiness asks the databases."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.clock import format_time, utc_now
from shared.database.schema_revision import SCHEMA_REVISION
from shared.observability.metrics import POOL_CONNECTIONS, registry
from shared.service.addresses import is_inner
from shared.web.caching import respond
from shared.web.problems import from_status, problem_response
from shared.web.resources import Resources

STARTED_AT = utc_now()
NOT_STORED = {"cache-control": "no-store"}

health_router = APIRouter(tags=["health"])


@health_router.get("/health/live", include_in_schema=False)
async def live() -> Response:
    """The process answers."""
    return JSONResponse({"status": "up"}, headers=NOT_STORED)


@health_router.get("/health/ready", include_in_schema=False)
async def ready(request: Request) -> Response:
    """200 while this process takes work and a territory can be served, else 503."""
    territories = await _territories(request)
    is_ready = request.app.state.drain.takes_work and any(s == "up" for s in territories.values())
    content = {"status": "ready" if is_ready else "not-ready", "territories": territories, **_details(request)}
    return JSONResponse(content, 200 if is_ready else 503, headers=NOT_STORED)


@health_router.get("/health", include_in_schema=False)
async def health(request: Request) -> Response:
    """The same in one word, always 200 while the process answers."""
    territories = await _territories(request)
    status = "up" if set(territories.values()) == {"up"} else "degraded"
    return JSONResponse({"status": status, "territories": territories, **_details(request)}, headers=NOT_STORED)


@health_router.get("/version", include_in_schema=False)
async def version(request: Request) -> Response:
    """Which build this is."""
    settings = request.app.state.settings
    build = {
        "service": settings.service,
        "version": settings.build_version,
        "commit": settings.build_commit,
        "schema_revision": SCHEMA_REVISION,
        "started_at": format_time(STARTED_AT),
    }
    return respond(request, orjson.dumps(build), cache_control="no-cache")


@health_router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Prometheus; for the inside only."""
    if not is_inner(request.scope, request.app.state.settings):
        return problem_response(from_status(404), request.scope["path"])
    resources: Resources = request.app.state.resources
    for territory in resources.registry:
        pool = resources.router.pool(territory.code)
        POOL_CONNECTIONS.labels(territory.code, "idle").set(pool.idle)
        POOL_CONNECTIONS.labels(territory.code, "busy").set(pool.size - pool.idle)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _territories(request: Request) -> dict[str, str]:
    resources: Resources | None = getattr(request.app.state, "resources", None)
    if resources is None:
        return {}
    states: dict[str, bool] = await request.app.state.readiness.states(resources)
    return {code: "up" if is_up else "down" for code, is_up in states.items()}


def _details(request: Request) -> dict[str, Any]:
    """What only the inside is told: soft dependencies, which do not decide readiness."""
    resources: Resources | None = getattr(request.app.state, "resources", None)
    if resources is None or not is_inner(request.scope, request.app.state.settings):
        return {}
    return {
        "nats": {code: "up" if bus.is_connected else "down" for code, bus in resources.buses.items()},
        "redis": {code: "up" if keyspace.is_available else "down" for code, keyspace in resources.keyspaces.items()},
    }
