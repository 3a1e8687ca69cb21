"""What the fields of a request say to the gateway, read once for all requests that have the same."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.gateway.answers.compression import chosen
from services.gateway.front.way import Ways
from services.gateway.proxy.headers import IDEMPOTENCY_KEY, service_lines
from shared.identity.tokens import refused
from shared.territory.registry import TerritoryRegistry
from shared.territory.territory import Territory
from shared.web.event_stream import EVENT_STREAM

_BEARER = b"Bearer "


@dataclass(frozen=True, slots=True)
class Fields:
    """Nothing in it depends on the time, on where the request came from or on its first line."""

    host: str
    territory: Territory | None
    """Whose host it is; None for a neutral one."""
    names_territory: bool
    token_digest: bytes | None
    """SHA-256 of the token; None where there are no credentials."""
    may_stream: bool
    body_bytes: int | None
    """As declared, which is what it has; None where none is."""
    has_key: bool
    """Whether a service can tell its second time from another request."""
    encoding: bytes | None
    origin: bytes | None
    if_none_match: bytes | None
    service_lines: bytes
    """What of it the service is told, each line with its end."""
    ways: Ways = field(default_factory=Ways)
    """What was settled since for requests that have them."""


def read_fields(fields: Mapping[bytes, bytes], registry: TerritoryRegistry) -> Fields:
    """By name, in lower case.

    Raises:
        ServiceError: malformed `bad-host`; misdirected `unknown-host`; unauthenticated `token-malformed`, for
            credentials that the ordinary way reads.
    """
    host = fields[b"host"].decode("latin-1")
    credentials = fields.get(b"authorization")
    if credentials is not None and not credentials.startswith(_BEARER):
        raise refused("token-malformed", "The Authorization header must be a bearer token.")
    accepted = fields.get(b"accept-encoding")
    return Fields(
        host,
        registry.resolve_host(host),
        b"x-territory-id" in fields,
        hashlib.sha256(credentials[len(_BEARER) :]).digest() if credentials is not None else None,
        EVENT_STREAM.encode() in fields.get(b"accept", b"").lower(),
        int(fields[b"content-length"]) if b"content-length" in fields else None,
        IDEMPOTENCY_KEY in fields,
        chosen(accepted) if accepted is not None else None,
        fields.get(b"origin"),
        fields.get(b"if-none-match"),
        service_lines(list(fields.items()), b""),
    )
