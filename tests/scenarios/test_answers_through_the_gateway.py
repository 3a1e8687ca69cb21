"""What every answer of the gateway has beside its body: tags, encodings, and what browsers and caches are told."""

import gzip
import json
from collections.abc import AsyncIterator, Mapping

import brotli
import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

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
    invitation_uses,
    one_parked,
    scene_at,
)
from tests.support.eventually import eventually
from tests.support.pod import ROOT, Pod

DOCUMENT = ROOT / "services" / "gateway" / "documentation" / "openapi.json"
PAGE = "http://localhost:3000"


async def community(scene: Scene) -> str:
    made: Json = await scene.admin.create_community(f"Village {new_id()}")
    return str(made["id"])


async def post(scene: Scene) -> str:
    return str((await scene.admin.post(await community(scene), "A park", "For all of us. " * 200))["id"])


async def sealed_event(scene: Scene) -> str:
    """The id of an event that has its position."""
    deed = await append(scene)
    (event_id,) = (await scene.admin.call("POST", deed.path, deed.body)).json()["ids"]

    async def is_sealed() -> bool:
        return bool((await scene.admin.get(f"/events/by-id/{event_id}"))["position"])

    await eventually(is_sealed)
    return str(event_id)


async def a_community(scene: Scene) -> Deed:
    return Deed(f"/communities/{await community(scene)}")


async def members(scene: Scene) -> Deed:
    return Deed(f"/communities/{await community(scene)}/members")


async def posts(scene: Scene) -> Deed:
    return Deed(f"/communities/{await community(scene)}/posts")


async def a_post(scene: Scene) -> Deed:
    return Deed(f"/posts/{await post(scene)}")


async def comments(scene: Scene) -> Deed:
    return Deed(f"/posts/{await post(scene)}/comments")


async def a_comment(scene: Scene) -> Deed:
    return Deed(f"/comments/{(await scene.admin.comment(await post(scene), 'Yes.'))['id']}")


async def an_event(scene: Scene) -> Deed:
    return Deed(f"/events/by-id/{await sealed_event(scene)}")


async def a_decision(scene: Scene) -> Deed:
    stream = (await scene.admin.get(f"/events/by-id/{await sealed_event(scene)}"))["stream"]

    async def is_projected() -> bool:
        return (await scene.admin.call("GET", f"/decisions/{stream.removeprefix('decision-')}")).status_code == 200

    await eventually(is_projected)
    return Deed(f"/decisions/{stream.removeprefix('decision-')}")


async def a_stream(scene: Scene) -> Deed:
    return Deed(f"/events/streams/{(await scene.admin.get(f'/events/by-id/{await sealed_event(scene)}'))['stream']}")


async def a_state(scene: Scene) -> Deed:
    return Deed(f"{(await a_stream(scene)).path}/state")


async def gatherings(scene: Scene) -> Deed:
    return Deed(await gatherings_of(scene))


async def a_gathering(scene: Scene) -> Deed:
    made = await scene.admin.call("POST", await gatherings_of(scene), GATHERING)
    return Deed(f"/gatherings/{made.json()['id']}")


async def attendees(scene: Scene) -> Deed:
    return Deed(f"{(await a_gathering(scene)).path}/attendees")


async def a_fork(scene: Scene) -> Deed:
    await accept_fork(scene)
    return Deed("/events/witness/NO")


# Others are read at their own path.
async def service_tokens(scene: Scene) -> Deed:
    opened = await scene.admin.call(
        "POST", "/auth/service-accounts", {"username": f"g_{new_id().hex[-12:]}", "display_name": "A gauge"}
    )
    return Deed(f"/auth/service-accounts/{opened.json()['id']}/tokens")


EXAMPLES: Mapping[str, Doing] = {
    "/audit": at("/audit?limit=5&to=2020-01-01T00:00:00Z"),
    "/auth/invitations/{invitation_id}/uses": invitation_uses,
    "/auth/service-accounts/{account_id}/tokens": service_tokens,
    "/auth/permissions/{permission}": at("/auth/permissions/audit:read"),
    "/comments/{comment_id}": a_comment,
    "/communities": at("/communities?limit=100"),
    "/communities/{community_id}/gatherings": gatherings,
    "/communities/{community_id}/members": members,
    "/communities/{community_id}/posts": posts,
    "/communities/{id_or_slug}": a_community,
    "/decisions": at("/decisions?q=nothing"),
    "/decisions/{decision_id}": a_decision,
    "/events": at("/events?after=0&limit=3"),
    "/events/bundle": at("/events/bundle?from=1&to=3"),
    "/events/by-id/{event_id}": an_event,
    "/events/catalogue/{event_type}": at("/events/catalogue/event.decision.recorded"),
    "/events/consistency": at("/events/consistency?from=1&to=2"),
    "/events/heads": at("/events/heads?limit=2"),
    "/events/parked": at("/events/parked?consumer=nobody"),
    "/events/parked/{consumer}/{position}": one_parked,
    "/events/streams/{stream}": a_stream,
    "/events/streams/{stream}/state": a_state,
    "/events/witness/{territory}": a_fork,
    "/events/{position}/proof": at("/events/1/proof?tree_size=2"),
    "/gatherings/{gathering_id}": a_gathering,
    "/gatherings/{gathering_id}/attendees": attendees,
    "/posts/{post_id}": a_post,
    "/posts/{post_id}/comments": comments,
    "/search": at("/search?q=nothing-that-anyone-wrote"),
    "/users/{id_or_username}": at("/users/me"),
}
# A file that is made while it is read, and is an entry of the list that it holds.
NO_TAG = {"/audit/export"}
# Reading it is on record, and it tells how far the record goes.
CHANGED_BY_READING = {"/events/projections"}


def reads() -> Mapping[str, Doing]:
    """Every route that answers with JSON, and a call of it."""
    paths: dict[str, Json] = json.loads(DOCUMENT.read_text())["paths"]
    return {path: EXAMPLES.get(path, at(path)) for path, item in paths.items() if "get" in item and path not in NO_TAG}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(dk: Pod) -> AsyncIterator[Scene]:
    async with scene_at(dk) as opened:
        yield opened


async def read(scene: Scene, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await scene.admin.call("GET", path, headers={"Accept-Encoding": "identity", **named})


async def test_every_read_has_a_tag_and_is_not_sent_again_unchanged(scene: Scene) -> None:
    failures = []
    for route, doing in reads().items():
        path = (await doing(scene)).path

        async def is_known(path: str = path, route: str = route) -> bool:
            """A pod goes on meanwhile: what is read of it may change between two reads, now and then."""
            first = await read(scene, path)
            assert first.status_code == 200, first.text
            again = await read(scene, path, If_None_Match=first.headers["etag"])
            if route in CHANGED_BY_READING:
                return again.status_code in {200, 304}
            return (again.status_code, again.content) == (304, b"") and again.headers["etag"] == first.headers["etag"]

        try:
            await eventually(is_known, within=3)
        except AssertionError as failure:
            failures.append(f"{route}: {failure}")
    assert failures == []


async def test_no_read_is_kept_for_another_person_or_territory(scene: Scene) -> None:
    for route, doing in reads().items():
        answer = await read(scene, (await doing(scene)).path)
        varies = {name.strip().lower() for name in answer.headers["vary"].split(",")}
        assert {"authorization", "host", "x-territory-id", "origin", "accept-encoding"} <= varies, route
        assert answer.headers["cache-control"], route


async def test_what_is_a_persons_own_is_kept_by_no_cache_on_the_way(scene: Scene) -> None:
    for path in ("/users/me", "/users/me/preferences", "/auth/me", "/auth/sessions", "/audit", "/events"):
        control = (await read(scene, path)).headers["cache-control"]
        assert "private" in control or "no-store" in control, path


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["br", "gzip"])
    async def test_a_client_that_asks_gets_the_same_in_fewer_bytes(self, scene: Scene, encoding: str) -> None:
        path = (await a_post(scene)).path
        plain = await read(scene, path)
        encoded = await read(scene, path, Accept_Encoding=encoding)
        assert encoded.headers["content-encoding"] == encoding
        assert encoded.content == plain.content
        assert int(encoded.headers["content-length"]) < int(plain.headers["content-length"]) / 2
        assert "content-encoding" not in plain.headers

    @pytest.mark.parametrize("encoding", ["br", "gzip"])
    async def test_its_tag_is_of_that_encoding_and_good_for_reading_and_editing(self, dk: Pod, encoding: str) -> None:
        async with Citizen(dk.address()) as citizen:
            await citizen.register()
            asked = {"Accept-Encoding": encoding}
            tag = (await citizen.call("GET", "/users/me")).headers["etag"]
            long = {"bio": "By the sea. " * 150}
            assert (await citizen.call("PATCH", "/users/me", long, headers={"If-Match": tag})).status_code == 200
            plain = await citizen.call("GET", "/users/me", headers={"Accept-Encoding": "identity"})
            tag = (await citizen.call("GET", "/users/me", headers=asked)).headers["etag"]
            assert tag != plain.headers["etag"]
            again = await citizen.call("GET", "/users/me", headers={**asked, "If-None-Match": tag})
            assert (again.status_code, again.headers["etag"], again.content) == (304, tag, b"")
            edits = [await citizen.call("PATCH", "/users/me", {"bio": "x"}, headers={"If-Match": tag}) for _ in "ab"]
            assert [edit.status_code for edit in edits] == [200, 412]

    async def test_the_head_of_it_is_that_of_the_whole(self, scene: Scene) -> None:
        path = (await a_post(scene)).path
        whole = await read(scene, path, Accept_Encoding="br")
        head = await scene.admin.call("HEAD", path, headers={"Accept-Encoding": "br"})
        for name in ("content-encoding", "etag", "content-type", "vary", "cache-control"):
            assert head.headers[name] == whole.headers[name], name
        assert head.headers.get("content-length", whole.headers["content-length"]) == whole.headers["content-length"]

    async def test_a_small_answer_is_as_it_is(self, scene: Scene) -> None:
        answer = await read(scene, "/territory", Accept_Encoding="br, gzip")
        assert "content-encoding" not in answer.headers

    async def test_a_long_file_comes_in_parts(self, scene: Scene) -> None:
        async with scene.admin.http.stream(
            "GET",
            "/audit/export?format=jsonl",
            headers={"Authorization": f"Bearer {scene.admin.access_token}", "Accept-Encoding": "gzip"},
        ) as answer:
            assert answer.headers["content-encoding"] == "gzip"
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert all(json.loads(line) for line in gzip.decompress(raw).splitlines())

    async def test_a_stream_of_events_is_as_it_is(self, scene: Scene) -> None:
        headers = {
            "Authorization": f"Bearer {scene.admin.access_token}",
            "Accept": "text/event-stream",
            "Accept-Encoding": "br, gzip",
        }
        async with scene.admin.http.stream("GET", "/events?after=0", headers=headers) as answer:
            assert "content-encoding" not in answer.headers
            lines = answer.aiter_lines()
            while not (await anext(lines)).startswith("data:"):
                pass

    async def test_what_holds_a_token_is_as_it_is(self, scene: Scene) -> None:
        """Its length in an encoding would tell of the token to whoever can add to the answer."""
        async with Citizen(scene.admin.address) as citizen:
            await citizen.register()
            body = {"refresh_token": citizen.refresh_token}
            answer = await citizen.call("POST", "/auth/refresh", body, headers={"Accept-Encoding": "br"})
        assert "no-transform" in answer.headers["cache-control"]
        assert "content-encoding" not in answer.headers

    async def test_the_pages_program_too(self, dk: Pod) -> None:
        async with httpx.AsyncClient(base_url=dk.address().api_url) as http:
            answer = await http.get("/docs/assets/swagger-ui-bundle.js", headers={"Accept-Encoding": "br"})
            async with http.stream("GET", "/openapi.json", headers={"Accept-Encoding": "br"}) as document:
                raw = b"".join([part async for part in document.aiter_raw()])
        assert answer.headers["content-encoding"] == "br"
        assert json.loads(brotli.decompress(raw))["openapi"].startswith("3.1")


SAFE = {"x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer"}
CLASSES = {
    "an API answer": ("GET", "/api/territory", 200),
    "a passed on answer": ("GET", "/api/events/catalogue", 200),
    "a problem of a service": ("GET", "/api/users/nobody-of-that-name", 404),
    "a problem of the gateway": ("GET", "/api/nothing", 404),
    "a refused method": ("DELETE", "/api/territory", 405),
    "a refused person": ("GET", "/api/users/me", 401),
    "the page": ("GET", "/api/docs", 200),
    "a file of the page": ("GET", "/api/docs/assets/swagger-ui.css", 200),
    "the document": ("GET", "/api/openapi.json", 200),
    "health": ("GET", "/health", 200),
    "liveness": ("GET", "/health/live", 200),
    "the version": ("GET", "/version", 200),
    "the keys": ("GET", "/.well-known/jwks.json", 200),
    "nothing at all": ("GET", "/nothing", 404),
}


class TestWhatABrowserIsTold:
    @pytest.mark.parametrize("route_class", CLASSES)
    async def test_each_class_of_route_says_it(self, dk: Pod, route_class: str) -> None:
        method, path, status = CLASSES[route_class]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{dk.api_port}") as http:
            answer = await http.request(method, path)
        assert answer.status_code == status
        for name, value in SAFE.items():
            assert answer.headers.get_list(name) == [value], name
        (policy,) = answer.headers.get_list("content-security-policy")
        assert "frame-ancestors 'none'" in policy
        assert policy.startswith("default-src 'self'" if "docs" in path else "default-src 'none'")
        assert "strict-transport-security" not in answer.headers
        assert answer.headers.get_list("x-request-id")[0]
        assert "server" not in answer.headers
        assert "authorization" in answer.headers["vary"].lower()

    async def test_a_refused_handshake_says_it(self, dk: Pod) -> None:
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"ws://127.0.0.1:{dk.api_port}/nothing", proxy=None)
        headers = refusal.value.response.headers
        assert headers["content-type"] == "application/problem+json"
        assert {name: headers[name] for name in SAFE} == SAFE

    async def test_a_refused_message_says_it(self, dk: Pod) -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{dk.api_port}") as http:
            answer = await http.get("/api/territory", headers={"Expect": "a-miracle"})
        assert (answer.status_code, answer.json()["code"]) == (417, "bad-expectation")
        assert {name: answer.headers[name] for name in SAFE} == SAFE


class TestAPageOfAnotherOrigin:
    async def test_reads_what_is_answered_and_what_is_refused(self, scene: Scene) -> None:
        for path, status in (("/territory", 200), ("/nothing", 404), ("/users/nobody-of-that-name", 404)):
            answer = await read(scene, path, Origin=PAGE)
            assert answer.status_code == status
            assert answer.headers.get_list("access-control-allow-origin") == [PAGE]
            assert answer.headers["access-control-allow-credentials"] == "true"
            assert "X-Request-ID" in answer.headers["access-control-expose-headers"]

    async def test_is_answered_at_the_door_before_it_sends(self, scene: Scene) -> None:
        asked = {
            "Origin": PAGE,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,if-match",
        }
        answer = await scene.admin.http.options("/posts/any", headers=asked)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers.get_list("access-control-allow-origin") == [PAGE]
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        assert "origin" in answer.headers["vary"].lower()

    async def test_that_is_not_ours_reads_nothing(self, scene: Scene) -> None:
        answer = await read(scene, "/territory", Origin="https://evil.example")
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
        refused = await scene.admin.http.options("/territory", headers=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden-origin")
        assert not [name for name in refused.headers if name.startswith("access-control-")]
