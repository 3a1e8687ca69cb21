"""Posts and comments: their pages, their counts, their HTML."""

import asyncio

import pytest

from tests.rules.community.test_markup import HOSTILE, Auditor
from tests.services.community.village import Villager


class TestPages:
    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    async def test_posts_come_newest_first_each_once(self, anna: Villager, limit: int) -> None:
        community = await anna.found()
        written = [(await anna.post(community["id"]))["id"] for _ in range(5)]
        listed = await anna.all_pages(f"/communities/{community['id']}/posts", limit)
        assert [post["id"] for post in listed] == written[::-1]

    async def test_comments_come_oldest_first_each_once(self, anna: Villager) -> None:
        post = await anna.post((await anna.found())["id"])
        written = [(await anna.comment(post["id"]))["id"] for _ in range(5)]
        listed = await anna.all_pages(f"/posts/{post['id']}/comments", 2)
        assert [comment["id"] for comment in listed] == written

    async def test_what_is_written_between_two_pages_moves_nothing(self, anna: Villager) -> None:
        community = await anna.found()
        first = [(await anna.post(community["id"]))["id"] for _ in range(4)]
        path = f"/communities/{community['id']}/posts?limit=2"
        page = (await anna.call("GET", path)).json()
        await anna.post(community["id"])
        rest = (await anna.call("GET", f"{path}&cursor={page['next_cursor']}")).json()
        assert [post["id"] for post in page["items"] + rest["items"]] == first[::-1]
        assert rest["next_cursor"] is None

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=W10", "cursor=WzEsMl0", "cursor=%00"]
    )
    async def test_a_page_that_cannot_be_is_refused(self, anna: Villager, query: str) -> None:
        community = await anna.found()
        for list_ in ("posts", "members"):
            assert await anna.status_of(f"/communities/{community['id']}/{list_}?{query}") == 422


class TestCounts:
    async def test_comments_at_once_are_all_counted(self, anna: Villager) -> None:
        post = await anna.post((await anna.found())["id"])
        await asyncio.gather(*(anna.comment(post["id"]) for _ in range(12)))
        assert (await anna.call("GET", f"/posts/{post['id']}")).json()["comment_count"] == 12


class TestText:
    @pytest.mark.parametrize("text", HOSTILE)
    async def test_nothing_that_is_shown_can_run(self, anna: Villager, text: str) -> None:
        post = await anna.post((await anna.found())["id"], title="t", body=text)
        comment = await anna.comment(post["id"], body=text)
        for shown in (post, comment):
            assert shown["body"] == text
            auditor = Auditor()
            auditor.feed(shown["body_html"])
            auditor.close()

    @pytest.mark.parametrize(
        "wrong", [{"title": ""}, {"title": " "}, {"title": "a" * 1000}, {"tags": "x"}, {"score": 9}]
    )
    async def test_what_is_wrong_is_refused(self, anna: Villager, wrong: dict[str, object]) -> None:
        community = await anna.found()
        body = {"title": "Boats", "body": "Who?", **wrong}
        refused = await anna.call("POST", f"/communities/{community['id']}/posts", body)
        assert refused.status_code == 422
