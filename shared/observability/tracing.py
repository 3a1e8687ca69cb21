"""W3C Trace Context, level 1: the `traceparent` header continued from hop to hop."""

import re
import secrets

_TRACEPARENT = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<parent>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")


def child_of(traceparent: str | None) -> str:
    """A span of the same trace, or the first of a new one when the header is missing or malformed (§3.2)."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    if match is None or set(match["trace"]) == {"0"} or set(match["parent"]) == {"0"}:
        return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    return f"00-{match['trace']}-{secrets.token_hex(8)}-{match['flags']}"
