"""Founding communities, what they are called, and reading them."""

import asyncio

import pytest

from shared.identifiers import new_id
from tests.services.community.village import Village, Villager
from tests.support.citizen import unused_name

HOSTILE = [
    "'; DROP TABLE communities; --",
    "Robert'); DELETE FROM events; --",
    "$1 :name %s {0}",
    "\u202eretrograde",
    "<script>alert(1)</script>",
    "🙂",
    "a\nb\tc",
]


class TestFounding:
    async def test_whoever_founds_owns_it(self, anna: Villager) -> None:
        community = await anna.found()
        assert (community["my_role"], community["member_count"], community["founder_id"]) == ("owner", 1, anna.id)

    async def test_the_answer_says_where_it_is_and_which_event_made_it(self, anna: Villager) -> None:
        body = {"name": "Havnen", "visibility": "public", "join_policy": "open"}
        answer = await anna.call("POST", "/communities", body)
        assert answer.headers["location"] == f"/api/communities/{answer.json()['id']}"
        assert answer.headers["x-event-id"]

    async def test_a_slug_that_was_asked_for_is_given_or_refused(self, anna: Villager, bo: Villager) -> None:
        slug = unused_name().replace("_", "-")
        assert (await anna.found(slug=slug))["slug"] == slug
        body = {"name": "Havnen", "slug": slug, "visibility": "private", "join_policy": "open"}
        refused = await bo.call("POST", "/communities", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "slug-taken")

    async def test_many_with_one_name_at_once_get_a_slug_each(self, anna: Villager) -> None:
        founded = await asyncio.gather(*(anna.found(name="Same name") for _ in range(6)))
        assert len({community["slug"] for community in founded}) == 6

    async def test_no_slug_stands_in_the_way_of_an_id(self, anna: Villager, bo: Villager) -> None:
        mine = await anna.found()
        body = {"name": "Mine too", "slug": mine["id"], "visibility": "public", "join_policy": "open"}
        assert (await bo.call("POST", "/communities", body)).status_code == 422
        named = await bo.found(name=mine["id"])
        assert named["slug"] != mine["id"]
        assert (await bo.call("GET", f"/communities/{mine['id']}")).json()["id"] == mine["id"]

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_text_is_kept_as_it_was_written(self, anna: Villager, text: str) -> None:
        community = await anna.found(name=text, description=text)
        read = (await anna.call("GET", f"/communities/{community['id']}")).json()
        assert (read["name"], read["description"]) == (text, text)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": ""},
            {"name": "  "},
            {"name": "a" * 101},
            {"name": 1},
            {"name": "a\0b"},
            {"slug": "../x"},
            {"slug": "A B"},
            {"slug": "ab"},
            {"visibility": "secret"},
            {"join_policy": None},
            {"kind": "; --"},
            {"parent_id": "x"},
            {"parent_id": str(new_id())},
            {"member_count": 1000},
            {"id": str(new_id())},
        ],
    )
    async def test_what_is_wrong_is_named_and_nothing_is_founded(
        self, place: Village, anna: Villager, wrong: dict[str, object]
    ) -> None:
        body = {"name": "Havnen", "visibility": "public", "join_policy": "open", **wrong}
        refused = await anna.call("POST", "/communities", body)
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"
        founded = [type_ for type_, _ in await place.events_about(anna.id) if type_ == "community.community.created"]
        assert founded == []

    async def test_a_private_one_is_no_parent_for_strangers(self, anna: Villager, bo: Villager) -> None:
        hidden = await anna.found(visibility="private")
        body = {"name": "Below", "visibility": "public", "join_policy": "open", "parent_id": hidden["id"]}
        refused = await bo.call("POST", "/communities", body)
        assert (refused.status_code, refused.json()["code"]) == (422, "parent-not-found")


class TestSendingTwice:
    async def test_with_one_key_it_is_done_once_and_answered_twice(self, place: Village, anna: Villager) -> None:
        body = {"name": "Once", "visibility": "public", "join_policy": "open"}
        key = unused_name()
        answers = await asyncio.gather(
            *(anna.call("POST", "/communities", body, Idempotency_Key=key) for _ in range(4))
        )
        assert {answer.status_code for answer in answers} <= {201, 409}
        again = await anna.call("POST", "/communities", body, Idempotency_Key=key)
        assert again.status_code == 201
        assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {again.json()["id"]}
        founded = [type_ for type_, _ in await place.events_about(anna.id) if type_ == "community.community.created"]
        assert len(founded) == 1

    async def test_a_key_is_its_owners_and_of_one_request(self, anna: Villager, bo: Villager) -> None:
        body = {"name": "Once", "visibility": "public", "join_policy": "open"}
        key = unused_name()
        mine = await anna.call("POST", "/communities", body, Idempotency_Key=key)
        other = await anna.call("POST", "/communities", {**body, "name": "Twice"}, Idempotency_Key=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
        theirs = await bo.call("POST", "/communities", body, Idempotency_Key=key)
        assert theirs.status_code == 201
        assert theirs.json()["id"] != mine.json()["id"]


class TestReading:
    async def test_what_has_not_changed_is_not_sent_again(self, anna: Villager) -> None:
        community = await anna.found()
        first = await anna.call("GET", f"/communities/{community['id']}")
        assert int(first.headers["x-position"]) >= 0
        second = await anna.call("GET", f"/communities/{community['id']}", If_None_Match=first.headers["etag"])
        assert (second.status_code, second.content) == (304, b"")

    @pytest.mark.parametrize("path", ["/communities/nope-nope", "/communities/{}", "/posts/{}"])
    async def test_what_is_not_there_is_not_found(self, anna: Villager, path: str) -> None:
        assert await anna.status_of(path.format(new_id())) == 404
