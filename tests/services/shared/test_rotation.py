"""A new secret for the keys of persons, while others write and read."""

import asyncio
import secrets as random_text
from dataclasses import replace
from itertools import count

from shared.events import store as reading
from shared.events.catalogue.user import ProfileCreated
from shared.events.key_wrapping import Secrets
from shared.events.person_keys import PersonKeys
from shared.events.rewrapping import rewrap_keys
from shared.identifiers import Position, new_id
from shared.settings.secrets import Secret
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, event_store
from tests.support.servers import Servers


class Vault:
    """Two secrets in files, as a service finds them."""

    def __init__(self, current: str) -> None:
        self.both: Secrets = (Secret(current), None)

    def read(self) -> Secrets:
        return self.both

    def rotate(self) -> None:
        self.both = (Secret(random_text.token_urlsafe(36)), self.both[0])


def keys_of(vault: Vault, territory: Territory, *, rereads: bool = True) -> PersonKeys:
    current, previous = vault.both
    assert current is not None
    return PersonKeys(current, territory, previous, vault.read if rereads else None)


def somebody() -> ProfileCreated:
    return ProfileCreated(account_id=new_id(), username="anna", display_name="Anna")


async def unrevealed(store: EventStore, keys: PersonKeys) -> int:
    """How many of all events cannot be revealed."""
    await store.seal()
    events = await reading.read_after(store.pool, Position(0), 10_000)
    return sum(data["username"] is None for data in await keys.reveal(store.pool, events))


async def test_all_is_revealed_at_any_moment_of_a_rotation_by_who_started_before_it_and_after(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as store:
        vault = Vault(servers.secrets.read("person_key_secret"))
        old_writer, old_reader = keys_of(vault, territory), keys_of(vault, territory)
        await replace(store, person_keys=old_writer).append(*(somebody() for _ in range(1_200)))
        is_over = asyncio.Event()
        written = count()

        async def write(keys: PersonKeys) -> None:
            while not is_over.is_set():
                await replace(store, person_keys=keys).append(somebody())
                next(written)

        async def read() -> int:
            failed = reads = 0
            while not is_over.is_set() or reads == 0:
                failed += await unrevealed(store, old_reader)
                reads += 1
            return failed

        async with asyncio.TaskGroup() as group:
            group.create_task(write(old_writer))
            failed = group.create_task(read())
            vault.rotate()
            group.create_task(write(keys_of(vault, territory)))
            done = await rewrap_keys(store.pool, keys_of(vault, territory).wrapping)
            is_over.set()
        assert failed.result() == 0
        assert next(written) > 0
        assert done.rewrapped >= 1_200
        assert done.unreadable == 0
        await rewrap_keys(store.pool, keys_of(vault, territory).wrapping)
        vault.both = (vault.both[0], None)
        assert await unrevealed(store, keys_of(vault, territory)) == 0


async def test_wrapping_anew_goes_on_where_it_was_interrupted_and_is_done_once(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as store:
        vault = Vault(servers.secrets.read("person_key_secret"))
        await replace(store, person_keys=keys_of(vault, territory)).append(*(somebody() for _ in range(1_700)))
        vault.rotate()
        wrapping = keys_of(vault, territory).wrapping
        running = asyncio.create_task(rewrap_keys(store.pool, wrapping))
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        done = await rewrap_keys(store.pool, wrapping)
        assert done.current == 1_700
        assert (await rewrap_keys(store.pool, wrapping)).rewrapped == 0


async def test_a_key_that_is_made_while_the_secret_changes_is_waited_for(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as store:
        vault = Vault(servers.secrets.read("person_key_secret"))
        async with replace(store, person_keys=keys_of(vault, territory)).work() as work:
            event = somebody()
            await work.append(f"profile-{event.account_id}", "none", event)
            vault.rotate()
            running = asyncio.create_task(rewrap_keys(store.pool, keys_of(vault, territory).wrapping))
            await asyncio.wait([running], timeout=0.5)
            assert not running.done()
            # Whoever holds the table goes on all the same.
            await work.append(f"profile-{new_id()}", "none", somebody())
        assert (await running).rewrapped >= 1
        vault.both = (vault.both[0], None)
        assert await unrevealed(store, keys_of(vault, territory)) == 0
