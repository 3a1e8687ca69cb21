"""The one error that crosses layers: a kind, a stable code, a text. The edge makes a status or a frame of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_STATUSES = {
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "timeout": 408,
    "conflict": 409,
    "gone": 410,
    "precondition_failed": 412,
    "too_large": 413,
    "uri_too_long": 414,
    "unsupported": 415,
    "expectation_failed": 417,
    "misdirected": 421,
    "invalid": 422,
    "upgrade_required": 426,
    "precondition_required": 428,
    "too_many": 429,
    "headers_too_large": 431,
    "internal": 500,
    "bad_gateway": 502,
    "unavailable": 503,
    "gateway_timeout": 504,
}


class Kind(StrEnum):
    """What went wrong, in words; `malformed` cannot be parsed, `invalid` was parsed but is wrong."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TIMEOUT = "timeout"
    CONFLICT = "conflict"
    GONE = "gone"
    PRECONDITION_FAILED = "precondition_failed"
    TOO_LARGE = "too_large"
    URI_TOO_LONG = "uri_too_long"
    UNSUPPORTED = "unsupported"
    EXPECTATION_FAILED = "expectation_failed"
    MISDIRECTED = "misdirected"
    INVALID = "invalid"
    UPGRADE_REQUIRED = "upgrade_required"
    PRECONDITION_REQUIRED = "precondition_required"
    TOO_MANY = "too_many"
    HEADERS_TOO_LARGE = "headers_too_large"
    INTERNAL = "internal"
    BAD_GATEWAY = "bad_gateway"
    UNAVAILABLE = "unavailable"
    GATEWAY_TIMEOUT = "gateway_timeout"

    @property
    def status(self) -> int:
        """The HTTP status of this kind."""
        return _STATUSES[self.value]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field; `pointer` is a JSON pointer into the body, or `?name` for a query parameter."""

    pointer: str
    code: str
    detail: str


class ServiceError(Exception):
    """An answer that a client can act on. `code` is permanent kebab-case; `detail` never holds what was sent.

    `headers` are those that the answer needs beside the ones of its kind, such as `Allow`.
    """

    def __init__(
        self,
        kind: Kind,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        retry_after_seconds: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.kind = kind
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after_seconds = retry_after_seconds
        self.headers = headers or {}


def not_found(what: str) -> ServiceError:
    """404 `<what>-not-found`, also for what the caller may not see."""
    return ServiceError(Kind.NOT_FOUND, f"{what}-not-found", f"There is no such {what.replace('-', ' ')}.")
