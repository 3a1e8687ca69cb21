"""The SQL with which citizens are told of things, and know of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, DateTime, Uuid, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.user.notifications.rules import Kind, Notice
from services.user.notifications.tables import notifications
from shared.database.connection import Connection
from shared.database.statements import Statement, compiled
from shared.events.tables import erased_persons
from shared.read_models.communities import (
    published_comments,
    published_communities,
    published_memberships,
    published_posts,
)

# A row for each member must fit into the time that an event has. Measured: 10,000 in 0.6 s on a machine ten times
# busier than it should be.
MOST_TOLD = 5_000

_n = notifications.c
_ids = ARRAY(Uuid)
_TOLD = ("position", "id", "kind", "actor_id", "community_id", "post_id", "comment_id", "gathering_id", "created_at")
_doers = bindparam("doers", type_=_ids)


def _telling(account: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Statement:
    """One row for each account but those of the doers and of erased persons; none where there is one already."""
    recipients = select(account.label("account_id")).where(*conditions).subquery("recipients")
    given = [bindparam(f"given_{name}", type_=_n[name].type) for name in _TOLD]
    rows = select(recipients.c.account_id, *given).where(
        recipients.c.account_id != func.all(_doers),
        ~exists().where(erased_persons.c.person == recipients.c.account_id),
    )
    return compiled(insert(notifications).from_select(["account_id", *_TOLD], rows).on_conflict_do_nothing())


_TELL = _telling(func.unnest(bindparam("accounts", type_=_ids)))
_TELL_OWNERS = _telling(
    published_memberships.c.account_id,
    published_memberships.c.community_id == bindparam("community", type_=Uuid),
    published_memberships.c.role == "owner",
)
_is_small = exists().where(
    published_communities.c.id == published_memberships.c.community_id,
    published_communities.c.member_count <= MOST_TOLD,
)
_TELL_MEMBERS = _telling(
    published_memberships.c.account_id,
    published_memberships.c.community_id == bindparam("community", type_=Uuid),
    _is_small,
)
_WRITERS = compiled(
    select(
        select(published_posts.c.author_id)
        .where(published_posts.c.id == bindparam("post", type_=Uuid))
        .scalar_subquery()
        .label("post_author"),
        select(published_comments.c.author_id)
        .where(published_comments.c.id == bindparam("parent", type_=Uuid))
        .scalar_subquery()
        .label("parent_author"),
    )
)
_mine = _n.account_id == bindparam("account", type_=Uuid)
_POSITION = compiled(select(_n.position).where(_mine, _n.id == bindparam("wanted", type_=Uuid)))
_read = update(notifications).values(read_at=bindparam("now", type_=DateTime(timezone=True)))
# Served by notifications_unread, as is the next.
_READ_UP_TO = compiled(_read.where(_mine, _n.read_at.is_(None), _n.position <= bindparam("reached", type_=BigInteger)))
_READ_SOME = compiled(_read.where(_mine, _n.read_at.is_(None), _n.id == bindparam("some", type_=_ids).any_()))
_FORGET = compiled(delete(notifications).where(_mine | (_n.actor_id == bindparam("account", type_=Uuid))))


async def tell(connection: Connection, notice: Notice, kind: Kind, accounts: Sequence[UUID]) -> None:
    """Tell these accounts."""
    await connection.execute(_TELL, accounts=list(accounts), **_given(notice, kind))


async def tell_owners(connection: Connection, notice: Notice, kind: Kind) -> None:
    """Tell those who own the community now."""
    await connection.execute(_TELL_OWNERS, community=notice.community_id, **_given(notice, kind))


async def tell_members(connection: Connection, notice: Notice, kind: Kind) -> None:
    """Tell whoever is a member now; nobody where that are more than 5,000."""
    await connection.execute(_TELL_MEMBERS, community=notice.community_id, **_given(notice, kind))


async def writers(
    connection: Connection, post_id: UUID | None, parent_id: UUID | None
) -> tuple[UUID | None, UUID | None]:
    """Who wrote a post and who a comment; None for what is not there any more."""
    row = await connection.fetch_row(_WRITERS, post=post_id, parent=parent_id)
    return (None, None) if row is None else (row["post_author"], row["parent_author"])


async def position_of(connection: Connection, account_id: UUID, notification_id: UUID) -> int | None:
    """Where a notification of the account stands."""
    position: int | None = await connection.fetch_value(_POSITION, account=account_id, wanted=notification_id)
    return position


async def read_up_to(connection: Connection, account_id: UUID, position: int, now: datetime) -> None:
    """Whatever the account was told up to a position, is read; what was read before stays as it is."""
    await connection.execute(_READ_UP_TO, account=account_id, reached=position, now=now)


async def read_some(connection: Connection, account_id: UUID, ids: Sequence[UUID], now: datetime) -> None:
    """These are read; ids that are not the account's are passed over."""
    await connection.execute(_READ_SOME, account=account_id, some=list(ids), now=now)


async def forget(connection: Connection, account_id: UUID) -> None:
    """Whatever the account was told, and whatever others were told of it."""
    await connection.execute(_FORGET, account=account_id)


def _given(notice: Notice, kind: Kind) -> dict[str, object]:
    told = {
        "position": notice.position,
        "id": notice.event_id,
        "kind": kind,
        "actor_id": notice.actor_id,
        "community_id": notice.community_id,
        "post_id": notice.post_id,
        "comment_id": notice.comment_id,
        "gathering_id": notice.gathering_id,
        "created_at": notice.created_at,
    }
    return {"doers": list(notice.doers), **{f"given_{name}": value for name, value in told.items()}}
