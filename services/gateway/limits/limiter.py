"""Charging a request to its address, its account and its territory, in the class of its route."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network
from itertools import product
from time import monotonic_ns
from typing import NamedTuple

from typing_extensions import override

from services.gateway.limits.classes import LimitClass
from services.gateway.limits.gcra import LocalLimiter, Quota
from services.gateway.limits.quotas import Quotas
from services.gateway.limits.sheet import Group, Sheets
from services.gateway.limits.verdict import Panel, Verdict
from shared.identifiers import AccountId
from shared.keyspace.connection import Keyspace
from shared.keyspace.keys import limit_key
from shared.keyspace.wire import Waiting
from shared.observability.metrics import LIMITED_LOCALLY
from shared.territory.territory import Territory

# What a household or a server is given as one (RFC 6177): whoever has one address of it has all.
IPV6_PREFIX = 64
# Subjects whose standing is remembered; then all are forgotten, and asked for again.
REMEMBERED = 8192
# Microseconds for which an answer of Redis is worth anything: other gateways count too.
LATELY = 25_000


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
        self._sheets: dict[Keyspace, Sheets] = {}
        self._standings: dict[str, Standing] = {}
        self._charging: dict[tuple[Keyspace, LimitClass, str | None, AccountId | None], Charging] = {}
        self._panels = {
            (limit, *who): _Panels.of(limit, of_class.named(*who), replicas)
            for limit, of_class in quotas.items()
            for who in product((True, False), repeat=2)
        }

    def charging(self, keyspace: Keyspace, subjects: Subjects) -> "Charging":
        """How requests of these subjects are counted: one for all of them, as long as it is remembered."""
        limit, territory, address, account_id = subjects
        name = (keyspace, limit, address, account_id)
        charging = self._charging.get(name)
        if charging is None:
            panels = self._panels[limit, address is not None, account_id is not None]
            sheets = self._sheets.setdefault(keyspace, Sheets(keyspace))
            if len(self._charging) >= REMEMBERED:
                self._charging.clear()
                self._standings.clear()
            keys = _keys_of(limit.name, territory.key_prefix, address, account_id)
            standings = [self._standings.setdefault(key, Standing(key)) for key in keys]
            charging = self._charging[name] = Charging(sheets, self._local, panels, standings)
        return charging

    async def judged(self, keyspace: Keyspace, subjects: Subjects) -> Verdict:
        """Count one of them, and wait for the verdict."""
        charging = self.charging(keyspace, subjects)
        counted = _Counted(charging)
        return charging.begin(counted) or await counted.verdict


def _keys_of(limit: str, key_prefix: str, address: str | None, account_id: AccountId | None) -> tuple[str, ...]:
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


class Standing:
    """Where one subject stands, as far as this gateway knows."""

    __slots__ = ("ahead", "heard_at", "key", "unanswered")

    def __init__(self, key: str) -> None:
        self.key = key
        self.ahead = 0
        """Of its schedule, in microseconds, when Redis said so last."""
        self.heard_at = -LATELY
        self.unanswered = 0
        """Requests counted since."""


class Charging(Group):
    """Counts requests of the same subjects, one after another.

    Whoever is far from the end of their quotas need not wait for Redis to say so: where they stand is known from its
    last answers and from what was counted since. Redis is told all the same, and what it answers is what counts next.
    """

    def __init__(self, sheets: Sheets, local: LocalLimiter, panels: _Panels, standings: Sequence[Standing]) -> None:
        self._sheets = sheets
        self._local = local
        self._panels = panels
        self._standings = standings
        self._keys = [standing.key for standing in standings]
        super().__init__(self._keys, panels.shared.arguments)

    def begin(self, waiting: Waiting) -> Verdict | None:
        """Count one. The verdict, where it is not in doubt.

        Else None, and `waiting` then asks for it, by what it is told after a round trip to Redis, 50 ms at most.
        """
        for standing in self._standings:
            standing.unanswered += 1
        verdict = self._foreseen()
        if verdict is None:
            self._sheets.count(self, waiting)
        else:
            self._sheets.count_later(self)
        return verdict

    def judge(self, reply: Sequence[int]) -> Verdict:
        """By what Redis said."""
        self.heard(reply, 1)
        return self._panels.shared.judge(reply)

    def judge_alone(self) -> Verdict:
        """While Redis is away: the request is counted here."""
        LIMITED_LOCALLY.inc()
        for standing in self._standings:
            standing.unanswered -= 1
            standing.heard_at = -LATELY
        panel = self._panels.alone
        return panel.judge(self._local.charge(self._keys, panel.quotas, _now()))

    @override
    def heard(self, reply: Sequence[int], count: int) -> None:
        now = _now()
        for number, standing in enumerate(self._standings, 1):
            standing.unanswered -= count
            standing.ahead = reply[number]
            standing.heard_at = now

    @override
    def unheard(self, count: int) -> None:
        for _ in range(count):
            self.judge_alone()

    def _foreseen(self) -> Verdict | None:
        """What Redis will say of what was counted; None when other gateways may have counted too much meanwhile."""
        now = _now()
        answer = [0]
        for standing, quota in zip(self._standings, self._panels.shared.quotas, strict=True):
            since = now - standing.heard_at
            if since > LATELY:
                return None
            ahead = standing.ahead - since if standing.ahead > since else 0
            answer.append(ahead + standing.unanswered * quota.interval)
        verdict = self._panels.shared.judge(answer)
        return verdict if verdict.is_clear else None


class _Counted:
    """A verdict that a coroutine waits for."""

    def __init__(self, charging: Charging) -> None:
        self._charging = charging
        self.verdict: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()

    def answered(self, reply: Sequence[int]) -> None:
        self._tell(self._charging.judge(reply))

    def unanswered(self, _: Exception) -> None:
        self._tell(self._charging.judge_alone())

    def _tell(self, verdict: Verdict) -> None:
        # It counts also when nobody waits for it any more.
        if not self.verdict.done():
            self.verdict.set_result(verdict)


def _now() -> int:
    """Microseconds, on a clock of this process."""
    return monotonic_ns() // 1000
