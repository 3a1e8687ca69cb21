"""The background side of auth: keys are kept provided, and what is over is swept."""

from collections.abc import Sequence
from functools import partial

from services.auth.sessions.retention import sweep_sessions
from services.auth.settings import AuthSettings
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.provisioning import keep_keys_provided
from shared.service.application import Worker


def list_workers(settings: AuthSettings) -> Sequence[Worker]:
    """Two loops for each territory, so that a database that is down delays no other territory."""
    seal = KeySeal(settings.jwt_secret)
    keepers = [partial(keep_keys_provided, code=code, seal=seal) for code in settings.territories]
    return [*keepers, *(partial(sweep_sessions, code=code) for code in settings.territories)]
