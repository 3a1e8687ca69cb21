"""The catalogue of events, for those who read and those who propose."""

import jsonschema_rs
import pytest

from shared.events.catalogue import EVENTS
from shared.events.catalogue.event import DecisionRecorded
from shared.identifiers import new_id
from tests.services.event.record import Caller, Record, a_stream
from tests.support.citizen import Json
from tests.support.eventually import eventually


async def catalogue_of(place: Record) -> dict[str, Json]:
    answer = await place.events.get("/events/catalogue")
    assert answer.status_code == 200, answer.text
    return {entry["type"]: entry for entry in answer.json()["items"]}


async def test_every_type_is_in_it_with_its_owner(home: Record) -> None:
    described = await catalogue_of(home)
    assert list(described) == sorted(EVENTS)
    decision = described["event.decision.recorded"]
    assert {name: decision[name] for name in ("service", "category", "external", "personal_fields")} == {
        "service": "event",
        "category": "decision",
        "external": True,
        "personal_fields": [],
    }
    post = described["community.post.created"]
    assert (post["service"], post["personal_fields"], post["person_field"]) == (
        "community",
        ["body", "title"],
        "author_id",
    )
    assert not post["external"]


async def test_one_type_is_found_by_its_name(home: Record) -> None:
    for name, entry in (await catalogue_of(home)).items():
        assert (await home.events.get(f"/events/catalogue/{name}")).json() == entry
    for unknown in ("event.nothing.known", "x" * 5_000, "a%00b"):
        answer = await home.events.get(f"/events/catalogue/{unknown}")
        assert (answer.status_code, answer.json()["code"]) == (404, "event-type-not-found")


async def test_schemas_are_of_their_dialect_and_closed(home: Record) -> None:
    for entry in (await catalogue_of(home)).values():
        assert list(entry["schemas"]) == [str(version) for version in range(1, entry["schema_version"] + 1)]
        for version, schema in entry["schemas"].items():
            assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
            assert schema["$id"] == f"urn:unityplan:event:{entry['type']}:{version}"
            jsonschema_rs.Draft202012Validator(schema)
            assert schema["additionalProperties"] is False
            marked = sorted(name for name, field in schema["properties"].items() if field.get("x-personal"))
            assert marked == entry["personal_fields"]


async def test_every_event_on_record_is_of_its_schema(home: Record, admin: Caller) -> None:
    answer = await admin.append(a_stream(), "a")
    await home.sealed(answer.json()["ids"][0], admin)
    described = await catalogue_of(home)
    for reveal in ("false", "true"):
        events = await eventually(lambda reveal=reveal: admin.pages("/events", limit=100, reveal=reveal))  # type: ignore[misc]  # a default that binds
        assert {event["type"] for event in events} >= {"auth.account.registered", "event.decision.recorded"}
        for event in events:
            schema = described[event["type"]]["schemas"][str(event["schema_version"])]
            jsonschema_rs.validate(schema, event["data"])


@pytest.mark.parametrize(
    "data",
    [
        {"title": "a", "outcome": "yes"},
        {"title": "a", "outcome": "yes", "reference": None},
        {"title": "", "outcome": "yes"},
        {"title": "x" * 301, "outcome": "yes"},
        {"title": "a", "outcome": 1},
        {"title": "a"},
        {"title": "a", "outcome": "yes", "more": 1},
        {},
    ],
)
async def test_what_the_schema_takes_may_be_appended_and_nothing_else(home: Record, admin: Caller, data: Json) -> None:
    entry = (await home.events.get(f"/events/catalogue/{DecisionRecorded.type}")).json()
    is_valid = jsonschema_rs.is_valid(entry["schemas"]["1"], data)
    proposed = {"type": DecisionRecorded.type, "data": data}
    answer = await admin.post(f"decision-{new_id()}", {"expected_version": "none", "events": [proposed]})
    assert answer.status_code == (201 if is_valid else 422), answer.text


async def test_it_is_public_and_not_sent_twice(home: Record) -> None:
    for path in ("/events/catalogue", "/events/catalogue/event.decision.recorded"):
        first = await home.events.get(path)
        again = await home.events.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code) == (200, 304)
