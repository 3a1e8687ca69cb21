"""Bundles of a real record, and the offline verifier as a citizen runs it."""

import base64
import copy
import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from services.event.app import create_app
from services.event.settings import EventSettings
from tests.services.event.record import Caller, Record, a_stream, record
from tests.support.citizen import Json
from tests.support.eventually import eventually
from tests.support.servers import Servers

VERIFIER = Path(__file__).parents[3] / "verifier" / "unityplan_verify.py"
TITLES = ("a", "b", "ænder €😀", "d", "e")


def verify(folder: Path, bundle: object, *arguments: str) -> tuple[int, str]:
    """The verifier with nothing of this environment: no site packages, no environment variables."""
    file = folder / "bundle.json"
    file.write_bytes(bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode())
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(file), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 (our own file)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest_asyncio.fixture(scope="module")
async def stream(home: Record, admin: Caller, citizen: Caller) -> str:
    """Several hundred events, the last of them in this stream."""
    for _ in range(60):
        await admin.append(a_stream(), *"abcde")
    name = a_stream()
    answer = await admin.append(name, *TITLES)
    await home.sealed(answer.json()["ids"][-1], admin)
    assert citizen.account_id
    return name


async def bundle_of(caller: Caller, **query: str | int) -> Json:
    answer = await caller.get("/events/bundle", **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


async def test_a_range_is_verified_with_and_without_a_pinned_key(
    home: Record, admin: Caller, stream: str, tmp_path: Path
) -> None:
    assert stream
    head = (await home.events.get("/events/head")).json()
    bundle = await bundle_of(admin, **{"from": 1, "to": head["tree_size"]})
    assert len(bundle["events"]) == head["tree_size"]
    code, told = verify(tmp_path, bundle)
    assert code == 0
    assert f"positions 1 to {head['tree_size']}" in told
    assert "was taken from the bundle and trusted" in told
    key = bundle["keys"][0]["public_key"]
    code, told = verify(tmp_path, bundle, "--key", key)
    assert code == 0
    assert "signed with your key" in told
    key_file = tmp_path / "key"
    key_file.write_text(key + "\n")
    assert verify(tmp_path, bundle, "--key-file", str(key_file))[0] == 0
    other = base64.b64encode(bytes(31) + b"\x02").decode()
    code, told = verify(tmp_path, bundle, "--key", other)
    assert code == 1
    assert "not with yours" in told


async def test_a_stream_is_verified_by_anyone_and_whole(home: Record, stream: str, tmp_path: Path) -> None:
    answer = await home.events.get("/events/bundle", params={"stream": stream})
    bundle = answer.json()
    assert [item["event"]["data"]["title"] for item in bundle["events"]] == list(TITLES)
    assert bundle["is_whole"]
    code, told = verify(tmp_path, bundle)
    assert code == 0
    assert "5 events shown, 0 withheld" in told
    part = (await home.events.get("/events/bundle", params={"stream": stream, "from": 2, "to": 3})).json()
    assert ([item["event"]["version"] for item in part["events"]], part["is_whole"]) == ([2, 3], False)
    code, told = verify(tmp_path, part)
    assert code == 0
    assert "NOT whole" in told


async def test_what_a_reader_may_not_read_is_withheld_and_its_place_still_proved(
    home: Record, admin: Caller, citizen: Caller, stream: str, tmp_path: Path
) -> None:
    assert stream
    everything = await bundle_of(admin, **{"from": 1, "to": 40})
    public = (await home.events.get("/events/bundle", params={"from": 1, "to": 40})).json()
    own = await bundle_of(citizen, **{"from": 1, "to": 40})
    for seen, actor in ((public, None), (own, citizen.account_id)):
        for item, whole in zip(seen["events"], everything["events"], strict=True):
            event = whole["event"]
            may_read = event["type"] == "event.decision.recorded" or event["actor"] == actor
            assert item["event"] == (event if may_read else None)
            assert item["leaf_hash"] == whole["leaf_hash"]
        assert verify(tmp_path, seen)[0] == 0
    assert any(item["event"] is None for item in public["events"])
    hidden = next(item["event"]["stream"] for item in everything["events"] if item["event"]["type"].startswith("auth."))
    answer = await home.events.get("/events/bundle", params={"stream": hidden})
    assert (answer.status_code, answer.json()["code"]) == (404, "stream-not-found")


async def test_an_older_head_is_extended(home: Record, admin: Caller, stream: str, tmp_path: Path) -> None:
    older = (await home.events.get("/events/head")).json()
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps(older))
    answer = await admin.append(stream, "later", "and later")
    await home.sealed(answer.json()["ids"][-1], admin)
    bundle = await bundle_of(admin, stream=stream, since_size=older["tree_size"])
    code, told = verify(tmp_path, bundle, "--head", str(kept))
    assert code == 0
    assert f"extends the older head of {older['tree_size']} events" in told
    code, told = verify(tmp_path, bundle | {"consistency": None}, "--head", str(kept))
    assert code == 2
    assert f"since_size={older['tree_size']}" in told
    for change in ({"root_hash": "0" * 64}, {"tree_size": older["tree_size"] - 1}, {"epoch": "0"}):
        kept.write_text(json.dumps(older | change))
        assert verify(tmp_path, bundle, "--head", str(kept))[0] == 1
    kept.write_text(json.dumps(bundle["head"]))
    at_once = await bundle_of(admin, stream=stream)
    assert verify(tmp_path, at_once, "--head", str(kept))[0] == 0


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 422, "bundle-part-missing"),
        ({"from": 2, "to": 1}, 422, "range-out-of-order"),
        ({"from": 1, "to": 1001}, 404, "position-not-found"),
        ({"from": 10**9}, 404, "position-not-found"),
        ({"stream": "decision-none"}, 404, "stream-not-found"),
        ({"stream": "x", "from": 1, "to": 1001}, 422, "bundle-too-large"),
        ({"from": 1, "since_size": 10**9}, 404, "tree-size-not-found"),
        ({"from": 0}, 422, "invalid-request"),
        ({"from": "x"}, 422, "invalid-request"),
    ],
)
async def test_a_bundle_that_cannot_be_is_refused(
    home: Record, stream: str, query: dict[str, str | int], status: int, code: str
) -> None:
    assert stream
    answer = await home.events.get("/events/bundle", params=query)
    assert answer.status_code == status
    assert code in (answer.json()["code"], "invalid-request")


def at(place: str, value: object) -> Callable[[Json], None]:
    """A change: the value of a member, by a path with dots."""
    *way, last = (int(part) if part.isdecimal() else part for part in place.split("."))

    def change(bundle: Any) -> None:  # noqa: ANN401 (walks into anything)
        for part in way:
            bundle = bundle[part]
        if value is REMOVED:
            del bundle[last]
        else:
            bundle[last] = value(bundle[last]) if callable(value) else value

    return change


REMOVED = object()


def other_hex(text: str) -> str:
    return ("1" if text[0] == "0" else "0") + text[1:]


def swapped(bundle: Json) -> None:
    bundle["events"][2], bundle["events"][3] = bundle["events"][3], bundle["events"][2]


def swapped_events(bundle: Json) -> None:
    first, second = bundle["events"][2], bundle["events"][3]
    first["event"], second["event"] = second["event"], first["event"]


def swapped_all_but_positions(bundle: Json) -> None:
    swapped(bundle)
    bundle["events"][2]["position"], bundle["events"][3]["position"] = 3, 4


NOT_VALID: dict[str, tuple[Callable[[Json], None], str]] = {
    "data": (at("events.2.event.data", {"title": "x"}), "position 3"),
    "a member more in data": (at("events.2.event.data.more", 1), "position 3"),
    "metadata": (at("events.1.event.metadata", {}), "position 2"),
    "actor": (at("events.3.event.actor", "nobody"), "position 4"),
    "type": (at("events.3.event.type", "x"), "position 4"),
    "version": (at("events.3.event.version", 9), "position 4"),
    "version as a float": (at("events.3.event.version", 1.5), "position 4"),
    "schema_version": (at("events.3.event.schema_version", 2), "position 4"),
    "occurred_at": (at("events.3.event.occurred_at", "2026-01-01T00:00:00.000000Z"), "position 4"),
    "stream": (at("events.3.event.stream", "decision-x"), "position 4"),
    "id": (at("events.3.event.id", "x"), "position 4"),
    "a member less": (at("events.3.event.id", REMOVED), "position 4"),
    "a member more": (at("events.3.event.more", 1), "position 4"),
    "leaf": (at("events.4.leaf_hash", other_hex), "position 5"),
    "leaf of a withheld event": (
        lambda bundle: bundle["events"][4].update(event=None, leaf_hash=other_hex(bundle["events"][4]["leaf_hash"])),
        "position 5",
    ),
    "a step of a path": (at("events.4.path.0", other_hex), "position 5"),
    "a step less": (at("events.4.path.0", REMOVED), "position 5"),
    "a step more": (lambda bundle: bundle["events"][4]["path"].append("0" * 64), "position 5"),
    "no path": (at("events.4.path", []), "position 5"),
    "position": (at("events.4.position", 6), "position"),
    "an event taken out": (at("events.4", REMOVED), "position 5"),
    "the first taken out": (at("events.0", REMOVED), "position 1"),
    "the last taken out": (at("events.9", REMOVED), "position 10"),
    "an event twice": (lambda bundle: bundle["events"].insert(4, copy.deepcopy(bundle["events"][4])), "position 5"),
    "two swapped": (swapped, "position 3"),
    "the events of two swapped": (swapped_events, "position 3"),
    "two swapped and renumbered": (swapped_all_but_positions, "position 3"),
    "all events taken out": (at("events", []), "position 1"),
    "range longer": (at("to", 11), "position 11"),
    "range shorter": (at("to", 9), "position 10"),
    "root": (at("head.root_hash", other_hex), "signature"),
    "size": (at("head.tree_size", lambda size: size + 1), "signature"),
    "time of signing": (at("head.signed_at", "2020-01-01T00:00:00.000000Z"), "signature"),
    "key id": (at("head.key_id", "0" * 16), "key"),
    "signature": (at("head.signature", base64.b64encode(bytes(64)).decode()), "signature"),
    "territory of the head": (at("head.territory", "XX"), "territory"),
    "territory": (at("territory", "XX"), "territory"),
    "epoch": (at("epoch", "0"), "epoch"),
    "key": (at("keys.0.public_key", base64.b64encode(bytes(32)).decode()), "key"),
    "id of the key": (at("keys.0.key_id", "0" * 16), "key"),
    "no keys": (at("keys", []), "key"),
    "root of the earlier tree": (at("consistency.root_hash", other_hex), "does not extend"),
    "size of the earlier tree": (at("consistency.from", 6), "does not extend"),
    "a step of the consistency": (at("consistency.path.0", other_hex), "does not extend"),
    "a step of the consistency less": (at("consistency.path.0", REMOVED), "does not extend"),
}


@pytest_asyncio.fixture(scope="module")
async def genuine(admin: Caller, stream: str) -> str:
    assert stream
    return json.dumps(await bundle_of(admin, **{"from": 1, "to": 10, "since_size": 7}))


@pytest.mark.parametrize("what", NOT_VALID)
async def test_a_changed_bundle_is_refused_and_the_place_named(genuine: str, what: str, tmp_path: Path) -> None:
    change, named = NOT_VALID[what]
    bundle = json.loads(genuine)
    assert verify(tmp_path, bundle)[0] == 0
    change(bundle)
    code, told = verify(tmp_path, bundle)
    assert code == 1, told
    assert told.startswith("NOT valid: ")
    assert named in told


@pytest.mark.parametrize("what", ["taken out", "twice", "another stream's", "out of order"])
async def test_a_changed_stream_is_refused(admin: Caller, stream: str, what: str, tmp_path: Path) -> None:
    bundle = await bundle_of(admin, stream=stream)
    other = await bundle_of(admin, **{"from": 20, "to": 20})
    events = bundle["events"]
    match what:
        case "taken out":
            del events[1]
        case "twice":
            events.insert(1, events[1])
        case "another stream's":
            events.insert(0, other["events"][0])
        case _:
            events.reverse()
    assert verify(tmp_path, bundle)[0] == 1


NOTHING: list[bytes] = [
    b"",
    b"[]",
    b"null",
    b"1",
    b'"x"',
    b"{}",
    b"NaN",
    b"\xff\xfe",
    b"[" * 200_000,
    b'{"a":' * 200_000,
    b"1" * 100_000,
    b'{"format":"unityplan-bundle/1"}',
    b'{"format":"unityplan-bundle/2"}',
    b'{"format":1}',
]
WRONG: list[Callable[[Json], None]] = [
    at("events", {}),
    at("events", None),
    at("events.0", None),
    at("events.0", []),
    at("events.0.position", "1"),
    at("events.0.position", value=True),
    at("events.0.position", 1.0),
    at("events.0.position", -1),
    at("events.0.position", 10**30),
    at("events.0.path", "x"),
    at("events.0.path.0", 5),
    at("events.0.path.0", "Z" * 64),
    at("events.0.event", "x"),
    at("events.0.event.data", {"x": 10**300}),
    at("events.0.event.data", {"x": float("nan")}),
    at("events.0.event.data", {"x": "\ud800"}),
    at("events.0.leaf_hash", None),
    at("events.0.more", 1),
    at("head", REMOVED),
    at("head", []),
    at("head.tree_size", "7"),
    at("head.tree_size", 0),
    at("head.signature", "!"),
    at("head.signature", "é"),
    at("head.more", 1),
    at("keys", None),
    at("keys.0", 1),
    at("keys.0.public_key", "AA=="),
    at("keys.0.algorithm", "RSA"),
    at("from", None),
    at("from", 11),
    at("to", REMOVED),
    at("more", 1),
    at("consistency", []),
    at("consistency.path", None),
    at("consistency.from", value=True),
]


@pytest.mark.parametrize("raw", NOTHING, ids=range(len(NOTHING)))
def test_what_is_no_bundle_is_told_without_a_traceback(raw: bytes, tmp_path: Path) -> None:
    code, told = verify(tmp_path, raw)
    assert code == 2
    assert told.startswith("cannot be checked: ")


@pytest.mark.parametrize("change", WRONG, ids=range(len(WRONG)))
async def test_a_bundle_of_wrong_types_is_told_without_a_traceback(
    genuine: str, change: Callable[[Json], None], tmp_path: Path
) -> None:
    bundle = json.loads(genuine)
    change(bundle)
    assert verify(tmp_path, bundle)[0] == 2


async def test_a_member_twice_is_refused(genuine: str, tmp_path: Path) -> None:
    assert verify(tmp_path, genuine.replace('"events"', '"territory": "TT", "events"', 1).encode())[0] == 2


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert verify(tmp_path, b"{}", "--head", str(tmp_path / "none"))[0] == 2
    assert verify(tmp_path, b"{}", "--key-file", str(tmp_path))[0] == 2
    assert verify(tmp_path, b"{}", "--key", "short")[0] == 2


async def test_heads_are_listed_newest_first_and_every_one_page_after_page(home: Record, admin: Caller) -> None:
    sizes = []
    for _ in range(3):
        answer = await admin.append(a_stream(), "one more")
        await home.sealed(answer.json()["ids"][-1], admin)
        sizes.append((await home.events.get("/events/head")).json()["tree_size"])
    listed = await admin.pages("/events/heads", limit=2)
    found = [head["tree_size"] for head in listed]
    assert found == sorted(set(found), reverse=True)
    assert set(sizes) <= set(found)
    assert listed[0] == (await home.events.get("/events/head")).json()
    for cursor in ("x", "WyJ4Il0", "WzEsMl0"):
        assert (await home.events.get("/events/heads", params={"cursor": cursor})).status_code == 422


async def test_a_head_of_before_a_new_secret_verifies_and_the_new_key_comes_first(
    servers: Servers, tmp_path: Path
) -> None:
    territory, other_secret = await servers.new_territory(), secrets.token_urlsafe(32)
    async with record(servers, territory) as place:
        admin = await place.caller("admin")
        answer = await admin.append(a_stream(), "before")
        size = (await place.sealed(answer.json()["ids"][-1], admin))["position"]
        await eventually(lambda: _is_signed(place, size))
        old = (await place.events.get("/events/head")).json()
        (old_key,) = (await place.events.get("/events/keys")).json()["items"]
    (tmp_path / "head.json").write_text(json.dumps(old))
    async with servers.running(EventSettings, create_app, territory, tree_head_secret=other_secret) as events:

        async def both() -> list[Json]:
            keys: list[Json] = (await events.get("/events/keys")).json()["items"]
            return keys if len(keys) == 2 else []

        new_key, listed_old = await eventually(both)
        assert listed_old == old_key
        assert new_key["key_id"] != old_key["key_id"]
        bundle = (await events.get("/events/bundle", params={"from": 1, "since_size": old["tree_size"]})).json()
        assert bundle["head"]["key_id"] == old_key["key_id"]
        assert verify(tmp_path, bundle, "--key", old_key["public_key"])[0] == 0
    async with record(servers, territory, tree_head_secret=other_secret) as place:
        admin = await place.caller("admin")
        answer = await admin.append(a_stream(), "after")
        await place.sealed(answer.json()["ids"][-1], admin)
        bundle = (await place.events.get("/events/bundle", params={"from": 1, "since_size": old["tree_size"]})).json()
        assert bundle["head"]["key_id"] == new_key["key_id"]
        head_file = str(tmp_path / "head.json")
        assert verify(tmp_path, bundle, "--key", new_key["public_key"], "--head", head_file)[0] == 0
        assert verify(tmp_path, bundle, "--key", old_key["public_key"], "--head", head_file)[0] == 1


async def _is_signed(place: Record, size: int) -> bool:
    return bool((await place.events.get("/events/head")).json()["tree_size"] >= size)
