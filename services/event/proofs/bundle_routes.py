"""Events with their proofs, to be taken home and checked offline."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.event.proofs.bundle import LARGEST_BUNDLE, Bundler
from services.event.proofs.parameters import LARGEST, covered, desk_of
from services.event.proofs.schemas import Bundle, key_answer
from services.event.streams.parameters import LARGEST_VERSION
from shared.errors import FieldError, Kind, ServiceError, not_found
from shared.events import catalogue
from shared.events.envelope import StoredEvent
from shared.identity.permissions import Permission
from shared.web.caching import JSON, etag_of_body, unchanged
from shared.web.dependencies import AnonymousCall, AnonymousCallDep, may
from shared.web.problems import problems

# What is on record for everyone: decisions and what else is put there to be seen, with nothing of a person in it.
PUBLIC_TYPES = frozenset(
    event.type for event in catalogue.EVENTS.values() if event.external and event.person_field is None
)

router = APIRouter(tags=["proofs"])


@router.get("/events/bundle", responses={200: {"model": Bundle}, **problems(400, 401, 403, 404, 422, 503)})
async def read_bundle(
    request: Request,
    call: AnonymousCallDep,
    *,
    stream: Annotated[str | None, Query(min_length=1, max_length=200, description="a stream, not positions")] = None,
    first: Annotated[int | None, Query(alias="from", ge=1, le=LARGEST, description="a position, or a version")] = None,
    last: Annotated[int | None, Query(alias="to", ge=1, le=LARGEST, description="included; at most 1,000")] = None,
    since_size: Annotated[int | None, Query(ge=1, le=LARGEST, description="size of a head that you kept")] = None,
) -> Response:
    """Events as hashed, each with its audit path to one signed head: what the offline verifier takes.

    Of `from` and `to` positions, or of `stream`. Events of public types are for everyone; of the others operators and
    auditors get all, a person what they caused, and of positions that they may not read the leaf's hash.
    """
    if stream is None and first is None:
        raise _wrong("?from", "bundle-part-missing", "Give `from`, a position, or `stream`.")
    desk = desk_of(request, call)
    # Before the head, so that the key that signed it is among them.
    keys = [key_answer(key) for key in await desk.keys()]
    head = await desk.current()
    covered(since_size or 0, head.tree_size)
    reads_all = await may(call, Permission.READ_ALL_EVENTS)
    fields = {
        "etag": etag_of_body(f"{head.signature} {keys} {call.actor} {reads_all} {request.url.query}".encode()),
        "cache-control": "private, no-cache",
        "x-position": str(head.tree_size),
    }
    if (known := unchanged(request, fields)) is not None:
        return known
    bundler = Bundler(call.pool, head, keys, _readable(call, reads_all=reads_all))
    start = first or 1
    if stream is None:
        if start > head.tree_size or (last or 0) > head.tree_size:
            raise not_found("position")
        end = last or min(start + LARGEST_BUNDLE - 1, head.tree_size)
        _require_range(start, end)
        body = await bundler.positions(start, end, since_size)
    else:
        end = last or min(start + LARGEST_BUNDLE - 1, LARGEST_VERSION)
        _require_range(start, min(end, LARGEST_VERSION))
        body = await bundler.stream(stream, start, end, since_size)
    return StreamingResponse(body, media_type=JSON, headers=fields)


def _readable(call: AnonymousCall, *, reads_all: bool) -> Callable[[StoredEvent], bool]:
    """As `GET /events`, and for everyone what is public."""
    if reads_all:
        return lambda _: True
    own = str(call.actor) if call.principal else None
    return lambda event: event.type in PUBLIC_TYPES or event.actor == own


def _require_range(first: int, last: int) -> None:
    if first > last:
        raise _wrong("?to", "range-out-of-order", "`from` must not be larger than `to`.")
    if last - first >= LARGEST_BUNDLE:
        raise _wrong("?to", "bundle-too-large", f"At most {LARGEST_BUNDLE} events at once.")


def _wrong(pointer: str, code: str, detail: str) -> ServiceError:
    return ServiceError(Kind.INVALID, code, detail, errors=[FieldError(pointer, code, detail)])
