"""By what a tool is known at the token endpoint: by a header, by the form, or by its name alone (RFC 6749 §2.3.1)."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

_SCHEME = "basic"
INVALID_REQUEST = "invalid_request"
INVALID_CLIENT = "invalid_client"


@dataclass(frozen=True, slots=True)
class ToolCredentials:
    """What a tool says of itself; without a secret where it can keep none."""

    client_id: str
    secret: str | None


def tool_credentials(form: Mapping[str, str], authorization: Sequence[str]) -> ToolCredentials | str:
    """By `client_secret_basic`, `client_secret_post` or `none`; else the OAuth error. Both at once are refused."""
    if not authorization:
        return ToolCredentials(form["client_id"], form.get("client_secret")) if "client_id" in form else INVALID_REQUEST
    if len(authorization) > 1 or "client_secret" in form:
        return INVALID_REQUEST
    credentials = _basic(authorization[0])
    if credentials is None:
        return INVALID_CLIENT
    return credentials if form.get("client_id", credentials.client_id) == credentials.client_id else INVALID_REQUEST


def _basic(header: str) -> ToolCredentials | None:
    """What stands in the header; both halves are encoded as in a form before they are joined."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != _SCHEME:
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
        client_id, colon, secret = decoded.partition(":")
        return ToolCredentials(_plain(client_id), _plain(secret)) if colon else None
    except (binascii.Error, ValueError):
        return None


def _plain(part: str) -> str:
    """Raises: ValueError for what no database keeps, NUL among it."""
    plain = unquote_plus(part, errors="strict")
    if not plain.isprintable():
        message = "not printable"
        raise ValueError(message)
    return plain
