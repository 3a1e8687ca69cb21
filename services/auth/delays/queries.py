"""Reading what is on record of who tries to log in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Uuid, and_, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.auth.accounts.tables import accounts
from services.auth.delays.rules import Standing
from services.auth.delays.tables import known_networks, login_delays
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled

_is_known = (
    select(known_networks.c.network)
    .where(
        known_networks.c.account_id == bindparam("account", type_=Uuid),
        known_networks.c.network == bindparam("from_network", type_=LargeBinary),
        known_networks.c.used_at > bindparam("since", type_=DateTime(timezone=True)),
    )
    .exists()
)
# An account of whose networks none is left, and that is older than these are kept, was entered before.
_IS_NEW_PLACE = compiled(
    select(
        and_(
            ~_is_known,
            or_(
                select(known_networks.c.network)
                .where(
                    known_networks.c.account_id == bindparam("account", type_=Uuid),
                    known_networks.c.used_at > bindparam("since", type_=DateTime(timezone=True)),
                )
                .exists(),
                select(accounts.c.id)
                .where(
                    accounts.c.id == bindparam("account", type_=Uuid),
                    accounts.c.created_at <= bindparam("since", type_=DateTime(timezone=True)),
                )
                .exists(),
            ),
        )
    )
)
_one = select(literal(1).label("one")).subquery("one")
_STANDINGS = compiled(
    select(
        _is_known.label("is_known"),
        login_delays.c.subject,
        login_delays.c.failures,
        login_delays.c.failed_at,
        login_delays.c.blocked_until,
    ).select_from(
        _one.outerjoin(
            login_delays, login_delays.c.subject == func.any(bindparam("subjects", type_=ARRAY(LargeBinary)))
        )
    )
)


@dataclass(frozen=True, slots=True)
class Record:
    """Whether the account's owner is known to come from there, and what is on record of each subject."""

    is_known: bool
    standings: Mapping[bytes, Standing]


async def is_new_place(connection: Connection, account_id: UUID, network: bytes, since: datetime) -> bool:
    """Whether nobody has entered the account from there since then, though somebody has entered it."""
    is_new: bool = await connection.fetch_value(_IS_NEW_PLACE, account=account_id, from_network=network, since=since)
    return is_new


async def find_record(
    pool: Pool, subjects: Sequence[bytes], account_id: UUID | None, network: bytes | None, since: datetime
) -> Record:
    """One statement whether there is such an account or not, so that it takes one time."""
    rows = await pool.fetch(
        _STANDINGS, subjects=list(subjects), account=account_id or UUID(int=0), from_network=network or b"", since=since
    )
    standings = {
        row["subject"]: Standing(row["failures"], row["failed_at"], row["blocked_until"])
        for row in rows
        if row["subject"] is not None
    }
    return Record(rows[0]["is_known"], standings)
