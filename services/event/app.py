"""The event service, put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI

from services.event.appending.express import ExpressAppend
from services.event.proofs.heads import HeadDesk
from services.event.proofs.tree_head import TreeHeadSigner
from services.event.routes import ROUTERS
from services.event.sealing.feed import Feed
from services.event.sealing.leadership import SealingDesk
from services.event.settings import EventSettings
from services.event.streams.lookout import Lookout
from services.event.witnesses.home import Home
from services.event.witnesses.watching import Watch
from services.event.workers import (
    PROJECTIONS,
    forgetting_workers,
    projecting,
    sealing_workers,
    waking_workers,
    writing_workers,
)
from shared.database.pool import Pool
from shared.events.group_append import GroupAppender
from shared.messaging.subjects import APPENDED, SEALED
from shared.service.application import create_service
from shared.service.lifespan import run_workers
from shared.web.resources import Resources

# The leader's session, the batch being sealed on it, and heads signed on demand.
SEALER_CONNECTIONS = 3


def create_app(settings: EventSettings) -> FastAPI:
    """The app; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def setup(app: FastAPI, resources: Resources) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            watch = Watch(settings.witness_peers, settings.witness_interval, settings.reaches_loopback)
            desks = []
            for territory in resources.registry:
                url = settings.sealer_url_for(territory.slug)
                sealer_pool = Pool(url, max_size=SEALER_CONNECTIONS, application_name="event-sealer")
                stack.push_async_callback(sealer_pool.close)
                pool = resources.router.pool(territory.code)
                heads = HeadDesk(pool, sealer_pool, TreeHeadSigner(settings.tree_head_secret, territory))
                bus = resources.buses[territory.code]
                feeds = {projection.name: Feed() for projection in PROJECTIONS}
                beside = (
                    *watch.workers(Home(pool, bus, heads.signer)),
                    *projecting(resources, territory.code, feeds),
                )
                desks.append(SealingDesk(territory, pool, sealer_pool, bus, heads, tuple(feeds.values()), beside))
            by_code = {desk.territory.code: desk for desk in desks}
            app.state.readiness.conditions.append(lambda territory: by_code[territory.code].is_led)
            app.state.head_desks = {desk.territory.code: desk.heads for desk in desks}
            app.state.appenders = {
                code: GroupAppender(desk.pool, partial(desk.bus.hint_soon, APPENDED), desk.written)
                for code, desk in by_code.items()
            }
            app.state.express = ExpressAppend(resources, app.state.appenders)
            lookouts = {t.code: Lookout(resources.router.pool(t.code), app.state.drain) for t in resources.registry}
            for code, lookout in lookouts.items():
                await resources.buses[code].on_hint(SEALED, lookout.hint)
            app.state.lookouts = lookouts
            app.state.projections = PROJECTIONS
            workers = [
                *sealing_workers(desks),
                *writing_workers(app.state.appenders.values()),
                *waking_workers(lookouts.values()),
                *forgetting_workers(map(resources.router.pool, lookouts), settings.origin_days),
            ]
            await stack.enter_async_context(run_workers(workers, resources))
            yield

    return create_service(
        settings,
        description="The territory's record: append, read, prove.",
        routers=ROUTERS,
        setup=setup,
    )
