"""The audit list."""

from shared.identifiers import new_id
from tests.services.event.record import Caller, Record, a_stream


async def test_auditors_page_through_who_did_what(home: Record, admin: Caller) -> None:
    auditor = await home.caller("auditor")
    answer = await admin.append(a_stream(), *"abcde")
    last = await home.sealed(answer.json()["ids"][-1], admin)
    entries = await auditor.pages("/audit", limit=2)
    assert [entry["position"] for entry in entries] == list(range(1, len(entries) + 1))
    entry = entries[last["position"] - 1]
    assert entry == {
        "position": last["position"],
        "event_id": last["id"],
        "occurred_at": last["occurred_at"],
        "actor": admin.account_id,
        "action": "event.decision.recorded",
        "subject": last["stream"],
        "request_id": answer.headers["x-request-id"],
        "reason": None,
        "origin": None,
    }


async def test_the_list_is_filtered(home: Record, admin: Caller) -> None:
    answer = await admin.append(a_stream(), "a")
    event = await home.sealed(answer.json()["ids"][0], admin)
    moment = event["occurred_at"]
    found = await admin.pages("/audit", actor=admin.account_id, type=event["type"], **{"from": moment})
    assert event["id"] in [entry["event_id"] for entry in found]
    before = await admin.pages("/audit", to=moment)
    assert event["id"] not in [entry["event_id"] for entry in before]
    assert await admin.pages("/audit", actor=str(new_id())) == []


async def test_it_needs_a_permission(home: Record, citizen: Caller) -> None:
    assert (await home.events.get("/audit")).status_code == 401
    answer = await citizen.get("/audit")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission-required")


async def test_a_time_that_is_a_number_is_refused(admin: Caller) -> None:
    assert (await admin.get("/audit", **{"from": 1})).status_code == 422
