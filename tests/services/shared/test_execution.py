"""The opener of commands over HTTP: one transaction, one event, one answer, however often it is asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import Interval, bindparam, func, select, update

from services.auth.app import create_app as create_auth
from services.auth.settings import AuthSettings
from shared.clock import utc_now
from shared.database.idempotency import IdempotencyKey, forget_expired_keys, idempotency_keys
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.events.tables import events
from shared.identifiers import AccountId, new_id
from tests.support.citizen import PASSWORD, unused_name
from tests.support.sample_service import SampleSettings, create_app
from tests.support.servers import Servers

_OF_STREAM = compiled(select(func.count()).where(events.c.stream == bindparam("name")))
_AGE = compiled(
    update(idempotency_keys).values(created_at=idempotency_keys.c.created_at - bindparam("age", type_=Interval))
)


@dataclass(slots=True)
class Caller:
    """Someone who is logged in at the sample service."""

    http: httpx.AsyncClient
    pool: Pool
    url: str
    token: str

    async def decide(self, key: str | None, headers: Mapping[str, str] | None = None, **body: object) -> httpx.Response:
        fields = {"authorization": f"Bearer {self.token}", **({} if key is None else {"idempotency-key": key})}
        body = {"title": "A park", **body}
        return await self.http.post("/my/decisions", json=body, headers={**fields, **(headers or {})})

    async def count(self, stream: str) -> int:
        found: int = await self.pool.fetch_value(_OF_STREAM, name=stream)
        return found


@pytest_asyncio.fixture(scope="module")
async def caller(servers: Servers) -> AsyncIterator[Caller]:
    territory = await servers.new_territory()
    async with servers.running(AuthSettings, create_auth, territory) as auth:
        token = await register(auth)
        other = await register(auth)
    settings = servers.settings(SampleSettings, territory)
    url = settings.database_url_for(territory.slug)
    pool = Pool(url, max_size=2, application_name="test")
    async with servers.running(SampleSettings, create_app, territory) as http:
        http.headers["x-other-token"] = other
        yield Caller(http, pool, url, token)
    await pool.close()


async def register(auth: httpx.AsyncClient) -> str:
    name = unused_name()
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    answer = await auth.post("/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["access_token"])


def new_stream() -> str:
    return f"decision-{new_id()}"


async def test_a_write_names_its_event(caller: Caller) -> None:
    answer = await caller.decide(None)
    assert answer.status_code == 201
    assert answer.headers["x-event-id"] == answer.json()["id"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["location"].startswith("/api/decision-")


async def test_what_is_refused_leaves_nothing(caller: Caller) -> None:
    stream = new_stream()
    answer = await caller.decide(str(new_id()), stream=stream, fails=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "too-late")
    assert "x-event-id" not in answer.headers
    assert await caller.count(stream) == 0


async def test_twenty_writers_of_one_stream_all_get_their_turn(caller: Caller) -> None:
    stream = new_stream()
    answers = await asyncio.gather(*(caller.decide(None, stream=stream) for _ in range(20)))
    assert sorted(answer.json().get("version", answer.text) for answer in answers) == list(range(1, 21))


class TestIdempotencyKey:
    async def test_the_same_request_again_is_answered_as_then(self, caller: Caller) -> None:
        stream, key = new_stream(), str(new_id())
        first = await caller.decide(key, stream=stream)
        again = await caller.decide(key, stream=stream)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        for name in ("x-event-id", "location", "content-type"):
            assert again.headers[name] == first.headers[name]
        assert again.headers["idempotency-replayed"] == "true"
        assert "idempotency-replayed" not in first.headers
        assert await caller.count(stream) == 1

    async def test_ten_copies_at_once_have_one_effect(self, caller: Caller) -> None:
        stream, key = new_stream(), str(new_id())
        answers = await asyncio.gather(*(caller.decide(key, stream=stream) for _ in range(10)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert [answer.headers.get("idempotency-replayed") for answer in answers].count("true") == 9
        assert await caller.count(stream) == 1

    async def test_another_request_with_the_key_is_refused(self, caller: Caller) -> None:
        stream, key = new_stream(), str(new_id())
        await caller.decide(key, stream=stream)
        answer = await caller.decide(key, stream=stream, title="Another park")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
        assert await caller.count(stream) == 1

    async def test_a_key_of_a_request_that_failed_is_free(self, caller: Caller) -> None:
        stream, key = new_stream(), str(new_id())
        assert (await caller.decide(key, stream=stream, fails=True)).status_code == 409
        answer = await caller.decide(key, stream=stream)
        assert answer.status_code == 201
        assert "idempotency-replayed" not in answer.headers

    async def test_keys_of_two_people_are_two_keys(self, caller: Caller) -> None:
        stream, key = new_stream(), str(new_id())
        await caller.decide(key, stream=stream)
        other = {"authorization": f"Bearer {caller.http.headers['x-other-token']}"}
        answer = await caller.decide(key, other, stream=stream)
        assert answer.status_code == 201
        assert await caller.count(stream) == 2

    async def test_after_a_day_a_key_is_free(self, caller: Caller) -> None:
        stream, key = new_stream(), str(new_id())
        await caller.decide(key, stream=stream)
        await caller.pool.execute(_AGE, age=timedelta(hours=23))
        assert (await caller.decide(key, stream=stream)).headers["idempotency-replayed"] == "true"
        await caller.pool.execute(_AGE, age=timedelta(hours=2))
        assert "idempotency-replayed" not in (await caller.decide(key, stream=stream)).headers
        assert await caller.count(stream) == 2

    async def test_old_keys_are_forgotten(self, caller: Caller) -> None:
        await caller.decide(str(new_id()))
        await caller.pool.execute(_AGE, age=timedelta(hours=25))
        key = str(new_id())
        await caller.decide(key)
        assert await forget_expired_keys(caller.pool, utc_now()) >= 1
        assert await forget_expired_keys(caller.pool, utc_now()) == 0
        await caller.pool.execute(_AGE, age=timedelta(hours=1))

    async def test_a_request_whose_first_copy_takes_too_long_is_told_so(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shared.database.idempotency.PATIENCE_SECONDS", 0.3)
        pool = Pool(caller.url, max_size=2, application_name="test")
        key = IdempotencyKey(AccountId(new_id()), "/my/decisions", str(new_id()), b"digest")

        async def claim() -> None:
            async with pool.acquire() as connection, connection.transaction():
                await key.claim(connection, utc_now())

        async with pool.acquire() as first, first.transaction():
            assert await key.claim(first, utc_now()) is None
            with pytest.raises(ServiceError, match="idempotency-key-in-flight") as refusal:
                await claim()
        assert refusal.value.kind is Kind.CONFLICT
        await pool.close()

    @pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "å", "a\x7f", "a\tb"])
    async def test_a_key_is_visible_ascii_and_not_too_long(self, caller: Caller, key: str) -> None:
        answer = await caller.http.post(
            "/my/decisions",
            json={"title": "x"},
            headers=[(b"authorization", f"Bearer {caller.token}".encode()), (b"idempotency-key", key.encode())],
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-idempotency-key")

    async def test_there_is_one_key_or_none(self, caller: Caller) -> None:
        keys = [(b"idempotency-key", b"one"), (b"idempotency-key", b"another")]
        answer = await caller.http.post(
            "/my/decisions",
            json={"title": "x"},
            headers=[(b"authorization", f"Bearer {caller.token}".encode()), *keys],
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-idempotency-key")

    async def test_the_longest_key(self, caller: Caller) -> None:
        assert (await caller.decide("x" * 255)).status_code == 201
