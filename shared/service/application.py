"""The application factory: every service is one call of `create_service`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from shared.events import catalogue
from shared.events.upcasting import require_complete
from shared.observability.logging import configure_logging, get_logger
from shared.service.drain import Drain
from shared.service.edge import Edge
from shared.service.health import health_router
from shared.service.lifespan import open_resources, run_workers
from shared.service.readiness import Readiness
from shared.settings.service_settings import ServiceSettings
from shared.web.problems import PROBLEM_SCHEMA, Problem, install_problem_handlers
from shared.web.resources import Resources

log = get_logger()

Worker = Callable[[Resources], Awaitable[None]]
"""A background loop; it runs for ever and is begun again with back-off when it fails."""

Setup = Callable[[FastAPI, Resources], AbstractAsyncContextManager[None]]
"""Opens what one service alone holds, places it on `app.state`, and closes it.

A service that needs more than its databases to be of use adds a condition to `app.state.readiness.conditions`; one
with a hot route places its express route on `app.state.express`.
"""


def create_service(
    settings: ServiceSettings,
    *,
    description: str,
    routers: Sequence[APIRouter],
    workers: Sequence[Worker] = (),
    setup: Setup | None = None,
) -> FastAPI:
    """A service's FastAPI app: its routers, problem documents, request ids, logs, metrics, health and drain.

    Touches no server: that is the lifespan's.

    Raises:
        IncompleteCatalogue: an event type has versions that cannot be read.
    """
    require_complete(catalogue.EVENTS.values())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logging(settings.service, settings.log_level)
        async with AsyncExitStack() as stack:
            resources = await stack.enter_async_context(open_resources(settings))
            app.state.resources = resources
            if setup is not None:
                await stack.enter_async_context(setup(app, resources))
            await stack.enter_async_context(run_workers(workers, resources))
            app.state.drain.is_started = True
            log.info("service.started", version=settings.build_version, territories=list(settings.territories))
            yield
        log.info("service.stopped")

    app = FastAPI(
        title=f"UnityPlan {settings.service}",
        description=description,
        version=settings.build_version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        # Metrics and traces are the edge's; asking after OpenTelemetry cost a twentieth of a request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    drain = app.state.drain = Drain()
    app.state.readiness = Readiness()
    app.state.settings = settings
    for router in (*routers, health_router):
        app.include_router(router)
    install_problem_handlers(app)
    _describe_problems(app)
    app.add_middleware(Edge, settings=settings, drain=drain)
    return app


def _describe_problems(app: FastAPI) -> None:
    """The problem document is a component of every service's OpenAPI, and what a 422 is."""
    build = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        schema = build()
        components = schema.setdefault("components", {}).setdefault("schemas", {})
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components.update(problem.pop("$defs", {}))
        components["Problem"] = problem
        for operation in (o for path in schema["paths"].values() for o in path.values()):
            refused = operation["responses"].get("422")
            if refused is not None:
                refused["content"] = {"application/problem+json": {"schema": {"$ref": PROBLEM_SCHEMA}}}
        for name in ("HTTPValidationError", "ValidationError"):
            components.pop(name, None)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
