"""Lists of events by what they are: filters, hostile values, and reading again."""

from collections.abc import AsyncIterator
from itertools import product

import pytest
import pytest_asyncio

from services.event.streams import queries
from shared.events.catalogue.access import RoleGranted, RoleRevoked
from shared.events.catalogue.auth import SessionStarted
from shared.events.event import Event
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, ActorId, new_id
from shared.observability.request_context import new_context
from tests.services.event.record import Caller, Record, a_stream
from tests.support.citizen import Json
from tests.support.eventually import eventually


@pytest_asyncio.fixture(scope="module")
async def mixed(home: Record, admin: Caller, citizen: Caller) -> AsyncIterator[list[Json]]:
    """All events of a record in which several people did several things."""
    account = new_id()
    happened: list[Event] = []
    for _ in range(4):
        happened += [
            RoleGranted(account_id=account, role="moderator"),
            RoleRevoked(account_id=account, role="moderator"),
            SessionStarted(session_id=new_id(), account_id=account),
        ]
        await admin.append(a_stream(), "a", "b")
    actors = [SYSTEM, ActorId(citizen.account_id)]
    for event, actor in product(happened, actors):
        async with unit_of_work(
            home.pool,
            home.territory,
            actor,
            person_keys=None,
            context=new_context(),
        ) as work:
            await work.append(f"{event.category}-{new_id()}", "none", event)

    async def all_sealed() -> list[Json]:
        found = await admin.pages("/events", limit=100)
        return found if sum(event["type"] == "auth.session.started" for event in found) >= 8 else []

    yield await eventually(all_sealed)


CATEGORIES = {
    "auth.role.granted": "account",
    "auth.role.revoked": "account",
    "auth.account.registered": "account",
    "auth.login.failed": "account",
    "auth.session.started": "session",
    "auth.session.ended": "session",
    "event.decision.recorded": "decision",
}


@pytest.mark.parametrize(("near", "rare"), [(1_000, 50_000), (3, 50_000), (3, 2)])
async def test_every_combination_of_filters_is_what_all_of_them_leave(
    monkeypatch: pytest.MonkeyPatch, mixed: list[Json], admin: Caller, citizen: Caller, near: int, rare: int
) -> None:
    """By each of the ways in which they are found."""
    monkeypatch.setattr(queries, "NEAR", near)
    monkeypatch.setattr(queries, "RARE", rare)
    types = (None, ["auth.role.granted"], ["auth.role.granted", "auth.session.started", "event.nothing.known"])
    moments = (None, mixed[len(mixed) // 3]["occurred_at"])
    ends = (None, mixed[len(mixed) * 2 // 3]["occurred_at"])
    for kinds, actor, category, since, until in product(
        types, (None, citizen.account_id, "system"), (None, "account", "session"), moments, ends
    ):
        given = {"type": kinds, "actor": actor, "category": category, "from": since, "to": until}
        query = {name: value for name, value in given.items() if value is not None}
        expected = [
            event["position"]
            for event in mixed
            if (kinds is None or event["type"] in kinds)
            and actor in (None, event["actor"])
            and category in (None, CATEGORIES.get(event["type"]))
            and (since is None or event["occurred_at"] >= since)
            and (until is None or event["occurred_at"] < until)
        ]
        found = await admin.pages("/events", limit=5, after=0, **query)
        assert [event["position"] for event in found if event["position"] <= mixed[-1]["position"]] == expected, query


async def test_the_link_to_the_next_page_keeps_every_type(mixed: list[Json], admin: Caller) -> None:
    kinds = sorted({event["type"] for event in mixed if event["type"].startswith("auth.role.")})
    answer = await admin.get("/events", type=kinds, limit=1)
    link = answer.headers["link"]
    assert all(f"type={kind}" in link for kind in kinds)


async def test_filters_go_on_from_a_position(mixed: list[Json], admin: Caller) -> None:
    granted = [event for event in mixed if event["type"] == "auth.role.granted"]
    found = await admin.pages("/events", type="auth.role.granted", after=granted[2]["position"])
    assert found == granted[3:]


async def test_a_person_sees_what_that_person_caused_whatever_is_asked_for(
    mixed: list[Json], admin: Caller, citizen: Caller
) -> None:
    own = [event for event in mixed if event["actor"] == citizen.account_id]
    assert len(own) >= 12
    assert [event for event in await citizen.pages("/events", limit=3) if event in mixed] == own
    for query in ({"actor": admin.account_id}, {"actor": "system"}, {"category": "decision"}):
        assert await citizen.pages("/events", **query) == []
    revoked = await citizen.pages("/events", category="account", type="auth.role.revoked")
    assert revoked == [event for event in own if event["type"] == "auth.role.revoked"]


async def test_a_category_that_no_type_has_is_refused(admin: Caller) -> None:
    answer = await admin.get("/events", category="nothing")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-category")
    assert answer.json()["errors"][0]["pointer"] == "?category"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("after", -1),
        ("after", 2**53),
        ("after", 2**80),
        ("after", "1.5"),
        ("limit", 0),
        ("limit", 101),
        ("wait", -1),
        ("wait", 31),
        ("wait", "nan"),
        ("wait", "inf"),
        ("type", "x" * 10_000),
        ("type", ["x"] * 21),
        ("type", ["event.decision.recorded", "DROP TABLE"]),
        ("type", "\x00"),
        ("actor", "x" * 101),
        ("actor", "a\x00b"),
        ("category", "\x00"),
        ("from", 1),
        ("from", "2026-01-01"),
        ("from", "2026-01-01T00:00:00"),
        ("to", "0001-01-01T00:00:00+14:00"),
        ("to", "yesterday"),
        ("schema", "newest"),
        ("reveal", "perhaps"),
        ("cursor", "x" * 513),
    ],
)
async def test_what_cannot_be_asked_is_refused(admin: Caller, name: str, value: str | int | list[str]) -> None:
    answer = await admin.get("/events", **{name: value})
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("stream", ["a%00b", "%ED%A0%80", "x" * 7_000, "%2e%2e", "%F0%9F%8C%8D", "a%0Ab"])
async def test_a_stream_with_a_name_that_nobody_can_give_is_empty_or_refused(admin: Caller, stream: str) -> None:
    answer = await admin.get(f"/events/streams/{stream}")
    assert answer.status_code in {200, 404, 414, 422}, answer.text
    assert answer.status_code != 200 or answer.json()["items"] == []


@pytest.mark.parametrize("version", [0, -1, 2**31, 2**64, "x"])
async def test_a_version_that_no_event_can_have_is_refused(admin: Caller, version: int | str) -> None:
    assert (await admin.get(f"/events/streams/{a_stream()}", **{"from": version})).status_code == 422


async def test_what_was_read_before_is_not_sent_again(home: Record, admin: Caller) -> None:
    answer = await admin.append(stream := a_stream(), "a")
    event = await home.sealed(answer.json()["ids"][0], admin)
    headers = {"Authorization": f"Bearer {admin.access_token}"}
    for path in (
        f"/events/streams/{stream}",
        f"/events/by-id/{event['id']}",
        f"/events?after={event['position'] - 1}&limit=1",
        f"/events/streams/{stream}/state",
    ):
        first = await home.events.get(path, headers=headers)
        again = await home.events.get(path, headers={**headers, "If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b""), path
        assert int(again.headers["x-position"]) >= event["position"]
        other = await home.events.get(path, headers={**headers, "If-None-Match": '"other"'})
        assert other.status_code == 200
