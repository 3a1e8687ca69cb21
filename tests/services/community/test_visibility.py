"""Who sees what of a community: nothing of a private one is anyone's but its members'."""

from itertools import product

import pytest

from tests.services.community.village import Villager
from tests.support.citizen import Json

POLICIES = ("open", "approval", "invitation")


async def written_in(anna: Villager, community: Json) -> list[str]:
    """Every path below a community of Anna's with a post and a comment."""
    post = await anna.post(community["id"])
    comment = await anna.comment(post["id"])
    home = f"/communities/{community['id']}"
    return [
        home,
        f"/communities/{community['slug']}",
        f"{home}/posts",
        f"{home}/members",
        f"/posts/{post['id']}",
        f"/posts/{post['id']}/comments",
        f"/comments/{comment['id']}",
    ]


class TestReading:
    @pytest.mark.parametrize(("visibility", "policy"), list(product(("public", "unlisted"), POLICIES)))
    async def test_what_is_not_private_anyone_reads(
        self, anna: Villager, bo: Villager, stranger: Villager, visibility: str, policy: str
    ) -> None:
        paths = await written_in(anna, await anna.found(visibility=visibility, join_policy=policy))
        for reader, path in product((anna, bo, stranger), paths):
            assert await reader.status_of(path) == 200, path

    @pytest.mark.parametrize("policy", POLICIES)
    async def test_what_is_private_only_members_know_of(
        self, anna: Villager, bo: Villager, stranger: Villager, policy: str
    ) -> None:
        paths = await written_in(anna, await anna.found(visibility="private", join_policy=policy))
        for path in paths:
            assert await anna.status_of(path) == 200, path
            for reader in (bo, stranger):
                assert await reader.status_of(path) == 404, path

    async def test_the_refusal_is_the_same_as_for_what_is_not_there(self, anna: Villager, bo: Villager) -> None:
        hidden = await anna.found(visibility="private")
        unknown = anna.id
        for path in ("/communities/{}", "/communities/{}/posts", "/communities/{}/members"):
            refusals = [(await bo.call("GET", path.format(identity))).json() for identity in (hidden["id"], unknown)]
            first, second = ((each["code"], each["detail"], each["status"]) for each in refusals)
            assert first == second


class TestWriting:
    async def test_only_members_write(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found()
        post = await anna.post(community["id"])
        attempts = [
            (f"/communities/{community['id']}/posts", {"title": "a", "body": "b"}),
            (f"/posts/{post['id']}/comments", {"body": "b"}),
        ]
        for path, body in attempts:
            refused = await bo.call("POST", path, body)
            assert (refused.status_code, refused.json()["code"]) == (403, "membership-required")

    async def test_into_a_private_one_nobody_writes_who_may_not_see_it(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found(visibility="private")
        post = await anna.post(community["id"])
        attempts = [
            (f"/communities/{community['id']}/posts", {"title": "a", "body": "b"}),
            (f"/posts/{post['id']}/comments", {"body": "b"}),
            (f"/communities/{community['id']}/members", None),
        ]
        for path, body in attempts:
            assert (await bo.call("POST", path, body)).status_code == 404

    async def test_a_stranger_is_asked_to_log_in(self, stranger: Villager) -> None:
        refused = await stranger.call("POST", "/communities", {"name": "Havnen"})
        assert refused.status_code == 401

    async def test_whoever_has_left_writes_no_more(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found()
        await bo.join(community["id"])
        await bo.post(community["id"])
        await bo.leave(community["id"])
        refused = await bo.call("POST", f"/communities/{community['id']}/posts", {"title": "a", "body": "b"})
        assert refused.status_code == 403

    async def test_a_reply_answers_a_comment_on_the_same_post(self, anna: Villager) -> None:
        community = await anna.found()
        here, there = await anna.post(community["id"]), await anna.post(community["id"])
        comment = await anna.comment(here["id"])
        assert (await anna.comment(here["id"], parent_id=comment["id"]))["parent_id"] == comment["id"]
        refused = await anna.call("POST", f"/posts/{there['id']}/comments", {"body": "b", "parent_id": comment["id"]})
        assert (refused.status_code, refused.json()["code"]) == (422, "parent-not-found")
