"""The application factory: every service is one call of `create_service`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import APIRouter, FastAPI

from shared.events import catalogue
from shared.events.upcasting import require_complete
from shared.observability.logging import configure_logging, get_logger
from shared.service.api_document import complete_document, operation_id
from shared.service.drain import Drain
from shared.service.edge import Edge
from shared.service.exchange import LARGEST_BODY_BYTES
from shared.service.health import health_router
from shared.service.lifespan import open_resources, run_workers
from shared.service.readiness import Readiness
from shared.settings.service_settings import ServiceSettings
from shared.web.problems import install_problem_handlers
from shared.web.resources import Resources

log = get_logger()

Worker = Callable[[Resources], Awaitable[None]]
"""A background loop; it runs for ever and is begun again with back-off when it fails."""

Setup = Callable[[FastAPI, Resources], AbstractAsyncContextManager[None]]
"""Opens what one service alone holds, places it on `app.state`, and closes it.

A service that needs more than its databases to be of use adds a condition to `app.state.readiness.conditions`; one
with hot routes places its express lane on `app.state.express`.
"""


def create_service(
    settings: ServiceSettings,
    *,
    description: str,
    routers: Sequence[APIRouter],
    workers: Sequence[Worker] = (),
    setup: Setup | None = None,
    largest_body_bytes: int = LARGEST_BODY_BYTES,
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
        generate_unique_id_function=operation_id,
        # Metrics and traces are the edge's; asking after OpenTelemetry cost a twentieth of a request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    drain = app.state.drain = Drain()
    app.state.readiness = Readiness()
    app.state.settings = settings
    for router in (*routers, health_router):
        app.include_router(router)
    install_problem_handlers(app)
    complete_document(app)
    app.add_middleware(Edge, settings=settings, drain=drain, largest_body_bytes=largest_body_bytes)
    return app
