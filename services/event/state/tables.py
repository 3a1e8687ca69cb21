"""Snapshots, so that the state of a long stream is not folded from its beginning."""

from sqlalchemy import Column, DateTime, Integer, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from shared.database.metadata import metadata

stream_snapshots = Table(
    "stream_snapshots",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    # Of the catalogue that it was folded with: another one makes it worthless.
    Column("catalogue", Text, nullable=False),
    Column("state", JSONB, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
