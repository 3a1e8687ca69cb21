"""Who is told of which event, and since when they know. No text of anybody: names are looked up when it is read."""

from sqlalchemy import BigInteger, Column, DateTime, Index, Table, Text, Uuid, literal_column

from shared.database.metadata import metadata

notifications = Table(
    "notifications",
    metadata,
    # An event tells a person of one thing at most; its position is also the order in which they are told.
    Column("account_id", Uuid, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    # The event's.
    Column("id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor_id", Uuid, nullable=False),
    Column("community_id", Uuid, nullable=False),
    Column("post_id", Uuid),
    Column("comment_id", Uuid),
    Column("gathering_id", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("read_at", DateTime(timezone=True)),
    Index("notifications_unread", "account_id", "position", postgresql_where=literal_column("read_at IS NULL")),
    # Of a person who is erased.
    Index(None, "actor_id"),
)
