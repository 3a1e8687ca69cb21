"""The index and the event store: what the one takes from the other, and when it cannot."""

import secrets
from pathlib import Path

import httpx
from sqlalchemy import select, update

from services.search.engines.engine import Document
from services.search.engines.tantivy_engine import TantivyEngine
from shared.database.statements import compiled
from shared.events.catalogue.community import PostCreated
from shared.events.catalogue.user import ProfileUpdated
from shared.events.tables import parked_events
from shared.identifiers import new_id
from shared.messaging.subjects import PARKED
from shared.settings.secrets import Secret
from shared.territory.territory import Territory
from tests.services.search.library import Library, Reader, library, searching
from tests.support.event_store import event_store
from tests.support.eventually import eventually
from tests.support.poison import append_unreadable
from tests.support.servers import Servers


def a_hidden_post(word: str) -> PostCreated:
    """In a community that nobody may see."""
    return PostCreated(
        post_id=new_id(), community_id=new_id(), author_id=new_id(), title=word, body=word, kind="discussion", tags=()
    )


async def is_ready(search: httpx.AsyncClient) -> bool:
    return (await search.get("/health/ready")).status_code == 200


async def test_much_that_is_hidden_does_not_hide_the_rest(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    async with event_store(servers, territory) as store, library(servers, territory, tmp_path) as shelves:
        anna = await shelves.reader()
        community = await anna.found("Havnen")
        await store.append(*(a_hidden_post("Kanosejlads") for _ in range(400)))
        post = await anna.post(community, "Another thing", "and, at its end, kanosejlads")
        await shelves.stranger().comes_to_find("kanosejlads", post)
        answer = await shelves.stranger().search("kanosejlads", limit="5")
        assert [item["id"] for item in answer["items"]] == [post]
        assert answer["facets"] == {"type": {"post": 1}}


async def test_the_words_of_an_erased_person_are_in_no_new_index(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    async with library(servers, territory, tmp_path / "before") as shelves:
        anna, bo = await shelves.reader(display_name="Anna Tangsalat"), await shelves.reader()
        community = await anna.found("Havnen")
        await bo.join(community)
        gone, kept = await anna.post(community, "Kanosejlads"), await bo.post(community, "Kanosejlads igen")
        await bo.comes_to_find("kanosejlads", gone)
        await bo.comes_to_find("kanosejlads", kept)
        connection = await servers.postgres.connect_to(territory.database)
        await connection.execute(f"DELETE FROM {territory.schema}.person_keys WHERE person = $1", anna.id)  # noqa: S608 (a test's own schema)
        await connection.close()
        async with searching(servers, territory, tmp_path / "after") as search:
            reader = Reader(Library(shelves.auth, shelves.community, search), bo.id, bo.access_token)
            await eventually(lambda: is_ready(search))
            assert await reader.finds("kanosejlads") == {kept}
            assert await reader.finds("tangsalat") == set()


async def test_an_index_that_is_ahead_of_the_store_is_of_another_one(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    engine = TantivyEngine(tmp_path / territory.slug)
    engine.open()
    engine.write([Document("person", new_id(), None, "Kanosejler", "")], 10_000)
    engine.close()
    async with searching(servers, territory, tmp_path) as search:
        await eventually(lambda: is_ready(search))
        answer = await search.get("/search", params={"q": "kanosejler"})
        assert (answer.json()["items"], answer.headers["x-position"]) == ([], "0")


async def test_while_another_instance_writes_what_it_writes_is_found_and_then_this_one_writes(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    holder = TantivyEngine(tmp_path / territory.slug)
    holder.open()
    async with event_store(servers, territory) as store, searching(servers, territory, tmp_path) as search:

        async def is_found(position: int, *titles: str) -> bool:
            answer = await search.get("/search", params={"q": "kanosejler"})
            assert answer.status_code == 200, answer.text
            found = sorted(item["title"] for item in answer.json()["items"])
            return (found, answer.headers["x-position"]) == (sorted(titles), str(position))

        await eventually(lambda: is_ready(search))
        await store.append(a_hidden_post("Kanosejler"))
        sealed = await store.seal()
        await store.publish()
        holder.write([Document("person", new_id(), None, "Kanosejler", "")], 0)
        await eventually(lambda: is_found(0, "Kanosejler"))
        holder.close()
        await eventually(lambda: is_found(sealed, "Kanosejler"))


async def test_an_answer_says_how_far_the_index_is(servers: Servers, territory: Territory, tmp_path: Path) -> None:
    async with event_store(servers, territory) as store, searching(servers, territory, tmp_path) as search:
        await store.append(a_hidden_post("Kanosejlads"))
        sealed = await store.seal()
        await store.publish()

        async def has_come() -> bool:
            answer = await search.get("/search", params={"q": "kanosejlads"})
            return int(answer.headers["x-position"]) == sealed

        await eventually(has_come)


async def test_an_event_that_cannot_be_read_is_parked_and_the_next_one_is_found(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    parked = compiled(select(parked_events.c.consumer, parked_events.c.position, parked_events.c.reason))
    async with event_store(servers, territory) as store, searching(servers, territory, tmp_path) as search:
        await append_unreadable(store, {"title": "Kanosejlads"}, PostCreated)
        await append_unreadable(store, [], ProfileUpdated)
        await store.append(a_hidden_post("Kanosejlads"))
        sealed = await store.seal()

        async def has_come() -> bool:
            answer = await search.get("/search", params={"q": "kanosejlads"})
            return int(answer.headers["x-position"]) == sealed

        await eventually(has_come)
        rows = await store.pool.fetch(parked)
        assert sorted((row["consumer"], row["position"]) for row in rows) == [("search-index", 1), ("search-index", 2)]
        assert "/post_id: Field required" in next(row["reason"] for row in rows if row["position"] == 1)


async def test_what_was_parked_is_found_once_it_can_be_read_and_is_asked_for(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    """A service that was given another secret than the one of the keys, and then the right one."""
    ask_for_all = compiled(update(parked_events).values(state="replaying"))
    async with event_store(servers, territory) as store:
        # It ends before the others begin: whichever instance runs takes what is asked for, into its own index.
        async with library(servers, territory, tmp_path / "other") as shelves:
            anna = await shelves.reader()
            community = await anna.found("Havnen")
            post = await anna.post(community, "Kanosejlads")
            await anna.comes_to_find("kanosejlads", post)
        folder = tmp_path / "parked"
        async with searching(servers, territory, folder, person_key_secret=Secret(secrets.token_urlsafe(32))) as search:
            await eventually(lambda: is_ready(search))
        async with searching(servers, territory, folder) as search:
            reader = Reader(Library(shelves.auth, shelves.community, search), anna.id, anna.access_token)
            await eventually(lambda: is_ready(search))
            assert await reader.finds("kanosejlads") == set()
            assert await reader.finds("havnen") == {community}
            await store.pool.execute(ask_for_all)
            await store.bus.publish_hint(PARKED)

            async def is_found() -> bool:
                return post in await reader.finds("kanosejlads")

            await eventually(is_found, within=30)
