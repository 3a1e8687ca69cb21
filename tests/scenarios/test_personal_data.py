"""What an operator does about personal data on a real pod: erase, rotate, purge, archive, back up, restore."""

import gzip
import json
import shutil
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from shared.identifiers import new_id
from tests.support.citizen import PASSWORD, Citizen, Json
from tests.support.event_source import event_source
from tests.support.eventually import eventually
from tests.support.pod import ROOT, Outcome, Pod, data_folder, unityplan

VERIFIER = ROOT / "verifier" / "unityplan_verify.py"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who has left words in every place that takes them; `canary` is in all of them."""

    canary: str
    id: str
    username: str
    community_id: str
    post_id: str


@pytest_asyncio.fixture
async def pod() -> AsyncIterator[Pod]:
    """A pod of one's own: its files are searched, and its database is rewritten."""
    own = await Pod.start("dk")
    yield own
    await own.destroy()


async def events(pod: Pod, verb: str, *argv: str) -> Outcome:
    outcome = await unityplan("events", verb, pod.name, *argv, "--data", str(pod.data), environment=pod.environment)
    assert outcome.code == 0, outcome.out + outcome.err
    return outcome


async def somebody(pod: Pod) -> Person:
    """Registers, writes a profile, a post and a comment."""
    canary = f"kanarie{new_id().hex[-12:]}"
    async with Citizen(pod.address()) as person:
        await person.register(canary)
        profile = {"display_name": f"Anna {canary}", "bio": f"I am {canary}"}
        found = await person.call("GET", "/users/me")
        headers = {"If-Match": found.headers["etag"]} if "etag" in found.headers else {}
        answer = await person.call("PATCH", "/users/me", profile, headers=headers)
        assert answer.status_code == 200, answer.text
        community = await person.create_community(f"Harbour {new_id().hex[-8:]}")
        post = await person.post(community["id"], f"Boats of {canary}", f"the words of {canary}")
        await person.comment(post["id"], f"remarked {canary}")
        return Person(canary, person.id, person.username, community["id"], post["id"])


@asynccontextmanager
async def auditor_of(pod: Pod) -> AsyncIterator[Citizen]:
    """Someone who may read everything."""
    async with Citizen(pod.address()) as admin:
        await admin.register()
        assert (await pod.command("grant", admin.username, "admin")).code == 0
        yield await admin.login()


async def shown(reader: Citizen, person: Person) -> dict[str, str]:
    """Everything that a pod shows of somebody, by every way of reading."""
    stream, live = f"post-{person.post_id}", await reader.connect()
    async with event_source(
        reader.http, f"/events?after=0&reveal=true&actor={person.id}", reader.access_token
    ) as source:
        sent = [message.data for message in await source.take(3)]
    await live.subscribe(f"community:{person.community_id}", epoch=live.epoch, position=0)
    frame = await live.next_event("community.post.created")
    await live.socket.close()
    reads = {
        "all": await reader.events(reveal="true", actor=person.id),
        "latest": await reader.events(reveal="true", actor=person.id, schema="latest"),
        "stream": await reader.get(f"/events/streams/{stream}", reveal="true"),
        "state": await reader.get(f"/events/streams/{stream}/state", reveal="true"),
        "bundle": await reader.get("/events/bundle", stream=stream),
        "audit": await reader.get("/audit", actor=person.id, limit=100),
        "server-sent events": sent,
        "live": frame,
        "post": await reader.read_post(person.post_id),
        "posts": await reader.get(f"/communities/{person.community_id}/posts"),
        "comments": await reader.comments(person.post_id),
    }
    texts = {name: json.dumps(read) for name, read in reads.items()}
    others = {"profile": f"/users/{person.id}", "export": f"/audit/export?actor={person.id}"}
    return texts | {name: (await reader.call("GET", path)).text for name, path in others.items()}


def telling(texts: dict[str, str], word: str) -> set[str]:
    """Which ways of reading show a word."""
    return {name for name, text in texts.items() if word in text}


async def require_tombstones(reader: Citizen, person: Person) -> None:
    """What is gone is null and named; what is not personal stays."""
    found = await reader.get(f"/events/streams/post-{person.post_id}", reveal="true")
    event = found["items"][0]
    assert event["erased"] == ["body", "title"]
    assert (event["data"]["title"], event["data"]["body"]) == (None, None)
    assert event["data"]["author_id"] == person.id
    state = await reader.get(f"/events/streams/post-{person.post_id}/state", reveal="true")
    assert state["erased"] == ["body", "title"]
    profile = (await reader.call("GET", f"/users/{person.id}")).json()
    assert profile["display_name"] == "deleted user", profile
    post = await reader.read_post(person.post_id)
    assert (post["title"], post["body"], post["body_html"]) == ("", "", "")
    (comment,) = [each for each in await reader.comments(person.post_id) if each["author_id"] == person.id]
    assert comment["body"] == ""


async def answer_to(pod: Pod, person: Person, author: Citizen) -> None:
    """The author comments on a post of the person's."""
    await author.join(person.community_id)
    await author.comment(person.post_id, "so it is")

    async def is_told() -> bool:
        return author.id in await told_of(pod, person)

    await eventually(is_told)


async def told_of(pod: Pod, person: Person) -> set[str]:
    """Whom the person's notifications name."""
    async with Citizen(pod.address()) as back:
        await back.login(person.username)
        return {item["actor_id"] for item in (await back.get("/notifications"))["items"]}


async def is_found(pod: Pod, word: str) -> Json:
    async with Citizen(pod.address()) as reader:
        await reader.register()
        return await reader.search(word)


def files_with(folder: Path, word: str) -> list[str]:
    """Files that hold a word, compressed ones opened."""
    raw = word.encode()
    return sorted(str(path) for path in folder.rglob("*") if path.is_file() and raw in _content(path))


def _content(path: Path) -> bytes:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        content: bytes = file.read()
    return content


async def verify_offline(reader: Citizen, pod: Pod, folder: Path) -> None:
    bundle = await reader.get("/events/bundle", **{"from": 1})
    file = folder / "bundle.json"
    file.write_text(json.dumps(bundle))
    done = subprocess.run(  # noqa: S603, ASYNC221 (our own file; nothing else runs here)
        [sys.executable, "-I", "-S", str(VERIFIER), str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    whole = await unityplan("audit", "verify", pod.name, "--data", str(pod.data), environment=pod.environment)
    assert whole.code == 0, whole.out + whole.err


async def restore(pod: Pod, folder: Path, backup: Path, *options: str) -> None:
    """The backup with the secrets of then, started."""
    shutil.copytree(folder / "secrets", pod.data / "secrets", dirs_exist_ok=True)
    outcome = await pod.command("restore", "--from", str(backup), *options)
    assert outcome.code == 0, outcome.out + outcome.err
    assert "restored to position" in outcome.out
    await pod.up()


async def erase(pod: Pod, person: Person) -> None:
    outcome = await events(pod, "erase", person.id, "--reason", "asked for it")
    assert f"DK {person.id} erased at" in outcome.out


async def test_nothing_of_an_erased_person_is_left_and_backups_bring_nothing_back(pod: Pod, tmp_path: Path) -> None:
    gone, stays = await somebody(pod), await somebody(pod)
    await eventually(lambda: is_found(pod, gone.canary), within=20)
    async with auditor_of(pod) as reader:
        everywhere = telling(await shown(reader, gone), gone.canary)
        assert everywhere >= {
            "all",
            "latest",
            "stream",
            "state",
            "server-sent events",
            "live",
            "post",
            "comments",
            "profile",
        }
        async with Citizen(pod.address()) as leaving:
            await leaving.login(gone.username)
            await answer_to(pod, stays, leaving)
        await answer_to(pod, stays, reader)
        before, after, keys = tmp_path / "before", tmp_path / "after", tmp_path / "keys"
        first = await pod.command("backup", "--to", str(before), "--keys", str(keys))
        assert first.code == 0, first.err
        assert "keys of persons saved" in first.out
        assert stat.S_IMODE(keys.stat().st_mode) == 0o600
        # Sealed under the person's key, which is not in it.
        assert files_with(before, gone.canary) == []
        assert files_with(before, "Harbour") != []

        await erase(pod, gone)
        assert (await pod.command("backup", "--to", str(after), "--keys", str(keys))).code == 0
        secrets = pod.data / "secrets"
        shutil.copytree(secrets, tmp_path / "secrets")
        await events(pod, "rewrap-keys", "--new-secret", "--forget-previous")
        assert (secrets / "person_key_secret").read_text() != (tmp_path / "secrets/person_key_secret").read_text()
        assert "purged" in (await events(pod, "purge")).out
        await eventually(lambda: is_found(pod, stays.canary), within=20)
        assert telling(await shown(reader, gone), gone.canary) == set()
        assert telling(await shown(reader, stays), stays.canary) == everywhere
        await require_tombstones(reader, gone)
        assert await told_of(pod, stays) == {reader.id}
        assert files_with(pod.data, gone.canary) == []
        assert files_with(pod.data, stays.canary) != []
        await verify_offline(reader, pod, tmp_path)
    assert "0 events in 0 blocks" in (await events(pod, "archive", "--older-than", "0", "--compact")).out
    await pod.down()

    await _comes_back_without_keys(tmp_path, after, stays, gone)
    await _comes_back_with_keys(pod, tmp_path, before, stays, gone)
    await _is_refused(pod, before)


async def _comes_back_without_keys(folder: Path, backup: Path, *persons: Person) -> None:
    other = Pod("dk", data_folder("dk"))
    try:
        await restore(other, folder, backup)
        async with auditor_of(other) as reader:
            for person in persons:
                assert telling(await shown(reader, person), person.canary) == set()
                assert not await can_log_in(other, person)
                await require_tombstones(reader, person)
            await verify_offline(reader, other, folder)
        assert files_with(other.data, persons[0].canary) == []
    finally:
        await other.destroy()


async def _comes_back_with_keys(pod: Pod, folder: Path, backup: Path, stays: Person, gone: Person) -> None:
    """A backup of before the erasure, the keys of after it, and messages that are ahead of both: the disk was lost."""
    shutil.rmtree(pod.data / "postgres")
    await restore(pod, folder, backup, "--keys", str(folder / "keys"))
    later = await somebody(pod)
    await eventually(lambda: is_found(pod, stays.canary), within=20)
    await eventually(lambda: is_found(pod, later.canary), within=20)
    assert [await can_log_in(pod, person) for person in (stays, later)] == [True, True]
    assert not await can_log_in(pod, gone)
    assert len(await told_of(pod, stays)) == 1
    async with auditor_of(pod) as reader:
        assert telling(await shown(reader, stays), stays.canary) >= {"all", "live", "post"}
        assert telling(await shown(reader, later), later.canary) >= {"all", "live", "post"}
        assert telling(await shown(reader, gone), gone.canary) == set()
        await require_tombstones(reader, gone)
        await verify_offline(reader, pod, folder)
        assert (await reader.get("/events/parked"))["items"] == []
    assert files_with(pod.data, gone.canary) == []


async def _is_refused(pod: Pod, backup: Path) -> None:
    taken = await pod.command("backup", "--to", str(backup))
    assert (taken.code, "exists" in taken.err) == (1, True)
    running = await pod.command("restore", "--from", str(backup))
    assert (running.code, "already running" in running.err) == (2, True)
    await pod.down()
    full = await pod.command("restore", "--from", str(backup))
    assert (full.code, "has a record already" in full.err) == (1, True), full.err


async def can_log_in(pod: Pod, person: Person) -> bool:
    async with Citizen(pod.address()) as back:
        answer = await back.call("POST", "/auth/login", {"identifier": person.username, "password": PASSWORD})
        return answer.status_code == 200


async def test_what_is_no_backup_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    empty = Pod("dk", data_folder("dk"))
    refused = await empty.command("restore", "--from", str(tmp_path))
    assert (refused.code, "no whole backup" in refused.err, refused.err.count("\n")) == (1, True, 1), refused.err
    wrong = await empty.command("backup")
    assert (wrong.code, "--to" in wrong.err) == (2, True)
    stopped = await empty.command("backup", "--to", str(tmp_path / "new"))
    assert (stopped.code, "not running" in stopped.err) == (1, True)
    shutil.rmtree(empty.data)
