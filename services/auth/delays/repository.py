"""The SQL that counts failures, forgives them, and remembers networks."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, Interval, LargeBinary, Uuid, and_, bindparam, case, delete, func, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.auth.delays.rules import Turn
from services.auth.delays.tables import known_networks, login_delays
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled

_NOW = bindparam("now", type_=DateTime(timezone=True))
_SUBJECT = bindparam("failed_subject", type_=LargeBinary)
_NETWORK = bindparam("from_network", type_=LargeBinary)

_TAKE = compiled(
    update(login_delays)
    .values(blocked_until=bindparam("next_end", type_=DateTime(timezone=True)))
    .where(login_delays.c.subject == _SUBJECT, login_delays.c.blocked_until <= _NOW)
)

_quiet = login_delays.c.failed_at < _NOW - bindparam("forgotten_after", type_=Interval)
_failures = case((_quiet, 1), else_=login_delays.c.failures + 1)
_FAIL = compiled(
    insert(login_delays)
    .values(subject=_SUBJECT, failures=1, failed_at=_NOW, blocked_until=_NOW)
    .on_conflict_do_update(index_elements=[login_delays.c.subject], set_={"failures": _failures, "failed_at": _NOW})
    .returning(login_delays.c.failures)
)
# A longer delay that another failure has begun stays.
_BLOCK = compiled(
    update(login_delays)
    .values(
        blocked_until=func.greatest(login_delays.c.blocked_until, bindparam("next_end", type_=DateTime(timezone=True)))
    )
    .where(login_delays.c.subject == _SUBJECT)
)
_FORGIVE = compiled(
    delete(login_delays).where(login_delays.c.subject == func.any(bindparam("forgiven", type_=ARRAY(LargeBinary))))
)
_KNOW = compiled(
    insert(known_networks)
    .values(account_id=bindparam("account", type_=Uuid), network=_NETWORK, used_at=_NOW)
    .on_conflict_do_update(
        index_elements=[known_networks.c.account_id, known_networks.c.network],
        set_={"used_at": _NOW},
        # Once a day is enough for what is kept for two months.
        where=known_networks.c.used_at < _NOW - bindparam("fresh_for", timedelta(days=1), Interval),
    )
)
_FORGET_DELAYS = compiled(
    delete(login_delays).where(
        and_(
            login_delays.c.failed_at < bindparam("failed_before", type_=DateTime(timezone=True)),
            login_delays.c.blocked_until < bindparam("failed_before", type_=DateTime(timezone=True)),
        )
    )
)
_FORGET_NETWORKS = compiled(
    delete(known_networks).where(known_networks.c.used_at < bindparam("used_before", type_=DateTime(timezone=True)))
)


async def take_turn(pool: Pool, turn: Turn, now: datetime) -> bool:
    """Whether this try came first after the delay."""
    taken = await pool.execute(_TAKE, failed_subject=turn.subject, next_end=turn.blocked_until, now=now)
    return taken > 0


async def add_failure(connection: Connection, subject: bytes, forgotten_after: timedelta, now: datetime) -> int:
    """Count one more; how many there are now."""
    failures: int = await connection.fetch_value(
        _FAIL, failed_subject=subject, forgotten_after=forgotten_after, now=now
    )
    return failures


async def block(connection: Connection, subject: bytes, until: datetime) -> None:
    await connection.execute(_BLOCK, failed_subject=subject, next_end=until)


async def forgive(connection: Connection, subjects: list[bytes]) -> None:
    await connection.execute(_FORGIVE, forgiven=subjects)


async def know_network(connection: Connection, account_id: UUID, network: bytes, now: datetime) -> None:
    await connection.execute(_KNOW, account=account_id, from_network=network, now=now)


async def forget(pool: Pool, failed_before: datetime, used_before: datetime) -> None:
    """Delete what no longer counts."""
    await pool.execute(_FORGET_DELAYS, failed_before=failed_before)
    await pool.execute(_FORGET_NETWORKS, used_before=used_before)
