"""Answers to gatherings: places, the line of those who wait, and whose business it is."""

import asyncio
from collections import Counter
from uuid import UUID

from shared.events.erasure import erase_person
from tests.services.community.village import Village, Villager
from tests.support.citizen import Json
from tests.support.eventually import eventually


async def announced(anna: Villager, *, starts: float = 24, capacity: int | None = None) -> Json:
    return await anna.announce((await anna.found())["id"], starts=starts, capacity=capacity)


async def read(reader: Villager, gathering_id: str) -> Json:
    answer: Json = (await reader.call("GET", f"/gatherings/{gathering_id}")).json()
    return answer


async def attendees(reader: Villager, gathering_id: str, query: str = "") -> list[tuple[str, str, int | None]]:
    """Account, status and place in line of each."""
    listed = await reader.all_pages(f"/gatherings/{gathering_id}/attendees{query}", 2)
    return [(each["account_id"], each["status"], each["place_in_line"]) for each in listed]


class TestAnswering:
    async def test_without_a_capacity_everyone_has_a_place(self, anna: Villager, bo: Villager) -> None:
        gathering = await announced(anna)
        for person in (anna, bo):
            assert await person.rsvp(gathering["id"], "going") == {"status": "going"}
        shown = await read(bo, gathering["id"])
        assert (shown["going_count"], shown["my_rsvp"], shown["my_place_in_line"]) == (2, "going", None)

    async def test_an_answer_can_be_changed_and_counts_once(self, anna: Villager) -> None:
        gathering = await announced(anna, capacity=1)
        for status in ("interested", "going", "declined", "going", "interested"):
            assert await anna.rsvp(gathering["id"], status) == {"status": status}
            shown = await read(anna, gathering["id"])
            counts = {"going": shown["going_count"], "interested": shown["interested_count"]}
            assert counts == {"going": 0, "interested": 0} | ({} if status == "declined" else {status: 1})

    async def test_the_same_answer_again_changes_nothing(self, place: Village, anna: Villager) -> None:
        gathering = await announced(anna)
        await asyncio.gather(*(anna.rsvp(gathering["id"], "going") for _ in range(8)))
        assert len(await place.events_about(gathering["id"])) == 2
        assert (await read(anna, gathering["id"]))["going_count"] == 1

    async def test_what_is_over_is_answered_no_more(self, anna: Villager) -> None:
        gathering = await announced(anna, starts=-2)
        answer = await anna.call("PUT", f"/gatherings/{gathering['id']}/rsvp", {"status": "going"})
        assert (answer.status_code, answer.json()["code"]) == (409, "gathering-over")

    async def test_nobody_puts_themself_into_the_line(self, anna: Villager, stranger: Villager) -> None:
        gathering = await announced(anna)
        path = f"/gatherings/{gathering['id']}/rsvp"
        for body in ({"status": "waiting"}, {"status": "maybe"}, {}, {"status": "going", "place_in_line": 1}):
            assert (await anna.call("PUT", path, body)).status_code == 422
        assert (await stranger.call("PUT", path, {"status": "going"})).status_code == 401
        assert (await anna.call("PUT", f"/gatherings/{anna.id}/rsvp", {"status": "going"})).status_code == 404


class TestTheLine:
    async def test_whoever_finds_no_place_waits_and_the_first_gets_the_next(
        self, place: Village, anna: Villager
    ) -> None:
        gathering = await announced(anna, capacity=1)
        going, first, second, third = [await place.villager() for _ in range(4)]
        assert await going.rsvp(gathering["id"], "going") == {"status": "going"}
        for number, person in enumerate((first, second, third), start=1):
            assert await person.rsvp(gathering["id"], "going") == {"status": "waiting", "place_in_line": number}
        # Asking again loses no place.
        assert await second.rsvp(gathering["id"], "going") == {"status": "waiting", "place_in_line": 2}
        await second.rsvp(gathering["id"], "interested")
        await going.rsvp(gathering["id"], "declined")
        assert (await read(first, gathering["id"]))["my_rsvp"] == "going"
        assert await third.rsvp(gathering["id"], "going") == {"status": "waiting", "place_in_line": 1}
        # Whoever left the line and comes back stands at its end.
        assert await second.rsvp(gathering["id"], "going") == {"status": "waiting", "place_in_line": 2}
        assert await attendees(anna, gathering["id"]) == [
            (first.id, "going", None),
            (third.id, "waiting", 1),
            (second.id, "waiting", 2),
        ]

    async def test_of_many_at_once_as_many_go_as_there_are_places(self, place: Village, anna: Villager) -> None:
        gathering = await announced(anna, capacity=5)
        people = [await place.villager() for _ in range(20)]
        answers = await asyncio.gather(*(person.rsvp(gathering["id"], "going") for person in people))
        assert Counter(answer["status"] for answer in answers) == {"going": 5, "waiting": 15}
        assert sorted(answer["place_in_line"] for answer in answers if "place_in_line" in answer) == list(range(1, 16))
        # All who go change their minds at once, and one of them once more.
        going = [person for person, answer in zip(people, answers, strict=True) if answer["status"] == "going"]
        line = [each[0] for each in await attendees(anna, gathering["id"], "?status=waiting")]
        await asyncio.gather(*(person.rsvp(gathering["id"], "declined") for person in going))
        assert [each[0] for each in await attendees(anna, gathering["id"], "?status=going")] == line[:5]
        assert [each[0] for each in await attendees(anna, gathering["id"], "?status=waiting")] == line[5:]

    async def test_each_who_moves_up_is_told(self, place: Village, anna: Villager, bo: Villager) -> None:
        gathering = await announced(anna, capacity=1)
        await anna.rsvp(gathering["id"], "going")
        await bo.rsvp(gathering["id"], "going")
        await anna.rsvp(gathering["id"], "declined")
        channel = f"gathering:{gathering['id']}"
        assert (await place.events_about(gathering["id"]))[1:] == [
            ("community.gathering.rsvp_changed", [channel, f"user:{anna.id}"]),
            ("community.gathering.rsvp_changed", [channel, f"user:{bo.id}"]),
            ("community.gathering.rsvp_changed", [channel, f"user:{anna.id}"]),
            ("community.gathering.place_given", [channel, f"user:{bo.id}"]),
        ]


class TestWhoseBusinessItIs:
    async def test_whoever_declines_is_on_no_list(self, place: Village, anna: Villager, bo: Villager) -> None:
        gathering = await announced(anna)
        await bo.rsvp(gathering["id"], "declined")
        assert await attendees(anna, gathering["id"]) == []
        assert (await place.events_about(gathering["id"]))[-1][1] == [f"user:{bo.id}"]

    async def test_the_list_is_for_who_is_logged_in(self, anna: Villager, bo: Villager, stranger: Villager) -> None:
        gathering = await announced(anna)
        await anna.rsvp(gathering["id"], "interested")
        path = f"/gatherings/{gathering['id']}/attendees"
        assert await stranger.status_of(path) == 401
        assert await attendees(bo, gathering["id"]) == [(anna.id, "interested", None)]
        for query in ("status=declined", "cursor=x", "limit=0"):
            assert await bo.status_of(f"{path}?{query}") == 422

    async def test_what_one_answered_is_not_in_the_record_to_be_read(self, place: Village, anna: Villager) -> None:
        gathering = await announced(anna)
        await anna.rsvp(gathering["id"], "interested")
        assert "interested" not in str(await place.data_about(gathering["id"]))

    async def test_leaving_a_private_community_gives_ones_place_back(
        self, place: Village, anna: Villager, bo: Villager
    ) -> None:
        community = await anna.found()
        await bo.join(community["id"])
        gathering = await anna.announce(community["id"], capacity=1)
        await bo.rsvp(gathering["id"], "going")
        await anna.rsvp(gathering["id"], "going")
        await place.hide(community["id"])
        await bo.leave(community["id"])
        await place.store.seal()

        async def anna_goes() -> bool:
            return bool((await read(anna, gathering["id"]))["my_rsvp"] == "going")

        await eventually(anna_goes)
        assert await attendees(anna, gathering["id"]) == [(anna.id, "going", None)]

    async def test_an_erased_person_s_answers_go_and_the_next_gets_the_place(
        self, place: Village, anna: Villager, bo: Villager
    ) -> None:
        community = await anna.found()
        gathering = await anna.announce(community["id"], capacity=1)
        theirs = await bo.announce((await bo.found())["id"], title="Kanariefugl", place="At Bo's")
        await bo.rsvp(gathering["id"], "going")
        await bo.rsvp(theirs["id"], "interested")
        await anna.rsvp(gathering["id"], "going")
        async with place.store.work() as work:
            await erase_person(work, UUID(bo.id))
        await place.store.seal()

        async def is_forgotten() -> bool:
            return bool((await read(anna, gathering["id"]))["my_rsvp"] == "going")

        await eventually(is_forgotten)
        assert await attendees(anna, gathering["id"]) == [(anna.id, "going", None)]
        blank = await read(anna, theirs["id"])
        assert (blank["title"], blank["place"], blank["interested_count"]) == ("", None, 0)
        assert await place.answers_of(bo.id) == 0
