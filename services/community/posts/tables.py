"""Posts, and where they stood among the others a moment ago."""

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.database.metadata import Xid8, metadata

# The author counts for one point, each comment for another, and ten times the points are worth 12.5 hours of age. It
# does not change while time passes, so that an index holds the order. Source: reddit-archive/reddit,
# r2/r2/lib/db/_sorts.pyx, `_hot`.
_POINTS = "(((1 + score) + comment_count))::double precision"
_HOT = (
    f"((sign({_POINTS}) * log(GREATEST(abs({_POINTS}), (1)::double precision))) + "
    "(((EXTRACT(epoch FROM (created_at AT TIME ZONE 'UTC'::text)))::double precision - "
    "(1134028003)::double precision) / (45000)::double precision))"
)

posts = Table(
    "posts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("community_id", Uuid, ForeignKey("communities.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("body_html", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("comment_count", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    # When it was published, or commented on last.
    Column("active_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("hot", Double, Computed(_HOT, persisted=True), nullable=False),
    Index("posts_in_order", "community_id", "created_at", "id"),
    Index("posts_by_activity", "community_id", "active_at", "id"),
    Index("posts_by_heat", "community_id", "hot", "id"),
    Index("posts_by_score", "community_id", "score", "id"),
    # The same orders over all communities.
    Index("posts_new", "created_at", "id"),
    Index("posts_active", "active_at", "id"),
    Index("posts_hot", "hot", "id"),
    Index("posts_top", "score", "id"),
)

past_ranks = Table(
    "past_ranks",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("post_id", Uuid, ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("score", Integer, nullable=False),
    Column("active_at", DateTime(timezone=True), nullable=False),
    Column("hot", Double, nullable=False),
    # The transaction that gave the post other ranks than these, and when.
    Column("replaced_by", Xid8, nullable=False, server_default=func.pg_current_xact_id()),
    Column("replaced_at", DateTime(timezone=True), nullable=False),
    Index(None, "replaced_by"),
)
