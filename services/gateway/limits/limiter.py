"""Charging a request to its address and its account."""

from math import ceil
from pathlib import Path
from time import monotonic

from services.gateway.limits.gcra import LocalLimiter, Quota
from shared.errors import Kind, ServiceError
from shared.identity.principal import Principal
from shared.keyspace.connection import Keyspace, KeyspaceUnavailable, Script
from shared.keyspace.keys import limit_key
from shared.territory.territory import Territory

MICROSECONDS = 1_000_000

_SCRIPT = Script(Path(__file__).with_name("gcra.lua").read_text())


class Limiter:
    """One quota for every address and every account, counted in Redis, or here while it is away."""

    def __init__(self, quota: Quota) -> None:
        self._local = LocalLimiter(quota)
        self._arguments = (
            round(quota.interval_seconds * MICROSECONDS),
            round(quota.tolerance_seconds * MICROSECONDS),
        )

    async def charge(
        self, keyspace: Keyspace, territory: Territory, address: str | None, principal: Principal | None
    ) -> None:
        """Count the request; one round trip to Redis, 50 ms at most.

        Raises:
            ServiceError: too_many `rate-limited`, with the seconds to wait.
        """
        keys = [limit_key(territory, "address", address)] if address else []
        if principal is not None:
            keys.append(limit_key(territory, "account", str(principal.account_id)))
        if not keys:
            return
        try:
            (wait,) = await keyspace.run(_SCRIPT, keys, self._arguments)
            wait_seconds = wait / MICROSECONDS
        except KeyspaceUnavailable:
            wait_seconds = self._local.charge(keys, monotonic())
        if wait_seconds > 0:
            detail = "There were too many requests; wait a little."
            raise ServiceError(Kind.TOO_MANY, "rate-limited", detail, retry_after_seconds=max(1, ceil(wait_seconds)))
