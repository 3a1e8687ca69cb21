"""Every POST of every service may be sent twice with the same Idempotency-Key, and happens once.

Not those below /auth: their answers hold tokens, which are never kept.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import httpx
import pytest
import pytest_asyncio

from shared.identifiers import new_id
from tests.support.citizen import Citizen, Json
from tests.support.deeds import (
    GATHERING,
    Deed,
    Doing,
    Scene,
    accept_fork,
    append,
    at,
    gatherings_of,
    replay_all,
    replay_one,
    scene_at,
)
from tests.support.eventually import eventually
from tests.support.pod import ROOT, Pod

DOCUMENT = ROOT / "services" / "gateway" / "documentation" / "openapi.json"
OF_REQUEST = "SELECT count(*) FROM events WHERE metadata->>'request_id' = $1"
CLAIM = (
    "INSERT INTO idempotency_keys (account_id, route, key, request_hash, created_at)"
    " VALUES ($1, $2, $3, '\\x00', now())"
)


async def found(_: Scene) -> Deed:
    body = {"name": f"Village {new_id()}", "visibility": "public", "join_policy": "open"}
    return Deed("/communities", body)


async def join(scene: Scene) -> Deed:
    async with Citizen(scene.admin.address) as founder:
        community = await (await founder.register()).create_community(f"Village {new_id()}")
    return Deed(f"/communities/{community['id']}/members", {})


async def publish(scene: Scene) -> Deed:
    community = await scene.admin.create_community(f"Village {new_id()}")
    return Deed(f"/communities/{community['id']}/posts", {"title": "A park", "body": "For all of us."})


async def announce(scene: Scene) -> Deed:
    return Deed(await gatherings_of(scene), GATHERING)


async def comment(scene: Scene) -> Deed:
    community = await scene.admin.create_community(f"Village {new_id()}")
    post = await scene.admin.post(community["id"], "A park")
    return Deed(f"/posts/{post['id']}/comments", {"body": "Yes."})


async def mark_read(_: Scene) -> Deed:
    return Deed("/notifications/read", {"ids": [str(new_id())]})


# What one knows is nobody else's business, and no event.
LEAVE_NOTHING = {"/notifications/read"}
DEEDS: Mapping[str, Doing] = {
    "/communities": found,
    "/communities/{community_id}/gatherings": announce,
    "/communities/{community_id}/members": join,
    "/communities/{community_id}/posts": publish,
    "/posts/{post_id}/comments": comment,
    "/notifications/read": mark_read,
    "/events/streams/{stream}": append,
    "/events/parked/{consumer}/replay": replay_all,
    "/events/parked/{consumer}/{position}/replay": replay_one,
    "/events/projections/{name}/rebuild": at("/events/projections/decisions/rebuild"),
    "/events/witness/{territory}/accept": accept_fork,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(dk: Pod) -> AsyncIterator[Scene]:
    async with scene_at(dk) as opened:
        yield opened


async def send(scene: Scene, deed: Deed, key: str, query: str = "") -> httpx.Response:
    return await scene.admin.call("POST", deed.path + query, deed.body, headers={"Idempotency-Key": key})


async def events_of(scene: Scene, answer: httpx.Response) -> int:
    count: int = await scene.database.fetchval(OF_REQUEST, answer.headers["x-request-id"])
    return count


def test_every_post_is_tried() -> None:
    paths: dict[str, Json] = json.loads(DOCUMENT.read_text())["paths"]
    assert {path for path, item in paths.items() if "post" in item and not path.startswith("/auth/")} == DEEDS.keys()


async def test_each_happens_once_and_is_answered_twice_with_one_key_for_all(scene: Scene) -> None:
    """One key for all of them: it is another key at another route."""
    key = str(new_id())
    for route, doing in DEEDS.items():
        deed = await doing(scene)
        first, again = await send(scene, deed, key), await send(scene, deed, key)
        assert first.status_code < 300, f"{route}: {first.text}"
        assert "idempotency-replayed" not in first.headers, route
        assert again.headers["idempotency-replayed"] == "true", route
        assert (again.status_code, again.content) == (first.status_code, first.content), route
        for name in ("location", "x-event-id", "content-type"):
            assert again.headers.get(name) == first.headers.get(name), route
        assert (await events_of(scene, first) > 0) is (route not in LEAVE_NOTHING), route
        assert await events_of(scene, again) == 0, route
        other = await send(scene, deed, key, "?another=request")
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused"), route


async def test_eight_copies_at_once_happen_once(scene: Scene) -> None:
    for route, doing in DEEDS.items():
        deed, key = await doing(scene), str(new_id())
        answers = await asyncio.gather(*(send(scene, deed, key) for _ in range(8)))
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1, route
        assert [answer.headers.get("idempotency-replayed") for answer in answers].count("true") == 7, route
        assert sum([await events_of(scene, a) > 0 for a in answers]) == (route not in LEAVE_NOTHING), route


async def test_another_body_with_the_key_is_refused(scene: Scene) -> None:
    key = str(new_id())
    for route, doing in DEEDS.items():
        deed = await doing(scene)
        if not deed.body:
            continue
        assert (await send(scene, deed, key)).status_code < 300
        headers = {"Authorization": f"Bearer {scene.admin.access_token}", "Content-Type": "application/json"}
        changed = json.dumps(deed.body, indent=1)
        other = await scene.admin.http.post(deed.path, content=changed, headers={**headers, "Idempotency-Key": key})
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused"), route


async def test_while_the_first_is_under_way_a_copy_is_told_so(scene: Scene) -> None:
    key = str(new_id())
    deeds = [await doing(scene) for doing in DEEDS.values()]
    underway = scene.database.transaction()
    await underway.start()
    try:
        for deed in deeds:
            await scene.database.execute(CLAIM, scene.admin.id, deed.path, key)
        answers = await asyncio.gather(*(send(scene, deed, key) for deed in deeds))
    finally:
        await underway.rollback()
    for route, answer in zip(DEEDS, answers, strict=True):
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency-key-in-flight"), route
        assert int(answer.headers["retry-after"]) > 0, route
    assert [(await send(scene, deed, key)).status_code < 300 for deed in deeds] == [True] * len(deeds)


async def test_a_key_of_one_person_is_nobody_elses(dk: Pod, scene: Scene) -> None:
    key, deed = str(new_id()), await found(scene)
    mine = await send(scene, deed, key)
    async with Citizen(dk.address()) as other:
        await other.register()
        theirs = await other.call("POST", deed.path, deed.body, headers={"Idempotency-Key": key})
    assert theirs.status_code == 201
    assert theirs.json()["id"] != mine.json()["id"]


async def test_a_key_of_one_territory_is_none_of_another(eu: Pod) -> None:
    key = str(new_id())
    made = []
    for host in ("de.localhost", "fr.localhost"):
        async with Citizen(eu.address(host)) as citizen:
            await citizen.register()
            body = {"name": "One name", "visibility": "public", "join_policy": "open"}
            answer = await citizen.call("POST", "/communities", body, headers={"Idempotency-Key": key})
            assert "idempotency-replayed" not in answer.headers
            made.append(answer.json()["id"])
    assert len(set(made)) == 2


@pytest.mark.parametrize("service", ["community", "gateway"])
async def test_a_crash_in_between_neither_loses_nor_doubles_what_is_sent_again(
    dk: Pod, scene: Scene, service: str
) -> None:
    deed = await publish(scene)
    keys = [str(new_id()) for _ in range(60)]
    answered: dict[str, str] = {}

    async def post(key: str) -> str | None:
        """The id of the post, None when nobody knows what became of it."""
        with suppress(httpx.HTTPError):
            answer = await send(scene, Deed(deed.path, {"title": key, "body": "x"}), key)
            if answer.status_code == 201:
                answered.setdefault(key, answer.json()["id"])
                return str(answer.json()["id"])
        return None

    sending = asyncio.gather(*(post(key) for key in keys))
    await eventually(lambda: answered)
    killed = dk.kill(service)
    await sending
    before = dict(answered)
    await dk.is_back(service, killed)

    async def all_are_answered() -> bool:
        return None not in [await post(key) for key in keys if key not in answered]

    await eventually(all_are_answered, within=30)
    again = {key: await post(key) for key in keys}
    assert again == answered
    assert before.items() <= again.items()
    posts = (await scene.admin.get(deed.path, limit=100))["items"]
    assert sorted(post["title"] for post in posts) == sorted(keys)
