"""Headers on their way to a service and back: what a client may not say is dropped, what the gateway knows is set."""

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

# RFC 9110 §7.6.1, and what the gateway answers for itself.
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"expect",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Identity, origin and trace are the gateway's to say.
_OWN_PREFIXES = (b"x-user", b"x-forwarded", b"x-auth", b"x-account", b"x-roles", b"x-original")
_OWN = frozenset(
    {b"forwarded", b"x-real-ip", b"x-territory-id", b"x-request-id", b"traceparent", b"host", b"content-length", b"via"}
)


def named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    """Headers that the Connection header declares to be for this hop."""
    return frozenset(
        token.strip().lower() for name, value in headers if name == b"connection" for token in value.split(b",")
    )


def to_service(headers: Headers, own: Headers) -> Headers:
    """What a service is told: the client's end-to-end headers without any that only the gateway may set, then its own.

    Names with an underscore are dropped: some servers read them as hyphens.
    """
    hop = HOP_BY_HOP | named_by_connection(headers)
    kept = [
        (name, value)
        for name, value in headers
        if name not in hop and name not in _OWN and b"_" not in name and not name.startswith(_OWN_PREFIXES)
    ]
    return kept + own


def to_client(headers: Headers) -> Headers:
    """What a client is told."""
    hop = HOP_BY_HOP | named_by_connection(headers)
    return [(name, value) for name, value in headers if name not in hop and name not in {b"server", b"date"}]
