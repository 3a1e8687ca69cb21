"""Every route of every service that needs a permission leaves an entry of who, what, when, from where and why."""

import json
from collections.abc import AsyncIterator, Mapping
from uuid import UUID

import pytest_asyncio
from fastapi import APIRouter, FastAPI

from services.gateway.policies.route_table import API
from shared.clock import format_time, utc_now
from shared.identifiers import new_id
from shared.identity.permissions import Permission
from shared.web.dependencies import Call, require
from tests.support.citizen import Citizen, Json
from tests.support.deeds import (
    Deed,
    Doing,
    Scene,
    accept_fork,
    all_parked,
    append,
    at,
    decide,
    invitation_uses,
    invite,
    one_parked,
    replay_all,
    replay_one,
    revoke_invitation,
    scene_at,
    switch_sign_up,
)
from tests.support.eventually import eventually
from tests.support.guarded_routes import GuardedRoute, guarded_routes, guarded_routes_of
from tests.support.pod import Pod, unityplan

# There a permission shows more events, and only as they are hashed: no text that is somebody's.
SHOW_MORE_AS_HASHED = {"GET /events/bundle"}

# There a permission is needed for what is about another account.
ONLY_OF_OTHERS = {"GET /auth/permissions/{permission}"}

REASON = "Ærlig talt: the council asked"


async def erase(scene: Scene) -> Deed:
    return Deed(f"/events/persons/{await scene.person()}")


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


async def define(_: Scene) -> Deed:
    return Deed(f"/auth/roles/keeper-{new_id().hex[-12:]}", {"description": "", "permissions": ["audit:read"]})


async def defined(scene: Scene) -> Deed:
    deed = await define(scene)
    assert (await scene.admin.call("PUT", deed.path, deed.body)).status_code == 201
    return Deed(deed.path)


async def grant(scene: Scene) -> Deed:
    return Deed("/auth/grants", {"account_id": await scene.person(), "role": "auditor"})


async def granted(scene: Scene) -> Deed:
    deed = await grant(scene)
    given = await scene.admin.call("POST", deed.path, deed.body)
    return Deed(f"/auth/grants/{given.json()['id']}")


async def explain(scene: Scene) -> Deed:
    return Deed(f"/auth/permissions/audit:read?account_id={await scene.person()}")


async def open_service(_: Scene) -> Deed:
    return Deed("/auth/service-accounts", {"username": f"gauge_{new_id().hex[-12:]}", "display_name": "The gauge"})


async def service(scene: Scene) -> str:
    deed = await open_service(scene)
    opened = await scene.admin.call("POST", deed.path, deed.body)
    return f"/auth/service-accounts/{opened.json()['id']}"


async def close_service(scene: Scene) -> Deed:
    return Deed(await service(scene))


async def make_token(scene: Scene) -> Deed:
    return Deed(f"{await service(scene)}/tokens", {"name": "Gauge", "scopes": ["read"], "expires_in_days": 1})


async def read_tokens(scene: Scene) -> Deed:
    return Deed(f"{await service(scene)}/tokens")


async def revoke_token(scene: Scene) -> Deed:
    deed = await make_token(scene)
    made = await scene.admin.call("POST", deed.path, deed.body)
    return Deed(f"{deed.path}/{made.json()['id']}")


async def impersonate(scene: Scene) -> Deed:
    return Deed("/auth/impersonations", {"account_id": await scene.person()})


async def impersonated(scene: Scene) -> Deed:
    deed = await impersonate(scene)
    begun = await scene.admin.call("POST", deed.path, deed.body, headers={"X-Reason": "asked"})
    return Deed(f"/auth/impersonations/{begun.json()['session_id']}")


def shut(deed: str, before: str) -> Doing:
    async def somebody(scene: Scene) -> Deed:
        person = await scene.person()
        await scene.database.execute("UPDATE accounts SET status = $1 WHERE id = $2", before, UUID(person))
        return Deed(f"/auth/accounts/{person}/{deed}")

    return somebody


DEEDS: Mapping[str, Doing] = {
    "GET /auth/service-accounts": at("/auth/service-accounts?limit=1"),
    "POST /auth/service-accounts": open_service,
    "DELETE /auth/service-accounts/{account_id}": close_service,
    "GET /auth/service-accounts/{account_id}/tokens": read_tokens,
    "POST /auth/service-accounts/{account_id}/tokens": make_token,
    "DELETE /auth/service-accounts/{account_id}/tokens/{token_id}": revoke_token,
    "POST /auth/impersonations": impersonate,
    "DELETE /auth/impersonations/{session_id}": impersonated,
    "PUT /auth/roles/{name}": define,
    "DELETE /auth/roles/{name}": defined,
    "GET /auth/grants": at("/auth/grants?limit=1"),
    "POST /auth/grants": grant,
    "DELETE /auth/grants/{grant_id}": granted,
    "GET /auth/permissions/{permission}": explain,
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
    "PUT /auth/sign-up": switch_sign_up,
    "POST /auth/invitations": invite,
    "GET /auth/invitations": at("/auth/invitations"),
    "DELETE /auth/invitations/{invitation_id}": revoke_invitation,
    "GET /auth/invitations/{invitation_id}/uses": invitation_uses,
    "GET /auth/applications": at("/auth/applications"),
    "POST /auth/applications/{account_id}/approve": decide("approve"),
    "POST /auth/applications/{account_id}/refuse": decide("refuse"),
    "POST /auth/accounts/{account_id}/disable": shut("disable", "active"),
    "POST /auth/accounts/{account_id}/enable": shut("enable", "disabled"),
    "GET /audit": at("/audit"),
    "GET /audit/export": at("/audit/export?format=jsonl"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(dk: Pod) -> AsyncIterator[Scene]:
    async with scene_at(dk) as opened:
        yield opened


def test_every_route_that_looks_at_permissions_says_what_it_leaves_and_is_tried() -> None:
    routes = [route for route in guarded_routes() if route.name not in SHOW_MORE_AS_HASHED]
    assert [route.name for route in routes if not route.leaves] == []
    assert {route.name for route in routes} == DEEDS.keys()


def test_the_gateways_table_names_the_permission_that_each_service_requires() -> None:
    required = {route.name: route.permissions for route in guarded_routes() if "require" in route.guards}
    named = {f"{row.method} {row.path}": frozenset({row.permission}) for row in API if row.permission is not None}
    assert {name: wanted for name, wanted in required.items() if name not in ONLY_OF_OTHERS} == named
    assert required.keys() >= ONLY_OF_OTHERS


async def test_who_lacks_the_permission_is_refused_with_its_name(dk: Pod, scene: Scene) -> None:
    permissions = {f"{row.method} {row.path}": row.permission for row in API if row.permission is not None}
    async with Citizen(dk.address()) as citizen:
        await citizen.register()
        for name, permission in permissions.items():
            deed = await DEEDS[name](scene)
            answer = await citizen.call(name.split()[0], deed.path, deed.body)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission-required"), name
            assert answer.json()["detail"].endswith(f" {permission}."), name


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
        # What comes of it in another service was not asked for by anybody from anywhere.
        return [item for item in items if item["origin"]]

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
