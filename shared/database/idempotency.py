"""Idempotency keys, stored in the transaction of the effect they stand for.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    bindparam,
    delete,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from shared.database.connection import Connection
from shared.database.errors import RETRY_AFTER_SECONDS
from shared.database.metadata import metadata
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.identifiers import AccountId

KEPT = timedelta(hours=24)
# For so long a copy waits for the first one's answer. It has a connection for itself meanwhile, and there are few.
PATIENCE_SECONDS = 2.0

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    Index(None, "created_at"),
)

_IDENTITY = (
    idempotency_keys.c.account_id == bindparam("account"),
    idempotency_keys.c.route == bindparam("path"),
    idempotency_keys.c.key == bindparam("name"),
)
_INSERT = insert(idempotency_keys).values(
    account_id=bindparam("account"),
    route=bindparam("path"),
    key=bindparam("name"),
    request_hash=bindparam("digest"),
    created_at=bindparam("now"),
)
# A second request with the key waits here for the first one's commit, and then finds its answer. A key that has been
# kept for its time is free again.
_CLAIM = compiled(
    _INSERT.on_conflict_do_update(
        index_elements=["account_id", "route", "key"],
        set_={
            "request_hash": _INSERT.excluded.request_hash,
            "created_at": _INSERT.excluded.created_at,
            "status": null(),
            "headers": null(),
            "body": null(),
        },
        where=idempotency_keys.c.created_at < bindparam("expired", type_=DateTime(timezone=True)),
    )
)
_FORGET = compiled(
    delete(idempotency_keys).where(idempotency_keys.c.created_at < bindparam("expired", type_=DateTime(timezone=True)))
)
_FIND = compiled(
    select(
        idempotency_keys.c.request_hash,
        idempotency_keys.c.status,
        idempotency_keys.c.headers,
        idempotency_keys.c.body,
    ).where(*_IDENTITY)
)
_STORE = compiled(
    update(idempotency_keys)
    .where(*_IDENTITY)
    .values(status=bindparam("answer"), headers=bindparam("fields", type_=JSONB), body=bindparam("content"))
)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A client's key, scoped to its account and route, with a digest of what was asked."""

    account_id: AccountId
    route: str
    key: str
    request_hash: bytes

    def _identity(self) -> dict[str, Any]:
        return {"account": self.account_id, "path": self.route, "name": self.key}

    async def claim(self, connection: Connection, now: datetime) -> "StoredAnswer | None":
        """Claim the key in the caller's transaction; the answer given then when it was claimed before.

        Raises:
            ServiceError: invalid `idempotency-key-reused`, the key stood for another request; conflict
                `idempotency-key-in-flight`, the first request with it has not ended within two seconds.
        """
        if await self._is_first(connection, now):
            return None
        row = await connection.fetch_row(_FIND, **self._identity())
        if row is None or row["status"] is None:
            raise _in_flight()
        if row["request_hash"] != self.request_hash:
            raise ServiceError(Kind.INVALID, "idempotency-key-reused", "The key was used for another request.")
        return StoredAnswer(row["status"], row["headers"], row["body"])

    async def _is_first(self, connection: Connection, now: datetime) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                claimed = await connection.execute(
                    _CLAIM, digest=self.request_hash, now=now, expired=now - KEPT, **self._identity()
                )
        except TimeoutError as error:
            raise _in_flight() from error
        except ServiceError as error:
            if error.code == "database-busy":
                raise _in_flight() from error
            raise
        return claimed == 1

    async def store(self, connection: Connection, answer: "StoredAnswer") -> None:
        """Keep the answer, in the same transaction as the claim."""
        await connection.execute(
            _STORE, answer=answer.status, fields=answer.headers, content=answer.body, **self._identity()
        )


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was given."""

    status: int
    headers: dict[str, str]
    body: bytes


async def forget_expired_keys(pool: Pool, now: datetime) -> int:
    """Delete the keys that have been kept for 24 hours; how many there were."""
    return await pool.execute(_FORGET, expired=now - KEPT)


def _in_flight() -> ServiceError:
    detail = "The first request with this key has not been answered yet."
    return ServiceError(Kind.CONFLICT, "idempotency-key-in-flight", detail, retry_after_seconds=RETRY_AFTER_SECONDS)
