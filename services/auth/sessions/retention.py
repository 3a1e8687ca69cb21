"""What is over for good is forgotten: a stolen token of an ended session is refused whether or not its row is left."""

import asyncio
from datetime import timedelta

from services.auth.sessions.repository import delete_finished
from shared.clock import utc_now
from shared.web.resources import Resources

SWEEP_SECONDS = 3600.0
# Longer than a citizen may wonder which device a session was on.
KEPT = timedelta(days=7)


async def sweep_sessions(resources: Resources, *, code: str) -> None:
    """Sweep now and every hour, for ever; a worker of its own for each territory."""
    while True:
        now = utc_now()
        await delete_finished(resources.router.pool(code), now - KEPT, now)
        await asyncio.sleep(SWEEP_SECONDS)
