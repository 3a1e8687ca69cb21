"""The whole table of host, token and header, as one pure function."""

from dataclasses import dataclass

from shared.errors import Kind, ServiceError
from shared.territory.registry import TerritoryRegistry
from shared.territory.territory import Territory

SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Claims:
    """What a request says of its territory. `token` is unverified: it only chooses the refusal, it grants nothing."""

    method: str
    host: str
    has_token: bool
    token: str | None
    header: str | None


def resolve(registry: TerritoryRegistry, claims: Claims) -> Territory:
    """The territory that the request is for.

    Raises:
        ServiceError: malformed `bad-host`, `missing-territory`; misdirected `unknown-host`; not_found
            `unknown-territory`; forbidden `territory-mismatch`.
    """
    territory = registry.resolve_host(claims.host) or _at_neutral_host(registry, claims)
    if claims.token is not None and claims.token != territory.code:
        raise _mismatch()
    return territory


def _at_neutral_host(registry: TerritoryRegistry, claims: Claims) -> Territory:
    if claims.token is not None:
        return _claimed(registry, claims.token)
    if claims.header is not None and not claims.has_token and claims.method in SAFE_METHODS:
        return registry.get(claims.header)
    only = registry.only()
    if only is None:
        raise ServiceError(Kind.MALFORMED, "missing-territory", "Name the territory by its host.")
    return only


def _claimed(registry: TerritoryRegistry, code: str) -> Territory:
    """A token of a territory that is not of this pod is of another territory, whatever the host."""
    for territory in registry:
        if territory.code == code:
            return territory
    raise _mismatch()


def _mismatch() -> ServiceError:
    return ServiceError(Kind.FORBIDDEN, "territory-mismatch", "The access token is of another territory.")
