"""Who is at the far end of a request that came through proxies, as far as those that are trusted say so.

The nearest address that is no trusted proxy is the client: whatever stands left of it in a list, it may have written
itself. Sources: RFC 7239; the rule as in nginx's `real_ip_recursive`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

# A proxy chain is short; who sends more wants it to be looked at.
MOST_HOPS = 32
_ENCRYPTED = {"https": True, "wss": True, "http": False, "ws": False}
_HOST = re.compile(r"[\w.:\[\]-]{1,255}", re.ASCII)
_PARAMETERS = ("for", "proto", "host")


@dataclass(frozen=True, slots=True)
class Client:
    """The address is None where nobody knows it; `host` is what the client asked for, None where the Host header is."""

    address: str | None
    is_secure: bool = False
    host: str | None = None


@dataclass(frozen=True, slots=True)
class _Hop:
    """What one proxy says of whom it heard; None is what it does not say, or says in no form that is known."""

    address: str | None
    proto: str | None
    host: str | None


class TrustedProxies:
    """The networks whose word about a client is taken; without any, the peer is the client."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = tuple(networks)
        self._is_trusted = lru_cache(maxsize=4096)(self._contains)

    def client_of(self, peer: str | None, headers: Iterable[tuple[bytes, bytes]]) -> Client:
        """The client behind the peer. Header names are lower case.

        `X-Forwarded-For` comes before `Forwarded` and that before `X-Real-IP`: proxies that know only the first pass
        the others on as their client wrote them.
        """
        if not self._networks or peer is None or not self._is_trusted(peer):
            return Client(peer)
        said = _collected(headers)
        hops = _hops(said)
        address, chosen = peer, None
        for hop in reversed(hops[-MOST_HOPS:]):
            if hop.address is None:
                break
            address, chosen = hop.address, hop
            if not self._is_trusted(address):
                break
        return _client(address, chosen, said)

    def _contains(self, text: str) -> bool:
        normal = _normal(text)
        return normal is not None and any(ip_address(normal) in network for network in self._networks)


@lru_cache(maxsize=8)
def proxies_in(networks: tuple[Network, ...]) -> TrustedProxies:
    """The proxies of these networks, kept with what is known of addresses seen."""
    return TrustedProxies(networks)


def _client(address: str, hop: _Hop | None, said: dict[bytes, list[str]]) -> Client:
    """The scheme and host go with the address; one that stands alone was written by the nearest proxy."""
    proto = hop.proto if hop is not None and hop.proto is not None else _only(said, b"x-forwarded-proto")
    host = hop.host if hop is not None and hop.host is not None else _only(said, b"x-forwarded-host")
    is_host = host is not None and _HOST.fullmatch(host) is not None
    return Client(address, _ENCRYPTED.get((proto or "").lower(), False), host if is_host else None)


def _collected(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, list[str]]:
    """The lists of what proxies say, lines of one name joined (RFC 9110 §5.3)."""
    said: dict[bytes, list[str]] = {}
    for name, value in headers:
        if name.startswith(b"x-forwarded-") or name in (b"forwarded", b"x-real-ip"):
            parts = [part.strip() for part in value.decode("latin-1").split(",")]
            said.setdefault(name, []).extend(part for part in parts if part)
    return said


def _hops(said: dict[bytes, list[str]]) -> list[_Hop]:
    plain = said.get(b"x-forwarded-for")
    if plain is not None:
        count = len(plain)
        protos, hosts = _as_long_as(said, b"x-forwarded-proto", count), _as_long_as(said, b"x-forwarded-host", count)
        return [_Hop(_address(a), p, h) for a, p, h in zip(plain, protos, hosts, strict=True)]
    if b"forwarded" in said:
        return [_forwarded(element) for element in said[b"forwarded"]]
    real = _only(said, b"x-real-ip")
    return [_Hop(_address(real), None, None)] if real is not None else []


def _as_long_as(said: dict[bytes, list[str]], name: bytes, count: int) -> list[str] | list[None]:
    values = said.get(name, [])
    return values if len(values) == count else [None] * count


def _only(said: dict[bytes, list[str]], name: bytes) -> str | None:
    values = said.get(name, [])
    return values[0] if len(values) == 1 else None


def _forwarded(element: str) -> _Hop:
    """One element of `Forwarded`; a parameter that stands twice is not believed (RFC 7239 §4)."""
    found: dict[str, str | None] = {}
    for pair in element.split(";"):
        name, _, value = pair.partition("=")
        name = name.strip().lower()
        found[name] = None if name in found else value.strip().strip('"')
    address, proto, host = (found.get(name) for name in _PARAMETERS)
    return _Hop(_address(address), proto, host)


def _address(text: str | None) -> str | None:
    """An address without its port, in its one form; None for what is none (`unknown`, `_hidden`, nonsense)."""
    if text is None:
        return None
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return _normal(text)


def _normal(text: str) -> str | None:
    """IPv4 inside IPv6 is the same client as over IPv4; a zone is a matter of the machine that wrote it."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return None
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
    return str(address)
