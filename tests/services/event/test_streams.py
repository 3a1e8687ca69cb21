"""Appending to streams over HTTP, and reading them."""

import asyncio
from typing import Any

import pytest

from shared.identifiers import new_id
from tests.services.event.record import Caller, Record, a_stream
from tests.support.proofs import leaf_hash

DECISION = {"type": "event.decision.recorded", "data": {"title": "a", "outcome": "yes"}}
PUBLIC_FIELDS = {"id", "position", "stream", "version", "type", "schema_version", "actor", "occurred_at", "data"}


class TestAppending:
    async def test_events_are_answered_with_their_versions_and_get_positions(self, home: Record, admin: Caller) -> None:
        stream = a_stream()
        answer = await admin.append(stream, "first", "second", expected="none")
        assert answer.status_code == 201, answer.text
        body = answer.json()
        assert (body["stream"], body["first_version"], body["last_version"]) == (stream, 1, 2)
        assert answer.headers["x-event-id"] == body["ids"][1]
        assert answer.headers["location"] == f"/api/events/streams/{stream}"
        event = await home.sealed(body["ids"][0], admin)
        assert set(event) == PUBLIC_FIELDS | {"metadata"}
        assert event["actor"] == admin.account_id
        assert event["occurred_at"].endswith("Z")
        assert len(event["occurred_at"].partition(".")[2]) == len("123456Z")

    async def test_the_answer_is_what_the_leaf_covers(self, home: Record, admin: Caller) -> None:
        answer = await admin.append(a_stream(), "Vej på æøå – 𝄞")
        event = await home.sealed(answer.json()["ids"][0], admin)
        proof = await home.events.get(f"/events/{event['position']}/proof")
        assert proof.json()["leaf_hash"] == leaf_hash(event).hex()

    async def test_the_same_ids_again_are_answered_the_same_and_written_once(self, admin: Caller) -> None:
        stream = a_stream()
        body = {"expected_version": "none", "events": [DECISION | {"id": str(new_id())} for _ in range(3)]}
        first, again = await admin.post(stream, body), await admin.post(stream, body)
        assert first.status_code == again.status_code == 201
        assert first.json() == again.json()
        assert first.headers["x-event-id"] == again.headers["x-event-id"]
        assert len(await admin.pages(f"/events/streams/{stream}")) == 3

    async def test_an_id_that_another_stream_holds_is_a_conflict(self, admin: Caller) -> None:
        body = {"expected_version": "any", "events": [DECISION | {"id": str(new_id())}]}
        assert (await admin.post(a_stream(), body)).status_code == 201
        answer = await admin.post(a_stream(), body)
        assert (answer.status_code, answer.json()["code"]) == (409, "event-id-conflict")

    async def test_an_id_that_somebody_else_has_used_is_a_conflict(self, home: Record, admin: Caller) -> None:
        stream, other = a_stream(), await home.caller("admin")
        body = {"expected_version": "any", "events": [DECISION | {"id": str(new_id())}]}
        assert (await admin.post(stream, body)).status_code == 201
        answer = await other.post(stream, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "event-id-conflict")

    async def test_some_of_what_was_appended_before_is_a_conflict_with_a_key_as_without(self, admin: Caller) -> None:
        stream, known = a_stream(), DECISION | {"id": str(new_id())}
        assert (await admin.post(stream, {"expected_version": "none", "events": [known]})).status_code == 201
        for headers in (None, {"Idempotency-Key": str(new_id())}):
            body = {"expected_version": "any", "events": [known, DECISION]}
            answer = await admin.ask("POST", f"/events/streams/{stream}", body, headers)
            assert (answer.status_code, answer.json()["code"]) == (409, "event-id-conflict")
        assert len(await admin.pages(f"/events/streams/{stream}")) == 1

    @pytest.mark.parametrize("expected", ["none", 0, 1, 3])
    async def test_a_wrong_expected_version_is_a_conflict_and_nothing_is_written(
        self, admin: Caller, expected: int | str
    ) -> None:
        stream = a_stream()
        await admin.append(stream, "a", "b", expected="none")
        answer = await admin.append(stream, "c", "d", expected=expected)
        assert (answer.status_code, answer.json()["code"]) == (409, "version-conflict")
        assert len(await admin.pages(f"/events/streams/{stream}")) == 2

    @pytest.mark.parametrize("wrong", ["latest", -1, True, 2.5, None, 2**31])
    async def test_an_expected_version_that_is_none_is_one_complaint_about_that_field(
        self, admin: Caller, wrong: object
    ) -> None:
        refused = await admin.post(a_stream(), {"expected_version": wrong, "events": [DECISION]})
        assert refused.status_code == 422
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/expected_version"]

    async def test_of_fifty_writers_with_one_expected_version_one_wins(self, admin: Caller) -> None:
        stream = a_stream()
        answers = await asyncio.gather(*(admin.append(stream, "a", expected="none") for _ in range(50)))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49

    async def test_all_are_written_or_none(self, admin: Caller) -> None:
        stream, taken = a_stream(), str(new_id())
        await admin.post(a_stream(), {"expected_version": "any", "events": [DECISION | {"id": taken}]})
        body = {"expected_version": "none", "events": [DECISION, DECISION, DECISION | {"id": taken}]}
        assert (await admin.post(stream, body)).status_code == 409
        assert await admin.pages(f"/events/streams/{stream}") == []

    @pytest.mark.parametrize(
        ("event", "status", "code", "pointer"),
        [
            (DECISION | {"type": "event.nothing.known"}, 422, "unknown-event-type", "/events/1/type"),
            (DECISION | {"type": "auth.role.granted"}, 403, "type-not-external", None),
            (DECISION | {"data": {"title": "a"}}, 422, "invalid-event", "/events/1/data/outcome"),
            (DECISION | {"data": DECISION["data"] | {"more": 1}}, 422, "invalid-event", "/events/1/data/more"),  # type: ignore[operator]  # a dict
            (DECISION | {"metadata": {"audience": ["x"]}}, 422, None, "/events/1/metadata/audience"),
            (DECISION | {"metadata": {"request_id": "x"}}, 422, None, "/events/1/metadata/request_id"),
            (DECISION | {"actor": "system"}, 422, None, "/events/1/actor"),
            (DECISION | {"id": "1"}, 422, None, "/events/1/id"),
        ],
    )
    async def test_what_is_wrong_is_named_and_nothing_is_written(
        self, admin: Caller, event: dict[str, Any], status: int, code: str | None, pointer: str | None
    ) -> None:
        stream = a_stream()
        answer = await admin.post(stream, {"expected_version": "any", "events": [DECISION, event]})
        assert answer.status_code == status, answer.text
        problem = answer.json()
        assert code is None or problem["code"] == code
        assert pointer is None or pointer in [error["pointer"] for error in problem["errors"]]
        assert await admin.pages(f"/events/streams/{stream}") == []

    @pytest.mark.parametrize("expected", [True, "1", 1.5, -1, 2**31, None, "latest"])
    async def test_a_version_is_a_number_or_one_of_two_words(self, admin: Caller, expected: object) -> None:
        answer = await admin.post(a_stream(), {"expected_version": expected, "events": [DECISION]})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"].startswith("/expected_version")

    @pytest.mark.parametrize("count", [0, 101])
    async def test_one_to_a_hundred_events_are_taken_at_once(self, admin: Caller, count: int) -> None:
        answer = await admin.post(a_stream(), {"expected_version": "any", "events": [DECISION] * count})
        assert answer.status_code == 422

    async def test_two_events_with_one_id_are_refused(self, admin: Caller) -> None:
        event = DECISION | {"id": str(new_id())}
        answer = await admin.post(a_stream(), {"expected_version": "any", "events": [event, event]})
        assert answer.status_code == 422

    @pytest.mark.parametrize("stream", ["decision", "decision-1", "account-0190163d-8694-739b-aea5-966c26f8ad91"])
    async def test_a_stream_of_another_category_is_refused(self, admin: Caller, stream: str) -> None:
        answer = await admin.append(stream, "a")
        assert (answer.status_code, answer.json()["code"]) == (422, "stream-category")

    async def test_causes_are_kept(self, admin: Caller) -> None:
        stream, cause = a_stream(), str(new_id())
        body = {"expected_version": "any", "events": [DECISION | {"metadata": {"causation_id": cause}}]}
        assert (await admin.post(stream, body)).status_code == 201
        (event,) = await admin.pages(f"/events/streams/{stream}")
        assert event["metadata"]["causation_id"] == cause

    async def test_it_needs_a_permission(self, home: Record, citizen: Caller) -> None:
        assert (await home.events.post(f"/events/streams/{a_stream()}", json={})).status_code == 401
        auditor = await home.caller("auditor")
        for caller in (citizen, auditor):
            answer = await caller.append(a_stream(), "a")
            assert (answer.status_code, answer.json()["code"]) == (403, "permission-required")


class TestReading:
    async def test_a_stream_is_read_in_both_directions_page_by_page(self, admin: Caller) -> None:
        stream = a_stream()
        await admin.append(stream, *"abcdefg")
        path = f"/events/streams/{stream}"
        forward = [event["version"] for event in await admin.pages(path, limit=3)]
        backward = [event["version"] for event in await admin.pages(path, limit=3, direction="backward")]
        assert forward == [1, 2, 3, 4, 5, 6, 7]
        assert backward == forward[::-1]
        late = await admin.pages(path, **{"from": 6})
        assert [event["version"] for event in late] == [6, 7]

    async def test_all_is_read_by_position_without_a_gap(self, home: Record, admin: Caller) -> None:
        answer = await admin.append(a_stream(), *"abcde")
        last = await home.sealed(answer.json()["ids"][-1], admin)
        events = await admin.pages("/events", limit=7)
        positions = [event["position"] for event in events]
        assert positions == list(range(1, len(events) + 1))
        assert last["position"] in positions
        (next_one, *_) = await admin.pages("/events", after=last["position"] - 1)
        assert next_one == last

    async def test_all_is_filtered_by_type_and_actor(self, home: Record, admin: Caller, citizen: Caller) -> None:
        answer = await admin.append(a_stream(), "a")
        await home.sealed(answer.json()["ids"][0], admin)
        kinds = {event["type"] for event in await admin.pages("/events", type="event.decision.recorded")}
        assert kinds == {"event.decision.recorded"}
        assert await admin.pages("/events", actor=citizen.account_id, type="event.decision.recorded") == []

    async def test_a_person_sees_what_that_person_caused(self, home: Record, admin: Caller, citizen: Caller) -> None:
        answer = await admin.append(stream := a_stream(), "a")
        event_id = answer.json()["ids"][0]
        await home.sealed(event_id, admin)
        assert (await citizen.get(f"/events/by-id/{event_id}")).status_code == 404
        assert await citizen.pages(f"/events/streams/{stream}") == []
        actors = {event["actor"] for event in await citizen.pages("/events")}
        assert actors <= {citizen.account_id}

    async def test_an_empty_page_says_how_far_it_has_looked(self, home: Record, admin: Caller) -> None:
        answer = await admin.get("/events", after=2**40)
        assert answer.json() == {"items": [], "next_cursor": None}
        assert 0 < int(answer.headers["x-position"]) <= await home.head()

    @pytest.mark.parametrize("cursor", ["x", "WzFd!", "WyJhIl0", "Wy0xXQ"])
    async def test_a_cursor_of_ones_own_making_is_refused(self, admin: Caller, cursor: str) -> None:
        for path in ("/events", f"/events/streams/{a_stream()}", "/audit"):
            answer = await admin.get(path, cursor=cursor)
            assert (answer.status_code, answer.json()["code"]) == (422, "bad-cursor"), path
