"""Which pages of other origins may call, by the Fetch standard's CORS protocol.

A territory's host is called by its own pages and by those that the operator named. An origin is always named in the
answer, never `*`, since answers may be read with credentials.
"""

from collections.abc import Collection
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from shared.errors import Kind, ServiceError
from shared.territory.registry import TerritoryRegistry

Headers = tuple[tuple[bytes, bytes], ...]

METHODS = frozenset({"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"})
# Simple ones need no permission; a browser forgets an answer to its question after two hours whatever we say.
REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "Traceparent",
    "X-Reason",
    "X-Request-ID",
    "X-Territory-ID",
)
ANSWER_HEADERS = (
    "Content-Disposition",
    "Deprecation",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Sunset",
    "X-Event-ID",
    "X-Position",
    "X-Request-ID",
)
PREFLIGHT_SECONDS = 7200

_EXPOSED = (b"access-control-expose-headers", ", ".join(ANSWER_HEADERS).encode())
_CREDENTIALS = (b"access-control-allow-credentials", b"true")
_PREFLIGHT: Headers = (
    (b"access-control-allow-methods", ", ".join(sorted(METHODS)).encode()),
    (b"access-control-allow-headers", ", ".join(REQUEST_HEADERS).encode()),
    (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode()),
)
_KNOWN_HEADERS = frozenset(name.lower() for name in REQUEST_HEADERS) | {"accept", "accept-language", "content-language"}


class CrossOrigin:
    """Decides by the origin and the host that was called; remembers what it decided."""

    def __init__(self, registry: TerritoryRegistry, named: Collection[str], *, is_public: bool) -> None:
        """`named` are origins as browsers write them. A pod that is not public also takes local pages over HTTP."""
        self._registry = registry
        self._named = frozenset(named)
        self._is_public = is_public
        self.headers = lru_cache(maxsize=1024)(self._headers)
        self.lines = lru_cache(maxsize=1024)(self._lines)

    def _headers(self, origin: bytes, host: str) -> Headers:
        """What the answer says to a page of this origin: nothing to one that may not read it."""
        if not self._is_allowed(origin.decode("latin-1"), host):
            return ()
        return ((b"access-control-allow-origin", origin), _CREDENTIALS, _EXPOSED)

    def _lines(self, origin: bytes, host: str) -> bytes:
        """The same, each line with its end."""
        return b"".join(b"%b: %b\r\n" % pair for pair in self.headers(origin, host))

    def preflight(self, origin: bytes, host: str, method: str, names: str) -> Headers:
        """What is added for a browser that asks before it sends.

        Raises:
            ServiceError: forbidden `forbidden-origin`, also for a method or header that no route takes.
        """
        asked = {name.strip().lower() for name in names.split(",")} - {""}
        if not self.headers(origin, host) or method not in METHODS or not asked <= _KNOWN_HEADERS:
            raise ServiceError(Kind.FORBIDDEN, "forbidden-origin", "A page of that origin may not ask for this.")
        return _PREFLIGHT

    def _is_allowed(self, origin: str, host: str) -> bool:
        if origin in self._named:
            return True
        parts = _origin_parts(origin)
        if parts is None or (self._is_public and (parts.scheme != "https" or parts.port is not None)):
            return False
        try:
            theirs, ours = self._registry.resolve_host(parts.netloc), self._registry.resolve_host(host)
        except ServiceError:
            return False
        # A page of no territory in particular is one of the machine itself, or the front page of several territories.
        if theirs is None:
            return not self._is_public
        return ours is None or theirs == ours


def _origin_parts(origin: str) -> SplitResult | None:
    """An origin in the one form that browsers write; None for `null` and whatever else is none."""
    try:
        parts = urlsplit(origin)
        parts.port  # noqa: B018 (reading it is what checks it)
    except ValueError:
        return None
    is_whole = f"{parts.scheme}://{parts.netloc}" == origin and parts.netloc and "@" not in parts.netloc
    return parts if is_whole and parts.scheme in {"http", "https"} else None
