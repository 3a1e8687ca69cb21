"""The state of a stream at a version or a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import bindparam, delete, select, update

from services.event.state.tables import stream_snapshots
from shared.database.statements import compiled
from shared.events.catalogue.community import CommunityCreated, MemberJoined, MemberLeft
from shared.events.catalogue.user import PreferencesChanged, ProfileCreated, ProfileUpdated
from shared.events.person_keys import PersonKeys
from shared.events.tables import person_keys
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, ActorId, new_id
from shared.observability.request_context import new_context
from shared.settings.secrets import Secret
from tests.services.event.record import Caller, Record, a_stream
from tests.support.citizen import Json
from tests.support.servers import Servers

LONG = 1_000

_SNAPSHOTS = compiled(
    select(stream_snapshots.c.version, stream_snapshots.c.catalogue)
    .where(stream_snapshots.c.stream == bindparam("stream"))
    .order_by(stream_snapshots.c.version)
)
_REMOVE = compiled(delete(stream_snapshots).where(stream_snapshots.c.stream == bindparam("stream")))
_ALTER = compiled(
    update(stream_snapshots)
    .where(stream_snapshots.c.stream == bindparam("stream"))
    .values(state=bindparam("state", type_=stream_snapshots.c.state.type))
)
_AGE = compiled(
    update(stream_snapshots)
    .where(stream_snapshots.c.stream == bindparam("stream"))
    .values(catalogue="another", state=bindparam("state", type_=stream_snapshots.c.state.type))
)
_FORGET = compiled(delete(person_keys).where(person_keys.c.person == bindparam("person")))
WRONG = {"fields": {"title": "from a snapshot"}, "types": []}


@pytest_asyncio.fixture(scope="module")
async def long(admin: Caller) -> AsyncIterator[str]:
    """A stream of a thousand decisions, with gaps in what each says."""
    stream = a_stream()
    for start in range(0, LONG, 100):
        proposed = [
            {
                "type": "event.decision.recorded",
                "data": {"title": str(n), "outcome": "yes", **({"reference": f"r{n}"} if n % 7 == 0 else {})},
            }
            for n in range(start + 1, start + 101)
        ]
        answer = await admin.post(stream, {"expected_version": start, "events": proposed})
        assert answer.status_code == 201, answer.text
    yield stream


async def events_of(caller: Caller, stream: str) -> list[Json]:
    return await caller.pages(f"/events/streams/{stream}", limit=100)


async def state_of(caller: Caller, stream: str, **query: str | int) -> Json:
    answer = await caller.get(f"/events/streams/{stream}/state", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def replayed(events: list[Json]) -> Json:
    """As anyone would who reads the stream from its beginning."""
    state: dict[str, Any] = {}
    for event in events:
        state |= event["data"]
    last = events[-1]
    return {
        **{name: last[name] for name in ("stream", "version", "position", "occurred_at")},
        "types": sorted({event["type"] for event in events}),
        "state": state,
    }


async def sealed_events(place: Record, caller: Caller, stream: str) -> list[Json]:
    events = await events_of(caller, stream)
    await place.sealed(events[-1]["id"], caller)
    return await events_of(caller, stream)


class TestAtAVersion:
    async def test_each_is_what_a_replay_from_the_beginning_gives(self, home: Record, admin: Caller, long: str) -> None:
        events = await sealed_events(home, admin, long)
        await home.pool.execute(_REMOVE, stream=long)
        versions = [*range(1, 12), *range(95, 106), *range(198, 203), 555, *range(897, 903), LONG - 1, LONG]
        for is_warm in (False, True):
            for version in versions if is_warm else reversed(versions):
                assert await state_of(admin, long, version=version) == replayed(events[:version]), (version, is_warm)
        assert await state_of(admin, long) == replayed(events)

    async def test_fields_that_later_events_do_not_have_stay(self, home: Record, admin: Caller) -> None:
        community, account = new_id(), new_id()
        created = CommunityCreated(
            community_id=community, slug="a", name="A", description="", visibility="public", join_policy="open",
            kind="place", parent_id=None, founder_id=account,
        )  # fmt: skip
        joined = MemberJoined(community_id=community, account_id=account, role="member")
        left = MemberLeft(community_id=community, account_id=new_id(), role="guest")
        stream = f"community-{community}"
        context = new_context()
        async with unit_of_work(home.pool, home.territory, SYSTEM, person_keys=None, context=context) as work:
            for event in (created, joined, left):
                await work.append(stream, "any", event)
        events = await sealed_events(home, admin, stream)
        for version in (1, 2, 3):
            assert await state_of(admin, stream, version=version) == replayed(events[:version])
        newest = await state_of(admin, stream)
        assert (newest["state"]["name"], newest["state"]["role"]) == ("A", "guest")
        assert newest["types"] == ["community.community.created", "community.member.joined", "community.member.left"]

    async def test_a_version_that_is_not_there_is_not_found(self, admin: Caller, long: str) -> None:
        for version in (LONG + 1, 2**31 - 1):
            answer = await admin.get(f"/events/streams/{long}/state", version=version)
            assert (answer.status_code, answer.json()["code"]) == (404, "stream-version-not-found")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("version", 0),
            ("version", -1),
            ("version", 2**31),
            ("version", 2**64),
            ("version", "x"),
            ("at", 1),
            ("at", "now"),
        ],
    )
    async def test_a_moment_that_cannot_be_is_refused(self, admin: Caller, name: str, value: str | int) -> None:
        assert (await admin.get(f"/events/streams/{a_stream()}/state", **{name: value})).status_code == 422

    async def test_a_version_and_a_time_together_are_refused(self, admin: Caller, long: str) -> None:
        answer = await admin.get(f"/events/streams/{long}/state", version=1, at="2026-01-01T00:00:00Z")
        assert (answer.status_code, answer.json()["code"]) == (422, "one-moment")


class TestAtATime:
    async def test_it_is_that_of_the_last_event_until_then(self, home: Record, admin: Caller) -> None:
        stream = a_stream()
        for title in "abc":
            await admin.append(stream, title)
        events = await sealed_events(home, admin, stream)
        for count, event in enumerate(events, start=1):
            assert await state_of(admin, stream, at=event["occurred_at"]) == replayed(events[:count])
            just_before = datetime.fromisoformat(event["occurred_at"]) - timedelta(microseconds=1)
            answer = await admin.get(f"/events/streams/{stream}/state", at=just_before.isoformat())
            if count == 1:
                assert (answer.status_code, answer.json()["code"]) == (404, "stream-not-found")
            else:
                assert answer.json() == replayed(events[: count - 1])
        assert await state_of(admin, stream, at="9999-01-01T00:00:00Z") == replayed(events)

    async def test_other_offsets_are_the_same_time(self, home: Record, admin: Caller) -> None:
        stream = a_stream()
        await admin.append(stream, "a")
        (event,) = await sealed_events(home, admin, stream)
        there = datetime.fromisoformat(event["occurred_at"]).astimezone().isoformat()
        assert (await state_of(admin, stream, at=there))["version"] == 1


class TestWhoMaySee:
    async def test_a_stream_that_does_not_exist_has_no_state(self, admin: Caller) -> None:
        for stream in (a_stream(), "nothing", "a%00b"):
            answer = await admin.get(f"/events/streams/{stream}/state")
            assert answer.status_code in {404, 422}

    async def test_a_person_sees_that_of_streams_which_are_wholly_their_own(
        self, home: Record, admin: Caller, citizen: Caller
    ) -> None:
        account = new_id()
        stream = f"profile-{account}"
        changed = PreferencesChanged(account_id=account, changed=("a",))
        for actor in (ActorId(citizen.account_id), SYSTEM):
            context = new_context()
            async with unit_of_work(home.pool, home.territory, actor, person_keys=None, context=context) as work:
                await work.append(stream, "any", changed)
        assert (await state_of(citizen, stream, version=1))["version"] == 1
        for query in ({}, {"version": 2}):
            assert (await citizen.get(f"/events/streams/{stream}/state", **query)).status_code == 404
        assert (await state_of(admin, stream))["version"] == 2
        assert (await home.events.get(f"/events/streams/{stream}/state")).status_code == 401


class TestPersonalFields:
    async def test_they_stand_as_stored_are_revealed_on_demand_and_named_when_erased(
        self, servers: Servers, home: Record, admin: Caller
    ) -> None:
        account = new_id()
        stream = f"profile-{account}"
        keys = PersonKeys(Secret(servers.secrets.read("person_key_secret")), home.territory)
        context = new_context()
        async with unit_of_work(home.pool, home.territory, SYSTEM, person_keys=keys, context=context) as work:
            await work.append(stream, "any", ProfileCreated(account_id=account, username="anna", display_name="Anna"))
            updated = ProfileUpdated(account_id=account, username="anna", display_name="Anna B", bio="boats")
            await work.append(stream, "any", updated)
            for _ in range(120):
                await work.append(stream, "any", PreferencesChanged(account_id=account, changed=("a",)))
        events = await sealed_events(home, admin, stream)
        for _ in ("without a snapshot", "with one"):
            stored = await state_of(admin, stream)
            assert stored == replayed(events)
            assert stored["state"]["bio"] == events[1]["data"]["bio"] != "boats"
            shown = await state_of(admin, stream, reveal="true")
            assert shown["erased"] == []
            revealed = {name: shown["state"][name] for name in ("username", "display_name", "bio")}
            assert revealed == {"username": "anna", "display_name": "Anna B", "bio": "boats"}
        await home.pool.execute(_FORGET, person=account)
        gone = await state_of(admin, stream, reveal="true")
        assert gone["erased"] == ["bio", "display_name", "username"]
        assert [gone["state"][name] for name in gone["erased"]] == [None] * 3
        assert gone["state"]["changed"] == ["a"]


class TestSnapshots:
    async def test_one_is_left_every_hundred_versions(self, home: Record, admin: Caller, long: str) -> None:
        await home.pool.execute(_REMOVE, stream=long)
        await state_of(admin, long, version=99)
        assert await home.pool.fetch(_SNAPSHOTS, stream=long) == []
        await state_of(admin, long, version=351)
        versions = [row["version"] for row in await home.pool.fetch(_SNAPSHOTS, stream=long)]
        assert versions == [100, 200, 300]
        await state_of(admin, long)
        versions = [row["version"] for row in await home.pool.fetch(_SNAPSHOTS, stream=long)]
        assert versions == list(range(100, LONG + 1, 100))

    async def test_it_is_what_reading_starts_from(self, home: Record, admin: Caller) -> None:
        """A wrong one is believed: so it was used. The next event's fields win."""
        stream = a_stream()
        await admin.append(stream, *[str(n) for n in range(100)])
        await state_of(admin, stream)
        await home.pool.execute(_ALTER, stream=stream, state=WRONG)
        assert (await state_of(admin, stream))["state"] == {"title": "from a snapshot"}
        await admin.append(stream, "late")
        assert (await state_of(admin, stream))["state"]["title"] == "late"

    async def test_one_of_another_catalogue_is_ignored_and_replaced(self, home: Record, admin: Caller) -> None:
        stream = a_stream()
        await admin.append(stream, *[str(n) for n in range(100)])
        right = await state_of(admin, stream)
        await home.pool.execute(_AGE, stream=stream, state=WRONG)
        assert (await state_of(admin, stream))["state"] == right["state"]
        (row,) = await home.pool.fetch(_SNAPSHOTS, stream=stream)
        assert row["catalogue"] != "another"

    async def test_many_who_ask_at_once_are_answered_alike(self, home: Record, admin: Caller, long: str) -> None:
        await home.pool.execute(_REMOVE, stream=long)
        answers = await asyncio.gather(*(state_of(admin, long) for _ in range(10)))
        assert all(answer == answers[0] for answer in answers)
        assert answers[0]["version"] == LONG
