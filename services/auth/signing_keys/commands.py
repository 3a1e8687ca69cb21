"""Making the keys a territory needs, and changing to the next one."""

from services.auth.signing_keys import repository
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.queries import list_missing_states
from services.auth.signing_keys.rules import KeyState, key_stream
from shared.events.catalogue.auth import SigningKeyCreated, SigningKeyRotated
from shared.events.unit_of_work import UnitOfWork


async def provide_keys(work: UnitOfWork, seal: KeySeal) -> None:
    """Make a current and a standby key where there is none; instances that start together make one of each."""
    await repository.lock_keys(work.connection)
    for state in await list_missing_states(work.connection):
        await _make_key(work, seal, state)


async def rotate_keys(work: UnitOfWork, seal: KeySeal) -> str:
    """Sign with the standby key from now on, keep the old one for what it has signed, make a new standby.

    The name of the new current key. Ordering: the old key leaves first, since there is never more than one current.
    """
    await repository.lock_keys(work.connection)
    await repository.move_keys(work.connection, KeyState.CURRENT, KeyState.PREVIOUS, work.now)
    (kid,) = await repository.move_keys(work.connection, KeyState.STANDBY, KeyState.CURRENT, work.now)
    await work.append(key_stream(kid), "any", SigningKeyRotated(kid=kid, state=KeyState.CURRENT))
    await _make_key(work, seal, KeyState.STANDBY)
    return kid


async def _make_key(work: UnitOfWork, seal: KeySeal, state: KeyState) -> None:
    key = seal.new_key_pair(work.territory.code)
    await repository.insert_key(work.connection, key, state, work.now)
    await work.append(key_stream(key.kid), "any", SigningKeyCreated(kid=key.kid, state=state))
