"""What comes with an answer: its tag, its position; and that nobody waits for another's long text."""

import asyncio
import time
from uuid import UUID

import pytest

from services.community.memberships.repository import lock_community
from tests.services.community.village import Village, Villager

# Takes a second to read: every bracket could begin a link.
LONG = "[" * 40_000


class TestTags:
    async def test_whoever_wrote_it_has_the_tag_of_the_read(self, anna: Villager) -> None:
        body = {"name": "Havnen", "visibility": "public", "join_policy": "open"}
        founded = await anna.call("POST", "/communities", body)
        home = f"/communities/{founded.json()['id']}"
        posted = await anna.call("POST", f"{home}/posts", {"title": "Boats", "body": "Who?"})
        commented = await anna.call("POST", f"/posts/{posted.json()['id']}/comments", {"body": "I."})
        for written, path in ((founded, home), (commented, f"/comments/{commented.json()['id']}")):
            read = await anna.call("GET", path)
            assert (read.headers["etag"], read.json()) == (written.headers["etag"], written.json())

    async def test_a_comment_changes_the_tag_of_its_post(self, anna: Villager) -> None:
        community = await anna.found()
        written = await anna.call("POST", f"/communities/{community['id']}/posts", {"title": "Boats", "body": "Who?"})
        path = f"/posts/{written.json()['id']}"
        assert (await anna.call("GET", path, If_None_Match=written.headers["etag"])).status_code == 304
        await anna.comment(written.json()["id"])
        assert (await anna.call("GET", path, If_None_Match=written.headers["etag"])).status_code == 200


class TestPositions:
    @pytest.mark.parametrize("list_", ["posts", "members"])
    async def test_a_list_covers_all_up_to_its_position(self, place: Village, anna: Villager, list_: str) -> None:
        community = await anna.found()
        sealed = await place.store.seal()
        answer = await anna.call("GET", f"/communities/{community['id']}/{list_}")
        assert int(answer.headers["x-position"]) == sealed

    async def test_an_empty_list_hides_nothing_that_comes_while_it_is_read(
        self, place: Village, anna: Villager
    ) -> None:
        for _ in range(5):
            community = await anna.found()
            path = f"/communities/{community['id']}/posts"
            before = await place.store.seal()

            async def write_and_seal(community_id: str) -> int:
                await anna.post(community_id)
                return await place.store.seal()

            answer, after = await asyncio.gather(anna.call("GET", path), write_and_seal(community["id"]))
            position = int(answer.headers["x-position"])
            assert before <= position <= after
            assert answer.json()["items"] or position < after


class TestJoiningTwice:
    @pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
    async def test_a_member_is_told_so_whoever_else_may_see_it(self, anna: Villager, visibility: str) -> None:
        community = await anna.found(visibility=visibility)
        again = await anna.join(community["id"])
        assert (again.status_code, again.json()["code"]) == (409, "already-member")


class TestLongTexts:
    async def test_others_are_answered_while_one_is_read(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found()
        long_text = asyncio.create_task(anna.post(community["id"], body=LONG))
        slowest = 0.0
        while not long_text.done():
            began = time.perf_counter()
            assert await bo.status_of(f"/communities/{community['id']}") == 200
            slowest = max(slowest, time.perf_counter() - began)
        assert (await long_text)["body"] == LONG
        assert slowest < 0.5

    async def test_posts_do_not_wait_for_whoever_joins(self, place: Village, anna: Villager) -> None:
        """One who is joining holds the community's row until the end of the transaction."""
        community = await anna.found()
        async with place.store.pool.acquire() as connection, connection.transaction():
            await lock_community(connection, UUID(community["id"]))
            async with asyncio.timeout(5):
                await anna.post(community["id"])
