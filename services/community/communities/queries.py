"""Reading communities; who may not see one finds none."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, bindparam, or_, select

from services.community.communities.tables import communities
from services.community.memberships.tables import memberships
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.identifiers import Position, parse_id

_VIEWER = bindparam("viewer", type_=Uuid)


def my_role(viewer: ColumnElement[Any]) -> ColumnElement[Any]:
    """The viewer's role in the community of the same statement, null for those who are no members."""
    return (
        select(memberships.c.role)
        .where(
            memberships.c.community_id == communities.c.id,
            memberships.c.account_id == viewer,
            memberships.c.state == "active",
        )
        .scalar_subquery()
    )


def may_see(viewer: ColumnElement[Any]) -> ColumnElement[bool]:
    """Not private, or the viewer is a member."""
    return or_(communities.c.visibility != "private", my_role(viewer).is_not(None))


_COMMUNITY = select(
    json_object(
        id=communities.c.id,
        slug=communities.c.slug,
        name=communities.c.name,
        description=communities.c.description,
        visibility=communities.c.visibility,
        join_policy=communities.c.join_policy,
        kind=communities.c.kind,
        parent_id=communities.c.parent_id,
        founder_id=communities.c.founder_id,
        member_count=communities.c.member_count,
        created_at=json_time(communities.c.created_at),
        version=communities.c.version,
        my_role=my_role(_VIEWER),
    ).label("body"),
    communities.c.id,
    sealed_head.label("position"),
)
_WANTED = or_(communities.c.id == bindparam("wanted", type_=Uuid), communities.c.slug == bindparam("slug", type_=Text))
_FIND = compiled(_COMMUNITY.where(and_(_WANTED, may_see(_VIEWER))))
_STANDING = compiled(
    select(communities.c.id, my_role(_VIEWER).label("role")).where(
        communities.c.id == bindparam("wanted", type_=Uuid), may_see(_VIEWER)
    )
)


@dataclass(frozen=True, slots=True)
class ReadCommunity:
    """A community as JSON, and the sealed position that it is at least as new as."""

    id: UUID
    body: bytes
    position: Position


async def find_community(source: Pool | Connection, id_or_slug: str, viewer: UUID | None) -> ReadCommunity | None:
    """A community that the viewer may see, by id or slug."""
    row = await source.fetch_row(_FIND, wanted=parse_id(id_or_slug), slug=id_or_slug, viewer=viewer)
    return None if row is None else ReadCommunity(row["id"], row["body"], row["position"])


async def standing(source: Pool | Connection, community_id: UUID, viewer: UUID | None) -> str | None:
    """What the viewer is there: a role, `visitor`, or None when for them there is no such community."""
    row = await source.fetch_row(_STANDING, wanted=community_id, viewer=viewer)
    return None if row is None else row["role"] or "visitor"
