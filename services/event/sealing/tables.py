"""Who may seal, and the identity of the store. `events` and `seals` are in `shared.events.tables`."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Table, Uuid, func

from shared.database.metadata import metadata

sealer_terms = Table(
    "sealer_terms",
    metadata,
    # One row: the term of the sealer that may seal, and when it last said that it is there.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("term", BigInteger, nullable=False),
    Column("epoch", Uuid, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("id = 1", name="single_row"),
)
