"""Decisions: what was recorded becomes a public list."""

from tests.services.event.record import Caller, Record, a_stream
from tests.support.citizen import Json
from tests.support.eventually import eventually


async def listed(home: Record, stream: str, position: int) -> Json:
    """The decision, once the list has reached a position."""

    async def found() -> Json:
        answer = await home.events.get(f"/decisions/{stream.removeprefix('decision-')}")
        return answer.json() if int(answer.headers.get("x-position", 0)) >= position else None

    return await eventually(found)


async def test_everyone_reads_a_decision_with_its_event_and_its_proof(home: Record, admin: Caller) -> None:
    stream = a_stream()
    answer = await admin.append(stream, "The bridge is built")
    event = await home.sealed(answer.headers["x-event-id"], admin)
    decision = await listed(home, stream, event["position"])
    assert decision == {
        "id": stream.removeprefix("decision-"),
        "title": "The bridge is built",
        "outcome": "yes",
        "reference": None,
        "recorded_by": admin.account_id,
        "recorded_at": event["occurred_at"],
        "position": event["position"],
        "event_id": event["id"],
        "links": {
            "event": f"/api/events/by-id/{event['id']}",
            "proof": f"/api/events/{event['position']}/proof",
        },
    }
    proof = await home.events.get(decision["links"]["proof"].removeprefix("/api"))
    assert proof.status_code == 200


async def test_what_is_recorded_last_of_a_decision_is_what_the_list_says(home: Record, admin: Caller) -> None:
    stream = a_stream()
    answer = await admin.append(stream, "Draft", "Amended", "Final")
    event = await home.sealed(answer.headers["x-event-id"], admin)
    assert (await listed(home, stream, event["position"]))["title"] == "Final"


async def test_the_list_goes_from_the_last_recorded_to_the_first_page_by_page(home: Record, admin: Caller) -> None:
    *others, last = (a_stream() for _ in range(5))
    for number, stream in enumerate(others):
        await admin.append(stream, f"paged {number}")
    answer = await admin.append(last, "paged 4")
    event = await home.sealed(answer.headers["x-event-id"], admin)
    await listed(home, last, event["position"])
    found = await admin.pages("/decisions", limit=2, q="PAGED")
    assert [item["title"] for item in found] == [f"paged {number}" for number in (4, 3, 2, 1, 0)]
    positions = [item["position"] for item in await admin.pages("/decisions", limit=3)]
    assert positions == sorted(positions, reverse=True)


async def test_signs_of_patterns_are_searched_as_they_are(home: Record, admin: Caller) -> None:
    stream = a_stream()
    answer = await admin.append(stream, r"100 %_\ sure")
    event = await home.sealed(answer.headers["x-event-id"], admin)
    await listed(home, stream, event["position"])
    for text in ("%_", "_\\", r"\ S"):
        found = (await home.events.get("/decisions", params={"q": text})).json()["items"]
        assert [item["title"] for item in found] == [r"100 %_\ sure"]


async def test_what_there_is_not_and_what_cannot_be_asked(home: Record) -> None:
    missing = await home.events.get(f"/decisions/{a_stream().removeprefix('decision-')}")
    assert (missing.status_code, missing.json()["code"]) == (404, "decision-not-found")
    for query in ({"cursor": "x"}, {"q": ""}, {"q": "\x00"}, {"limit": 0}, {"limit": 101}):
        assert (await home.events.get("/decisions", params=query)).status_code == 422
    assert (await home.events.get("/decisions/1")).status_code == 422
