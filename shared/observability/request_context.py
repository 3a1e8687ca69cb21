"""The request that the current task works for; logs, events and problems take its id from here."""

import re
from contextvars import ContextVar
from dataclasses import dataclass

from shared.identifiers import new_id
from shared.observability.tracing import child_of

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Identity of one request; `client_address` is for limits and the audit trail, never for a decision.

    `reason` is what who asks gave for it.
    """

    request_id: str
    traceparent: str
    client_address: str | None = None
    reason: str | None = None


current_request: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)


def new_context(
    request_id: str | None = None,
    traceparent: str | None = None,
    client: str | None = None,
    reason: str | None = None,
) -> RequestContext:
    """Continue what the caller sent where it is well formed, else begin anew."""
    valid = request_id is not None and _REQUEST_ID.fullmatch(request_id) is not None
    identity = request_id if valid and request_id else str(new_id())
    return RequestContext(identity, child_of(traceparent), client, reason)
