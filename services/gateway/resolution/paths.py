"""The path of a request: what of it belongs to the API, and what is never let through."""

import re

from shared.errors import Kind, ServiceError

_PREFIX = re.compile(rb"/api(?:/v1)?(?=/|$)")
# Encoded separators and dots, backslashes, controls: whoever splits the path next might read it otherwise.
_AMBIGUOUS = re.compile(rb"%(?:2f|5c|2e|00)|//|\\|[\x00-\x20\x7f]|/\.{1,2}(?:/|$)", re.IGNORECASE)


def api_path(raw_path: bytes) -> str | None:
    """The path as the services know it, without `/api` or `/api/v1`; None when it is not below them.

    Raises:
        ServiceError: malformed `bad-path`.
    """
    if _AMBIGUOUS.search(raw_path):
        raise ServiceError(Kind.MALFORMED, "bad-path", "The path is ambiguous.")
    match = _PREFIX.match(raw_path)
    if match is None:
        return None
    return raw_path[match.end() :].decode("latin-1") or "/"
