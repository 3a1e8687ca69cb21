"""How browsers must take answers, by class of route; made once, sent with every answer.

Sources: ASVS 5.0 §3.4; RFC 6797 (a browser ignores HSTS over a plain connection, and it is not sent there).
"""

from enum import Enum
from typing import Final

Headers = tuple[tuple[bytes, bytes], ...]

POLICY: Final = b"content-security-policy"
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_NOTHING = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The page's styles are set by its own script, element by element.
_OWN_FILES = b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
# An answer depends on all of these; a shared cache must know, and a browser in which another person logs in.
_VARIES = b"Accept-Encoding, Authorization, Host, Origin, X-Territory-ID"


class RouteClass(Enum):
    """What kind of thing is answered; problems are of the class of what was asked for."""

    API = _NOTHING
    PAGE = _OWN_FILES
    SELF_GUARDED = None
    """A page whose service says itself what it may do, which depends on where it leads."""


def _headers(route_class: RouteClass, *, is_secure: bool) -> Headers:
    return (
        (b"x-content-type-options", b"nosniff"),
        *(((POLICY, route_class.value),) if route_class.value is not None else ()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
        (b"vary", _VARIES),
        *((_HSTS,) if is_secure else ()),
    )


_HEADERS = {(kind, safe): _headers(kind, is_secure=safe) for kind in RouteClass for safe in (False, True)}
_LINES = {key: b"".join(b"%b: %b\r\n" % pair for pair in headers) for key, headers in _HEADERS.items()}


def security_headers(route_class: RouteClass, *, is_secure: bool) -> Headers:
    """For an answer to a client whose own connection is encrypted or not."""
    return _HEADERS[route_class, is_secure]


def security_lines(route_class: RouteClass, *, is_secure: bool) -> bytes:
    """The same, each line with its end."""
    return _LINES[route_class, is_secure]
