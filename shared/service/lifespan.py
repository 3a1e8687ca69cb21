"""What a service opens at its start and closes at its end, in order."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial

from shared.clock import utc_now
from shared.database.idempotency import forget_expired_keys
from shared.database.pool import Pool
from shared.errors import ServiceError
from shared.events.person_keys import PersonKeys
from shared.identity.grants import grant_loader
from shared.identity.verifier import TokenVerifier
from shared.keyspace.connection import Keyspace
from shared.messaging.bus import MessageBus
from shared.messaging.subjects import REVOKED
from shared.observability.logging import get_logger
from shared.observability.metrics import WORKER_RESTARTS
from shared.resilience.endings import end_tasks
from shared.resilience.retries import run_forever
from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings, current_secret
from shared.territory.registry import TerritoryRegistry, build_registry
from shared.territory.router import TerritoryRouter
from shared.territory.territory import Territory
from shared.web.resources import Resources

log = get_logger()

# A worker that swallows its cancellation must not hold up the end of the process.
STOP_SECONDS = 5.0
FORGET_SECONDS = 3600.0


def registry_of(settings: ServiceSettings) -> TerritoryRegistry:
    """The territories that the settings name."""
    return build_registry(
        pod=settings.pod_id,
        codes=settings.territories,
        names=settings.territory_name,
        locales=settings.territory_locale,
        domain=settings.territory_domain,
        extra_hosts=settings.pod_hosts,
    )


@asynccontextmanager
async def open_resources(settings: ServiceSettings) -> AsyncIterator[Resources]:
    """Pools, buses, keyspaces and the verifier of every territory; nothing here waits for a server."""
    registry = registry_of(settings)

    def open_pool(territory: Territory) -> Pool:
        url = settings.database_url_for(territory.slug)
        return Pool(url, max_size=settings.database_pool_size, application_name=settings.service)

    async with AsyncExitStack() as stack:
        router = await stack.enter_async_context(TerritoryRouter(registry, open_pool))
        verifier = TokenVerifier(router)
        buses: dict[str, MessageBus] = {}
        keyspaces: dict[str, Keyspace] = {}
        for territory in registry:
            bus = MessageBus(territory, settings.nats_url_for(territory.slug), settings.service)
            await bus.on_hint(REVOKED, partial(_reload, verifier, territory))
            buses[territory.code] = await stack.enter_async_context(bus)
            keyspace = Keyspace(settings.redis_url_for(territory.slug))
            keyspaces[territory.code] = await stack.enter_async_context(keyspace)
        secret, previous = _person_secrets(settings)
        reread = partial(_person_secrets, settings)
        keys = {t.code: PersonKeys(secret, t, previous, reread) for t in registry} if secret else {}
        grants = {t.code: grant_loader(router.pool(t.code), t.code) for t in registry}
        resources = Resources(settings, registry, router, buses, keyspaces, keys, verifier, grants)
        loops = [
            partial(loop, territory=territory)
            for territory in registry
            for loop in (_follow_revocations, _forget_expired_keys)
        ]
        await stack.enter_async_context(run_workers(loops, resources))
        yield resources


def _person_secrets(settings: ServiceSettings) -> tuple[Secret | None, Secret | None]:
    """The current one and the previous one, read anew where they are in files."""
    return current_secret(settings, "person_key_secret"), current_secret(settings, "person_key_secret_previous")


@asynccontextmanager
async def run_workers(
    workers: Sequence[Callable[[Resources], Awaitable[None]]], resources: Resources
) -> AsyncIterator[None]:
    """Run loops beside the block; one that fails is logged, counted and begun again."""
    tasks = [
        asyncio.create_task(
            run_forever(partial(worker, resources), partial(_report, _name_of(worker))), name=_name_of(worker)
        )
        for worker in workers
    ]
    try:
        yield
    finally:
        for stuck in await end_tasks(tasks, STOP_SECONDS):
            log.error("worker.not_stopped", worker=stuck.get_name())


async def _follow_revocations(resources: Resources, *, territory: Territory) -> None:
    await resources.verifier.follow(territory)


async def _forget_expired_keys(resources: Resources, *, territory: Territory) -> None:
    """Each service does it at its own hour; a key that is past its time is free even before."""
    while True:
        await asyncio.sleep(FORGET_SECONDS * random.uniform(0.5, 1.0))
        await forget_expired_keys(resources.router.pool(territory.code), utc_now())


async def _reload(verifier: TokenVerifier, territory: Territory) -> None:
    with suppress(ServiceError):
        await verifier.of(territory).load()


def _name_of(worker: Callable[[Resources], Awaitable[None]]) -> str:
    function = worker.func if isinstance(worker, partial) else worker
    return getattr(function, "__name__", type(function).__name__)


def _report(name: str, error: Exception) -> None:
    WORKER_RESTARTS.labels(name).inc()
    if isinstance(error, ServiceError):
        log.warning("worker.interrupted", worker=name, code=error.code)
    else:
        log.error("worker.failed", worker=name, exc_info=error)
