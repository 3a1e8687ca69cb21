"""Preferences: always there, changed one by one."""

import pytest

from tests.services.user.resident import Resident, Town

DEFAULTS = {
    "locale": "da-DK",
    "time_zone": "UTC",
    "theme": "system",
    "email_notifications": True,
    "email_digest": "off",
}


async def test_who_has_chosen_nothing_has_the_defaults(anna: Resident) -> None:
    answer = await anna.call("GET", "/users/me/preferences")
    assert (answer.status_code, answer.json()) == (200, DEFAULTS)
    assert int(answer.headers["x-position"]) >= 0


async def test_what_is_not_sent_stays(anna: Resident) -> None:
    first = await anna.call("PATCH", "/users/me/preferences", {"theme": "dark", "time_zone": "Europe/Copenhagen"})
    assert (first.status_code, first.json()) == (200, DEFAULTS | {"theme": "dark", "time_zone": "Europe/Copenhagen"})
    second = await anna.call("PATCH", "/users/me/preferences", {"locale": "en-GB", "email_notifications": False})
    expected = first.json() | {"locale": "en-GB", "email_notifications": False}
    assert second.json() == expected
    assert (await anna.call("GET", "/users/me/preferences")).json() == expected
    third = await anna.call("PATCH", "/users/me/preferences", {"locale": None})
    assert third.json()["locale"] == "da-DK"


async def test_only_a_real_change_is_on_record_and_only_by_name(home: Town, anna: Resident) -> None:
    await anna.call("PATCH", "/users/me/preferences", {"theme": "dark", "email_digest": "off"})
    await anna.call("PATCH", "/users/me/preferences", {"theme": "dark"})
    await anna.call("PATCH", "/users/me/preferences", {})
    events = [e for e in await home.events_about(anna.account["id"]) if e["type"] == "user.preferences.changed"]
    assert [event["data"]["changed"] for event in events] == [["theme"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"theme": "pink"}, "/theme"),
        ({"theme": None}, "/theme"),
        ({"locale": "english"}, "/locale"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"email_notifications": "no"}, "/email_notifications"),
        ({"email_notifications": 0}, "/email_notifications"),
        ({"email_digest": "hourly"}, "/email_digest"),
        ({"favourite_colour": "blue"}, "/favourite_colour"),
    ],
)
async def test_a_preference_that_does_not_exist_is_named(anna: Resident, body: object, pointer: str) -> None:
    answer = await anna.call("PATCH", "/users/me/preferences", body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await anna.call("GET", "/users/me/preferences")).json() == DEFAULTS


async def test_nobody_has_preferences_without_a_token(home: Town) -> None:
    assert (await home.user.get("/users/me/preferences")).status_code == 401
    assert (await home.user.patch("/users/me/preferences", json={"theme": "dark"})).status_code == 401
