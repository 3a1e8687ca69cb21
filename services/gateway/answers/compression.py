"""Answers in brotli or gzip, for clients that ask for it (RFC 9110 §8.4, §12.5.3).

Levels are those at which a byte saved is cheapest: 4 KB of JSON take brotli 16 µs, gzip too, and come to a quarter.
"""

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

import brotli

from services.gateway.answers.entity_tags import encoded_tag

Headers = list[tuple[bytes, bytes]]

BR, GZIP = b"br", b"gzip"
# Below this the answer fits into one packet anyway.
SMALLEST_BYTES = 1024
# What is compressed in one go: half a millisecond, in which nothing else happens here.
PIECE_BYTES = 64 * 1024

_BROTLI_QUALITY = 2
# 256 KB of memory for each answer under way, and no worse for answers of that size.
_BROTLI_WINDOW_BITS = 18
_GZIP_LEVEL = 1
_GZIP_FORMAT = 31

_COMPRESSIBLE = frozenset(
    {
        b"application/javascript",
        b"application/json",
        b"application/jsonl",
        b"application/manifest+json",
        b"application/x-ndjson",
        b"application/xml",
        b"image/svg+xml",
    }
)
# What follows in them is sent for its moment; and a part of something must stay the part that was asked for.
_NEVER_TYPES = frozenset({b"text/event-stream"})
_BODILESS = frozenset({204, 205, 206, 304})
_TOLD_OTHERWISE = frozenset({b"content-length", b"accept-ranges"})


class Encoder(Protocol):
    """Takes a body as it comes; what it gives can be read by the client up to there."""

    def feed(self, data: bytes) -> bytes:
        """The next part, encoded and flushed."""

    def finish(self) -> bytes:
        """The end."""


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=_BROTLI_QUALITY, lgwin=_BROTLI_WINDOW_BITS)

    def feed(self, data: bytes) -> bytes:
        return bytes(self._compressor.process(data) + self._compressor.flush())

    def finish(self) -> bytes:
        return bytes(self._compressor.finish())


class _Gzip:
    def __init__(self) -> None:
        self._compressor = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)

    def feed(self, data: bytes) -> bytes:
        return self._compressor.compress(data) + self._compressor.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._compressor.flush()


def encoder_for(encoding: bytes) -> Encoder:
    """A new encoder: `br` or `gzip`."""
    return _Brotli() if encoding == BR else _Gzip()


def compress(body: bytes, encoding: bytes) -> bytes:
    """A whole body; takes about 3 µs a KB."""
    if encoding == BR:
        return bytes(brotli.compress(body, quality=_BROTLI_QUALITY, lgwin=_BROTLI_WINDOW_BITS))
    encoder = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
    return encoder.compress(body) + encoder.flush()


@lru_cache(maxsize=256)
def compress_again(body: bytes, encoding: bytes) -> bytes:
    """As `compress`, of at most 64 KB, and remembered: what many ask for is compressed once (2 µs instead of 16)."""
    return compress(body, encoding)


@lru_cache(maxsize=512)
def chosen(accept_encoding: bytes) -> bytes | None:
    """The encoding that the client likes best of ours, brotli when it likes both the same; None for the body as it is.

    A client that would rather have it as it is gets it so, and one that asks in a form that is none, too.
    """
    weights: dict[bytes, float] = {}
    for part in accept_encoding.lower().split(b","):
        name, _, parameter = part.partition(b";")
        weights[name.strip()] = _weight(parameter.strip())
    rest = weights.get(b"*", 0.0)
    br, gzip = weights.get(BR, rest), weights.get(GZIP, weights.get(b"x-gzip", rest))
    best = max(br, gzip)
    if best <= 0 or best < weights.get(b"identity", 0.0):
        return None
    return BR if br == best else GZIP


def _weight(parameter: bytes) -> float:
    if not parameter:
        return 1.0
    name, _, value = parameter.partition(b"=")
    try:
        weight = float(value) if name.strip() == b"q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0


def is_compressible(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an answer may be encoded and is worth it. Header names are lower case."""
    if status in _BODILESS:
        return False
    kind = b""
    for name, value in headers:
        if name == b"content-type":
            kind = value
        elif name == b"content-length":
            if not value.isdigit() or int(value) < SMALLEST_BYTES:
                return False
        elif name in (b"content-encoding", b"content-range") or (
            name == b"cache-control" and b"no-transform" in value.lower()
        ):
            return False
    return _is_compressible_type(kind)


@lru_cache(maxsize=256)
def _is_compressible_type(content_type: bytes) -> bool:
    kind = content_type.partition(b";")[0].strip().lower()
    if kind in _NEVER_TYPES:
        return False
    return kind in _COMPRESSIBLE or kind.startswith(b"text/") or kind.endswith((b"+json", b"+xml"))


def is_short(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an answer says that its body can be compressed in one go. Header names are lower case."""
    return any(name == b"content-length" and int(value) <= PIECE_BYTES for name, value in headers)


def encoded_head(headers: Iterable[tuple[bytes, bytes]], encoding: bytes) -> Headers:
    """The headers of the answer in an encoding, without a length."""
    kept = [
        (name, encoded_tag(value, encoding) if name == b"etag" else value)
        for name, value in headers
        if name not in _TOLD_OTHERWISE
    ]
    return [*kept, (b"content-encoding", encoding)]
