"""Reading communities; who may not see one finds none."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, or_, select

from services.community.communities.tables import communities
from services.community.memberships.queries import may_see, my_role
from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.events.store import sealed_head
from shared.identifiers import Position, parse_id

_VIEWER = bindparam("viewer", type_=Uuid)


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


@dataclass(frozen=True, slots=True)
class ReadCommunity:
    """A community as JSON, and the sealed position that it is at least as new as."""

    id: UUID
    body: bytes
    position: Position


async def find_community(source: Pool | Connection, id_or_slug: str, viewer: UUID | None) -> ReadCommunity | None:
    """A community that the viewer may see, by id or slug."""
    wanted = parse_id(id_or_slug)
    row = await source.fetch_row(_FIND, wanted=wanted, slug=None if wanted else id_or_slug, viewer=viewer)
    return None if row is None else ReadCommunity(row["id"], row["body"], row["position"])
