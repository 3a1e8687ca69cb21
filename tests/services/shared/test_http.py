"""HTTP as every service speaks it, over ASGI against real servers."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from shared.territory.territory import Territory
from tests.support.citizen import Json
from tests.support.sample_service import SampleSettings, create_app
from tests.support.servers import Servers

JSON = {"content-type": "application/json"}
PROBLEM = "application/problem+json"


@pytest_asyncio.fixture(scope="module")
async def client(servers: Servers) -> AsyncIterator[httpx.AsyncClient]:
    async with servers.running(SampleSettings, create_app, await servers.new_territory()) as running:
        yield running


def problem_of(answer: httpx.Response, status: int, code: str) -> Json:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["type"] == f"https://unityplan.org/problems/{code}"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["title"]
    assert problem["detail"]
    return problem


class TestProblems:
    async def test_an_unknown_path(self, client: httpx.AsyncClient) -> None:
        problem = problem_of(await client.get("/nowhere/at/all?secret=1"), 404, "route-not-found")
        assert problem["instance"] == "/nowhere/at/all"

    async def test_a_method_that_a_path_does_not_take_and_those_that_it_does(self, client: httpx.AsyncClient) -> None:
        answer = await client.delete("/notes")
        problem_of(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == "GET, HEAD, POST"

    async def test_what_nobody_expected_tells_nothing(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/crash")
        problem_of(answer, 500, "internal-error")
        assert "hunter2" not in answer.text

    async def test_a_time_to_come_back(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/unavailable")
        problem_of(answer, 503, "sample-away")
        assert answer.headers["retry-after"] == "7"

    async def test_work_is_given_up_when_the_gateway_waits_no_longer(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/slow?seconds=20", headers={"X-Request-Timeout": "50"})
        problem_of(answer, 504, "service-timeout")

    @pytest.mark.parametrize("given", ["", "soon", "-1", "1e3", "20000"])
    async def test_a_time_that_is_none_or_enough_changes_nothing(self, client: httpx.AsyncClient, given: str) -> None:
        answer = await client.get("/slow?seconds=0", headers={"X-Request-Timeout": given})
        assert answer.status_code == 200

    async def test_nobody_is_told_how_to_log_in(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/my/decisions", json={"title": "x"})
        problem_of(answer, 401, "token-missing")
        assert answer.headers["www-authenticate"].startswith("Bearer")

    @pytest.mark.parametrize("given", ["Basic YTpi", "Bearer", "Bearer ", "Bearer a.b.c", "nonsense"])
    async def test_a_token_that_is_none(self, client: httpx.AsyncClient, given: str) -> None:
        answer = await client.get("/notes", headers={"authorization": given})
        problem_of(answer, 401, "token-malformed")

    @pytest.mark.parametrize("code", ["XX", "dk", "'; DROP TABLE events; --", "å"])
    async def test_an_unknown_territory(self, client: httpx.AsyncClient, code: str) -> None:
        answer = await client.get("/notes", headers=[(b"x-territory-id", code.encode())])
        problem_of(answer, 404, "unknown-territory")


class TestBodies:
    async def test_a_body_is_understood(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/notes", json={"text": " Ærø 😀 ", "anything": [1, {"a": None}]})
        assert answer.status_code == 201
        assert answer.json() == {"text": " Ærø 😀 ", "number": 0, "owner": None, "anything": [1, {"a": None}]}

    @pytest.mark.parametrize("raw", [b"{", b"\xff", b'{"text":NaN}', b"[" * 2000, b'{"text":"\x00"}'])
    async def test_what_is_no_json(self, client: httpx.AsyncClient, raw: bytes) -> None:
        problem_of(await client.post("/notes", content=raw, headers=JSON), 400, "malformed-json")

    @pytest.mark.parametrize(
        "raw",
        [
            b'{"text":"a\\u0000b"}',
            b'{"text":"\\ud800"}',
            b'{"text":"x","number":9223372036854775808}',
            b'{"text":"x","anything":' + b"[" * 40 + b"]" * 40 + b"}",
        ],
    )
    async def test_what_cannot_be_stored(self, client: httpx.AsyncClient, raw: bytes) -> None:
        problem_of(await client.post("/notes", content=raw, headers=JSON), 422, "json-not-storable")

    @pytest.mark.parametrize(
        ("raw", "pointer", "code"),
        [
            (b"[]", "", "model-attributes-type"),
            (b'"text"', "", "model-attributes-type"),
            (b"{}", "/text", "missing"),
            (b"", "", "missing"),
            (b'{"text":1}', "/text", "string-type"),
            (b'{"text":"x","number":"hunter2"}', "/number", "int-parsing"),
            (b'{"text":"x","owner":"hunter2"}', "/owner", "uuid-parsing"),
            (b'{"text":"x","is_admin":true}', "/is_admin", "extra-forbidden"),
        ],
    )
    async def test_a_wrong_field_is_pointed_at_and_not_repeated(
        self, client: httpx.AsyncClient, raw: bytes, pointer: str, code: str
    ) -> None:
        answer = await client.post("/notes", content=raw, headers=JSON)
        problem = problem_of(answer, 422, "validation-failed")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
        assert "hunter2" not in answer.text

    @pytest.mark.parametrize(
        "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"]
    )
    async def test_another_media_type(self, client: httpx.AsyncClient, media_type: str) -> None:
        answer = await client.post("/notes", content=b'{"text":"x"}', headers={"content-type": media_type})
        problem_of(answer, 415, "unsupported-media-type")

    @pytest.mark.parametrize(
        "media_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/x+json"]
    )
    async def test_json_by_another_name(self, client: httpx.AsyncClient, media_type: str) -> None:
        answer = await client.post("/notes", content=b'{"text":"x"}', headers={"content-type": media_type})
        assert answer.status_code == 201

    @pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip"])
    async def test_a_compressed_body(self, client: httpx.AsyncClient, encoding: str) -> None:
        headers = {**JSON, "content-encoding": encoding}
        problem_of(await client.post("/notes", content=b"{}", headers=headers), 415, "unsupported-encoding")

    async def test_a_body_of_a_mebibyte_and_one_byte_more(self, client: httpx.AsyncClient) -> None:
        whole = b'{"text":"' + b"x" * ((1 << 20) - 11) + b'"}'
        assert (await client.post("/notes", content=whole, headers=JSON)).status_code == 201
        problem_of(await client.post("/notes", content=whole + b" ", headers=JSON), 413, "body-too-large")

    async def test_a_chunked_body_is_counted_as_it_comes(self, client: httpx.AsyncClient) -> None:
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            for _ in range(1000):
                sent += 65_536
                yield b" " * 65_536

        problem_of(await client.post("/notes", content=endless(), headers=JSON), 413, "body-too-large")
        assert sent < 2 << 20


class TestQueries:
    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=101", "limit=x", "limit=%00", "limit=1e3", "limit=" + "9" * 5000]
    )
    async def test_a_wrong_limit(self, client: httpx.AsyncClient, query: str) -> None:
        problem = problem_of(await client.get(f"/notes?{query}"), 422, "validation-failed")
        assert [error["pointer"] for error in problem["errors"]] == ["?limit"]

    @pytest.mark.parametrize(
        "path", ["/notes/%00", "/notes/%ff%fe", "/notes?cursor=%ff", "/notes?%00=%00", "/%00", "/%2e"]
    )
    async def test_odd_bytes_are_never_a_servers_error(self, client: httpx.AsyncClient, path: str) -> None:
        assert (await client.get(path)).status_code < 500

    async def test_a_page_links_to_the_next(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/notes?limit=3&sort=new")
        assert answer.json() == {"items": [1, 2, 3], "next_cursor": "next"}
        assert answer.headers["x-position"] == "5"
        assert answer.headers["link"] == '</api/notes?limit=3&sort=new&cursor=next>; rel="next"'
        last = await client.get("/notes?cursor=next")
        assert last.json()["next_cursor"] is None
        assert "link" not in last.headers


class TestConditionalRequests:
    async def test_what_the_client_has_is_not_sent_again(self, client: httpx.AsyncClient) -> None:
        first = await client.get("/notes/a")
        for tags in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
            again = await client.get("/notes/a", headers={"if-none-match": tags})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
            assert "x-position" in again.headers
        assert (await client.get("/notes/a", headers={"if-none-match": '"8"'})).status_code == 200

    async def test_a_list_has_a_tag_too(self, client: httpx.AsyncClient) -> None:
        tag = (await client.get("/notes")).headers["etag"]
        assert (await client.get("/notes", headers={"if-none-match": tag})).status_code == 304

    async def test_an_edit_names_the_version_it_was_made_from(self, client: httpx.AsyncClient) -> None:
        body = {"text": "x"}
        problem_of(await client.patch("/notes/a", json=body), 428, "if-match-required")
        for stale in ('"6"', "7", 'W/"7"', "", '"6", "8"'):
            problem_of(await client.patch("/notes/a", json=body, headers={"if-match": stale}), 412, "stale")
        for current in ('"7"', '"6", "7"', "*"):
            assert (await client.patch("/notes/a", json=body, headers={"if-match": current})).status_code == 200


class TestIdentityOfARequest:
    async def test_a_request_id_is_said_back(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/notes", headers={"x-request-id": "my-request-1"})
        assert answer.headers.get_list("x-request-id") == ["my-request-1"]

    async def test_one_that_is_none_is_replaced(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/notes", headers={"x-request-id": "no\\good"})
        assert answer.headers["x-request-id"] != "no\\good"


class TestDescription:
    async def test_every_operation_says_how_it_refuses(self, servers: Servers, territory: Territory) -> None:
        document = create_app(servers.settings(SampleSettings, territory)).openapi()
        operation = document["paths"]["/notes"]["post"]
        for status in ("400", "413", "415", "422"):
            content = operation["responses"][status]["content"]
            assert content == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        assert "Problem" in document["components"]["schemas"]
        assert "HTTPValidationError" not in document["components"]["schemas"]
        assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
