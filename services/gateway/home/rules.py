"""What becomes of the answers to the parts: one document, or one refusal."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from shared.errors import FieldError, Kind, ServiceError

OK = 200
REFUSALS = {401: Kind.UNAUTHENTICATED, 403: Kind.FORBIDDEN}
GARBLED = "service-garbled"
JSON = b"application/json"
RETRY_AFTER_SECONDS = 1
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part as its service gave it: JSON as it came, and the position it is at least as new as, where it says so.

    `refusal` is why there is none: it has a kind only where it counts for the whole.
    """

    name: str
    body: bytes = b"null"
    position: int | None = None
    code: str | None = None
    refusal: ServiceError | None = None

    @property
    def is_missing(self) -> bool:
        return self.code is not None


def piece_of(name: str, status: int, headers: Mapping[bytes, bytes], body: bytes) -> Piece:
    """What an answer is worth. What is to be put into a document is looked at from outside only: it is not parsed."""
    if status == OK:
        is_object = headers.get(b"content-type", b"").startswith(JSON) and body[:1] == b"{" and body[-1:] == b"}"
        return Piece(name, body, _position(headers)) if is_object else Piece(name, code=GARBLED)
    code, detail = _problem(body)
    refusal = ServiceError(REFUSALS[status], code, detail) if status in REFUSALS else None
    return Piece(name, code=code, refusal=refusal)


def require_pieces(pieces: Sequence[Piece]) -> None:
    """Whoever may not see a part, may not see the whole; and without any part there is nothing to show.

    Raises:
        ServiceError: unauthenticated, forbidden, as a service says it; unavailable `home-unavailable`.
    """
    refusals = [piece.refusal for piece in pieces if piece.refusal is not None]
    if refusals:
        raise min(refusals, key=lambda refusal: refusal.kind.status)
    if all(piece.is_missing for piece in pieces):
        detail = "Nothing that the page shows can be had for a moment."
        faults = [FieldError(f"/{piece.name}", piece.code or GARBLED, "It is not there.") for piece in pieces]
        raise ServiceError(
            Kind.UNAVAILABLE, "home-unavailable", detail, errors=faults, retry_after_seconds=RETRY_AFTER_SECONDS
        )


def is_partial(pieces: Sequence[Piece]) -> bool:
    """Whether something is missing."""
    return any(piece.is_missing for piece in pieces)


def document_of(pieces: Sequence[Piece]) -> bytes:
    """Every part by its name, null where it is missing, and what is missing."""
    members = b"".join(b'"%b":%b,' % (piece.name.encode(), piece.body) for piece in pieces)
    unavailable = [{"part": piece.name, "code": piece.code} for piece in pieces if piece.is_missing]
    partial = b"true" if unavailable else b"false"
    return b'{%b"partial":%b,"unavailable":%b}' % (members, partial, orjson.dumps(unavailable))


def position_of(pieces: Sequence[Piece]) -> int | None:
    """The position that all of it is at least as new as; None when a part does not say."""
    positions = [piece.position for piece in pieces if not piece.is_missing]
    known = [position for position in positions if position is not None]
    return min(known) if known and len(known) == len(positions) else None


def _position(headers: Mapping[bytes, bytes]) -> int | None:
    given = headers.get(b"x-position", b"")
    return int(given) if given.isdigit() else None


def _problem(body: bytes) -> tuple[str, str]:
    """Code and detail of a problem document; whatever is none is garbled."""
    try:
        problem = orjson.loads(body)
        code, detail = problem["code"], problem["detail"]
    except (ValueError, KeyError, TypeError):
        code, detail = GARBLED, ""
    if not isinstance(code, str) or not isinstance(detail, str) or not _CODE.fullmatch(code):
        return GARBLED, ""
    return code, detail
