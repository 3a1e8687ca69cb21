"""Erasing a person through the API: who may, once and for all, and what a writer at that moment meets."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from shared.errors import ServiceError
from shared.events.catalogue.user import ProfileCreated
from shared.events.erasure import erase_person
from shared.identifiers import new_id
from tests.services.event.record import Caller, Record
from tests.support.citizen import Json
from tests.support.event_store import EventStore, event_store
from tests.support.servers import Servers


@pytest_asyncio.fixture
async def store(servers: Servers, home: Record) -> AsyncIterator[EventStore]:
    """Beside the home's services."""
    async with event_store(servers, home.territory) as opened:
        yield opened


async def erase(caller: Caller, person: object, reason: str | None = None) -> tuple[int, Json]:
    answer = await caller.ask("DELETE", f"/events/persons/{person}", headers={"X-Reason": reason} if reason else {})
    return answer.status_code, answer.json()


async def profile_of(store: EventStore, person: UUID, name: str = "Anna Ærø") -> str:
    event = ProfileCreated(account_id=person, username="anna", display_name=name)
    (appended,) = await store.append(event, stream=f"profile-{person}")
    return str(appended.id)


async def test_all_text_of_a_person_is_gone_and_the_second_time_the_answer_is_the_first(
    home: Record, admin: Caller, store: EventStore
) -> None:
    gone, stays = new_id(), new_id()
    before, other = await profile_of(store, gone), await profile_of(store, stays, "Bent")
    sealed = await home.sealed(before, admin)
    proof = (await admin.get(f"/events/by-id/{before}")).json()
    first = await erase(admin, gone, "asked for it")
    assert first[0] == 200
    assert first[1]["person_id"] == str(gone)
    assert await erase(admin, gone, "again") == first
    shown = (await admin.get(f"/events/by-id/{before}", reveal="true")).json()
    assert shown["erased"] == ["display_name", "username"]
    assert (shown["data"]["username"], shown["data"]["account_id"]) == (None, str(gone))
    assert (await admin.get(f"/events/by-id/{before}")).json() == proof
    kept = (await admin.get(f"/events/by-id/{other}", reveal="true")).json()
    assert (kept["data"]["display_name"], kept["erased"]) == ("Bent", [])
    put_down = await home.sealed(first[1]["event_id"], admin)
    assert put_down["position"] > sealed["position"]
    assert put_down["data"] == {"person_id": str(gone), "reason": "asked for it"}


async def test_who_may_not_or_names_nobody_is_refused(home: Record, admin: Caller, store: EventStore) -> None:
    person = new_id()
    await profile_of(store, person)
    for role in (None, "moderator", "auditor", "service"):
        assert (await erase(await home.caller(role), person))[0] == 403, role
    assert (await home.events.delete(f"/events/persons/{person}")).status_code == 401
    unknown = await erase(admin, new_id())
    assert (unknown[0], unknown[1]["code"]) == (404, "person-not-found")
    assert (await erase(admin, "anna"))[0] == 422


async def test_nothing_personal_is_written_for_who_was_erased(admin: Caller, store: EventStore) -> None:
    person = new_id()
    await profile_of(store, person)
    assert (await erase(admin, person))[0] == 200
    with pytest.raises(ServiceError) as refused:
        await profile_of(store, person)
    assert refused.value.code == "person-erased"


async def test_who_is_writing_is_waited_for_and_what_they_wrote_is_gone_too(admin: Caller, store: EventStore) -> None:
    person = new_id()
    await profile_of(store, person)
    event = ProfileCreated(account_id=person, username="anna", display_name="in flight")
    async with store.work() as work:
        appended = await work.append(f"profile-{person}", "any", event)
        erasing = asyncio.create_task(erase(admin, person))
        await asyncio.wait([erasing], timeout=0.5)
        assert not erasing.done()
    assert (await erasing)[0] == 200
    shown = (await admin.get(f"/events/by-id/{appended.id}", reveal="true")).json()
    assert shown["erased"] == ["display_name", "username"]


async def test_two_who_erase_at_once_leave_one_erasure(admin: Caller, store: EventStore) -> None:
    person = new_id()
    await profile_of(store, person)
    answers = await asyncio.gather(*(erase(admin, person) for _ in range(8)))
    assert {status for status, _ in answers} == {200}
    assert len({answer["event_id"] for _, answer in answers}) == 1


async def test_an_erasure_that_is_rolled_back_leaves_everything(admin: Caller, store: EventStore) -> None:
    person = new_id()
    written = await profile_of(store, person)

    async def erase_and_fail() -> None:
        async with store.work() as work:
            await erase_person(work, person)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await erase_and_fail()
    shown = (await admin.get(f"/events/by-id/{written}", reveal="true")).json()
    assert (shown["data"]["display_name"], shown["erased"]) == ("Anna Ærø", [])
