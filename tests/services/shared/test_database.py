"""The door to a territory's database, against a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from shared.clock import format_time
from shared.database.errors import UniqueViolation
from shared.database.pool import Pool
from shared.database.rows import json_object, json_time
from shared.database.statements import compiled
from shared.errors import Kind, ServiceError
from shared.territory.territory import Territory
from tests.support.eventually import eventually
from tests.support.sample_service import SampleSettings
from tests.support.servers import Servers

_ECHO = compiled(select(cast(bindparam("given", type_=Text), Text)))
_NUMBER = compiled(select(bindparam("given", type_=Integer)))
_JSON = compiled(select(bindparam("given", type_=JSONB)))
_SLEEP = compiled(select(func.pg_sleep(bindparam("seconds"))))
_PID = compiled(select(func.pg_backend_pid()))
_SCHEMAS = func.array_to_string(func.current_schemas(literal(value=False)), ",")
_WHERE = compiled(select(func.current_database(), _SCHEMAS, func.current_setting("application_name")))

MARKS = Table("marks", MetaData(), Column("id", Integer, primary_key=True), Column("text", Text))
_MARK = compiled(MARKS.insert().values(id=bindparam("number"), text=bindparam("given")))
_MARKS = compiled(select(func.count()).select_from(MARKS))


def url_of(servers: Servers, territory: Territory) -> str:
    return servers.settings(SampleSettings, territory).database_url_for(territory.slug)


@pytest_asyncio.fixture
async def pool(servers: Servers, territory: Territory) -> AsyncIterator[Pool]:
    connection = await servers.postgres.connect_to(territory.database)
    await connection.execute(f"CREATE TABLE {territory.schema}.marks (id int PRIMARY KEY, text text)")
    await connection.execute(f"GRANT ALL ON {territory.schema}.marks TO territory_{territory.slug}")
    await connection.close()
    opened = Pool(url_of(servers, territory), max_size=3, application_name="sample")
    yield opened
    await opened.close()


async def refusal_of(pool: Pool, **given: object) -> ServiceError:
    with pytest.raises(ServiceError) as refusal:
        await pool.fetch_value(_ECHO, **given)
    return refusal.value


class TestStatements:
    def test_a_name_that_is_used_twice_is_sent_once(self) -> None:
        name = bindparam("name", type_=Text)
        statement = compiled(select(MARKS.c.id).where((MARKS.c.text == name) | (MARKS.c.text > name)))
        assert statement.parameters == ("name",)
        assert statement.sql.count("$1") == 2

    def test_a_value_given_at_compile_time_is_its_default(self) -> None:
        statement = compiled(select(MARKS.c.id).where(MARKS.c.id == bindparam("number")).limit(20))
        assert sorted(map(str, statement.bind({"number": 7}))) == ["20", "7"]

    def test_a_missing_and_an_unknown_parameter_are_mistakes(self) -> None:
        with pytest.raises(KeyError):
            _ECHO.bind({})
        with pytest.raises(ValueError, match="other"):
            _ECHO.bind({"given": "x", "other": 1})

    def test_an_in_that_would_stay_unexpanded_is_refused(self) -> None:
        with pytest.raises(ValueError, match="ANY"):
            compiled(select(MARKS.c.id).where(MARKS.c.id.in_([1, 2])))


class TestValues:
    async def test_each_service_is_in_its_territorys_own_schema(self, pool: Pool, territory: Territory) -> None:
        row = await pool.fetch_row(_WHERE)
        assert row is not None
        assert tuple(row.values()) == (territory.database, f"pg_catalog,{territory.schema}", "sample")

    async def test_json_comes_as_postgresql_built_it(self, pool: Pool) -> None:
        moment = datetime(2026, 11, 23, 11, 0, 0, 7, tzinfo=UTC)
        statement = compiled(select(json_object(b=literal(1), a=json_time(literal(moment)), c=literal("Ærø"))))
        body = await pool.fetch_value(statement)
        assert body == f'{{"b" : 1, "a" : "{format_time(moment)}", "c" : "Ærø"}}'.encode()

    async def test_jsonb_is_an_object_both_ways(self, pool: Pool) -> None:
        value = {"a": [1, None, "😀"], "b": {"c": 1.5}}
        assert await pool.fetch_value(_JSON, given=value) == value

    @pytest.mark.parametrize("given", ["a\x00b", "\ud800", "x\udfff"])
    async def test_a_text_that_cannot_be_stored_is_the_callers_mistake(self, pool: Pool, given: str) -> None:
        refusal = await refusal_of(pool, given=given)
        assert (refusal.kind, refusal.code) == (Kind.INVALID, "value-out-of-range")
        assert "x" not in refusal.detail
        with pytest.raises(ServiceError, match="value-out-of-range"):
            await pool.fetch_value(_JSON, given={"text": given})

    @pytest.mark.parametrize("given", [2**31, -(2**70), "7"])
    async def test_a_number_that_does_not_fit_too(self, pool: Pool, given: object) -> None:
        with pytest.raises(ServiceError, match="value-out-of-range"):
            await pool.fetch_value(_NUMBER, given=given)


class TestTransactions:
    async def test_what_fails_is_rolled_back_whatever_fails(self, pool: Pool) -> None:
        async def fail() -> None:
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(_MARK, number=1, given="x")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert await pool.fetch_value(_MARKS) == 0

    async def test_a_row_that_is_there_already_is_told_by_its_constraint(self, pool: Pool) -> None:
        await pool.execute(_MARK, number=1, given="x")
        with pytest.raises(UniqueViolation) as violation:
            await pool.execute(_MARK, number=1, given="y")
        assert violation.value.constraint == "marks_pkey"

    async def test_a_cancelled_transaction_leaves_its_connection_clean(self, pool: Pool) -> None:
        async def hold() -> None:
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(_MARK, number=1, given="x")
                await connection.fetch_value(_SLEEP, seconds=30)

        tasks = [asyncio.create_task(hold()) for _ in range(6)]
        await eventually(lambda: pool.is_exhausted)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(pool.execute(_MARK, number=number, given="x") for number in range(10)))
        assert await pool.fetch_value(_MARKS) == 10

    async def test_nobody_gets_anothers_answer_however_many_are_cancelled(self, pool: Pool) -> None:
        async def ask(number: int) -> None:
            nonce = f"{number}-{uuid4()}"
            assert await pool.fetch_value(_ECHO, given=nonce) == nonce

        tasks = [asyncio.create_task(ask(number)) for number in range(600)]
        for turn, task in enumerate(tasks):
            if turn % 3 == 0:
                task.cancel()
            if turn % 7 == 0:
                await asyncio.sleep(0)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} <= {type(None), asyncio.CancelledError}


class TestMigrations:
    async def test_a_statement_made_stale_by_a_migration_is_run_again(
        self, pool: Pool, servers: Servers, territory: Territory
    ) -> None:
        statement = compiled(select(MARKS.c.id, MARKS.c.text))
        await pool.execute(_MARK, number=1, given="x")
        await asyncio.gather(*(pool.fetch(statement) for _ in range(3)))
        connection = await servers.postgres.connect_to(territory.database)
        await connection.execute(f"ALTER TABLE {territory.schema}.marks ALTER text TYPE varchar(10)")
        await connection.close()
        assert [tuple(row.values()) for row in await pool.fetch(statement)] == [(1, "x")]


class TestAvailability:
    async def test_a_busy_pool_says_so_and_when_to_come_back(self, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shared.database.pool.ACQUIRE_SECONDS", 0.1)
        holders = [asyncio.create_task(pool.fetch_value(_SLEEP, seconds=20)) for _ in range(3)]
        await eventually(lambda: pool.is_exhausted)
        refusal = await refusal_of(pool, given="x")
        assert (refusal.kind, refusal.code) == (Kind.UNAVAILABLE, "database-busy")
        assert refusal.retry_after_seconds
        for holder in holders:
            holder.cancel()
        await asyncio.gather(*holders, return_exceptions=True)
        assert await pool.fetch_value(_ECHO, given="x") == "x"

    @pytest.mark.parametrize(
        "url",
        ["postgresql://a:b@127.0.0.1:1/c", "postgresql://a:b@/c?host=/nowhere", "postgresql://a:b@nowhere.invalid/c"],
    )
    async def test_a_database_that_is_away_stops_no_start_and_is_told_at_first_use(self, url: str) -> None:
        pool = Pool(url, max_size=2, application_name="sample")
        refusal = await refusal_of(pool, given="x")
        assert (refusal.kind, refusal.code) == (Kind.UNAVAILABLE, "database-unavailable")
        assert "127.0.0.1" not in refusal.detail
        await pool.close()

    async def test_a_wrong_password_tells_no_more(self, servers: Servers, territory: Territory) -> None:
        url = url_of(servers, territory).replace(":", ":wrong", 2).replace("postgresql:wrong", "postgresql:")
        pool = Pool(url, max_size=2, application_name="sample")
        assert (await refusal_of(pool, given="x")).code == "database-unavailable"
        await pool.close()

    async def test_a_server_that_says_nothing_is_away_and_not_busy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shared.database.pool.ACQUIRE_SECONDS", 0.2)

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        mute = await asyncio.start_server(listen, "127.0.0.1", 0)
        port = mute.sockets[0].getsockname()[1]
        pool = Pool(f"postgresql://a:b@127.0.0.1:{port}/c", max_size=2, application_name="sample")
        assert (await refusal_of(pool, given="x")).code == "database-unavailable"
        await pool.close()
        mute.close()
        await mute.wait_closed()

    async def test_connections_that_were_killed_are_replaced(
        self, pool: Pool, servers: Servers, territory: Territory
    ) -> None:
        pid = await pool.fetch_value(_PID)
        connection = await servers.postgres.connect_to(territory.database)
        await connection.execute("SELECT pg_terminate_backend($1)", pid)
        await connection.close()

        async def answers() -> bool:
            return bool(await pool.fetch_value(_PID) != pid)

        await eventually(answers, within=5)

    async def test_an_idle_pool_holds_no_connection(
        self, servers: Servers, territory: Territory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shared.database.pool.IDLE_SECONDS", 0.2)
        pool = Pool(url_of(servers, territory), max_size=3, application_name="sample")
        await asyncio.gather(*(pool.fetch_value(_SLEEP, seconds=0.05) for _ in range(3)))
        assert pool.size == 3
        await eventually(lambda: pool.size == 0, within=5)
        await pool.close()

    async def test_the_connection_used_last_is_used_first(self, pool: Pool) -> None:
        await asyncio.gather(*(pool.fetch_value(_SLEEP, seconds=0.05) for _ in range(3)))
        assert len({await pool.fetch_value(_PID) for _ in range(10)}) == 1

    async def test_a_closed_pool_stays_closed(self, pool: Pool) -> None:
        await pool.fetch_value(_PID)
        await pool.close()
        assert (await refusal_of(pool, given="x")).code == "database-unavailable"
