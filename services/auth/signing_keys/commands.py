"""Making the keys a territory needs, changing to the next one, and taking back what one of them signed."""

from services.auth.signing_keys import repository
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.queries import list_missing_states
from services.auth.signing_keys.rules import OUTLIVED_AFTER, KeyState, key_stream, require_known
from shared.errors import not_found
from shared.events.catalogue.auth import SigningKeyCreated, SigningKeyRevoked, SigningKeyRotated
from shared.events.unit_of_work import UnitOfWork
from shared.identity.revocation import REVOKED_HINT


async def provide_keys(work: UnitOfWork, seal: KeySeal) -> None:
    """Make a current and a standby key where there is none; instances that start together make one of each."""
    await repository.lock_keys(work.connection)
    for state in await list_missing_states(work.connection):
        await _make_key(work, seal, state)


async def rotate_keys(work: UnitOfWork, seal: KeySeal) -> str:
    """Sign with the standby key from now on, keep the old one for what it has signed, make a new standby.

    The name of the new current key. Raises: conflict `standby-too-new`.
    """
    await repository.lock_keys(work.connection)
    made_at = await repository.standby_made_at(work.connection)
    if made_at is not None:
        require_known(made_at, work.now)
    return await _take_next(work, seal)


async def revoke_key(work: UnitOfWork, seal: KeySeal, kid: str) -> bool:
    """Accept nothing any more that the key has signed, and destroy its private half; False when it is so already.

    The standby key takes the place of a current one, however new it is. Raises: not_found `signing-key-not-found`.
    """
    await repository.lock_keys(work.connection)
    state = await repository.find_state(work.connection, kid)
    if state is None:
        raise not_found("signing-key")
    if state is KeyState.REVOKED:
        return False
    if state is KeyState.CURRENT:
        await _take_next(work, seal)
    await repository.revoke_key(work.connection, kid, work.now)
    if state is KeyState.STANDBY:
        await _make_key(work, seal, KeyState.STANDBY)
    await work.append(key_stream(kid), "any", SigningKeyRevoked(kid=kid, state=state))
    work.hints.add(REVOKED_HINT)
    return True


async def retire_keys(work: UnitOfWork) -> None:
    """Revoke the previous keys that have outlived all that they signed."""
    await repository.lock_keys(work.connection)
    for kid in await repository.revoke_outlived(work.connection, work.now - OUTLIVED_AFTER, work.now):
        await work.append(key_stream(kid), "any", SigningKeyRevoked(kid=kid, state=KeyState.PREVIOUS))
        work.hints.add(REVOKED_HINT)


async def _take_next(work: UnitOfWork, seal: KeySeal) -> str:
    """Ordering: the old key leaves first, since there is never more than one current."""
    for state in await list_missing_states(work.connection):
        await _make_key(work, seal, state)
    await repository.move_keys(work.connection, KeyState.CURRENT, KeyState.PREVIOUS, work.now)
    (kid,) = await repository.move_keys(work.connection, KeyState.STANDBY, KeyState.CURRENT, work.now)
    await _make_key(work, seal, KeyState.STANDBY)
    await work.append(key_stream(kid), "any", SigningKeyRotated(kid=kid, state=KeyState.CURRENT))
    return kid


async def _make_key(work: UnitOfWork, seal: KeySeal, state: KeyState) -> None:
    key = seal.new_key_pair(work.territory.code)
    await repository.insert_key(work.connection, key, state, work.now)
    await work.append(key_stream(key.kid), "any", SigningKeyCreated(kid=key.kid, state=state))
    # Whoever verifies learns of it now, and not when it looks by itself.
    work.hints.add(REVOKED_HINT)
