"""W3C Trace Context, level 1: the `traceparent` header continued from hop to hop."""

import re

from uuid_utils import uuid4

_TRACEPARENT = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<parent>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")


def child_of(traceparent: str | None) -> str:
    """A span of the same trace, or the first of a new one when the header is missing or malformed (§3.2)."""
    match = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if match is None or set(match["trace"]) == {"0"} or set(match["parent"]) == {"0"}:
        return f"00-{uuid4().hex}-{_span()}-01"
    return f"00-{match['trace']}-{_span()}-{match['flags']}"


def _span() -> str:
    """Random, never zero; by a generator that asks the kernel for a seed alone, in a fifth of the time."""
    return uuid4().hex[16:]
