"""Communities and memberships as the community service publishes them: what is public, and who may see what."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Integer, Text, Uuid, and_, bindparam, column, exists, or_, select, table
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.connection import Connection
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.database.views import View

published_communities = table(
    "published_communities",
    column("id", Uuid),
    column("slug", Text),
    column("name", Text),
    column("description", Text),
    column("visibility", Text),
    column("member_count", Integer),
    column("created_at", DateTime(timezone=True)),
)

published_memberships = table(
    "published_memberships",
    column("community_id", Uuid),
    column("account_id", Uuid),
    column("role", Text),
)

published_posts = table(
    "published_posts",
    column("id", Uuid),
    column("community_id", Uuid),
    column("author_id", Uuid),
    column("title", Text),
)

published_comments = table(
    "published_comments",
    column("id", Uuid),
    column("post_id", Uuid),
    column("community_id", Uuid),
    column("author_id", Uuid),
)

published_gatherings = table(
    "published_gatherings",
    column("id", Uuid),
    column("community_id", Uuid),
    column("title", Text),
)

VIEWS = (
    View(
        "community",
        "published_communities",
        "SELECT id, slug, name, description, visibility, member_count, created_at FROM communities",
    ),
    View(
        "community",
        "published_memberships",
        "SELECT community_id, account_id, role FROM memberships WHERE state = 'active'",
    ),
    View(
        "community",
        "published_posts",
        "SELECT id, community_id, author_id, title FROM posts",
    ),
    View(
        "community",
        "published_comments",
        "SELECT id, post_id, community_id, author_id FROM comments",
    ),
    View(
        "community",
        "published_gatherings",
        "SELECT id, community_id, title FROM gatherings",
    ),
)


def visible_to(viewer: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition on `published_communities`: not private, or the viewer (null: nobody) is a member."""
    return or_(published_communities.c.visibility != "private", _is_member(viewer))


def _is_member(viewer: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(
        published_memberships.c.community_id == published_communities.c.id,
        published_memberships.c.account_id == viewer,
    )


def findable_by(viewer: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition on `published_communities`: public, or the viewer (null: nobody) is a member.

    An unlisted community is seen by whoever has its address, and found by nobody else.
    """
    return and_(visible_to(viewer), or_(published_communities.c.visibility != "unlisted", _is_member(viewer)))


_FINDABLE = compiled(
    select(published_communities.c.id).where(
        published_communities.c.id == bindparam("communities", type_=ARRAY(Uuid)).any_(),
        findable_by(bindparam("viewer", type_=Uuid)),
    )
)
_EXISTS = compiled(select(published_communities.c.id).where(published_communities.c.id == bindparam("community")))
_COMMUNITY_OF_POST = compiled(select(published_posts.c.community_id).where(published_posts.c.id == bindparam("post")))
_COMMUNITY_OF_GATHERING = compiled(
    select(published_gatherings.c.community_id).where(published_gatherings.c.id == bindparam("gathering"))
)
_VISIBLE = compiled(
    select(published_communities.c.id).where(
        published_communities.c.id == bindparam("communities", type_=ARRAY(Uuid)).any_(),
        visible_to(bindparam("viewer", type_=Uuid)),
    )
)


async def visible_communities(source: Connection | Pool, communities: list[UUID], viewer: UUID | None) -> set[UUID]:
    """Those of the communities that the viewer may see, now."""
    return {row["id"] for row in await source.fetch(_VISIBLE, communities=communities, viewer=viewer)}


async def community_exists(source: Connection | Pool, community_id: UUID) -> bool:
    """Whether there is one of that id, whoever may see it."""
    return await source.fetch_row(_EXISTS, community=community_id) is not None


async def community_of_post(source: Connection | Pool, post_id: UUID) -> UUID | None:
    """Where a post stands."""
    community_id: UUID | None = await source.fetch_value(_COMMUNITY_OF_POST, post=post_id)
    return community_id


async def community_of_gathering(source: Connection | Pool, gathering_id: UUID) -> UUID | None:
    """Whose gathering it is."""
    community_id: UUID | None = await source.fetch_value(_COMMUNITY_OF_GATHERING, gathering=gathering_id)
    return community_id


async def findable_communities(source: Connection | Pool, communities: list[UUID], viewer: UUID | None) -> set[UUID]:
    """Those of the communities that a search may show the viewer, now."""
    return {row["id"] for row in await source.fetch(_FINDABLE, communities=communities, viewer=viewer)}
