"""What a running service holds, made by the lifespan and passed down."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.database.loader import Loader
from shared.events.person_keys import PersonKeys
from shared.identifiers import AccountId
from shared.identity.decisions import Grant
from shared.identity.verifier import TokenVerifier
from shared.keyspace.connection import Keyspace
from shared.messaging.bus import MessageBus
from shared.settings.service_settings import ServiceSettings
from shared.territory.registry import TerritoryRegistry
from shared.territory.router import TerritoryRouter


@dataclass(frozen=True, slots=True)
class Resources:
    """One of each per territory, by its code."""

    settings: ServiceSettings
    registry: TerritoryRegistry
    router: TerritoryRouter
    buses: Mapping[str, MessageBus]
    keyspaces: Mapping[str, Keyspace]
    person_keys: Mapping[str, PersonKeys]
    verifier: TokenVerifier
    grants: Mapping[str, Loader[AccountId, tuple[Grant, ...]]]
