"""Charging a request to its address, its account and its territory, in the class of its route."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network
from itertools import product
from pathlib import Path
from time import monotonic_ns
from typing import NamedTuple

from services.gateway.limits.classes import LimitClass
from services.gateway.limits.gcra import LocalLimiter, Quota
from services.gateway.limits.quotas import Quotas
from services.gateway.limits.verdict import Panel, Verdict
from shared.identifiers import AccountId
from shared.keyspace.connection import Keyspace
from shared.keyspace.keys import limit_key
from shared.keyspace.wire import Run, Script, Waiting
from shared.observability.metrics import LIMITED_LOCALLY
from shared.territory.territory import Territory

# What a household or a server is given as one (RFC 6177): whoever has one address of it has all.
IPV6_PREFIX = 64

_SCRIPT = Script(Path(__file__).with_name("gcra.lua").read_text())


class Subjects(NamedTuple):
    """For whom a request is counted, and in which class."""

    limit: LimitClass
    territory: Territory
    address: str | None
    account_id: AccountId | None


class Limiter:
    """Counts in Redis, for all gateways of the pod together; here, a share of each quota, while Redis is away."""

    def __init__(self, quotas: Mapping[LimitClass, Quotas], *, replicas: int) -> None:
        self._local = LocalLimiter()
        self._panels = {
            (limit, *who): _Panels.of(limit, of_class.named(*who), replicas)
            for limit, of_class in quotas.items()
            for who in product((True, False), repeat=2)
        }

    def charging(self, keyspace: Keyspace, subjects: Subjects) -> "Charging":
        """How requests of these subjects are counted."""
        limit, territory, address, account_id = subjects
        panels = self._panels[limit, address is not None, account_id is not None]
        keys = _keys_of(limit.name, territory.key_prefix, address, account_id)
        return Charging(keyspace, self._local, panels, keys)

    async def judged(self, keyspace: Keyspace, subjects: Subjects) -> Verdict:
        """Count one of them, and wait for the verdict."""
        charging = self.charging(keyspace, subjects)
        counted = _Counted(charging)
        charging.begin(counted)
        return await counted.verdict


@lru_cache(maxsize=8192)
def _keys_of(limit: str, key_prefix: str, address: str | None, account_id: AccountId | None) -> tuple[str, ...]:
    """Kept, since whoever calls once calls again."""
    keys = []
    if address is not None:
        keys.append(limit_key(key_prefix, limit, f"address:{subject_of(address)}"))
    if account_id is not None:
        keys.append(limit_key(key_prefix, limit, f"account:{account_id}"))
    return (*keys, limit_key(key_prefix, limit, "all"))


@lru_cache(maxsize=4096)
def subject_of(address: str) -> str:
    """An address as it is counted: IPv6 by its network of 64 bits, IPv4 that came over IPv6 as what it is."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, IPV6_PREFIX), strict=False))


@dataclass(frozen=True, slots=True)
class _Panels:
    """What is counted together with the other gateways, and what this one may give alone."""

    shared: Panel
    alone: Panel

    @classmethod
    def of(cls, limit: LimitClass, quotas: Mapping[str, Quota], replicas: int) -> "_Panels":
        alone = {name: quota.shared_by(replicas) for name, quota in quotas.items()}
        return cls(Panel(limit, quotas), Panel(limit, alone))


class Charging:
    """Counts requests of the same subjects, one after another; what is sent to Redis is the same each time."""

    __slots__ = ("_keys", "_keyspace", "_local", "_panels", "_run")

    def __init__(self, keyspace: Keyspace, local: LocalLimiter, panels: _Panels, keys: Sequence[str]) -> None:
        self._keyspace = keyspace
        self._local = local
        self._panels = panels
        self._keys = keys
        self._run = Run(_SCRIPT, keys, panels.shared.arguments)

    def begin(self, waiting: Waiting) -> None:
        """Count one: a round trip to Redis, 50 ms at most. `waiting` then asks for the verdict, by what it is told."""
        self._keyspace.begin(waiting, self._run)

    def judge(self, reply: Sequence[int]) -> Verdict:
        """By what Redis said."""
        return self._panels.shared.judge(reply)

    def judge_alone(self) -> Verdict:
        """While Redis is away: the request is counted here."""
        LIMITED_LOCALLY.inc()
        panel = self._panels.alone
        return panel.judge(self._local.charge(self._keys, panel.quotas, monotonic_ns() // 1000))


class _Counted:
    """A verdict that a coroutine waits for."""

    def __init__(self, charging: Charging) -> None:
        self._charging = charging
        self.verdict: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()

    def answered(self, reply: Sequence[int]) -> None:
        if not self.verdict.done():
            self.verdict.set_result(self._charging.judge(reply))

    def unanswered(self, _: Exception) -> None:
        if not self.verdict.done():
            self.verdict.set_result(self._charging.judge_alone())
