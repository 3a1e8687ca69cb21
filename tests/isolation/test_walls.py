"""The four walls: each credential of a territory, tried on its neighbour."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import nats
import pytest
import pytest_asyncio
from nats.errors import Error as NatsError
from nats.js.errors import APIError
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from ops.provisioning.postgres_walls import build_walls
from services.search.engines.engine import Document, SearchQuery
from services.search.engines.tantivy_engine import TantivyEngine
from shared.identifiers import new_id
from shared.messaging.subjects import STREAM, event_subject
from shared.territory.territory import Territory
from tests.support.servers import Servers

# What the services' role of one territory must not be able to do, in its own database.
REFUSED_STATEMENTS = [
    "UPDATE events SET actor = 'x'",
    "DELETE FROM events",
    "TRUNCATE events",
    "INSERT INTO seals VALUES (1, 1, 'x')",
    "UPDATE seals SET leaf_hash = 'x'",
    "DELETE FROM seals",
    "INSERT INTO tree_heads VALUES (1, 'x', now(), 'x', 'x')",
    "UPDATE sealer_terms SET term = 99",
    "SELECT * FROM alembic_version",
    "CREATE TABLE mine (x int)",
    "CREATE TABLE public.mine (x int)",
    "CREATE SCHEMA mine",
    "DROP TABLE posts",
    "ALTER TABLE posts ADD COLUMN x int",
    "SET ROLE unityplan",
    "SET SESSION AUTHORIZATION unityplan",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'unityplan'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/x'",
    "CREATE EXTENSION dblink",
    "CREATE ROLE mine LOGIN",
    "ALTER SYSTEM SET fsync = off",
    "SELECT rolpassword FROM pg_authid",
    "CREATE DATABASE mine",
]
REFUSED_COMMANDS = [
    ("GET", "{other}limit:x"),
    ("SET", "{other}limit:x", "1"),
    ("DEL", "{other}x"),
    ("EVAL", "return redis.call('GET', KEYS[1])", "1", "{other}x"),
    ("PUBLISH", "{other}x", "hello"),
    ("SUBSCRIBE", "{other}x"),
    ("KEYS", "*"),
    ("SCAN", "0"),
    ("RANDOMKEY",),
    ("FLUSHALL",),
    ("FLUSHDB",),
    ("CONFIG", "GET", "*"),
    ("ACL", "LIST"),
    ("CLIENT", "LIST"),
    ("DEBUG", "SLEEP", "0"),
    ("MONITOR",),
    ("SHUTDOWN",),
    ("SAVE",),
    ("MIGRATE", "h", "1", "{own}x", "0", "1"),
    ("RENAME", "{own}x", "{other}x"),
    # These name no key, yet reach what all share, or tell of it.
    ("CLIENT", "TRACKING", "ON", "BCAST"),
    ("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "{other}"),
    ("CLIENT", "KILL", "USER", "default"),
    ("CLIENT", "UNBLOCK", "1"),
    ("PUBSUB", "CHANNELS"),
    ("PUBSUB", "NUMSUB", "{other}x"),
    ("FUNCTION", "LIST"),
    ("FUNCTION", "DUMP"),
    ("FUNCTION", "FLUSH"),
    ("FUNCTION", "LOAD", "#!lua name=mine\nserver.register_function('mine', function() return 1 end)"),
    ("SCRIPT", "FLUSH"),
    ("SCRIPT", "KILL"),
    ("MEMORY", "STATS"),
    ("DBSIZE",),
    ("SWAPDB", "0", "1"),
    ("BLPOP", "{own}x", "0"),
    ("EVAL", "return redis.call('PUBSUB', 'CHANNELS')", "0"),
]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two territories of one pod."""

    own: Territory
    other: Territory


@pytest_asyncio.fixture(scope="module")
async def neighbours(servers: Servers) -> Neighbours:
    return Neighbours(await servers.new_territory(), await servers.new_territory())


async def log_in(servers: Servers, role: str, password: str, database: str) -> Any:  # noqa: ANN401 (driver's)
    folder = str(servers.postgres.socket_folder)
    return await asyncpg.connect(host=folder, user=role, password=password, database=database)


async def answer_of_nats(port: int, credentials: dict[str, str]) -> bytes:
    """What the server says to these credentials. By hand, since a refused client leaves its socket open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await reader.readline()
        writer.write(b"CONNECT " + json.dumps({"verbose": False, **credentials}).encode() + b"\r\nPING\r\n")
        return await asyncio.wait_for(reader.readline(), 5)
    finally:
        writer.close()
        await writer.wait_closed()


class TestPostgres:
    async def test_a_role_cannot_enter_the_neighbours_database_nor_any_shared_one(
        self, servers: Servers, neighbours: Neighbours
    ) -> None:
        for kind, name in (("postgres", "territory"), ("sealer", "sealer")):
            role, password = f"{name}_{neighbours.own.slug}", servers.secrets.of(kind, neighbours.own)
            for database in (neighbours.other.database, "postgres", "template1"):
                with pytest.raises(
                    (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidAuthorizationSpecificationError)
                ):
                    await log_in(servers, role, password, database)

    async def test_nobody_enters_without_the_right_password(self, servers: Servers, neighbours: Neighbours) -> None:
        own = neighbours.own
        for password in ("", "wrong", servers.secrets.of("postgres", neighbours.other)):
            with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.PostgresError)):
                await log_in(servers, f"territory_{own.slug}", password, own.database)

    @pytest.mark.parametrize("statement", REFUSED_STATEMENTS)
    async def test_the_services_role_is_refused(self, servers: Servers, neighbours: Neighbours, statement: str) -> None:
        own = neighbours.own
        connection = await log_in(servers, f"territory_{own.slug}", servers.secrets.of("postgres", own), own.database)
        try:
            with pytest.raises(asyncpg.PostgresError) as refusal:
                await connection.execute(statement)
            assert isinstance(refusal.value, asyncpg.InsufficientPrivilegeError), refusal.value
        finally:
            await connection.close()

    async def test_the_sealers_role_seals_and_does_nothing_else(self, servers: Servers, neighbours: Neighbours) -> None:
        own = neighbours.own
        connection = await log_in(servers, f"sealer_{own.slug}", servers.secrets.of("sealer", own), own.database)
        try:
            await connection.fetch("SELECT * FROM seals")
            for statement in (
                "SELECT * FROM accounts",
                "DELETE FROM seals",
                "DELETE FROM events",
                "INSERT INTO posts DEFAULT VALUES",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
        finally:
            await connection.close()

    async def test_a_role_cannot_become_another_territorys(self, servers: Servers, neighbours: Neighbours) -> None:
        own, other = neighbours.own, neighbours.other
        connection = await log_in(servers, f"territory_{own.slug}", servers.secrets.of("postgres", own), own.database)
        try:
            for role in (f"owner_{own.slug}", f"territory_{other.slug}", f"owner_{other.slug}", f"sealer_{own.slug}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(f"SET ROLE {role}")
        finally:
            await connection.close()

    async def test_what_others_ask_cannot_be_read(self, servers: Servers, neighbours: Neighbours) -> None:
        own, other = neighbours.own, neighbours.other
        theirs = await log_in(servers, f"territory_{other.slug}", servers.secrets.of("postgres", other), other.database)
        mine = await log_in(servers, f"territory_{own.slug}", servers.secrets.of("postgres", own), own.database)
        try:
            await theirs.execute("SELECT 'canary'")
            seen = await mine.fetch("SELECT query FROM pg_stat_activity WHERE usename <> current_user")
            assert {row["query"] for row in seen} <= {"<insufficient privilege>"}
        finally:
            await mine.close()
            await theirs.close()

    async def test_there_is_no_way_in_but_a_socket_and_a_password(self, servers: Servers) -> None:
        connection = await servers.postgres.connect_to("postgres")
        try:
            methods = await connection.fetch("SELECT type, auth_method FROM pg_hba_file_rules")
            assert {tuple(row) for row in methods} == {("local", "scram-sha-256")}
            assert await connection.fetchval("SHOW listen_addresses") == ""
            assert await connection.fetchval("SHOW unix_socket_permissions") == "0600"
        finally:
            await connection.close()

    async def test_a_flooded_territory_leaves_connections_to_the_others(self, servers: Servers) -> None:
        three = [await servers.new_territory() for _ in range(3)]
        await build_walls(servers.postgres.connect_to, three, servers.secrets)
        connection = await servers.postgres.connect_to("postgres")
        try:
            most = int(await connection.fetchval("SHOW max_connections"))
            limits = await connection.fetch(
                "SELECT rolconnlimit FROM pg_roles WHERE rolname = ANY($1)", [f"territory_{t.slug}" for t in three]
            )
        finally:
            await connection.close()
        assert 0 < sum(row["rolconnlimit"] for row in limits) < most


class TestRedis:
    @pytest_asyncio.fixture
    async def redis(self, servers: Servers, neighbours: Neighbours) -> AsyncIterator[Redis]:
        own = neighbours.own
        client = Redis(
            unix_socket_path=str(servers.valkey.socket), username=own.slug, password=servers.secrets.of("redis", own)
        )
        yield client
        await client.aclose()

    async def test_a_user_has_its_own_keys(self, redis: Redis, neighbours: Neighbours) -> None:
        await redis.set(f"{neighbours.own.key_prefix}x", "1")
        assert await redis.get(f"{neighbours.own.key_prefix}x") == b"1"

    @pytest.mark.parametrize("command", REFUSED_COMMANDS, ids=lambda command: " ".join(command[:2]))
    async def test_everything_else_is_refused(
        self, redis: Redis, neighbours: Neighbours, command: tuple[str, ...]
    ) -> None:
        words = [w.format(own=neighbours.own.key_prefix, other=neighbours.other.key_prefix) for w in command]
        with pytest.raises((NoPermissionError, ResponseError)) as refusal:
            await redis.execute_command(*words)  # type: ignore[no-untyped-call]  # untyped in redis-py
        assert any(word in str(refusal.value).lower() for word in ("permission", "not allowed")), refusal.value

    async def test_nobody_enters_without_a_user(self, servers: Servers) -> None:
        client = Redis(unix_socket_path=str(servers.valkey.socket))
        with pytest.raises(Exception, match=r"(?i)auth"):
            await client.get("x")
        await client.aclose()


class TestNats:
    async def connect(self, servers: Servers, territory: Territory) -> Any:  # noqa: ANN401 (driver's)
        return await nats.connect(
            f"nats://127.0.0.1:{servers.nats.port}",
            user=territory.slug,
            password=servers.secrets.of("nats", territory),
            allow_reconnect=False,
        )

    async def test_what_one_territory_publishes_does_not_exist_for_another(
        self, servers: Servers, neighbours: Neighbours
    ) -> None:
        own, other = await self.connect(servers, neighbours.own), await self.connect(servers, neighbours.other)
        heard: list[bytes] = []

        async def hear(message: Any) -> None:  # noqa: ANN401 (driver's)
            heard.append(message.data)

        for subject in (">", f"{neighbours.other.subject_prefix}.>", "hints.>"):
            await own.subscribe(subject, cb=hear)
        echoed = asyncio.Event()

        async def echo(_: Any) -> None:  # noqa: ANN401 (driver's)
            echoed.set()

        await other.subscribe("x.>", cb=echo)
        await own.flush()
        await other.publish(event_subject(neighbours.other, "community.post.created"), b"secret")
        await other.publish("x.end", b"")
        await asyncio.wait_for(echoed.wait(), 5)
        await own.flush()
        assert heard == []
        await own.close()
        await other.close()

    async def test_a_stream_of_the_neighbour_cannot_be_seen_read_or_deleted(
        self, servers: Servers, neighbours: Neighbours
    ) -> None:
        own, other = await self.connect(servers, neighbours.own), await self.connect(servers, neighbours.other)
        theirs = other.jetstream()
        await theirs.add_stream(name=STREAM, subjects=[f"{neighbours.other.subject_prefix}.>"])
        await theirs.publish(f"{neighbours.other.subject_prefix}.a.b.c", b"secret")
        mine = own.jetstream()
        for attempt in (mine.stream_info(STREAM), mine.delete_stream(STREAM), mine.get_msg(STREAM, seq=1)):
            with pytest.raises((APIError, NatsError)):
                await attempt
        with pytest.raises((APIError, NatsError, TimeoutError)):
            await mine.pull_subscribe(f"{neighbours.other.subject_prefix}.>", durable="spy", stream=STREAM)
        assert (await theirs.stream_info(STREAM)).state.messages == 1
        await own.close()
        await other.close()

    async def test_nobody_enters_without_the_right_password(self, servers: Servers, neighbours: Neighbours) -> None:
        named = {"user": neighbours.own.slug}
        for credentials in (
            {},
            named,
            named | {"pass": "wrong"},
            named | {"pass": servers.secrets.of("nats", neighbours.other)},
            {"user": "system", "pass": servers.secrets.of("nats", neighbours.own)},
        ):
            assert b"Authorization Violation" in await answer_of_nats(servers.nats.port, credentials)
        right = named | {"pass": servers.secrets.of("nats", neighbours.own)}
        assert await answer_of_nats(servers.nats.port, right) == b"PONG\r\n"


async def test_an_index_of_one_territory_has_nothing_of_another(servers: Servers, neighbours: Neighbours) -> None:
    def engine_of(territory: Territory) -> TantivyEngine:
        engine = TantivyEngine(servers.folder / "walls" / territory.slug)
        engine.open()
        return engine

    own, other = engine_of(neighbours.own), engine_of(neighbours.other)
    other.write([Document("person", new_id(), None, "canary", "canary")], 1)
    assert other.search(SearchQuery(("canary",), None, None), 10)
    assert own.search(SearchQuery(("canary",), None, None), 10) == []
    own.close()
    other.close()
