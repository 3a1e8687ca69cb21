"""Notifications: whoever others speak to is told, once, of what they may see, until they say that they know."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from services.user.app import create_app as create_user
from services.user.settings import UserSettings
from shared.identifiers import new_id
from shared.territory.territory import Territory
from tests.services.user.neighbourhood import Neighbour, Neighbourhood, neighbourhood
from tests.support.citizen import Json
from tests.support.eventually import eventually
from tests.support.servers import Servers

SHAPE = {
    "id",
    "kind",
    "created_at",
    "read_at",
    "actor_id",
    "actor_username",
    "actor_name",
    "community_id",
    "community_name",
    "post_id",
    "comment_id",
    "gathering_id",
    "title",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Anna owns a community and wrote a post in it; Bo and Carl are members."""

    place: Neighbourhood
    anna: Neighbour
    bo: Neighbour
    carl: Neighbour
    community: Json
    post: Json

    async def make_private(self) -> None:
        await self.place.database.execute(
            "UPDATE communities SET visibility = 'private' WHERE id = $1", self.community["id"]
        )

    async def five_comments(self) -> list[Json]:
        """By Bo, on Anna's post; her notifications of them, the newest first."""
        for _ in range(5):
            await self.bo.comment(self.post)
        await self.anna.is_told(("member", self.bo), ("member", self.carl), *[("comment", self.bo)] * 5)
        items: list[Json] = (await self.anna.notifications("?limit=5"))["items"]
        return items


@pytest_asyncio.fixture(scope="module")
async def place(servers: Servers) -> AsyncIterator[Neighbourhood]:
    """A neighbourhood that this file's tests share: each has people and a community of its own."""
    async with neighbourhood(servers, await servers.new_territory()) as found:
        yield found


@pytest_asyncio.fixture
async def scene(place: Neighbourhood) -> Scene:
    anna, bo, carl = [await place.neighbour() for _ in range(3)]
    community = await anna.found()
    for member in (bo, carl):
        await member.join(community)
    return Scene(place, anna, bo, carl, community, await anna.post(community, "Festival"))


class TestWhoIsTold:
    async def test_who_wrote_the_post_is_told_of_a_comment(self, scene: Scene) -> None:
        comment = await scene.bo.comment(scene.post)
        await scene.anna.is_told(("member", scene.bo), ("member", scene.carl), ("comment", scene.bo))
        (newest,) = (await scene.anna.notifications("?limit=1"))["items"]
        assert newest.keys() == SHAPE
        assert (newest["title"], newest["community_name"]) == ("Festival", "Havnen")
        assert (newest["post_id"], newest["comment_id"]) == (scene.post["id"], comment["id"])
        assert (newest["actor_username"], newest["created_at"]) == (scene.bo.username, comment["created_at"])
        assert newest["read_at"] is None

    async def test_who_wrote_the_comment_is_told_of_a_reply(self, scene: Scene) -> None:
        comment = await scene.bo.comment(scene.post)
        await scene.carl.comment(scene.post, comment)
        await scene.bo.is_told(("reply", scene.carl))
        assert (await scene.anna.told())[-2:] == [("comment", scene.bo.id), ("comment", scene.carl.id)]

    async def test_of_a_reply_on_ones_own_post_one_is_told_once(self, scene: Scene) -> None:
        comment = await scene.anna.comment(scene.post)
        await scene.bo.comment(scene.post, comment)
        await scene.anna.is_told(("member", scene.bo), ("member", scene.carl), ("reply", scene.bo))

    async def test_of_ones_own_acts_nobody_is_told(self, scene: Scene) -> None:
        await scene.anna.comment(scene.post, await scene.anna.comment(scene.post))
        comment = await scene.bo.comment(scene.post)
        await scene.bo.comment(scene.post, comment)
        await scene.place.caught_up()
        assert await scene.bo.told() == []
        assert [actor for _, actor in await scene.anna.told()] == [scene.bo.id, scene.carl.id, scene.bo.id, scene.bo.id]

    async def test_only_owners_are_told_of_new_members(self, scene: Scene) -> None:
        await scene.anna.is_told(("member", scene.bo), ("member", scene.carl))
        (first, _) = (await scene.anna.notifications())["items"]
        assert (first["title"], first["post_id"], first["comment_id"]) == ("Havnen", None, None)
        assert await scene.bo.told() == []

    async def test_every_member_but_who_announced_it_is_told_of_a_gathering(self, scene: Scene) -> None:
        gathering = await scene.bo.gather(scene.community, "Launching the boats")
        await scene.carl.is_told(("gathering", scene.bo))
        await scene.anna.is_told(("member", scene.bo), ("member", scene.carl), ("gathering", scene.bo))
        (newest,) = (await scene.carl.notifications())["items"]
        assert (newest["gathering_id"], newest["title"]) == (gathering["id"], "Launching the boats")
        assert await scene.bo.told() == []
        await scene.place.database.execute("DELETE FROM gatherings WHERE id = $1", gathering["id"])
        await scene.carl.is_told()

    async def test_of_a_gathering_of_very_many_nobody_is_told(self, scene: Scene) -> None:
        await scene.place.database.execute(
            "UPDATE communities SET member_count = 5001 WHERE id = $1", scene.community["id"]
        )
        await scene.bo.gather(scene.community)
        await scene.place.caught_up()
        assert await scene.carl.told() == []

    async def test_a_name_is_the_one_of_now_and_none_is_copied(self, scene: Scene) -> None:
        await scene.anna.is_told(("member", scene.bo), ("member", scene.carl))
        etag = (await scene.bo.user("GET", "/users/me")).headers["etag"]
        changed = await scene.bo.user("PATCH", "/users/me", {"display_name": "Bo på havnen"}, if_match=etag)
        assert changed.status_code == 200
        names = [item["actor_name"] for item in (await scene.anna.notifications())["items"]]
        assert names == [scene.carl.username, "Bo på havnen"]
        rows = await scene.place.database.fetch("SELECT notifications::text AS row FROM notifications")
        assert not [row for row in rows if scene.bo.username in row["row"] or "Festival" in row["row"]]


class TestWhatMayNotBeSeen:
    async def test_who_has_left_a_private_community_is_told_nothing_of_it(self, scene: Scene) -> None:
        post = await scene.bo.post(scene.community)
        await scene.carl.comment(post)
        await scene.bo.is_told(("comment", scene.carl))
        await scene.make_private()
        assert (await scene.bo.notifications())["unread_count"] == 1
        await scene.bo.leave(scene.community)
        await scene.anna.comment(post)
        await scene.place.caught_up()
        left = await scene.bo.notifications()
        assert (left["items"], left["unread_count"]) == ([], 0)

    async def test_what_is_not_there_any_more_is_told_to_nobody(self, scene: Scene) -> None:
        first = await scene.bo.comment(scene.post)
        other = await scene.anna.post(scene.community)
        await scene.carl.comment(other)
        members = [("member", scene.bo), ("member", scene.carl)]
        await scene.anna.is_told(*members, ("comment", scene.bo), ("comment", scene.carl))
        await scene.place.database.execute("DELETE FROM comments WHERE id = $1", first["id"])
        await scene.anna.is_told(*members, ("comment", scene.carl))
        await scene.place.database.execute("DELETE FROM posts WHERE id = $1", other["id"])
        await scene.anna.is_told(*members)
        assert (await scene.anna.notifications())["unread_count"] == 2

    async def test_another_ones_are_neither_shown_nor_changed(self, scene: Scene) -> None:
        (newest, *_) = await scene.five_comments()
        assert (await scene.carl.notifications())["items"] == []
        assert await scene.carl.knows({"ids": [newest["id"]]}) == 0
        refused = await scene.carl.user("POST", "/notifications/read", {"up_to": newest["id"]})
        assert (refused.status_code, refused.json()["code"]) == (422, "notification-not-found")
        assert (await scene.anna.notifications())["unread_count"] == 7

    async def test_nobody_is_told_anything_without_a_token(self, place: Neighbourhood) -> None:
        assert (await place.user.get("/notifications")).status_code == 401
        assert (await place.user.post("/notifications/read", json={"ids": [str(new_id())]})).status_code == 401


class TestErasedPersons:
    async def erase(self, place: Neighbourhood, person: Neighbour) -> None:
        admin = await place.neighbour()
        await place.database.execute(
            "INSERT INTO role_grants (account_id, role, granted_at, granted_by) VALUES ($1, 'admin', now(), 'system')",
            admin.id,
        )
        answer = await admin.ask(place.events, "DELETE", f"/events/persons/{person.id}")
        assert answer.status_code == 200, answer.text

    async def rows_of(self, place: Neighbourhood, person: Neighbour) -> int:
        found: int = await place.database.fetchval(
            "SELECT count(*) FROM notifications WHERE $1 IN (account_id, actor_id)", person.id
        )
        return found

    async def test_nothing_is_told_of_them_nor_kept_for_them(self, scene: Scene) -> None:
        comment = await scene.bo.comment(scene.post)
        await scene.carl.comment(scene.post, comment)
        await scene.bo.is_told(("reply", scene.carl))
        await self.erase(scene.place, scene.bo)
        await scene.anna.is_told(("member", scene.carl), ("comment", scene.carl))
        assert (await scene.anna.notifications())["unread_count"] == 2
        await scene.carl.comment(scene.post, comment)
        await scene.place.caught_up()
        assert await self.rows_of(scene.place, scene.bo) == 0


class TestReadingThem:
    async def test_pages_have_each_of_them_once_while_others_come(self, scene: Scene) -> None:
        wanted = [item["id"] for item in await scene.five_comments()]
        seen: list[str] = []
        page = await scene.anna.notifications("?limit=2")
        while len(seen) < 5:
            seen += [item["id"] for item in page["items"]]
            await scene.carl.comment(scene.post)
            page = await scene.anna.notifications(f"?limit=2&cursor={page['next_cursor']}")
        assert seen[:5] == wanted
        assert page["next_cursor"] is None

    async def test_only_the_unread_ones_can_be_asked_for(self, scene: Scene) -> None:
        items = await scene.five_comments()
        assert await scene.anna.knows({"ids": [items[1]["id"], items[3]["id"]]}) == 5
        unread = await scene.anna.notifications("?unread=true&limit=2")
        assert [item["id"] for item in unread["items"]] == [items[0]["id"], items[2]["id"]]
        assert unread["unread_count"] == 5
        rest = await scene.anna.notifications(f"?unread=true&cursor={unread['next_cursor']}")
        assert [item["kind"] for item in rest["items"]] == ["comment", "member", "member"]
        everything = (await scene.anna.notifications("?unread=false"))["items"]
        assert [item["read_at"] is None for item in everything] == [True, False, True, False, True, True, True]

    async def test_an_unchanged_list_is_not_sent_twice(self, scene: Scene) -> None:
        await scene.five_comments()
        first = await scene.anna.user("GET", "/notifications")
        assert first.headers["cache-control"].startswith("private")
        again = await scene.anna.user("GET", "/notifications", if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        await scene.anna.knows({"ids": [first.json()["items"][0]["id"]]})
        changed = await scene.anna.user("GET", "/notifications", if_none_match=first.headers["etag"])
        assert changed.status_code == 200

    async def test_the_position_is_what_the_list_has_taken_in(self, scene: Scene) -> None:
        (newest, *_) = await scene.five_comments()
        answer = await scene.anna.user("GET", "/notifications")
        of_newest = await scene.place.database.fetchval(
            "SELECT position FROM seals JOIN events USING (seq) WHERE id = $1", newest["id"]
        )
        assert int(answer.headers["x-position"]) >= of_newest

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=x", "cursor=WzFd.", "unread=perhaps"])
    async def test_what_cannot_be_a_page_is_refused(self, place: Neighbourhood, query: str) -> None:
        reader = await place.neighbour()
        assert (await reader.user("GET", f"/notifications?{query}")).status_code == 422


class TestKnowing:
    async def test_all_up_to_one_are_read_and_saying_it_twice_changes_nothing(self, scene: Scene) -> None:
        items = await scene.five_comments()
        assert await scene.anna.knows({"up_to": items[1]["id"]}) == 1
        first = await scene.anna.notifications()
        assert [item["read_at"] is None for item in first["items"]] == [True] + [False] * 6
        assert await scene.anna.knows({"up_to": items[1]["id"]}) == 1
        assert await scene.anna.knows({"up_to": items[4]["id"]}) == 1
        assert await scene.anna.knows({"ids": [items[1]["id"], str(new_id())]}) == 1
        assert await scene.anna.notifications() == first

    async def test_what_comes_at_the_same_time_stays_unread(self, scene: Scene) -> None:
        (newest, *_) = await scene.five_comments()
        calls = [scene.anna.knows({"up_to": newest["id"]}) for _ in range(4)]
        await asyncio.gather(*calls, *(scene.carl.comment(scene.post) for _ in range(4)))
        await scene.place.caught_up()
        assert (await scene.anna.notifications())["unread_count"] == 4

    async def test_one_key_has_one_answer(self, scene: Scene) -> None:
        (newest, *_) = await scene.five_comments()
        body, key = {"up_to": newest["id"]}, str(new_id())
        first = await scene.anna.user("POST", "/notifications/read", body, idempotency_key=key)
        again = await scene.anna.user("POST", "/notifications/read", body, idempotency_key=key)
        assert again.headers["idempotency-replayed"] == "true"
        assert first.json() == again.json() == {"unread_count": 0}

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"up_to": None},
            {"up_to": "newest"},
            {"ids": []},
            {"ids": ["x"]},
            {"ids": [str(new_id())] * 101},
            {"up_to": str(new_id()), "ids": [str(new_id())]},
            {"up_to": str(new_id()), "everything": True},
            {"up_to": str(new_id())},
        ],
    )
    async def test_what_names_none_of_them_is_refused(self, place: Neighbourhood, body: object) -> None:
        reader = await place.neighbour()
        answer = await reader.user("POST", "/notifications/read", body)
        assert (answer.status_code, bool(answer.json()["errors"])) == (422, True)


async def test_events_that_come_again_have_no_second_effect(servers: Servers, territory: Territory) -> None:
    async with neighbourhood(servers, territory) as place:
        anna, bo = await place.neighbour(), await place.neighbour()
        community = await anna.found()
        await bo.join(community)
        post = await anna.post(community)
        await bo.comment(post)
        await anna.is_told(("member", bo), ("comment", bo))
        (newest, _) = (await anna.notifications())["items"]
        await anna.knows({"ids": [newest["id"]]})
        before = await anna.notifications()
        await place.database.execute("UPDATE checkpoints SET position = 0 WHERE consumer = 'user-notifications'")
        async with servers.running(UserSettings, create_user, territory):

            async def is_there_again() -> bool:
                reached: int = await place.database.fetchval(
                    "SELECT position FROM checkpoints WHERE consumer = 'user-notifications'"
                )
                head: int = await place.database.fetchval("SELECT max(position) FROM seals")
                return reached == head

            await eventually(is_there_again)
        assert await anna.notifications() == before
