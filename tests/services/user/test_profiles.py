"""Profiles: there from the first moment, public to read, the owner's to change."""

import asyncio
from uuid import UUID

import pytest

from services.user.profiles.commands import ensure_profile
from services.user.settings import UserSettings
from shared.events.person_keys import PersonKeys
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from tests.services.user.resident import NO_BUS, Resident, Town, seal_everything, town
from tests.support.eventually import eventually
from tests.support.servers import Servers


class TestRead:
    async def test_a_new_citizen_has_a_profile_at_once(self, home: Town) -> None:
        for _ in range(10):
            citizen = await home.register(display_name="Anna L.")
            answer = await citizen.call("GET", "/users/me")
            assert answer.status_code == 200
            assert answer.headers["etag"] == '"1"'
            assert int(answer.headers["x-position"]) >= 0
            profile = answer.json()
            assert profile["id"] == citizen.account["id"]
            assert (profile["display_name"], profile["bio"], profile["links"]) == ("Anna L.", "", [])
            assert profile["created_at"] == citizen.account["created_at"]

    async def test_without_a_bus_too(self, servers: Servers, territory: Territory) -> None:
        async with town(servers, territory, nats_url=NO_BUS) as place:
            citizen = await place.register()
            assert (await citizen.call("GET", "/users/me")).status_code == 200
            assert await place.profile_events(citizen.account["id"]) == ["user.profile.created"]

    async def test_anyone_reads_it_by_id_or_by_name_in_any_case(self, home: Town, anna: Resident) -> None:
        name, account_id = anna.account["username"], anna.account["id"]
        answers = [await home.user.get(f"/users/{key}") for key in (name, name.upper(), account_id)]
        assert {answer.status_code for answer in answers} == {200}
        assert {answer.json()["id"] for answer in answers} == {account_id}
        assert all("email" not in answer.json() for answer in answers)

    @pytest.mark.parametrize(
        "key", ["nobody", "00000000-0000-7000-8000-000000000000", "'; DROP TABLE profiles;--", "%00"]
    )
    async def test_who_does_not_exist_has_none(self, home: Town, key: str) -> None:
        assert (await home.user.get(f"/users/{key}")).status_code in {404, 422}

    async def test_an_unchanged_profile_is_not_sent_twice(self, anna: Resident) -> None:
        first = await anna.call("GET", "/users/me")
        again = await anna.call("GET", "/users/me", None, {"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    async def test_nobody_has_a_profile_of_their_own_without_a_token(self, home: Town) -> None:
        answer = await home.user.get("/users/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")

    async def test_however_many_come_first_one_profile_is_made(self, home: Town, anna: Resident) -> None:
        answers = await asyncio.gather(*(anna.call("GET", "/users/me") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert await home.profile_events(anna.account["id"]) == ["user.profile.created"]

    async def test_the_first_call_and_the_consumer_race_safely(self, servers: Servers, territory: Territory) -> None:
        async with town(servers, territory, nats_url=NO_BUS) as place:
            citizen = await place.register()
            keys = PersonKeys(servers.settings(UserSettings, territory).person_key_secret, territory)

            async def consume() -> None:
                opened = unit_of_work(place.pool, territory, SYSTEM, person_keys=keys, context=new_context())
                async with opened as work:
                    await ensure_profile(work, UUID(citizen.account["id"]))

            calls = (citizen.call("GET", "/users/me") for _ in range(8))
            await asyncio.gather(*calls, *(consume() for _ in range(8)))
            assert await place.profile_events(citizen.account["id"]) == ["user.profile.created"]

    async def test_the_consumer_makes_it_when_nobody_asks(self, servers: Servers, territory: Territory) -> None:
        async with town(servers, territory) as place:
            citizen = await place.register()
            await seal_everything(servers, territory)

            async def is_made() -> bool:
                return await place.profile_events(citizen.account["id"]) == ["user.profile.created"]

            await eventually(is_made)


class TestChange:
    async def test_a_change_names_the_version_it_was_made_from(self, anna: Resident) -> None:
        etag = (await anna.call("GET", "/users/me")).headers["etag"]
        body = {"bio": "Gardener.", "links": [{"label": "Blog", "url": "https://anna.example.org/"}]}
        missing = await anna.change_profile(body, None)
        assert (missing.status_code, missing.json()["code"]) == (428, "if-match-required")
        changed = await anna.change_profile(body, etag)
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
        assert changed.headers["x-event-id"]
        assert changed.json()["bio"] == "Gardener."
        assert changed.json()["links"] == body["links"]
        assert changed.json()["display_name"] == "Anna L."
        stale = await anna.change_profile({"bio": "Sailor."}, etag)
        assert (stale.status_code, stale.json()["code"]) == (412, "stale")
        assert (await anna.call("GET", "/users/me")).json() == changed.json()

    async def test_of_many_changes_of_one_version_one_wins(self, home: Town, anna: Resident) -> None:
        etag = (await anna.call("GET", "/users/me")).headers["etag"]
        answers = await asyncio.gather(*(anna.change_profile({"bio": str(n)}, etag) for n in range(10)))
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
        assert await home.profile_events(anna.account["id"]) == ["user.profile.created", "user.profile.updated"]

    async def test_what_is_on_record_is_encrypted(self, home: Town, anna: Resident) -> None:
        etag = (await anna.call("GET", "/users/me")).headers["etag"]
        await anna.change_profile({"bio": "Lives by the harbour."}, etag)
        events = await home.events_about(anna.account["id"])
        assert "harbour" not in str(events)
        updated = events[-1]
        assert updated["actor"] == anna.account["id"]
        assert set(updated["data"]["bio"]) == {"person", "cipher"}

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"display_name": ""}, "/display_name"),
            ({"display_name": "x" * 81}, "/display_name"),
            ({"bio": "x" * 2001}, "/bio"),
            ({"bio": 7}, "/bio"),
            ({"links": [{"label": "x", "url": "javascript:alert(1)"}]}, "/links/0/url"),
            ({"links": [{"label": "x", "url": "https://x.example", "rel": "me"}]}, "/links/0/rel"),
            ({"links": [{"label": "x", "url": "https://x.example"}] * 11}, "/links"),
            ({"username": "other"}, "/username"),
            ({"version": 7}, "/version"),
        ],
    )
    async def test_a_wrong_field_is_named(self, anna: Resident, body: object, pointer: str) -> None:
        answer = await anna.change_profile(body, "*")
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
        assert (await anna.call("GET", "/users/me")).json()["version"] == 1
