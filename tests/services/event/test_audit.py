"""The audit list: who did what, when, from where and why."""

import pytest

from shared.identifiers import new_id
from tests.services.event.record import Caller, Record, a_stream
from tests.support.citizen import Json
from tests.support.eventually import eventually

DECISION = {"type": "event.decision.recorded", "data": {"title": "Bridge", "outcome": "yes"}}
FROM_THE_GATEWAY = {"X-Forwarded-For": "203.0.113.7", "User-Agent": "Netscape/4.0 (\x07 bell)"}


async def appended(home: Record, caller: Caller, **headers: str) -> Json:
    """An event appended with these headers, once it has a position."""
    body = {"expected_version": "any", "events": [DECISION]}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await caller.ask("POST", f"/events/streams/{a_stream()}", body, sent)
    assert answer.status_code == 201, answer.text
    return await home.sealed(answer.json()["ids"][0], caller)


async def entry_of(caller: Caller, event: Json) -> Json:
    (entry,) = await caller.pages("/audit", subject=event["stream"])
    return entry


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
        "impersonator": None,
        "origin": None,
    }


async def test_reading_page_after_page_comes_to_an_end_though_each_is_an_entry(admin: Caller) -> None:
    before = (await admin.get("/audit", limit=1, order="desc")).json()["items"][0]["position"]
    entries = await admin.pages("/audit", limit=1)
    assert before <= len(entries) < before + 10


async def test_an_entry_says_why_and_from_where(home: Record, admin: Caller) -> None:
    event = await appended(home, admin, X_Reason="The council asked", **FROM_THE_GATEWAY)
    entry = await entry_of(admin, event)
    assert entry["reason"] == "The council asked"
    assert entry["origin"] == {
        "address": "203.0.113.7",
        "user_agent": "Netscape/4.0 ( bell)",
        "route": "POST /api/events/streams/{stream}",
    }


async def test_what_came_in_a_transaction_of_its_own_says_so_too(home: Record, admin: Caller) -> None:
    event = await appended(home, admin, Idempotency_Key=a_stream(), **FROM_THE_GATEWAY)
    assert (await entry_of(admin, event))["origin"]["address"] == "203.0.113.7"


async def test_a_request_id_that_was_used_before_does_not_hide_where_a_request_came_from(
    home: Record, admin: Caller
) -> None:
    shared_id = str(new_id())
    first = await appended(home, admin, X_Request_ID=shared_id, X_Forwarded_For="203.0.113.1")
    second = await appended(home, admin, X_Request_ID=shared_id, X_Forwarded_For="203.0.113.2")
    assert (await entry_of(admin, first))["origin"]["address"] == "203.0.113.1"
    assert (await entry_of(admin, second))["origin"]["address"] == "203.0.113.2"
    entries = await admin.pages("/audit", request_id=shared_id)
    assert [entry["subject"] for entry in entries] == [first["stream"], second["stream"]]


async def test_where_a_person_logged_in_from_goes_with_the_person(home: Record, admin: Caller) -> None:
    person = await home.caller()

    async def sessions() -> list[Json]:
        started = await admin.pages("/audit", type="auth.session.started", order="desc")
        return [entry for entry in started if await account_of(admin, entry) == person.account_id]

    (session,) = await eventually(sessions)
    assert session["origin"]["route"] == "POST /api/auth/register"
    answer = await admin.ask("DELETE", f"/events/persons/{person.account_id}", headers={"X-Reason": "They asked"})
    assert answer.status_code == 200, answer.text
    (entry,) = await admin.pages("/audit", subject=session["subject"])
    assert entry["origin"] is None
    erased = await home.sealed(answer.json()["event_id"], admin)
    (entry,) = await admin.pages("/audit", type="event.person.erased", subject=erased["stream"])
    assert (entry["actor"], entry["reason"]) == (admin.account_id, "They asked")


async def account_of(caller: Caller, entry: Json) -> Json:
    return (await caller.get(f"/events/by-id/{entry['event_id']}")).json()["data"]["account_id"]


async def test_the_list_is_filtered(home: Record, admin: Caller) -> None:
    answer = await admin.append(a_stream(), "a")
    event = await home.sealed(answer.json()["ids"][0], admin)
    moment = event["occurred_at"]
    found = await admin.pages("/audit", actor=admin.account_id, type=event["type"], **{"from": moment})
    assert event["id"] in [entry["event_id"] for entry in found]
    before = await admin.pages("/audit", to=moment)
    assert event["id"] not in [entry["event_id"] for entry in before]
    assert await admin.pages("/audit", actor=str(new_id())) == []


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_every_filter_finds_the_same_entry_in_either_order(home: Record, admin: Caller, order: str) -> None:
    name = f"203.0.113.{order}"
    event = await appended(home, admin, X_Reason="Once", X_Forwarded_For=name)
    other = await appended(home, admin)
    filters: dict[str, str] = {
        "subject": event["stream"],
        "request_id": event["metadata"]["request_id"],
        "address": name,
        "has_reason": "true",
        "category": "decision",
        "type": "event.decision.recorded",
        "actor": admin.account_id,
    }
    for key, value in filters.items():
        found = await admin.pages("/audit", order=order, limit=7, **{key: value})
        positions = [entry["position"] for entry in found]
        assert event["position"] in positions, key
        assert positions == sorted(positions, reverse=order == "desc"), key
    (entry,) = await admin.pages("/audit", order=order, **filters)
    assert entry["event_id"] == event["id"]
    without = await admin.pages("/audit", has_reason="false", category="decision", order=order)
    subjects = [entry["subject"] for entry in without]
    assert (event["stream"] in subjects, other["stream"] in subjects) == (False, True)


async def test_of_several_types_any_is_found(home: Record, admin: Caller) -> None:
    await appended(home, admin)
    types = ["event.decision.recorded", "auth.account.registered"]
    assert {entry["action"] for entry in await admin.pages("/audit", type=types)} == set(types)


async def test_the_newest_are_first_where_asked_and_go_on_to_the_oldest(home: Record, admin: Caller) -> None:
    event = await appended(home, admin)
    entries = await admin.pages("/audit", order="desc", limit=5)
    positions = [entry["position"] for entry in entries]
    assert positions == list(range(positions[0], 0, -1))
    assert positions[0] >= event["position"]
    behind = await admin.pages("/audit", order="desc", after=event["position"] - 1)
    assert behind[-1]["position"] == event["position"]


async def test_it_needs_a_permission(home: Record, citizen: Caller) -> None:
    for path in ("/audit", "/audit/export"):
        assert (await home.events.get(path)).status_code == 401
        answer = await citizen.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission-required")


@pytest.mark.parametrize(
    "query", [{"from": 1}, {"actor": "\x00"}, {"subject": ""}, {"type": "A"}, {"order": "up"}, {"category": "none"}]
)
async def test_what_cannot_be_a_filter_is_refused(admin: Caller, query: dict[str, str | float | list[str]]) -> None:
    assert (await admin.get("/audit", **query)).status_code == 422


@pytest.mark.parametrize("cursor", ["", "WzFd", "WzEsMiwzXQ", "Wy0xLDIsMF0", "x"])
async def test_a_cursor_of_another_list_is_refused(admin: Caller, cursor: str) -> None:
    assert (await admin.get("/audit", cursor=cursor)).status_code == 422
