"""Reading what only few may see is on record itself: one reading, one entry."""

from tests.services.event.record import Caller, Record
from tests.support.citizen import Json
from tests.support.eventually import eventually


async def reads_in(caller: Caller, request_id: str) -> list[Json]:
    """What was put on record of one request, data and all."""

    async def found() -> list[Json]:
        return await caller.pages("/audit", request_id=request_id)

    entries = await eventually(found)
    events = [(await caller.get(f"/events/by-id/{entry['event_id']}")).json() for entry in entries]
    assert {event["type"] for event in events} == {"event.sensitive.read"}
    return [{"actor": event["actor"], **event["data"]} for event in events]


async def sensitive_reads_by(caller: Caller, by: Caller) -> list[Json]:
    return await caller.pages("/audit", actor=by.account_id, type="event.sensitive.read")


async def test_reading_the_list_is_an_entry_of_it(home: Record, admin: Caller) -> None:
    auditor = await home.caller("auditor")
    answer = await auditor.get("/audit", actor="system", limit=5, order="desc")
    assert await reads_in(admin, answer.headers["x-request-id"]) == [
        {
            "actor": auditor.account_id,
            "what": "audit",
            "which": {"actor": "system", "limit": "5", "order": "desc"},
        }
    ]


async def test_so_is_an_export_however_long(home: Record, admin: Caller) -> None:
    auditor = await home.caller("auditor")
    answer = await auditor.get("/audit/export", format="jsonl", type="auth.session.started")
    assert await reads_in(admin, answer.headers["x-request-id"]) == [
        {
            "actor": auditor.account_id,
            "what": "audit-export",
            "which": {"format": "jsonl", "type": "auth.session.started"},
        }
    ]


async def test_so_is_having_the_text_of_another_person_decrypted(home: Record, admin: Caller) -> None:
    person = await home.caller()
    stream = f"account-{person.account_id}"
    auditor = await home.caller("auditor")
    for path in (f"/events/streams/{stream}", f"/events/streams/{stream}/state"):
        answer = await auditor.get(path, reveal="true")
        assert answer.status_code == 200, answer.text
        assert await reads_in(admin, answer.headers["x-request-id"]) == [
            {"actor": auditor.account_id, "what": "personal-text", "which": {"persons": person.account_id}}
        ]


async def test_reading_without_decrypting_and_reading_what_is_ones_own_is_not(home: Record, admin: Caller) -> None:
    person = await home.caller("auditor")
    stream = f"account-{person.account_id}"
    assert (await person.get(f"/events/streams/{stream}", reveal="true")).json()["items"]
    assert (await person.get("/events", limit=100)).status_code == 200
    assert (await person.get("/audit", subject=stream)).status_code == 200

    async def is_there() -> list[Json]:
        return await sensitive_reads_by(admin, person)

    # Whatever was before it would be there too.
    assert len(await eventually(is_there)) == 1


async def test_a_reading_that_is_refused_is_not(home: Record, admin: Caller, citizen: Caller) -> None:
    assert (await citizen.get("/audit")).status_code == 403
    answer = await admin.append(f"decision-{citizen.account_id}", "later")
    await home.sealed(answer.json()["ids"][0], admin)
    assert await sensitive_reads_by(admin, citizen) == []


async def test_asking_for_what_is_so_already_is_an_entry_too(home: Record, admin: Caller) -> None:
    person = await home.caller()
    for expected in ("event.person.erased", "event.permission.used"):
        answer = await admin.ask("DELETE", f"/events/persons/{person.account_id}")
        assert answer.status_code == 200
        request_id = answer.headers["x-request-id"]

        async def found(request_id: str = request_id) -> list[Json]:
            return await admin.pages("/audit", request_id=request_id)

        assert [entry["action"] for entry in await eventually(found)] == [expected]
