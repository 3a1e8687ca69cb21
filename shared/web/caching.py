"""Conditional requests: entity tags, 304, and the If-Match that edits require (RFC 9110 §13)."""

import hashlib
from collections.abc import Mapping

from fastapi import Request, Response

from shared.errors import Kind, ServiceError

JSON = "application/json"
_TAG_DIGITS = 24


def etag_of(version: int) -> str:
    """The entity tag of a resource that counts its versions."""
    return f'"{version}"'


def etag_of_body(body: bytes) -> str:
    """The entity tag of a resource that has parts it does not count, as a post has its number of comments.

    Processors of today have instructions for SHA-256: half of BLAKE2's time.
    """
    return f'"{hashlib.sha256(body).hexdigest()[:_TAG_DIGITS]}"'


def require_if_match(request: Request, etag: str) -> None:
    """An edit names the version that it was made from.

    Raises:
        ServiceError: precondition_required `if-match-required`; precondition_failed `stale`.
    """
    given = request.headers.get("if-match")
    if given is None:
        raise ServiceError(Kind.PRECONDITION_REQUIRED, "if-match-required", "Send If-Match with the ETag of your read.")
    if given.strip() != "*" and etag not in _tags(given):
        raise ServiceError(Kind.PRECONDITION_FAILED, "stale", "It has changed since you read it.")


def respond(
    request: Request,
    body: bytes,
    *,
    position: int | None = None,
    etag: str | None = None,
    cache_control: str = "private, no-cache",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A read's answer, or 304 when the client has it. Without a tag of its own the body's digest is one."""
    tag = etag or etag_of_body(body)
    fields = {"etag": tag, "cache-control": cache_control, **(headers or {})}
    if position is not None:
        fields["x-position"] = str(position)
    return unchanged(request, fields) or Response(body, headers=fields, media_type=JSON)


def unchanged(request: Request, fields: Mapping[str, str]) -> Response | None:
    """304 when the client has what these headers, an `etag` among them, are for."""
    if is_known(request.headers.get("if-none-match"), fields["etag"]):
        return Response(status_code=304, headers=dict(fields))
    return None


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether a client says that it has what the tag stands for."""
    if if_none_match is None:
        return False
    known = {name.removeprefix("W/") for name in _tags(if_none_match)}
    return if_none_match.strip() == "*" or tag.removeprefix("W/") in known


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}
