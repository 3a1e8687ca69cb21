"""The shapes of the audit list."""

from pydantic import BaseModel

from shared.web.formats import IdText, TimeText


class AuditOrigin(BaseModel):
    """From where: the client's address as the gateway saw it, what it says it is, and the route that it took."""

    address: str
    user_agent: str | None
    route: str


class AuditEntry(BaseModel):
    """Who (actor) did what (action) to what (subject), when, in which request, why, and from where.

    `origin` is null where nobody asked from outside, and once it was deleted.
    """

    position: int
    event_id: IdText
    occurred_at: TimeText
    actor: str
    action: str
    subject: str
    request_id: str | None
    reason: str | None
    impersonator: IdText | None
    origin: AuditOrigin | None


class AuditList(BaseModel):
    """Entries in the order of the record, or the newest first."""

    items: list[AuditEntry]
    next_cursor: str | None
