"""Lists: `cursor` and `limit` in, `items` and `next_cursor` out."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from shared.database.keyset import LONGEST_CURSOR
from shared.web.caching import respond

LARGEST_PAGE = 100
DEFAULT_PAGE = 20


class PageParameters(BaseModel):
    """Which part of a list is wanted."""

    cursor: str | None = None
    limit: int = DEFAULT_PAGE


async def page_parameters(
    cursor: Annotated[
        str | None, Query(max_length=LONGEST_CURSOR, description="`next_cursor` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE,
) -> PageParameters:
    """The dependency behind `PageDep`."""
    return PageParameters(cursor=cursor, limit=limit)


PageDep = Annotated[PageParameters, Depends(page_parameters)]


def page_bytes(
    items: bytes | Sequence[bytes], next_cursor: str | None, counts: Mapping[str, int] | None = None
) -> bytes:
    """The body of a list answer from items that are JSON already; `counts` are of more than the page."""
    array = items if isinstance(items, bytes) else b"[" + b",".join(items) + b"]"
    cursor = b"null" if next_cursor is None else b'"' + next_cursor.encode() + b'"'
    beyond = b"".join(b',"%b":%d' % (name.encode(), count) for name, count in (counts or {}).items())
    return b'{"items":' + array + b',"next_cursor":' + cursor + beyond + b"}"


def page_response(
    request: Request,
    items: bytes | Sequence[bytes],
    next_cursor: str | None,
    *,
    position: int | None = None,
    headers: Mapping[str, str] | None = None,
    counts: Mapping[str, int] | None = None,
) -> Response:
    """A list answer, with the link to the next page (RFC 8288)."""
    fields = {**(headers or {}), **next_link(request, next_cursor)}
    return respond(request, page_bytes(items, next_cursor, counts), position=position, headers=fields)


def next_link(request: Request, next_cursor: str | None) -> dict[str, str]:
    """The header that leads to the next page, if there is one."""
    if next_cursor is None:
        return {}
    # A parameter may stand there more than once.
    query = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"] + [("cursor", next_cursor)]
    return {"link": link_to(request.scope["path"], query)}


def link_to(path: str, query: Sequence[tuple[str, str]]) -> str:
    """A link to the next page (RFC 8288)."""
    return f'</api{path}?{urlencode(query)}>; rel="next"'
