"""Appending events inside a unit of work."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.clock import utc_now
from shared.database.errors import RetryableConflict
from shared.errors import ServiceError
from shared.events import store as reading
from shared.events.canonical import require_canonical
from shared.events.catalogue.auth import LoginFailed
from shared.events.catalogue.event import DecisionRecorded
from shared.events.catalogue.user import ProfileCreated
from shared.events.envelope import StoredEvent
from shared.events.erasure import erase_person
from shared.events.event import Event
from shared.identifiers import SYSTEM, ActorId, Position, new_id
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.servers import Servers


async def stored(store: EventStore) -> list[StoredEvent]:
    """All events, sealed for the reading."""
    await store.seal()
    return list(await reading.read_after(store.pool, Position(0), 1000))


async def test_versions_of_a_stream_count_from_one(servers: Servers, territory: Territory) -> None:
    stream = f"decision-{new_id()}"
    async with event_store(servers, territory) as store:
        async with store.work() as work:
            first = await work.append(stream, "none", decision())
            second = await work.append(stream, 1, decision())
            third = await work.append(stream, "any", decision())
        assert (first.version, second.version, third.version) == (1, 2, 3)


@pytest.mark.parametrize("expected", ["none", 0, 1, 3])
async def test_a_wrong_expected_version_is_a_conflict_that_names_the_right_one(
    servers: Servers, territory: Territory, expected: int | str
) -> None:
    stream = f"decision-{new_id()}"
    async with event_store(servers, territory) as store:
        await store.append(decision(), decision(), stream=stream)
        with pytest.raises(ServiceError, match="version-conflict: The stream is at version 2"):
            async with store.work() as work:
                await work.append(stream, expected, decision())  # type: ignore[arg-type]  # a parametrised literal


async def test_of_many_writers_with_one_expected_version_one_wins(servers: Servers, territory: Territory) -> None:
    stream = f"decision-{new_id()}"
    async with event_store(servers, territory) as store:

        async def write() -> str:
            try:
                async with store.work() as work:
                    await work.append(stream, "none", decision())
            except ServiceError as error:
                return error.code
            return "won"

        outcomes = await asyncio.gather(*(write() for _ in range(20)))
        assert sorted(set(outcomes)) == ["version-conflict", "won"]
        assert outcomes.count("won") == 1


async def test_a_writer_of_any_version_that_loses_the_race_may_run_again(
    servers: Servers, territory: Territory
) -> None:
    stream = f"decision-{new_id()}"
    async with event_store(servers, territory) as store:

        async def write() -> None:
            while True:
                try:
                    async with store.work() as work:
                        await work.append(stream, "any", decision())
                except RetryableConflict:
                    continue
                return

        await asyncio.gather(*(write() for _ in range(20)))
        assert sorted(event.version for event in await stored(store)) == list(range(1, 21))


async def test_the_same_event_twice_is_one_event(servers: Servers, territory: Territory) -> None:
    stream, event_id = f"decision-{new_id()}", new_id()
    async with event_store(servers, territory) as store:
        for expected in ("none", "none", "any"):
            async with store.work() as work:
                appended = await work.append(stream, expected, decision(), event_id=event_id)
                assert (appended.id, appended.version) == (event_id, 1)
        with pytest.raises(ServiceError, match="event-id-conflict"):
            async with store.work() as work:
                await work.append(f"decision-{new_id()}", "any", decision(), event_id=event_id)
        assert len(await stored(store)) == 1


async def test_an_id_that_stands_for_something_else_is_refused(servers: Servers, territory: Territory) -> None:
    stream, event_id = f"decision-{new_id()}", new_id()
    async with event_store(servers, territory) as store:
        await _append_as(store, stream, event_id, decision())
        for event, actor, links in (
            (decision("b"), SYSTEM, {}),
            (decision(), ActorId(str(new_id())), {}),
            (decision(), SYSTEM, {"causation_id": str(new_id())}),
        ):
            with pytest.raises(ServiceError, match="event-id-conflict"):
                await _append_as(store, stream, event_id, event, actor, links)


async def test_text_of_a_person_is_compared_too_until_it_is_erased(servers: Servers, territory: Territory) -> None:
    person, event_id = new_id(), new_id()
    async with event_store(servers, territory) as store:

        async def append(username: str) -> None:
            event = ProfileCreated(account_id=person, username=username, display_name="Anna")
            await _append_as(store, f"profile-{person}", event_id, event)

        await append("anna")
        await append("anna")
        with pytest.raises(ServiceError, match="event-id-conflict"):
            await append("bo")
        async with store.work() as work:
            await erase_person(work, person)
        await append("anna")
        assert [event.type for event in await stored(store)] == ["user.profile.created", "event.person.erased"]


async def _append_as(
    store: EventStore,
    stream: str,
    event_id: UUID,
    event: Event,
    actor: ActorId = SYSTEM,
    links: Mapping[str, str] = MappingProxyType({}),
) -> None:
    async with store.work() as work:
        work.actor = actor
        await work.append(stream, "any", event, event_id=event_id, links=links)


async def test_what_fails_leaves_nothing(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:

        async def append_two() -> None:
            async with store.work() as work:
                await work.append(f"decision-{new_id()}", "any", decision())
                await work.append(f"post-{new_id()}", "any", decision())

        with pytest.raises(ServiceError, match="stream-category"):
            await append_two()
        assert await stored(store) == []


@pytest.mark.parametrize("stream", ["decision", "decision-", "decision-1", "decision-'; drop table events", "-", ""])
async def test_a_stream_is_a_category_and_an_id(servers: Servers, territory: Territory, stream: str) -> None:
    async with event_store(servers, territory) as store:
        with pytest.raises(ServiceError, match="stream-category"):
            async with store.work() as work:
                await work.append(stream, "any", decision())


async def test_metadata_names_the_request_its_cause_and_its_audience(servers: Servers, territory: Territory) -> None:
    async with event_store(servers, territory) as store:
        async with store.work() as work:
            account = new_id()
            await work.append(
                f"account-{account}",
                "any",
                LoginFailed(account_id=account, reason="password"),
                audience=[f"user:{account}"],
                links={"causation_id": "c"},
            )
        (event,) = await stored(store)
        assert event.metadata == {"request_id": "test", "causation_id": "c", "audience": [f"user:{account}"]}
        assert event.audience == (f"user:{account}",)
        assert event.occurred_at.microsecond == work.now.microsecond


@pytest.mark.parametrize(
    "value", ["a\x00b", "\ud800", 2**53, -(2**53), 1e16, float("inf"), float("nan"), {"a\x00": 1}, {"n": [[2**60]]}]
)
def test_what_cannot_be_hashed_twice_the_same_is_refused(value: object) -> None:
    with pytest.raises(ServiceError, match="not-canonical"):
        require_canonical({"value": value})


def test_what_nests_too_deep_is_refused() -> None:
    value: object = 1
    for _ in range(40):
        value = [value]
    with pytest.raises(ServiceError, match="not-canonical"):
        require_canonical(value)


async def test_a_text_that_jsonb_cannot_hold_is_refused_before_it_gets_there(
    servers: Servers, territory: Territory
) -> None:
    async with event_store(servers, territory) as store:
        with pytest.raises(ServiceError, match="not-canonical") as refused:
            async with store.work() as work:
                await work.append(f"decision-{new_id()}", "any", DecisionRecorded(title="a\x00b", outcome="c"))
        assert [fault.pointer for fault in refused.value.errors] == ["/data/title"]


EVENT_ID, MOMENT = new_id(), utc_now()
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1, allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
_JSON = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4))


async def test_leaf_bytes_are_the_same_after_storage_as_jsonb(servers: Servers, territory: Territory) -> None:
    """Values are collected first and stored in one statement: hypothesis drives a synchronous function."""
    values: list[object] = []

    @settings(max_examples=300, deadline=None, database=None)
    @given(_JSON)
    def collect(value: object) -> None:
        require_canonical(value)
        values.append(value)

    await asyncio.to_thread(collect)
    connection = await servers.postgres.connect_to(territory.database)
    texts = await connection.fetch(
        "SELECT v::jsonb::text AS t FROM unnest($1::text[]) WITH ORDINALITY AS u(v, n) ORDER BY n",
        [orjson.dumps(value).decode() for value in values],
    )
    await connection.close()
    for value, row in zip(values, texts, strict=True):
        assert leaf(value) == leaf(orjson.loads(row["t"])), value


def leaf(value: object) -> bytes:
    """The leaf bytes of an event with that value in its data."""
    event = StoredEvent(EVENT_ID, Position(0), "decision-x", 1, "t", 1, "system", MOMENT, {"value": value}, {})
    return event.leaf_bytes()
