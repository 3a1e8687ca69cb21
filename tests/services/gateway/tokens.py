"""Access tokens as auth would give them, without it."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.territory.territory import Territory
from tests.support.forger import KID, public_bytes
from tests.support.servers import Servers


@dataclass(frozen=True, slots=True)
class Home:
    """A territory and the key that it signs with."""

    territory: Territory
    key: Ed25519PrivateKey


async def new_home(servers: Servers) -> Home:
    """A new territory with a key; a token of it is good until it ends."""
    territory = await servers.new_territory()
    key = Ed25519PrivateKey.generate()
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(
        f"INSERT INTO {territory.schema}.signing_keys "  # noqa: S608 (names of ours)
        "(kid, state, public_key, private_key, created_at, state_changed_at) "
        "VALUES ($1, 'current', $2, '', now(), now())",
        KID,
        public_bytes(key),
    )
    await connection.close()
    return Home(territory, key)
