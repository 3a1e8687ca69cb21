"""What a socket says of itself before its first frame."""

import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from services.websocket.protocol.close_codes import CloseCode, Closing
from services.websocket.protocol.frames import SUBPROTOCOL
from shared.errors import ServiceError
from shared.territory.registry import TerritoryRegistry
from shared.territory.territory import Territory

BEARER = "bearer."
TOKEN_PARAMETERS = frozenset({"token", "access_token", "jwt", "authorization", "bearer"})


def require_no_token_in_url(query_string: bytes) -> None:
    """URLs end up in logs.

    Raises:
        Closing: 4400.
    """
    names = {name.lower() for name in parse_qs(query_string.decode("latin-1"), keep_blank_values=True)}
    if names & TOKEN_PARAMETERS:
        raise Closing(CloseCode.BAD_FRAME, "token-in-url")


def territory_of_host(registry: TerritoryRegistry, host: str) -> Territory | None:
    """The territory that the Host header names, None at a neutral host.

    Raises:
        Closing: 4400, this pod does not answer for it.
    """
    try:
        return registry.resolve_host(host)
    except ServiceError as error:
        raise Closing(CloseCode.BAD_FRAME, error.code) from error


def require_known_origin(registry: TerritoryRegistry, others: Collection[str], headers: Mapping[str, str]) -> None:
    """A browser's page is one of ours, or of the others that may call; programs send no Origin, and need a token too.

    Raises:
        Closing: 4403.
    """
    origin = headers.get("origin")
    if origin is None or origin in others:
        return
    parts = urlsplit(origin)
    try:
        if parts.scheme in {"http", "https"} and not parts.path and parts.netloc:
            registry.resolve_host(parts.netloc)
            return
    except ServiceError:
        pass
    raise Closing(CloseCode.FORBIDDEN_ORIGIN, "forbidden-origin")


def chosen_subprotocol(offered: Sequence[str]) -> str | None:
    """`unityplan.v1` where it is offered, none where nothing is; never the one that carries the token.

    Raises:
        Closing: 4400, others are offered but not ours.
    """
    if SUBPROTOCOL in offered:
        return SUBPROTOCOL
    if offered:
        raise Closing(CloseCode.BAD_FRAME, "unknown-subprotocol")
    return None


def token_in_subprotocol(offered: Sequence[str]) -> str | None:
    """The token in `bearer.<base64url>`, as browsers can send it.

    Raises:
        Closing: 4401, it cannot be read.
    """
    for name in offered:
        if name.startswith(BEARER):
            encoded = name.removeprefix(BEARER)
            try:
                raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
                return raw.decode("ascii")
            except (binascii.Error, ValueError):
                raise Closing(CloseCode.NOT_AUTHENTICATED, "token-malformed") from None
    return None
