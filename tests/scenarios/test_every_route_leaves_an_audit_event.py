"""Every route of every service that needs a permission leaves an entry of who, what, when, from where and why."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest_asyncio
from fastapi import APIRouter, FastAPI

from ops.embedded.places import find_place
from ops.retention.doors import as_superuser
from shared.clock import format_time, utc_now
from shared.identifiers import new_id
from shared.identity.permissions import Permission
from shared.web.dependencies import Call, require
from tests.support.citizen import Citizen, Json
from tests.support.eventually import eventually
from tests.support.guarded_routes import GuardedRoute, guarded_routes, guarded_routes_of
from tests.support.pod import Pod, unityplan

# There a permission shows more events, and only as they are hashed: no text that is somebody's.
SHOW_MORE_AS_HASHED = {"GET /events/bundle"}

REASON = "Ærlig talt: the council asked"
PARK = (
    "INSERT INTO parked_events (consumer, position, event_id, reason, attempts)"
    " SELECT $1, s.position, e.id, 'poison', 5 FROM seals s JOIN events e USING (seq) ORDER BY s.position LIMIT $2"
)
FORK = (
    "INSERT INTO witnessed_heads (territory, epoch, tree_size, root_hash, signed_at, key_id, signature, fault)"
    " VALUES ($1, $2, 7, '\\x00', now(), 'key', 'signature', 'other-root')"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """An admin of a running pod, with a way behind its back."""

    admin: Citizen
    database: Any

    async def parked(self, consumer: str, count: int = 1) -> str:
        """A consumer with parked events, the first at position 1."""
        name = f"{consumer}-{new_id()}"
        await self.database.execute(PARK, name, count)
        return name

    async def person(self) -> str:
        async with Citizen(self.admin.address) as person:
            return (await person.register()).id


@dataclass(frozen=True, slots=True)
class Deed:
    """One call of a route: the path that it is made at, and what is sent."""

    path: str
    body: Json = None


async def append(_: Scene) -> Deed:
    proposed = [{"type": "event.decision.recorded", "data": {"title": "Bridge", "outcome": "yes"}}]
    return Deed(f"/events/streams/decision-{new_id()}", {"expected_version": "none", "events": proposed})


async def erase(scene: Scene) -> Deed:
    return Deed(f"/events/persons/{await scene.person()}")


async def one_parked(scene: Scene) -> Deed:
    return Deed(f"/events/parked/{await scene.parked('one')}/1")


async def replay_one(scene: Scene) -> Deed:
    return Deed(f"/events/parked/{await scene.parked('one')}/1/replay")


async def all_parked(scene: Scene) -> Deed:
    return Deed(f"/events/parked/{await scene.parked('all', 3)}")


async def replay_all(scene: Scene) -> Deed:
    return Deed(f"/events/parked/{await scene.parked('all', 3)}/replay")


async def accept_fork(scene: Scene) -> Deed:
    await scene.database.execute(FORK, "NO", UUID(str(new_id())))
    return Deed("/events/witness/NO/accept")


async def read_stream(scene: Scene) -> Deed:
    return Deed(f"/events/streams/account-{await scene.person()}?reveal=true")


async def read_state(scene: Scene) -> Deed:
    return Deed(f"/events/streams/account-{await scene.person()}/state?reveal=true")


async def read_by_id(scene: Scene) -> Deed:
    stream = await scene.admin.get(f"/events/streams/account-{await scene.person()}")
    return Deed(f"/events/by-id/{stream['items'][0]['id']}?reveal=true")


async def read_all(scene: Scene) -> Deed:
    person = await scene.person()

    async def is_sealed() -> bool:
        stream = await scene.admin.get(f"/events/streams/account-{person}")
        return bool(stream["items"][0]["position"])

    await eventually(is_sealed)
    return Deed("/events?type=auth.account.registered&reveal=true&limit=100")


def at(path: str) -> Callable[[Scene], Awaitable[Deed]]:
    async def there(_: Scene) -> Deed:
        return Deed(path)

    return there


DEEDS: Mapping[str, Callable[[Scene], Awaitable[Deed]]] = {
    "POST /events/streams/{stream}": append,
    "DELETE /events/persons/{person_id}": erase,
    "GET /events/parked": at("/events/parked"),
    "GET /events/parked/{consumer}/{position}": one_parked,
    "POST /events/parked/{consumer}/{position}/replay": replay_one,
    "POST /events/parked/{consumer}/replay": replay_all,
    "DELETE /events/parked/{consumer}/{position}": one_parked,
    "DELETE /events/parked/{consumer}": all_parked,
    "GET /events/projections": at("/events/projections"),
    "POST /events/projections/{name}/rebuild": at("/events/projections/decisions/rebuild"),
    "POST /events/witness/{territory}/accept": accept_fork,
    "GET /events/streams/{stream}": read_stream,
    "GET /events": read_all,
    "GET /events/by-id/{event_id}": read_by_id,
    "GET /events/streams/{stream}/state": read_state,
    "GET /audit": at("/audit"),
    "GET /audit/export": at("/audit/export?format=jsonl"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(dk: Pod) -> AsyncIterator[Scene]:
    place = find_place(dk.name, dk.data)
    async with Citizen(dk.address()) as admin, as_superuser(place, place.settings.territories[0]) as database:
        await admin.register()
        assert (await dk.command("grant", admin.username, "admin")).code == 0
        yield Scene(admin, database)


def test_every_route_that_looks_at_permissions_says_what_it_leaves_and_is_tried() -> None:
    routes = [route for route in guarded_routes() if route.name not in SHOW_MORE_AS_HASHED]
    assert [route.name for route in routes if not route.leaves] == []
    assert {route.name for route in routes} == DEEDS.keys()


def test_a_route_that_says_nothing_is_found_however_it_asks() -> None:
    router = APIRouter()
    router.post("/posts/{post_id}/hide", response_model=None)(_moderate)
    router.post("/posts/{post_id}/like", response_model=None)(_like)
    app = FastAPI()
    app.include_router(router)
    (found,) = guarded_routes_of("community", app)
    assert (found.name, found.leaves) == ("POST /posts/{post_id}/hide", ())


async def _moderate(post_id: str) -> None:
    await _permitted(post_id)


async def _permitted(post_id: str) -> None:
    await require(_call(post_id), Permission.MODERATE)


def _call(post_id: str) -> Call:
    raise LookupError(post_id)


async def _like(post_id: str) -> str:
    return post_id


async def test_every_such_call_is_found_in_the_audit_list_by_who_what_when_where_and_why(scene: Scene) -> None:
    for route in guarded_routes():
        if route.name in DEEDS:
            await _try(scene, route)


async def _try(scene: Scene, route: GuardedRoute) -> None:
    deed = await DEEDS[route.name](scene)
    headers = {
        b"authorization": f"Bearer {scene.admin.access_token}".encode(),
        b"x-reason": REASON.encode(),
        b"user-agent": b"an operator's desk",
    }
    began = format_time(utc_now())
    answer = await scene.admin.http.request(route.method, deed.path, json=deed.body, headers=headers)
    ended = format_time(utc_now())
    assert answer.status_code < 300, f"{route.name}: {answer.text}"
    entries = await _entries(scene, answer.headers["x-request-id"])
    assert {entry["action"] for entry in entries} == {event.type for event in route.leaves}, route.name
    for entry in entries:
        assert entry["actor"] == scene.admin.id, route.name
        assert began <= entry["occurred_at"] <= ended, route.name
        assert entry["reason"] == REASON, route.name
        assert entry["origin"] == {
            "address": "127.0.0.1",
            "user_agent": "an operator's desk",
            "route": f"{route.method} /api{route.path}",
        }, route.name


async def _entries(scene: Scene, request_id: str) -> list[Json]:
    """What the list has of a request, once that is sealed."""

    async def found() -> list[Json]:
        items: list[Json] = (await scene.admin.get("/audit", request_id=request_id, limit=100))["items"]
        return items

    return await eventually(found)


async def test_an_append_without_a_reason_which_takes_the_express_lane_says_from_where_too(scene: Scene) -> None:
    for _ in range(3):
        deed = await append(scene)
        answer = await scene.admin.call("POST", deed.path, deed.body)
        (entry,) = await _entries(scene, answer.headers["x-request-id"])
        assert entry["origin"]["address"] == "127.0.0.1"
        assert (entry["origin"]["route"], entry["reason"]) == ("POST /api/events/streams/{stream}", None)


async def test_the_whole_list_is_taken_home_through_the_gateway(scene: Scene) -> None:
    answer = await scene.admin.call("GET", "/audit/export?format=jsonl&order=desc")
    positions = [json.loads(line)["position"] for line in answer.text.splitlines()]
    assert positions == list(range(positions[0], 0, -1))
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-DK-')


async def test_what_an_operator_does_on_the_machine_is_in_the_list_too(dk: Pod, scene: Scene) -> None:
    consumer = await scene.parked("operated")
    one = ("--consumer", consumer, "--position", "1")
    head = (await scene.admin.get("/audit", order="desc", limit=1))["items"][0]["position"]
    async with Citizen(dk.address()) as citizen:
        await citizen.register()
    assert (await dk.command("grant", citizen.username, "moderator", "--reason", "elected")).code == 0
    await _operate(dk, "archive", "--older-than", "3650")
    await _operate(dk, "rewrap-keys")
    await _operate(dk, "parked show", *one)
    await _operate(dk, "parked discard", *one, "--reason", "it is of no use")

    async def found() -> list[Json]:
        items: list[Json] = (await scene.admin.get("/audit", after=head, actor="system", limit=100))["items"]
        # What came of the citizen's registration is not the operator's.
        items = [item for item in items if not item["origin"] and item["action"] != "user.profile.created"]
        return items if "event.parked_event.discarded" in {item["action"] for item in items} else []

    left = {item["action"]: item["reason"] for item in await eventually(found)}
    assert left == {
        "auth.role.granted": "elected",
        "event.operation.done": None,
        "event.sensitive.read": None,
        "event.parked_event.discarded": "it is of no use",
    }


async def _operate(pod: Pod, verb: str, *options: str) -> None:
    argv = ("events", *verb.split(), pod.name, *options, "--data", str(pod.data))
    outcome = await unityplan(*argv, environment=pod.environment)
    assert outcome.code == 0, outcome.err
