"""What failures are counted for, as ids that only the holder of `JWT_SECRET` can compute."""

import hmac
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from services.auth.signing_keys.key_material import derived_key
from shared.settings.secrets import Secret

_SUBJECT_BYTES = 16
# One household has a network of 64 bits, and all of its addresses at once.
_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True)
class Subjects:
    """Of one login: the identifier as typed, the network that it comes from, and `place`, the two together.

    The identifier and not the account, so that a name and an e-mail address do not show that they belong together.
    """

    identifier: bytes
    network: bytes | None
    place: bytes | None


class SubjectNames:
    """Names subjects; nothing that was typed is kept."""

    def __init__(self, secret: Secret) -> None:
        self._key = derived_key(secret, "unityplan/failed-logins/subject/v1")

    def of(self, identifier: str, address: str | None) -> Subjects:
        """The same for an identifier in whatever case; `address` is None where nobody knows it."""
        folded = identifier.casefold()
        network = None if address is None else network_of(address)
        return Subjects(
            self._name("identifier", folded),
            None if network is None else self._name("network", network),
            None if network is None else self._name("place", network, folded),
        )

    def _name(self, *parts: str) -> bytes:
        return hmac.digest(self._key, "\n".join(parts).encode("utf-8", "surrogatepass"), "sha256")[:_SUBJECT_BYTES]


def network_of(address: str) -> str | None:
    """What is counted as one: an IPv4 address, or the network of an IPv6 one.

    The machine itself is none: behind a proxy that the pod was not told of, all would come from there.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.is_loopback:
        return None
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, _NETWORK_BITS), strict=False))
    return str(parsed)
