"""The public list of decisions, a row a build of its projection."""

from sqlalchemy import BigInteger, Column, DateTime, Index, Table, Text, Uuid

from shared.database.metadata import metadata

decisions = Table(
    "decisions",
    metadata,
    Column("build", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, primary_key=True),
    Column("title", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reference", Text),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Index("decisions_position", "build", "position"),
)
