"""The neighbours that a pod watches: their addresses, and the keys that are trusted to sign their heads."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.settings.service_settings import TERRITORY_CODE

PUBLIC_KEY_BYTES = 32
_FORM = "is not of the form CODE=https://host/api#<base64 Ed25519 public key>"


@dataclass(frozen=True, slots=True)
class Peer:
    """A neighbouring territory; `public_key` is pinned by the operator, 32 bytes."""

    code: str
    base_url: str
    public_key: bytes

    @property
    def is_plain_http(self) -> bool:
        """Whether calls to it are not encrypted."""
        return self.base_url.startswith("http:")


def parse_peers(text: str) -> tuple[Peer, ...]:
    """A comma list of `CODE=<base url of its api>#<base64 Ed25519 head key>`.

    Raises:
        ValueError: names the part that is wrong, by its number.
    """
    peers = tuple(_parsed(part.strip(), number) for number, part in enumerate(_parts(text), 1))
    if len({peer.code for peer in peers}) != len(peers):
        message = "names a territory twice"
        raise ValueError(message)
    return peers


def _parts(text: str) -> Iterable[str]:
    return (part for part in text.split(",") if part.strip())


def _parsed(part: str, number: int) -> Peer:
    code, _, rest = part.partition("=")
    base_url, _, key = rest.partition("#")
    public_key = _decoded(key)
    if not TERRITORY_CODE.fullmatch(code) or not _is_base_url(base_url) or public_key is None:
        message = f"part {number} {_FORM}"
        raise ValueError(message)
    return Peer(code, base_url.rstrip("/"), public_key)


def _decoded(key: str) -> bytes | None:
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == PUBLIC_KEY_BYTES else None


def _is_base_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        has_bare_host = bool(url.hostname) and "@" not in url.netloc and url.port != 0
    except ValueError:
        return False
    is_clean = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    return has_bare_host and is_clean and url.scheme in {"http", "https"} and not url.query
