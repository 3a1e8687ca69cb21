"""Idempotency keys, stored in the transaction of the effect they stand for.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, Table, Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from shared.database.connection import Connection
from shared.database.metadata import metadata
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.identifiers import AccountId

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
# A second request with the key waits here for the first one's commit, and then finds its answer.
_CLAIM = compiled(
    insert(idempotency_keys)
    .values(
        account_id=bindparam("account"),
        route=bindparam("path"),
        key=bindparam("name"),
        request_hash=bindparam("digest"),
        created_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
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
            ServiceError: invalid `idempotency-key-reused`, the key stood for another request.
        """
        if await connection.execute(_CLAIM, digest=self.request_hash, now=now, **self._identity()):
            return None
        row = await connection.fetch_row(_FIND, **self._identity())
        if row is None or row["request_hash"] != self.request_hash or row["status"] is None:
            raise ServiceError(Kind.INVALID, "idempotency-key-reused", "The key was used for another request.")
        return StoredAnswer(row["status"], row["headers"], row["body"])

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
