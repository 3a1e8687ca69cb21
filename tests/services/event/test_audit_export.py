"""The audit list as a file."""

import csv
import io
import json
import re

import httpx

from tests.services.event.record import Caller, Record, a_stream

FORMULA = '=HYPERLINK("http://evil.example";"a, b")'


async def a_decision(home: Record, caller: Caller, **headers: str) -> str:
    """The stream of a decision, sealed."""
    body = {
        "expected_version": "any",
        "events": [{"type": "event.decision.recorded", "data": {"title": "Bridge", "outcome": "yes"}}],
    }
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await caller.ask("POST", f"/events/streams/{a_stream()}", body, sent)
    event = await home.sealed(answer.json()["ids"][0], caller)
    return str(event["stream"])


async def exported(caller: Caller, **query: str) -> httpx.Response:
    answer = await caller.get("/audit/export", **query)
    assert answer.status_code == 200, answer.text
    return answer


async def test_a_file_of_json_lines_has_the_entries_of_the_list(home: Record, admin: Caller) -> None:
    stream = await a_decision(home, admin, X_Reason="Ærø\u2713 'quoted' \"twice\"")
    answer = await exported(admin, format="jsonl", subject=stream)
    (entry,) = map(json.loads, answer.text.splitlines())
    assert [entry] == await admin.pages("/audit", subject=stream)
    assert entry["reason"] == "Ærø\u2713 'quoted' \"twice\""
    assert answer.headers["content-type"].startswith("application/jsonl")
    assert re.fullmatch(r'attachment; filename="audit-TT-\d+-\w+\.jsonl"', answer.headers["content-disposition"])


async def test_a_file_of_csv_has_them_as_rows(home: Record, admin: Caller) -> None:
    stream = await a_decision(home, admin, X_Reason='Ærø, "the island"', X_Forwarded_For="203.0.113.7")
    answer = await exported(admin, format="csv", subject=stream)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.content.endswith(b"\r\n")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode(), newline=""))
    (entry,) = await admin.pages("/audit", subject=stream)
    assert row["reason"] == 'Ærø, "the island"'
    assert (row["address"], row["route"]) == ("203.0.113.7", "POST /api/events/streams/{stream}")
    assert {name: row[name] for name in ("event_id", "occurred_at", "actor", "action", "subject", "request_id")} == {
        name: entry[name] for name in ("event_id", "occurred_at", "actor", "action", "subject", "request_id")
    }


async def test_no_cell_is_a_formula(home: Record, admin: Caller) -> None:
    for reason in (FORMULA, "+1", "-1", "@SUM(A1)", "＝1"):
        stream = await a_decision(home, admin, X_Reason=reason, User_Agent=FORMULA, X_Forwarded_For="203.0.113.7")
        (row,) = csv.DictReader(io.StringIO((await exported(admin, subject=stream)).text, newline=""))
        assert (row["reason"], row["user_agent"]) == (f"'{reason}", f"'{FORMULA}")


async def test_a_file_of_many_pages_has_every_entry_once_in_either_order(home: Record, admin: Caller) -> None:
    stream = a_stream()
    answer = await admin.append(stream, *map(str, range(100)))
    for _ in range(5):
        answer = await admin.append(stream, *map(str, range(100)))
    await home.sealed(answer.json()["ids"][-1], admin)
    for order in ("asc", "desc"):
        lines = (await exported(admin, format="jsonl", order=order)).text.splitlines()
        positions = [json.loads(line)["position"] for line in lines]
        assert len(positions) > 600
        assert sorted(positions) == list(range(1, len(positions) + 1))
        assert positions == sorted(positions, reverse=order == "desc")


async def test_nothing_found_is_a_file_with_nothing_but_its_head(admin: Caller) -> None:
    assert (await exported(admin, subject=a_stream(), format="jsonl")).content == b""
    assert len((await exported(admin, subject=a_stream())).text.splitlines()) == 1


async def test_its_head_alone_can_be_asked_for(admin: Caller) -> None:
    answer = await admin.ask("HEAD", "/audit/export")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_format_that_nobody_knows_is_refused(admin: Caller) -> None:
    assert (await admin.get("/audit/export", format="xlsx")).status_code == 422
