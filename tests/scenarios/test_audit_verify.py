"""An operator checks a whole pod, somebody changes a row behind its back, and a citizen checks what they took home."""

import json
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from pathlib import Path

import httpx
import pytest_asyncio

from ops.embedded.places import find_place
from tests.support.citizen import Citizen, Json
from tests.support.eventually import eventually
from tests.support.pod import ROOT, Pod, data_folder

CHANGE = "UPDATE events SET actor = 'nobody' WHERE seq = (SELECT seq FROM seals WHERE position = 2)"
PUT_BACK = "UPDATE events SET actor = $1 WHERE seq = (SELECT seq FROM seals WHERE position = 2)"
ACTOR = "SELECT actor FROM events WHERE seq = (SELECT seq FROM seals WHERE position = 2)"


@pytest_asyncio.fixture(scope="module")
async def head(dk: Pod) -> Json:
    """A signed head of Denmark with a few events under it."""
    async with Citizen(dk.address()) as anna:
        await anna.register()
        await anna.create_community(f"Watch {anna.username}")

    async def is_long() -> Json:
        head = await ask(dk, "/events/head")
        return head if head["tree_size"] >= 3 else {}

    return await eventually(is_long)


async def ask(pod: Pod, path: str, **query: str | int) -> Json:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{pod.address().api_url}{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def audit(pod: Pod, *argv: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "ops.cli", "audit", "verify", pod.name, "--data", str(pod.data), *argv]
    process = await create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_pod_is_whole_and_says_so(dk: Pod, head: Json, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps(head))
    code, out, err = await audit(dk, "--head", str(kept))
    assert (code, err) == (0, "")
    assert out.startswith("DK: ")
    assert out.endswith("whole\n")
    code, out, _ = await audit(dk, "--json", "--territory", "dk")
    (report,) = json.loads(out)
    assert (code, report["is_whole"], report["first_bad_position"]) == (0, True, None)
    assert report["events"] >= head["tree_size"]


async def test_a_changed_row_is_named_until_it_is_put_back(dk: Pod, head: Json) -> None:
    assert head["tree_size"] >= 3
    connection = await find_place(dk.name, dk.data).postgres.connect_to("unityplan_dk")
    await connection.execute("SET search_path = territory_dk, pg_catalog")
    actor = await connection.fetchval(ACTOR)
    try:
        await connection.execute(CHANGE)
        code, out, _ = await audit(dk)
        assert code == 1
        assert "NOT WHOLE, first bad position 2" in out
        (report,) = json.loads((await audit(dk, "--json"))[1])
        assert report["first_bad_position"] == 2
    finally:
        await connection.execute(PUT_BACK, actor)
        await connection.close()
    assert (await audit(dk))[0] == 0


async def test_a_head_that_contradicts_the_record_is_told(dk: Pod, head: Json, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps(head | {"root_hash": "0" * 64}))
    code, out, _ = await audit(dk, "--head", str(kept))
    assert code == 1
    assert "not signed rightly" in out


async def test_what_cannot_be_looked_at_is_one_line_and_code_2(dk: Pod, head: Json, tmp_path: Path) -> None:
    foreign, garbage = tmp_path / "foreign.json", tmp_path / "garbage.json"
    foreign.write_text(json.dumps(head | {"territory": "NO"}))
    garbage.write_text("[" * 100_000)
    for argv, said in (
        (("--head", str(foreign)), "NO"),
        (("--head", str(garbage)), "not a signed head"),
        (("--head", str(tmp_path / "none")), "none"),
        (("--key", "é"), "--key"),
        (("--key", "AAAA"), "--key"),
        (("--territory", "XX"), "DK"),
    ):
        code, out, err = await audit(dk, *argv)
        assert (code, out, err.count("\n")) == (2, "", 1), err
        assert said in err
    code, _, err = await audit(Pod("se", data_folder("se")))
    assert code == 2
    assert "not running" in err


async def test_a_citizen_takes_a_bundle_home(dk: Pod, head: Json, tmp_path: Path) -> None:
    (tmp_path / "head.json").write_text(json.dumps(head))
    bundle = await ask(dk, "/events/bundle", **{"from": 1, "since_size": head["tree_size"]})
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    key = (await ask(dk, "/events/keys"))["items"][0]["public_key"]
    verifier = str(ROOT / "verifier" / "unityplan_verify.py")
    command = [sys.executable, "-I", "-S", verifier, "bundle.json", "--key", key, "--head", "head.json"]
    process = await create_subprocess_exec(*command, cwd=tmp_path, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert b"signed with your key" in out
