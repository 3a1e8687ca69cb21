"""The form in which a service's answer is handed on: framing, encoding, and what the gateway adds to every head."""

from dataclasses import dataclass, field

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from services.gateway.answers.compression import (
    PIECE_BYTES,
    SMALLEST_BYTES,
    Encoder,
    compress_again,
    encoded_head,
    encoder_for,
    is_compressible,
)
from services.gateway.answers.entity_tags import asked_for
from services.gateway.proxy.headers import Headers, client_lines

NOT_MODIFIED = 304
BODILESS = frozenset({204, NOT_MODIFIED})
LAST_CHUNK = b"0\r\n\r\n"
LENGTH = b"content-length: "
CHUNKED = b"transfer-encoding: chunked\r\n"


@dataclass(slots=True)
class AnswerForm:
    """For one answer: its head with the first part of its body, then what follows."""

    encoding: bytes | None
    if_none_match: bytes | None
    own_lines: bytes
    """What the gateway says in every head, each line with its end."""
    _encoder: Encoder | None = field(default=None, init=False)
    _is_chunked: bool = field(default=False, init=False)

    def begin(self, status: int, headers: Headers, body: bytes, *, is_whole: bool, end: bytes) -> bytes:
        """Head and what there is of the body; `end` are the last lines of the head."""
        if status == NOT_MODIFIED and self.if_none_match is not None:
            headers = [(n, asked_for(v, self.if_none_match) if n == b"etag" else v) for n, v in headers]
        elif self.encoding is not None and is_compressible(status, headers):
            return self._begin_encoded(status, headers, body, self.encoding, is_whole=is_whole, end=end)
        return self._head(status, headers, end, is_whole=is_whole, length=len(body)) + self._framed(
            body, is_whole=is_whole
        )

    def go_on(self, body: bytes, *, is_whole: bool) -> bytes:
        """The next part of the body."""
        if self._encoder is not None:
            encoded = b"".join(
                self._encoder.feed(body[start : start + PIECE_BYTES]) for start in range(0, len(body), PIECE_BYTES)
            )
            body = encoded + self._encoder.finish() if is_whole else encoded
        return self._framed(body, is_whole=is_whole)

    def _begin_encoded(
        self, status: int, headers: Headers, body: bytes, encoding: bytes, *, is_whole: bool, end: bytes
    ) -> bytes:
        if is_whole and len(body) < SMALLEST_BYTES:
            return self._head(status, headers, end, is_whole=True, length=len(body)) + body
        headers = encoded_head(headers, encoding)
        if is_whole and len(body) <= PIECE_BYTES:
            body = compress_again(body, encoding)
            return self._head(status, headers, end, is_whole=True, length=len(body)) + body
        self._encoder = encoder_for(encoding)
        return self._head(status, headers, end, is_whole=False, length=0) + self.go_on(body, is_whole=is_whole)

    def _head(self, status: int, headers: Headers, end: bytes, *, is_whole: bool, length: int) -> bytes:
        lines = client_lines(headers)
        if status in BODILESS or lines.startswith(LENGTH) or b"\r\n" + LENGTH in lines:
            framing = b""
        elif is_whole:
            framing = b"content-length: %d\r\n" % length
        else:
            self._is_chunked = True
            framing = CHUNKED
        return b"".join((STATUS_LINE[status], lines, framing, self.own_lines, end))

    def _framed(self, body: bytes, *, is_whole: bool) -> bytes:
        if not self._is_chunked:
            return body
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        return chunk + LAST_CHUNK if is_whole else chunk
