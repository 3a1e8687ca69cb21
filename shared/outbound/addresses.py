"""Which addresses an outgoing call may reach: those of the open internet, and on a laptop the laptop itself.

Checked on what a name resolves to and at the moment of connecting, so that no name of a neighbour's leads into the
pod's own network (server-side request forgery), also not by answering the resolver differently the second time.
"""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

# An IPv6 address behind which a translator reaches an IPv4 one (RFC 6052 §2.1).
_TRANSLATED = int(IPv6Address("64:ff9b::")) >> 32


class ForbiddenAddressError(Exception):
    """A name that leads to no address that may be reached."""


def is_permitted(address: Address, *, allows_loopback: bool, networks: Networks = ()) -> bool:
    """Whether a call may go there; an IPv4 address inside an IPv6 one counts as itself.

    `networks` are inner ones that an operator has named.
    """
    reached = _inner(address)
    if reached.is_loopback:
        return allows_loopback
    if any(reached in network for network in networks):
        return True
    # Python 3.11 takes site-local addresses (RFC 3879) for global ones.
    is_site_local = isinstance(reached, IPv6Address) and reached.is_site_local
    return reached.is_global and not reached.is_multicast and not is_site_local


async def resolve(host: str, port: int, *, allows_loopback: bool, networks: Networks = ()) -> Address:
    """The first address of a name or literal that may be reached.

    Raises:
        ForbiddenAddressError: there is none; OSError: the name is not known.
    """
    for address in await _addresses(host, port):
        if is_permitted(address, allows_loopback=allows_loopback, networks=networks):
            return address
    raise ForbiddenAddressError


async def _addresses(host: str, port: int) -> Sequence[Address]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]


def _inner(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if int(address) >> 32 == _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
