"""What an operator does about personal data on a real pod: erase, rotate, purge, archive, back up, restore."""

import gzip
import json
import shutil
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from shared.identifiers import new_id
from tests.support.citizen import PASSWORD, Citizen, Json
from tests.support.eventually import eventually
from tests.support.pod import ROOT, Outcome, Pod, data_folder, unityplan

VERIFIER = ROOT / "verifier" / "unityplan_verify.py"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who has left words in every place that takes them; `canary` is in all of them."""

    canary: str
    id: str
    username: str
    post_id: str
    comment_id: str


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
        comment = await person.comment(post["id"], f"remarked {canary}")
        return Person(canary, person.id, person.username, post["id"], comment["id"])


async def shown(pod: Pod, person: Person) -> str:
    """Everything that a pod shows of somebody, to someone who may read all."""
    async with Citizen(pod.address()) as admin:
        await admin.register()
        assert (await pod.command("grant", admin.username, "admin")).code == 0
        await admin.login()
        return json.dumps(
            [
                await admin.events(reveal="true", actor=person.id),
                await admin.read_post(person.post_id),
                await admin.comments(person.post_id),
                (await admin.call("GET", f"/users/{person.id}")).text,
            ]
        )


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


async def verify_offline(pod: Pod, folder: Path) -> None:
    async with Citizen(pod.address()) as anyone:
        bundle = await anyone.get("/events/bundle", **{"from": 1})
    file = folder / "bundle.json"
    file.write_text(json.dumps(bundle))
    done = subprocess.run(  # noqa: S603, ASYNC221 (our own file; nothing else runs here)
        [sys.executable, "-I", "-S", str(VERIFIER), str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    whole = await unityplan("audit", "verify", pod.name, "--data", str(pod.data), environment=pod.environment)
    assert whole.code == 0, whole.out + whole.err


async def restored(pod: Pod, folder: Path, *options: str) -> Pod:
    """The backup in a data folder of its own, with the pod's secrets, started."""
    other = Pod(pod.name, data_folder(pod.name), settings=pod.settings)
    shutil.copytree(pod.data / "secrets", other.data / "secrets")
    outcome = await other.command("restore", "--from", str(folder), *options)
    assert outcome.code == 0, outcome.out + outcome.err
    assert "restored to position" in outcome.out
    await other.up()
    return other


async def erase(pod: Pod, person: Person) -> None:
    outcome = await events(pod, "erase", person.id, "--reason", "asked for it")
    assert f"DK {person.id} erased at" in outcome.out


async def test_nothing_of_an_erased_person_is_left_and_backups_bring_nothing_back(pod: Pod, tmp_path: Path) -> None:
    gone, stays = await somebody(pod), await somebody(pod)
    assert gone.canary in await shown(pod, gone)
    await eventually(lambda: is_found(pod, gone.canary), within=20)
    before = tmp_path / "before"
    first = await pod.command("backup", "--to", str(before), "--keys", str(tmp_path / "keys-before"))
    assert first.code == 0, first.err
    assert "keys of persons in" in first.out
    assert stat.S_IMODE((tmp_path / "keys-before").stat().st_mode) == 0o600
    # Sealed under the person's key, which is not in it.
    assert files_with(before, gone.canary) == []
    assert files_with(before, "Harbour") != []

    await erase(pod, gone)
    keys = tmp_path / "keys"
    after = tmp_path / "after"
    assert (await pod.command("backup", "--to", str(after), "--keys", str(keys))).code == 0
    secret = (pod.data / "secrets" / "person_key_secret").read_text()
    (tmp_path / "secret-then").write_text(secret)
    rotated = await events(pod, "rewrap-keys", "--new-secret", "--forget-previous")
    assert "wrapped anew" in rotated.out
    assert (pod.data / "secrets" / "person_key_secret").read_text() != secret
    assert gone.canary not in await shown(pod, gone)
    assert stays.canary in await shown(pod, stays)
    assert await is_found(pod, gone.canary) == []
    assert "purged" in (await events(pod, "purge")).out
    await eventually(lambda: is_found(pod, stays.canary), within=20)
    assert await is_found(pod, gone.canary) == []
    assert files_with(pod.data, gone.canary) == []
    assert files_with(pod.data, stays.canary) != []
    await verify_offline(pod, tmp_path)
    assert "0 events in 0 blocks" in (await events(pod, "archive", "--older-than", "0")).out

    shutil.copy(tmp_path / "secret-then", pod.data / "secrets" / "person_key_secret")
    await _comes_back_without_keys(pod, after, stays, gone)
    await _comes_back_with_keys(pod, before, keys, stays, gone)
    refused = await pod.command("restore", "--from", str(after))
    assert (refused.code, "already running" in refused.err) == (2, True)


async def _comes_back_without_keys(pod: Pod, folder: Path, *persons: Person) -> None:
    other = await restored(pod, folder)
    try:
        for person in persons:
            assert person.canary not in await shown(other, person)
            assert not await can_log_in(other, person)
            assert person.post_id in await shown(other, person)
        await verify_offline(other, folder.parent)
        assert files_with(other.data, persons[0].canary) == []
    finally:
        await other.destroy()


async def _comes_back_with_keys(pod: Pod, folder: Path, keys: Path, stays: Person, gone: Person) -> None:
    """A backup of before the erasure, and the keys of after it."""
    other = await restored(pod, folder, "--keys", str(keys))
    try:
        assert stays.canary in await shown(other, stays)
        assert await can_log_in(other, stays)
        assert gone.canary not in await shown(other, gone)
        assert not await can_log_in(other, gone)
        await eventually(lambda: is_found(other, stays.canary), within=20)
        assert await is_found(other, gone.canary) == []
        await verify_offline(other, folder.parent)
        assert files_with(other.data, gone.canary) == []
        damaged = await other.command("backup", "--to", str(folder))
        assert (damaged.code, "exists" in damaged.err) == (1, True)
        await other.down()
        refused = await other.command("restore", "--from", str(folder))
        assert (refused.code, "has a record already" in refused.err) == (1, True), refused.err
    finally:
        await other.destroy()


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
