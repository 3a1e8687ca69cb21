"""Locks on whole tables."""

from sqlalchemy import Table

from shared.database.statements import Statement


def lock_against_writers(table: Table) -> Statement:
    """Waits for all who hold rows of the table or write to it, and keeps others out until the commit; readers go on."""
    return Statement(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE", (), {})
