"""A page of the directory: read once for all who ask at one moment, and answered from there."""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qsl

from typing_extensions import override

from services.gateway.answers.entity_tags import without_encoding
from services.gateway.directory.queries import Wanted
from services.gateway.directory.reader import Page
from services.gateway.front.answer_form import AnswerForm
from services.gateway.front.counted_ride import CountedRide
from services.gateway.front.way import Way
from services.gateway.proxy.headers import Headers
from shared.database.keyset import decode_place
from shared.errors import ServiceError
from shared.observability.logging import get_logger
from shared.service.express import Client, ExpressRequest
from shared.web.caching import is_known
from shared.web.paging import DEFAULT_PAGE, LARGEST_PAGE, link_to
from shared.web.problems import internal_error

log = get_logger()

PATH = "/communities"
_LONGEST_CURSOR = 512
_NOT_MODIFIED = 304


@lru_cache(maxsize=4096)
def wanted_by(query: bytes, territory: str) -> Wanted | None:
    """The part that a plain query names; None for one that takes a second look, or is wrong."""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=True) if query else []
        given = dict(pairs)
        limit, cursor = given.pop("limit", str(DEFAULT_PAGE)), given.pop("cursor", None)
        is_plain = not given and len(pairs) == len(dict(pairs)) and limit.isascii() and limit.isdigit()
        if not is_plain or len(limit) > len(str(LARGEST_PAGE)) or not 1 <= int(limit) <= LARGEST_PAGE:
            return None
        if cursor is not None and len(cursor) > _LONGEST_CURSOR:
            return None
        return Wanted(territory, decode_place(cursor), int(limit))
    except (ValueError, ServiceError):
        return None


class DirectoryRide(CountedRide):
    """`read` begins the reading, or joins the one that is about to begin."""

    def __init__(
        self, client: Client, request: ExpressRequest, way: Way, read: Callable[[], "asyncio.Task[Page]"]
    ) -> None:
        super().__init__(client, request, way)
        self._read = read

    @override
    def _go(self) -> None:
        self._read().add_done_callback(self._arrived)

    @override
    def _abandon(self) -> None:
        """The others still want it."""

    @override
    def on_full(self) -> None:
        """A page is one write."""

    @override
    def on_room(self) -> None:
        """As above."""

    def _arrived(self, reading: "asyncio.Task[Page]") -> None:
        if reading.cancelled():
            failure: BaseException | None = asyncio.CancelledError()
        else:
            failure = reading.exception()
        if self.response_complete:
            return
        if failure is None:
            self._answer(reading.result())
        elif isinstance(failure, ServiceError):
            self._refuse(failure)
        else:
            log.error("request.failed", exc_info=failure)
            self._refuse(internal_error())

    def _answer(self, page: Page) -> None:
        headers: Headers = [
            (b"etag", page.etag.encode()),
            (b"cache-control", b"private, no-cache"),
            (b"x-position", b"%d" % page.position),
        ]
        if page.next_cursor is not None:
            headers.append((b"link", _link(self._target.partition(b"?")[2], page.next_cursor)))
        known = self._way.if_none_match
        if known is not None and is_known(without_encoding(known).decode("latin-1"), page.etag):
            self._status, body = _NOT_MODIFIED, b""
        else:
            self._status, body = 200, page.body
            headers += [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]
        form = AnswerForm(self._way.encoding, known, self.own_lines)
        self._client.write(form.begin(self._status, headers, body, is_whole=True, end=self._client.last_lines))
        self._finish()


@lru_cache(maxsize=4096)
def _link(query: bytes, next_cursor: str) -> bytes:
    pairs = [pair for pair in parse_qsl(query.decode()) if pair[0] != "cursor"]
    return link_to(PATH, [*pairs, ("cursor", next_cursor)]).encode()
