"""The shapes of the audit list."""

from pydantic import BaseModel


class AuditEntry(BaseModel):
    """Who (actor) did what (action) to what (subject), when, in which request."""

    position: int
    event_id: str
    occurred_at: str
    actor: str
    action: str
    subject: str
    request_id: str | None


class AuditList(BaseModel):
    """Entries in the order of the record."""

    items: list[AuditEntry]
    next_cursor: str | None
