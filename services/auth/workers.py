"""The background side of auth: the keeper of the signing keys of each territory."""

from collections.abc import Sequence
from functools import partial

from services.auth.settings import AuthSettings
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.provisioning import keep_keys_provided
from shared.service.application import Worker


def list_workers(settings: AuthSettings) -> Sequence[Worker]:
    """One loop for each territory, so that a database that is down delays no other territory's keys."""
    seal = KeySeal(settings.jwt_secret)
    return [partial(keep_keys_provided, code=code, seal=seal) for code in settings.territories]
