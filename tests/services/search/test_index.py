"""The index and the event store: what the one takes from the other, and when it cannot."""

from pathlib import Path

import httpx

from services.search.engines.engine import Document
from services.search.engines.tantivy_engine import TantivyEngine
from shared.events.catalogue.community import PostCreated
from shared.identifiers import new_id
from shared.territory.territory import Territory
from tests.services.search.library import Library, Reader, library, searching
from tests.support.event_store import event_store
from tests.support.eventually import eventually
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


async def test_while_another_process_has_the_index_it_says_so(
    servers: Servers, territory: Territory, tmp_path: Path
) -> None:
    holder = TantivyEngine(tmp_path / territory.slug)
    holder.open()
    async with searching(servers, territory, tmp_path) as search:
        answer = await search.get("/search", params={"q": "kanosejlads"})
        assert (answer.status_code, answer.json()["code"]) == (503, "search-unavailable")
        assert answer.headers["retry-after"]
        assert not await is_ready(search)
        assert (await search.get("/health/live")).status_code == 200
        holder.close()
        await eventually(lambda: is_ready(search))
        assert (await search.get("/search", params={"q": "kanosejlads"})).status_code == 200


async def test_an_answer_says_how_far_the_index_is(servers: Servers, territory: Territory, tmp_path: Path) -> None:
    async with event_store(servers, territory) as store, searching(servers, territory, tmp_path) as search:
        await store.append(a_hidden_post("Kanosejlads"))
        sealed = await store.seal()
        await store.publish()

        async def has_come() -> bool:
            answer = await search.get("/search", params={"q": "kanosejlads"})
            return int(answer.headers["x-position"]) == sealed

        await eventually(has_come)
