"""Finding the access token of a program by its hash, and noting that it was used."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, DateTime, LargeBinary, Table, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from shared.clock import utc_now
from shared.database.metadata import metadata
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.identifiers import AccountId, SessionId
from shared.identity.principal import AAL1, Principal
from shared.identity.views import published_access_tokens

# How long a process takes a token for good without looking again; a revocation is told to it all the same.
LOOK_AGAIN = timedelta(minutes=1)

# Each process that looks a token up says so: to the minute when it was used last.
access_token_uses = Table(
    "access_token_uses",
    metadata,
    Column("token_id", Uuid, primary_key=True),
    Column("used_at", DateTime(timezone=True), nullable=False),
)

_FIND = compiled(
    select(
        published_access_tokens.c.id,
        published_access_tokens.c.account_id,
        published_access_tokens.c.scopes,
        published_access_tokens.c.expires_at,
    ).where(
        published_access_tokens.c.token_hash == bindparam("presented", type_=LargeBinary),
        published_access_tokens.c.expires_at > func.now(),
    )
)
_inserted = insert(access_token_uses).values(
    token_id=bindparam("token", type_=Uuid), used_at=bindparam("now", type_=DateTime(timezone=True))
)
_USED = compiled(
    _inserted.on_conflict_do_update(
        index_elements=["token_id"],
        set_={"used_at": _inserted.excluded.used_at},
        where=access_token_uses.c.used_at < _inserted.excluded.used_at,
    )
)


async def find_principal(pool: Pool, territory: str, presented: bytes) -> Principal | None:
    """Who the token with this SHA-256 is of, and that it was used now; None when there is none that holds."""
    row = await pool.fetch_row(_FIND, presented=presented)
    if row is None:
        return None
    now = utc_now()
    await pool.execute(_USED, token=row["id"], now=now)
    return _principal(row["id"], row["account_id"], territory, frozenset(row["scopes"]), row["expires_at"], now)


def _principal(
    token_id: UUID, account_id: UUID, territory: str, scopes: frozenset[str], expires_at: datetime, now: datetime
) -> Principal:
    return Principal(
        account_id=AccountId(account_id),
        # It is revoked as a session is.
        session_id=SessionId(token_id),
        territory=territory,
        roles=(),
        aal=AAL1,
        issued_at=now,
        expires_at=expires_at,
        scopes=scopes,
        look_again_at=now + LOOK_AGAIN,
    )
