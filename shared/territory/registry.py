"""The territories of this pod: the only way from a code or a Host header to a territory."""

import ipaddress
import re
from collections.abc import Collection, Iterator, Sequence

from shared.errors import Kind, ServiceError
from shared.territory.territory import Territory, UnknownTerritory, describe_territory

_HOST = re.compile(r"(?P<name>[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_HIGHEST_PORT = 65535
_LONGEST_NAME = 253


class TerritoryRegistry:
    """The territories of a pod in a fixed order, and the names by which they are reached."""

    def __init__(
        self, territories: Sequence[Territory], neutral_hosts: Collection[str] = (), *, pod: str | None = None
    ) -> None:
        self._by_code = {territory.code: territory for territory in territories}
        self._by_host = {
            host: territory
            for territory in territories
            for host in (territory.host, territory.staging_host, f"{territory.code.lower()}.localhost")
        }
        self._neutral = {"localhost", *(host.lower().removesuffix(".") for host in neutral_hosts)}
        self._container = re.compile(rf"(?:service|staging|dev)-[a-z0-9-]+-{re.escape(pod)}" if pod else r"(?!)")

    def __iter__(self) -> Iterator[Territory]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Territory:
        """The territory of a code, as written: no folding, no guessing.

        Raises:
            UnknownTerritory: 404 `unknown-territory`.
        """
        territory = self._by_code.get(code)
        if territory is None:
            raise UnknownTerritory
        return territory

    def only(self) -> Territory | None:
        """The territory of a pod that has one, else None."""
        return next(iter(self)) if len(self) == 1 else None

    def resolve_host(self, host: str) -> Territory | None:
        """The territory that a Host header names; None for a neutral name.

        Lower-cased; the port and one trailing dot are dropped. Neutral are `localhost`, loopback addresses, the pod's
        container names (`service-…-<pod>`, in staging `staging-…-<pod>`), the shared domain of several territories, and
        what the operator added.

        Raises:
            ServiceError: malformed `bad-host`; misdirected `unknown-host`.
        """
        name = _host_name(host)
        territory = self._by_host.get(name)
        if territory is not None:
            return territory
        if name in self._neutral or self._container.fullmatch(name) or _is_loopback(name):
            return None
        raise ServiceError(Kind.MISDIRECTED, "unknown-host", "This pod does not answer for the host named.")


def build_registry(
    *,
    pod: str,
    codes: Sequence[str],
    names: Sequence[str],
    locales: Sequence[str],
    domain: str,
    extra_hosts: Collection[str],
) -> TerritoryRegistry:
    """The registry of a pod from its settings; container names and the domain of several territories are neutral.

    Raises:
        ValueError: a malformed or repeated code, or not one name and locale for each.
    """
    if len(set(codes)) != len(codes) or not codes:
        message = "territory codes must be given, each once"
        raise ValueError(message)
    if not len(names) == len(locales) == len(codes):
        message = "TERRITORY_NAME and TERRITORY_LOCALE: give one for each territory"
        raise ValueError(message)
    described = zip(codes, names, locales, strict=True)
    territories = [describe_territory(c, pod=pod, name=n, locale=locale, domain=domain) for c, n, locale in described]
    shared_domain = {domain, territories[0].staging_host.partition(".")[2]} if len(codes) > 1 else set()
    return TerritoryRegistry(territories, {*shared_domain, *extra_hosts}, pod=pod)


def _host_name(host: str) -> str:
    """Source of the form: RFC 9112 §3.2, RFC 3986 §3.2.2; a name of our own kind, so no percent-encoding."""
    match = _HOST.fullmatch(host)
    if match is None or int(match["port"] or 0) > _HIGHEST_PORT:
        raise _bad_host()
    name = match["name"].lower().removesuffix(".")
    if name.startswith("["):
        return _literal(name[1:-1])
    if len(name) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise _bad_host()
    return name


def _literal(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise _bad_host() from None


def _is_loopback(name: str) -> bool:
    """127.0.0.0/8 and ::1 alone: mapped forms such as ::ffff:127.0.0.1 are nobody's name for this pod."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def _bad_host() -> ServiceError:
    return ServiceError(Kind.MALFORMED, "bad-host", "The Host header is missing, repeated or malformed.")
