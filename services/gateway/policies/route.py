"""One row of the table of routes: what its columns mean."""

from dataclasses import dataclass
from enum import StrEnum

from services.gateway.limits.classes import LimitClass
from shared.identity.permissions import Permission

KIB = 1024

AUTH = "auth"
GATEWAY = "gateway"
WEBSOCKET = "websocket"

# Who may call, as two words instead of a boolean.
ANYONE = False
TOKEN = True
# Whom the Authorization header names: a citizen by a token, or one of the pod's tools by its id and secret.
CITIZEN = False
TOOL = True
# Whether a request that found a service gone may be sent to it once more: only what changes nothing.
AGAIN = True
ONCE = False


class Cache(StrEnum):
    """Who may keep an answer, as `Cache-Control` says it. Problems are kept by nobody."""

    NOBODY = "no-store"
    CALLER = "private, no-cache"
    """Whoever asked, who asks each time whether it still holds."""
    ANYONE_ASKING = "no-cache"
    """Also caches on the way, which ask each time whether it still holds."""
    ANYONE_PUBLIC = "public, no-cache"
    """The same, also of answers to requests with a token."""
    MINUTES = "public, max-age=300"
    DAY = "public, max-age=86400"


@dataclass(frozen=True, slots=True)
class Route:
    """One method at one path. A `GET` row is also for `HEAD`."""

    method: str
    path: str
    """The template of the API document; a part in braces is any one segment."""
    service: str
    """Who answers; `gateway` itself, or the one it is passed on to."""
    needs_token: bool
    limit: LimitClass | None
    """The class that it is counted in. None: the same at every host, of no territory, and counted nowhere."""
    body_limit_bytes: int
    timeout_seconds: float
    """How long the service may take until its answer begins."""
    is_retried: bool
    cache: Cache
    permission: Permission | None = None
    """For who reads this table: the service decides, from the roles at the time of the call."""
    takes_tools: bool = CITIZEN
    """Whether the Authorization header is one of the pod's tools', which the service reads: the caller is nobody."""

    def may_repeat(self, *, has_key: bool) -> bool:
        """Whether a service that did not answer may be asked once more: always, or by a client's Idempotency-Key.

        A key is kept with what was done, for whoever is logged in and everywhere but at the door for credentials.
        """
        is_kept = self.method == "POST" and self.needs_token and self.service != AUTH
        return self.is_retried or (has_key and is_kept)
