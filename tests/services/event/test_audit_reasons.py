"""Why: what a caller gives as its reason stands in every event that the call leaves."""

import pytest

from tests.services.event.record import Caller, Record, a_stream
from tests.support.citizen import Json

DECISION = {"type": "event.decision.recorded", "data": {"title": "Bridge", "outcome": "yes"}}


async def appended(caller: Caller, reason: str | bytes, **more: str) -> Json:
    """What the event says that was appended with this reason."""
    body = {"expected_version": "any", "events": [DECISION]}
    answer = await caller.ask("POST", f"/events/streams/{a_stream()}", body, {"X-Reason": reason, **more})
    assert answer.status_code == 201, answer.text
    return (await caller.get(f"/events/by-id/{answer.json()['ids'][0]}")).json()["metadata"]


async def test_the_reason_of_a_call_stands_in_its_event(admin: Caller) -> None:
    metadata = await appended(admin, "Asked for by the council of Ærø ☂, 👩‍🌾")
    assert metadata["reason"] == "Asked for by the council of Ærø ☂, 👩‍🌾"


async def test_also_where_an_idempotency_key_asks_for_a_transaction_of_its_own(admin: Caller) -> None:
    metadata = await appended(admin, "twice", **{"Idempotency-Key": a_stream()})
    assert metadata["reason"] == "twice"


async def test_an_event_without_a_reason_says_nothing_of_it(home: Record, admin: Caller) -> None:
    answer = await admin.append(a_stream(), "a")
    event = await home.sealed(answer.json()["ids"][0], admin)
    assert "reason" not in event["metadata"]


@pytest.mark.parametrize(
    "reason",
    [b"", b"   ", b"a\tb", b"\x7f", b"\xff\xfe", "a\u202eb", "a\u2028b", "x" * 301],
    ids=["empty", "blank", "tab", "delete", "not UTF-8", "written backwards", "two lines", "too long"],
)
async def test_what_cannot_be_printed_on_a_line_is_refused(admin: Caller, reason: str | bytes) -> None:
    answer = await admin.ask("GET", "/events", headers={"X-Reason": reason})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-reason")


async def test_three_hundred_characters_are_not_too_many(admin: Caller) -> None:
    assert (await appended(admin, "ø" * 300))["reason"] == "ø" * 300
