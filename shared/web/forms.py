"""Fields of HTML forms and of queries, read strictly: as the endpoints of OAuth take them (RFC 6749 appendix B)."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from fastapi import Request

from shared.errors import Kind, ServiceError

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 30
_NUL = "\x00"


async def form_fields(request: Request) -> Mapping[str, str]:
    """Those of the body. Raises: unsupported `unsupported-media-type`; as `fields_of`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ServiceError(Kind.UNSUPPORTED, "unsupported-media-type", f"The body must be {FORM}.")
    return fields_of(await request.body())


def fields_of(encoded: bytes) -> Mapping[str, str]:
    """By name; one that stands twice is nobody's (RFC 6749 §3.1). Raises: malformed `bad-request`."""
    try:
        fields = parse_qs(encoded.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise _unreadable("The form cannot be read.") from None
    if any(len(values) > 1 for values in fields.values()):
        raise _unreadable("A field stands twice.")
    if any(_NUL in values[0] for values in fields.values()):
        raise _unreadable("A field holds NUL.")
    return {name: values[0] for name, values in fields.items()}


def _unreadable(detail: str) -> ServiceError:
    return ServiceError(Kind.MALFORMED, "bad-request", detail)
