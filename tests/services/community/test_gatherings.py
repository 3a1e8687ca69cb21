"""Gatherings: who announces them, who sees them, in which order they come."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from shared.clock import format_time
from tests.services.community.village import Village, Villager
from tests.support.citizen import Json

NOW = datetime.now(UTC)


def in_hours(hours: float) -> str:
    return format_time(NOW + timedelta(hours=hours))


async def refused(anna: Villager, **wrong: object) -> tuple[int, str, list[str]]:
    """Status, code, and the fields that are named."""
    community = await anna.found()
    answer = await anna.call("POST", f"/communities/{community['id']}/gatherings", {**anna.gathering(), **wrong})
    problem = answer.json()
    return answer.status_code, problem["code"], [each["pointer"] for each in problem.get("errors", [])]


def ids(page: Json) -> list[str]:
    return [item["id"] for item in page["items"]]


class TestAnnouncing:
    async def test_a_member_announces_and_reads_it_as_it_was_answered(self, anna: Villager) -> None:
        community = await anna.found("The quay")
        body = {
            "title": "Boat race",
            "starts_at": "2030-07-01T10:00:00+02:00",
            "ends_at": "2030-07-01T12:30:00.5+02:00",
            "time_zone": "Europe/Copenhagen",
            "capacity": 50,
            "place": "Nyhavn 1",
            "url": "https://example.org/race",
        }
        answer = await anna.call("POST", f"/communities/{community['id']}/gatherings", body)
        assert answer.status_code == 201, answer.text
        announced = answer.json()
        assert answer.headers["location"] == f"/api/gatherings/{announced['id']}"
        assert answer.headers["x-event-id"]
        assert announced == {
            **body,
            "id": announced["id"],
            "community_id": community["id"],
            "organiser_id": anna.id,
            "starts_at": "2030-07-01T08:00:00.000000Z",
            "ends_at": "2030-07-01T10:30:00.500000Z",
            "going_count": 0,
            "waiting_count": 0,
            "interested_count": 0,
            "created_at": announced["created_at"],
            "version": 1,
            "my_rsvp": None,
            "my_place_in_line": None,
            "community": {name: community[name] for name in ("id", "slug", "name")},
        }
        read = await anna.call("GET", f"/gatherings/{announced['id']}")
        assert (read.json(), read.headers["etag"]) == (announced, answer.headers["etag"])
        assert "x-position" in read.headers

    async def test_what_nobody_says_is_null(self, anna: Villager) -> None:
        gathering = await anna.announce((await anna.found())["id"])
        assert (gathering["capacity"], gathering["place"], gathering["url"]) == (None, None, None)

    async def test_the_same_key_announces_it_once(self, anna: Villager) -> None:
        path = f"/communities/{(await anna.found())['id']}/gatherings"
        body = anna.gathering()
        answers = [await anna.call("POST", path, body, Idempotency_Key="once") for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["idempotency-replayed"] == "true"
        assert len((await anna.call("GET", path)).json()["items"]) == 1

    async def test_only_members_announce(self, anna: Villager, bo: Villager, stranger: Villager) -> None:
        community, hidden = await anna.found(), await anna.found(visibility="private")
        for author, home, status in ((bo, community, 403), (bo, hidden, 404), (stranger, community, 401)):
            answer = await author.call("POST", f"/communities/{home['id']}/gatherings", anna.gathering())
            assert answer.status_code == status

    @pytest.mark.parametrize("ends_at", [in_hours(24), in_hours(23)], ids=["at once", "before"])
    async def test_it_ends_after_it_has_started(self, anna: Villager, ends_at: str) -> None:
        wrong = await refused(anna, starts_at=in_hours(24), ends_at=ends_at)
        assert wrong == (422, "ends-before-start", ["/ends_at"])

    @pytest.mark.parametrize(
        "zone", ["Europe/Atlantis", "europe/copenhagen", "CEST+2", "../../etc/passwd", "", "+02:00"]
    )
    async def test_the_time_zone_is_one_of_the_iana_database(self, anna: Villager, zone: str) -> None:
        status, _, fields = await refused(anna, time_zone=zone)
        assert (status, fields) == (422, ["/time_zone"])

    @pytest.mark.parametrize("zone", ["UTC", "America/Argentina/Buenos_Aires", "Atlantic/Faroe", "America/Nuuk"])
    async def test_every_time_zone_of_it_will_do(self, anna: Villager, zone: str) -> None:
        gathering = await anna.announce((await anna.found())["id"], time_zone=zone)
        assert gathering["time_zone"] == zone

    @pytest.mark.parametrize(
        "moment",
        [
            "2030-07-01T10:00:00",
            "2030-07-01 10:00:00Z",
            "2030-07-01T10:00Z",
            "2030-07-01",
            "20300701T100000Z",
            "2030-02-30T10:00:00Z",
            "2030-07-01T25:00:00Z",
            "2030-07-01T10:00:00+0200",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-12:00",
            "tomorrow",
            1_900_000_000,
            1.5,
            True,
            None,
        ],
    )
    async def test_a_time_is_one_of_rfc_3339(self, anna: Villager, moment: object) -> None:
        status, _, fields = await refused(anna, starts_at=moment)
        assert (status, fields) == (422, ["/starts_at"])

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title", "   "),
            ("title", "two\nlines"),
            ("title", "a" * 201),
            ("capacity", 0),
            ("capacity", -1),
            ("capacity", 1.5),
            ("capacity", "50"),
            ("capacity", True),
            ("capacity", 2**31),
            ("place", ""),
            ("place", "a" * 301),
            ("url", "javascript:alert(1)"),
            ("url", "example.org"),
            ("url", "https://example.org/" + "a" * 500),
            ("going_count", 5),
        ],
    )
    async def test_what_is_wrong_is_refused_by_its_name(self, anna: Villager, field: str, value: object) -> None:
        status, _, fields = await refused(anna, **{field: value})
        assert (status, fields) == (422, [f"/{field}"])


class TestSeeing:
    async def test_a_private_community_s_gatherings_are_its_members_alone(
        self, anna: Villager, bo: Villager, stranger: Villager
    ) -> None:
        community = await anna.found(visibility="private")
        gathering = await anna.announce(community["id"])
        one, list_ = f"/gatherings/{gathering['id']}", f"/communities/{community['id']}/gatherings"
        for path in (one, list_):
            assert await anna.status_of(path) == 200
            assert await bo.status_of(path) == 404
            assert await stranger.status_of(path) == 404
        answer = await bo.call("PUT", f"{one}/rsvp", {"status": "going"})
        assert (answer.status_code, answer.json()["code"]) == (404, "gathering-not-found")
        assert await bo.status_of(f"{one}/attendees") == 404

    async def test_what_is_not_private_anyone_sees(self, anna: Villager, stranger: Villager) -> None:
        for visibility in ("public", "unlisted"):
            community = await anna.found(visibility=visibility)
            gathering = await anna.announce(community["id"])
            assert await stranger.status_of(f"/gatherings/{gathering['id']}") == 200
            assert await stranger.status_of(f"/communities/{community['id']}/gatherings") == 200

    async def test_what_is_not_there_is_not_found(self, anna: Villager) -> None:
        for path in (f"/gatherings/{anna.id}", f"/communities/{anna.id}/gatherings"):
            assert await anna.status_of(path) == 404
        assert await anna.status_of("/gatherings/next") == 422


class TestCalendars:
    @pytest.mark.parametrize("limit", [1, 2, 100])
    async def test_a_community_s_calendar_is_in_order(self, anna: Villager, limit: int) -> None:
        community = await anna.found()
        announced = {hours: await anna.announce(community["id"], starts=hours) for hours in (30, 10, -10, 20, 20.5)}
        listed = await anna.all_pages(f"/communities/{community['id']}/gatherings", limit)
        assert [each["id"] for each in listed] == [announced[hours]["id"] for hours in (-10, 10, 20, 20.5, 30)]

    async def test_a_month_of_it_can_be_asked_for(self, anna: Villager) -> None:
        community = await anna.found()
        at = {hours: (await anna.announce(community["id"], starts=hours))["id"] for hours in (10, 20, 30)}
        start = (await anna.call("GET", f"/gatherings/{at[20]}")).json()["starts_at"]
        path = f"/communities/{community['id']}/gatherings"
        assert ids((await anna.call("GET", f"{path}?from={start}")).json()) == [at[20], at[30]]
        assert ids((await anna.call("GET", f"{path}?to={start}")).json()) == [at[10]]
        assert await anna.status_of(f"{path}?from=2030") == 422
        assert await anna.status_of(f"{path}?from=0001-01-01T00:00:00%2B14:00") in {200, 422}

    @pytest.mark.parametrize("limit", [1, 2, 100])
    async def test_mine_are_the_next_ones_of_all_my_communities(self, anna: Villager, bo: Villager, limit: int) -> None:
        here, there = await anna.found(), await bo.found(visibility="private")
        mine, other = await bo.found("The quay"), await anna.found()
        await bo.join(here["id"])
        announced = [
            await author.announce(home["id"], starts=hours)
            for author, home, hours in (
                (anna, here, 5),
                (bo, there, 3),
                (bo, mine, 4),
                (anna, here, 2),
                (bo, mine, -0.5),
                (anna, other, 1),
            )
        ]
        listed = await bo.all_pages("/gatherings?scope=mine", limit)
        assert [each["id"] for each in listed] == [announced[index]["id"] for index in (3, 1, 2, 0)]
        assert listed[2]["community"]["name"] == "The quay"

    async def test_mine_say_what_i_have_answered(self, anna: Villager, bo: Villager) -> None:
        community = await anna.found()
        await bo.join(community["id"])
        gatherings = [await anna.announce(community["id"], starts=hours) for hours in (1, 2)]
        await bo.rsvp(gatherings[0]["id"], "going")
        page = (await bo.call("GET", "/gatherings?scope=mine")).json()
        assert [each["my_rsvp"] for each in page["items"]] == ["going", None]
        assert [each["going_count"] for each in page["items"]] == [1, 0]

    async def test_what_is_announced_between_two_pages_moves_nothing(self, anna: Villager) -> None:
        community = await anna.found()
        first = [(await anna.announce(community["id"], starts=hours))["id"] for hours in (1, 2, 3, 4)]
        page = (await anna.call("GET", "/gatherings?scope=mine&limit=2")).json()
        await anna.announce(community["id"], starts=0.5)
        cursor = quote(page["next_cursor"])
        rest = (await anna.call("GET", f"/gatherings?scope=mine&limit=2&cursor={cursor}")).json()
        assert ids(page) + ids(rest) == first

    @pytest.mark.parametrize("query", ["scope=all", "limit=0", "cursor=x"])
    async def test_what_is_no_list_is_refused(self, anna: Villager, query: str) -> None:
        assert await anna.status_of(f"/gatherings?{query}") == 422

    async def test_mine_are_for_who_is_logged_in(self, stranger: Villager) -> None:
        assert await stranger.status_of("/gatherings?scope=mine") == 401

    async def test_lists_cover_all_up_to_their_position(self, place: Village, anna: Villager) -> None:
        community = await anna.found()
        sealed = await place.store.seal()
        for path in ("/gatherings?scope=mine", f"/communities/{community['id']}/gatherings"):
            answer: Any = await anna.call("GET", path)
            assert int(answer.headers["x-position"]) == sealed


class TestEvents:
    async def test_the_community_and_whoever_watches_it_hear_of_a_gathering(
        self, place: Village, anna: Villager
    ) -> None:
        community = await anna.found()
        gathering = await anna.announce(community["id"], title="A secret of Anna's", place="Nyhavn 1")
        assert await place.events_about(gathering["id"]) == [
            ("community.gathering.created", [f"community:{community['id']}", f"gathering:{gathering['id']}"])
        ]
        assert "A secret" not in str(await place.data_about(gathering["id"]))
