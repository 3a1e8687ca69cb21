"""The background side of auth: keys are kept provided, what is over is swept, accounts of erased persons are closed."""

from collections.abc import Sequence
from functools import partial

from services.auth.erasure.consumers import AUTH_ERASURE
from services.auth.sessions.retention import sweep_sessions
from services.auth.settings import AuthSettings
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.provisioning import keep_keys_provided
from shared.events.consumer import Source, run_consumer
from shared.service.application import Worker
from shared.web.resources import Resources


def list_workers(settings: AuthSettings) -> Sequence[Worker]:
    """Three loops for each territory, so that a database that is down delays no other territory."""
    seal = KeySeal(settings.jwt_secret)
    keepers = [partial(keep_keys_provided, code=code, seal=seal) for code in settings.territories]
    others = [partial(work, code=code) for code in settings.territories for work in (sweep_sessions, close_erased)]
    return [*keepers, *others]


async def close_erased(resources: Resources, *, code: str) -> None:
    """Close the accounts of erased persons."""
    source = Source(resources.router.pool(code), resources.buses[code], resources.person_keys[code])
    await run_consumer(AUTH_ERASURE, source)
