"""Where requests came from is known for a while; that they were made, for ever."""

from datetime import timedelta

from services.event.app import create_app
from services.event.settings import EventSettings
from shared.clock import utc_now
from shared.events.origins import forget_origins
from tests.services.event.record import Caller, Record
from tests.support.citizen import Json
from tests.support.eventually import eventually
from tests.support.servers import Servers


async def test_what_is_old_is_forgotten_and_what_is_not_stays(servers: Servers, home: Record, admin: Caller) -> None:
    person = await home.caller()

    async def registration() -> Json:
        return await admin.pages("/audit", subject=f"account-{person.account_id}")

    (entry,) = await eventually(registration)
    assert entry["origin"] is not None
    assert await forget_origins(home.pool, utc_now() - timedelta(days=1), 1000) == 0
    # A day of a hundredth of a second: what was before the service started is old.
    async with servers.running(EventSettings, create_app, home.territory, origin_days=1e-7):

        async def is_forgotten() -> bool:
            (entry,) = await registration()
            return entry["origin"] is None and entry["actor"] == "system"

        await eventually(is_forgotten)
