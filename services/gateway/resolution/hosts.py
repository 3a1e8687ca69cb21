"""The host that a request is for, as it stands in its head."""

from shared.errors import Kind, ServiceError
from shared.observability.request_context import RequestContext

Headers = list[tuple[bytes, bytes]]


def host_of(headers: Headers, context: RequestContext | None) -> str:
    """What the client asked for, by the word of a trusted proxy where there is one.

    Raises:
        ServiceError: malformed `bad-host`, when there is not exactly one Host header.
    """
    if context is not None and context.host is not None:
        return context.host
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) != 1:
        raise ServiceError(Kind.MALFORMED, "bad-host", "The Host header is missing, repeated or malformed.")
    return hosts[0].decode("latin-1")
