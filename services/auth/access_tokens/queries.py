"""Reading the access tokens of an account: everything but the tokens."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select

from services.auth.access_tokens.tables import access_tokens
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.identity.access_tokens import access_token_uses

_OF_ACCOUNT = compiled(
    select(
        json_object(
            id=access_tokens.c.id,
            name=access_tokens.c.name,
            ending=access_tokens.c.ending,
            scopes=func.to_json(access_tokens.c.scopes),
            created_at=json_time(access_tokens.c.created_at),
            expires_at=json_time(access_tokens.c.expires_at),
            last_used_at=json_time(access_token_uses.c.used_at),
        ).label("item")
    )
    .select_from(access_tokens.outerjoin(access_token_uses, access_token_uses.c.token_id == access_tokens.c.id))
    .where(
        access_tokens.c.account_id == bindparam("account", type_=Uuid),
        access_tokens.c.revoked_at.is_(None),
        access_tokens.c.expires_at > func.now(),
        access_tokens.c.is_tools.is_(False),
    )
    .order_by(access_tokens.c.created_at.desc(), access_tokens.c.id)
)


async def list_tokens(pool: Pool, account_id: UUID) -> Sequence[bytes]:
    """Those that hold, as JSON, newest first; there are few (`MOST_TOKENS`)."""
    return [row["item"] for row in await pool.fetch(_OF_ACCOUNT, account=account_id)]
