"""Feeds: whose posts they show, in which order, and that reading on loses nothing."""

import asyncio
from typing import Any
from urllib.parse import quote

import pytest

from shared.database.keyset import encode_cursor
from tests.services.community.village import Village, Villager
from tests.support.citizen import Json

SORTS = ("hot", "active", "new", "top")


def ids(items: list[Json]) -> list[str]:
    return [item["id"] for item in items]


async def feed(reader: Villager, **query: Any) -> Json:  # noqa: ANN401 (any parameter)
    """One page."""
    answer = await reader.call("GET", "/feed?" + "&".join(f"{name}={value}" for name, value in query.items()))
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()
    return page


async def read_on(reader: Villager, page: Json, **query: Any) -> list[str]:  # noqa: ANN401 (any parameter)
    """What all pages after this one show."""
    rest: list[Json] = []
    while page["next_cursor"] is not None:
        page = await feed(reader, **query, cursor=quote(page["next_cursor"]))
        rest += page["items"]
    return ids(rest)


async def published(author: Villager, many: int, visibility: str = "public") -> list[str]:
    """Posts in a community of the author's, the newest first."""
    home = await author.found(visibility=visibility)
    return [(await author.post(home["id"]))["id"] for _ in range(many)][::-1]


class TestScopes:
    @pytest.mark.parametrize("sort", SORTS)
    async def test_home_shows_the_posts_of_ones_communities_and_no_others(
        self, anna: Villager, bo: Villager, sort: str
    ) -> None:
        mine = [await anna.found(visibility=visibility) for visibility in ("public", "unlisted", "private")]
        posts = [await anna.post(community["id"]) for community in mine]
        await published(bo, 1)
        assert ids((await feed(anna, scope="home", sort=sort))["items"]) == ids(posts)[::-1]

    @pytest.mark.parametrize("sort", SORTS)
    async def test_all_shows_public_posts_to_everyone(
        self, anna: Villager, bo: Villager, stranger: Villager, sort: str
    ) -> None:
        (shown,) = await published(anna, 1)
        hidden = [*await published(anna, 1, visibility="unlisted"), *await published(anna, 1, visibility="private")]
        for reader in (anna, bo, stranger):
            seen = ids((await feed(reader, scope="all", sort=sort))["items"])
            assert shown in seen
            assert not set(hidden) & set(seen)

    async def test_whoever_waits_for_approval_is_no_member_yet(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found(join_policy="approval")
        await anna.post(community["id"])
        assert (await bo.join(community["id"])).status_code == 202
        assert (await feed(bo, scope="home"))["items"] == []

    async def test_after_leaving_its_posts_are_gone_even_from_the_next_page(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found(visibility="public")
        await bo.join(community["id"])
        for _ in range(3):
            await anna.post(community["id"])
        page = await feed(bo, scope="home", limit=1)
        await bo.leave(community["id"])
        assert await read_on(bo, page, scope="home", limit=1) == []

    async def test_a_post_is_as_it_is_elsewhere_and_tells_its_community(self, anna: Villager) -> None:
        community = await anna.found("The quay")
        post = await anna.post(community["id"], tags=["boats"])
        (shown,) = (await feed(anna, scope="home"))["items"]
        assert shown == {**post, "community": {name: community[name] for name in ("id", "slug", "name")}}

    async def test_home_is_for_who_is_logged_in(self, stranger: Villager) -> None:
        refused = await stranger.call("GET", "/feed?scope=home")
        assert (refused.status_code, refused.json()["code"]) == (401, "token-missing")


class TestOrders:
    async def test_new_is_by_when_it_was_published(self, anna: Villager) -> None:
        posts = await published(anna, 3)
        await anna.comment(posts[2])
        assert ids((await feed(anna, scope="home", sort="new"))["items"]) == posts

    async def test_active_is_by_what_was_said_last(self, anna: Villager) -> None:
        newest, middle, oldest = await published(anna, 3)
        for post in (oldest, oldest, oldest, middle):
            await anna.comment(post)
        assert ids((await feed(anna, scope="home", sort="active"))["items"]) == [middle, oldest, newest]

    async def test_hot_is_by_points_against_age(self, place: Village, anna: Villager) -> None:
        newest, middle, oldest = await published(anna, 3)
        await anna.comment(middle)
        assert ids((await feed(anna, scope="home", sort="hot"))["items"]) == [middle, newest, oldest]
        # One comment makes two points, worth 3.8 hours; nine make ten, worth 12.5.
        for _ in range(9):
            await anna.comment(oldest)
        await place.age(oldest, hours=8)
        assert ids((await feed(anna, scope="home", sort="hot"))["items"])[0] == oldest
        await place.age(oldest, hours=5)
        assert ids((await feed(anna, scope="home", sort="hot"))["items"]) == [middle, newest, oldest]

    async def test_top_is_by_score_and_then_by_age(self, place: Village, anna: Villager) -> None:
        posts = await published(anna, 4)
        await place.score(posts[2], 5)
        await place.score(posts[0], -1)
        expected = [posts[2], posts[1], posts[3], posts[0]]
        assert ids((await feed(anna, scope="home", sort="top"))["items"]) == expected


class TestReadingOn:
    @pytest.mark.parametrize("scope", ["home", "all"])
    @pytest.mark.parametrize("sort", SORTS)
    async def test_every_post_comes_once_whatever_is_written_meanwhile(
        self, anna: Villager, bo: Villager, sort: str, scope: str
    ) -> None:
        posts = await published(anna, 9)
        for index in (7, 1, 1, 4):
            await anna.comment(posts[index])
        whole = ids((await feed(anna, scope=scope, sort=sort, limit=100))["items"])
        mine = [post for post in whole if post in posts]
        page = await feed(anna, scope=scope, sort=sort, limit=2)
        seen = ids(page["items"])
        turn = 0
        while page["next_cursor"] is not None:
            # What was shown sinks, what was not rises, and there is more of it.
            await anna.comment(mine[-1 - turn % 3])
            await anna.comment(posts[turn % 9])
            await published(bo, 1)
            turn += 1
            page = await feed(anna, scope=scope, sort=sort, limit=2, cursor=quote(page["next_cursor"]))
            seen += ids(page["items"])
        assert len(seen) == len(set(seen))
        assert [post for post in seen if post in set(whole)] == whole

    async def test_pages_are_of_one_moment_while_many_write_at_once(self, anna: Villager) -> None:
        posts = await published(anna, 20)

        async def talk(number: int) -> None:
            for turn in range(6):
                await anna.comment(posts[(number * 7 + turn * 3) % 20])

        talking = [asyncio.create_task(talk(number)) for number in range(6)]
        while not all(task.done() for task in talking):
            page = await feed(anna, scope="home", sort="active", limit=3)
            seen = ids(page["items"]) + await read_on(anna, page, scope="home", sort="active", limit=3)
            assert sorted(seen) == sorted(posts)
        await asyncio.gather(*talking)

    @pytest.mark.parametrize("sort", SORTS)
    async def test_a_list_covers_all_up_to_its_position_and_keeps_its_tag(
        self, place: Village, anna: Villager, sort: str
    ) -> None:
        await published(anna, 2)
        sealed = await place.store.seal()
        path = f"/feed?scope=home&sort={sort}&limit=1"
        answer = await anna.call("GET", path)
        assert int(answer.headers["x-position"]) == sealed
        assert f'cursor={quote(answer.json()["next_cursor"])}>; rel="next"' in answer.headers["link"]
        assert (await anna.call("GET", f"{path}0", If_None_Match=answer.headers["etag"])).status_code == 200
        whole = await anna.call("GET", f"{path}0")
        assert (await anna.call("GET", f"{path}0", If_None_Match=whole.headers["etag"])).status_code == 304


class TestRefusals:
    @pytest.mark.parametrize(
        "query", ["scope=mine", "sort=best", "limit=0", "limit=101", "cursor=x", "cursor=W10", "cursor=%00"]
    )
    async def test_what_is_no_feed_is_refused(self, anna: Villager, query: str) -> None:
        assert await anna.status_of(f"/feed?{query}") == 422

    @pytest.mark.parametrize(
        ("rank", "moment"),
        [
            ("nan", ""),
            ("inf", ""),
            ("1e400", ""),
            ("x", ""),
            ("1.0", "x"),
            ("1.0", "0:1:"),
            ("1.0", "5:1:9"),
            ("1.0", "5:0:0"),
            ("1.0", "999999999999999999:999999999:"),
            ("1.0", "-5:1:"),
            ("1.0", "5:1:.."),
        ],
    )
    async def test_a_cursor_that_was_made_up_breaks_nothing(self, anna: Villager, rank: str, moment: str) -> None:
        cursor = encode_cursor("hot", rank, anna.id, moment)
        assert await anna.status_of(f"/feed?sort=hot&cursor={cursor}") in {200, 422}

    async def test_a_cursor_belongs_to_its_order(self, anna: Villager) -> None:
        await published(anna, 2)
        page = await feed(anna, scope="home", sort="top", limit=1)
        refused = await anna.call("GET", f"/feed?scope=home&sort=hot&cursor={quote(page['next_cursor'])}")
        assert (refused.status_code, refused.json()["code"]) == (422, "bad-cursor")
