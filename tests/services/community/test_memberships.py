"""Joining and leaving, and the count that is always right."""

import asyncio
from collections import Counter

from tests.services.community.village import Village, Villager


class TestJoining:
    async def test_it_counts_and_tells_the_community(self, place: Village, anna: Villager, bo: Villager) -> None:
        community = await anna.found()
        joined = await bo.join(community["id"])
        assert (joined.status_code, joined.json()["state"]) == (201, "active")
        assert joined.headers["location"] == f"/api/communities/{community['id']}/members"
        assert await anna.member_count(community["id"]) == 2
        told = [audience for type_, audience in await place.events_about(bo.id) if type_ == "community.member.joined"]
        assert told == [[f"community:{community['id']}", f"user:{bo.id}"]]

    async def test_where_members_are_approved_it_waits_and_is_nobody_elses_affair(
        self, place: Village, anna: Villager, bo: Villager
    ) -> None:
        community = await anna.found(join_policy="approval")
        asked = await bo.join(community["id"])
        assert (asked.status_code, asked.json()["state"]) == (202, "pending")
        assert (await bo.leave(community["id"])).status_code == 204
        assert await anna.member_count(community["id"]) == 1
        told = [audience for type_, audience in await place.events_about(bo.id) if type_.startswith("community.")]
        assert told == [[f"user:{bo.id}"]] * 2

    async def test_by_invitation_nobody_joins_alone(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found(join_policy="invitation")
        refused = await bo.join(community["id"])
        assert (refused.status_code, refused.json()["code"]) == (403, "invitation-required")

    async def test_many_at_once_are_each_counted_once(self, place: Village, anna: Villager) -> None:
        community = await anna.found()
        people = [await place.villager() for _ in range(8)]
        joined = await asyncio.gather(*(person.join(community["id"]) for person in people for _ in range(3)))
        assert Counter(answer.status_code for answer in joined) == {201: 8, 409: 16}
        assert await anna.member_count(community["id"]) == 9
        left = await asyncio.gather(*(person.leave(community["id"]) for person in people for _ in range(2)))
        assert Counter(answer.status_code for answer in left) == {204: 8, 404: 8}
        assert await anna.member_count(community["id"]) == 1

    async def test_the_list_of_members_is_as_long_as_the_count(self, place: Village, anna: Villager) -> None:
        community = await anna.found()
        for _ in range(4):
            await (await place.villager()).join(community["id"])
        members = await anna.all_pages(f"/communities/{community['id']}/members", 2)
        assert [member["role"] for member in members] == ["owner"] + ["member"] * 4
        assert len({member["account_id"] for member in members}) == 5


class TestLeaving:
    async def test_the_last_owner_stays(self, anna: Villager) -> None:
        community = await anna.found()
        refused = await anna.leave(community["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "last-owner")

    async def test_one_may_come_back(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found()
        for _ in range(2):
            assert (await bo.join(community["id"])).status_code == 201
            assert (await bo.leave(community["id"])).status_code == 204
        assert await anna.member_count(community["id"]) == 1
