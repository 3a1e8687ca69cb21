"""Personal fields: a key per person, and what is left when it is gone."""

import asyncio
from dataclasses import replace
from uuid import UUID

from shared.events import store as reading
from shared.events.catalogue.community import CommentCreated
from shared.events.catalogue.event import DecisionRecorded
from shared.events.catalogue.user import ProfileCreated
from shared.events.envelope import StoredEvent
from shared.events.person_keys import PersonKeys
from shared.events.tables import person_keys
from shared.identifiers import Position, new_id
from shared.observability.metrics import PERSON_KEYS_UNAVAILABLE
from shared.settings.secrets import Secret
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.servers import Servers


def profile_of(person: UUID, name: str = "Anna Ærø") -> ProfileCreated:
    return ProfileCreated(account_id=person, username="anna", display_name=name)


async def stored(store: EventStore) -> list[StoredEvent]:
    await store.seal()
    return list(await reading.read_after(store.pool, Position(0), 100))


async def lose_key(servers: Servers, territory: Territory, person: UUID) -> None:
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(f"DELETE FROM {territory.schema}.{person_keys.name} WHERE person = $1", person)  # noqa: S608 (names of ours)
    await connection.close()


async def test_what_is_personal_is_stored_as_person_and_cipher_and_the_rest_in_clear(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as store:
        author, post = new_id(), new_id()
        comment = CommentCreated(
            comment_id=new_id(), post_id=post, community_id=new_id(), author_id=author, parent_id=None, body="hej Åse"
        )
        await store.append(comment)
        (event,) = await stored(store)
        assert event.data["post_id"] == str(post)
        assert event.data["parent_id"] is None
        assert set(event.data["body"]) == {"person", "cipher"}
        assert event.data["body"]["person"] == str(author)
        (data,) = await store.person_keys.reveal(store.pool, [event])
        assert CommentCreated.model_validate(data) == comment
        assert store.person_keys.erased_fields(event, data) == []


async def test_the_same_text_twice_is_two_ciphers(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        person = new_id()
        await store.append(profile_of(person), profile_of(person))
        first, second = await stored(store)
        assert first.data["username"] != second.data["username"]


async def test_many_who_need_a_first_key_at_once_share_one(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        person = new_id()
        await asyncio.gather(*(store.append(profile_of(person, f"Anna {n}")) for n in range(8)))
        revealed = await store.person_keys.reveal(store.pool, await stored(store))
        assert sorted(data["display_name"] for data in revealed) == [f"Anna {n}" for n in range(8)]


async def test_an_erased_person_is_gone_and_the_others_stay(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        gone, stays = new_id(), new_id()
        await store.append(profile_of(gone), profile_of(stays), decision())
        events = await stored(store)
        before = [event.leaf_hash() for event in events]
        await lose_key(servers, territory, gone)
        erased, kept, plain = await store.person_keys.reveal(store.pool, events)
        assert (erased["username"], erased["display_name"], erased["account_id"]) == (None, None, str(gone))
        assert store.person_keys.erased_fields(events[0], erased) == ["display_name", "username"]
        assert kept["display_name"] == "Anna Ærø"
        assert DecisionRecorded.model_validate(plain) == decision()
        assert [event.leaf_hash() for event in await stored(store)] == before


async def test_a_key_made_after_a_key_was_lost_reveals_nothing_of_before(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as store:
        person = new_id()
        await store.append(profile_of(person))
        await lose_key(servers, territory, person)
        await store.append(profile_of(person, "Anna again"))
        old, new = await store.person_keys.reveal(store.pool, await stored(store))
        assert (old["display_name"], new["display_name"]) == (None, "Anna again")


async def test_a_cipher_moved_to_another_event_or_field_reveals_nothing(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        person = new_id()
        await store.append(profile_of(person))
        (event,) = await stored(store)
        swapped = replace(event, data={**event.data, "username": event.data["display_name"]})
        (data,) = await store.person_keys.reveal(store.pool, [swapped])
        assert data["username"] is None
        (data,) = await store.person_keys.reveal(store.pool, [replace(event, id=new_id())])
        assert data["display_name"] is None


async def test_keys_are_wrapped_under_the_secret_and_the_territory(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        await store.append(profile_of(new_id()))
        (event,) = await stored(store)
        secret = Secret(servers.secrets.read("person_key_secret"))
        for other in (
            PersonKeys(Secret(servers.secrets.read("jwt_secret")), territory),
            PersonKeys(secret, await servers.new_territory()),
        ):
            before = PERSON_KEYS_UNAVAILABLE.labels(other.wrapping.territory)._value.get()  # noqa: SLF001 (a counter has no other reading)
            (data,) = await other.reveal(store.pool, [event])
            assert (data["username"], data["display_name"]) == (None, None)
            assert data.unavailable == ("display_name", "username")
            assert other.erased_fields(event, data) == []
            assert PERSON_KEYS_UNAVAILABLE.labels(other.wrapping.territory)._value.get() == before + 1  # noqa: SLF001 (a counter has no other reading)
