"""The request that the current task works for; logs, events and problems take its id from here."""

import re
from contextvars import ContextVar
from dataclasses import dataclass

from uuid_utils import uuid7

from shared.observability.tracing import child_of

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(slots=True)  # not frozen: one is made for every request, and that would take twice as long
class RequestContext:
    """Identity of one request; `client_address` is for limits and the audit trail, never for a decision.

    `reason` is what who asks gave for it, `impersonator` who asks in another's name. `is_secure` tells whether the
    client's own connection is encrypted, and `host` what it asked for, where a proxy before the pod says so.
    """

    request_id: str
    traceparent: str
    client_address: str | None = None
    reason: str | None = None
    is_secure: bool = False
    host: str | None = None
    impersonator: str | None = None

    @property
    def trace_id(self) -> str:
        """Of the trace that it belongs to, 32 hexadecimal digits."""
        return self.traceparent[3:35]


current_request: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)


def new_context(
    request_id: str | None = None,
    traceparent: str | None = None,
    client: str | None = None,
    reason: str | None = None,
    *,
    is_secure: bool = False,
    host: str | None = None,
) -> RequestContext:
    """Continue what the caller sent where it is well formed, else begin anew."""
    valid = request_id is not None and _REQUEST_ID.fullmatch(request_id) is not None
    # Not by way of Python's own class for ids, which would take half of the time of this.
    identity = request_id if valid and request_id else str(uuid7())
    return RequestContext(identity, child_of(traceparent), client, reason, is_secure, host)
