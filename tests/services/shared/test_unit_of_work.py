"""Appending events inside a unit of work."""

import asyncio
from uuid import UUID

import pytest

from shared.database.errors import RetryableConflict
from shared.database.pool import Pool
from shared.errors import ServiceError
from shared.events.catalogue.event import DecisionRecorded
from shared.events.catalogue.user import ProfileCreated
from shared.events.person_keys import PersonKeys
from shared.events.unit_of_work import UnitOfWork, unit_of_work
from shared.identifiers import SYSTEM, new_id
from shared.observability.request_context import new_context
from shared.service.lifespan import registry_of
from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings
from shared.territory.territory import Territory
from tests.support.servers import Servers


class Settings(ServiceSettings):
    service = "test"


def pool_of(servers: Servers, territory: Territory) -> Pool:
    settings = servers.settings(Settings, territory)
    assert registry_of(settings).get(territory.code) == territory
    return Pool(settings.database_url_for(territory.slug), max_size=8, application_name="test")


def work_on(pool: Pool, territory: Territory, servers: Servers):  # noqa: ANN201 (the context manager)
    keys = PersonKeys(Secret(servers.secrets.read("person_key_secret")), territory)
    return unit_of_work(pool, territory, SYSTEM, person_keys=keys, context=new_context())


async def test_versions_of_a_stream_count_from_one(servers: Servers, territory: Territory) -> None:
    pool = pool_of(servers, territory)
    stream = f"decision-{new_id()}"
    async with work_on(pool, territory, servers) as work:
        first = await work.append(stream, "none", DecisionRecorded(title="a", outcome="b"))
        second = await work.append(stream, 1, DecisionRecorded(title="a", outcome="b"))
    assert (first.version, second.version) == (1, 2)
    with pytest.raises(ServiceError, match="version-conflict"):
        async with work_on(pool, territory, servers) as work:
            await work.append(stream, 1, DecisionRecorded(title="a", outcome="b"))
    await pool.close()


async def test_of_many_writers_with_one_expected_version_one_wins(servers: Servers, territory: Territory) -> None:
    pool = pool_of(servers, territory)
    stream = f"decision-{new_id()}"

    async def write() -> str:
        try:
            async with work_on(pool, territory, servers) as work:
                await work.append(stream, "none", DecisionRecorded(title="a", outcome="b"))
        except (ServiceError, RetryableConflict):
            return "lost"
        return "won"

    outcomes = await asyncio.gather(*(write() for _ in range(20)))
    assert outcomes.count("won") == 1
    await pool.close()


async def test_the_same_event_twice_is_one_event(servers: Servers, territory: Territory) -> None:
    pool = pool_of(servers, territory)
    stream, event_id = f"decision-{new_id()}", new_id()
    for _ in range(2):
        async with work_on(pool, territory, servers) as work:
            appended = await work.append(stream, "any", DecisionRecorded(title="a", outcome="b"), event_id=event_id)
            assert (appended.id, appended.version) == (event_id, 1)
    await pool.close()


async def test_personal_fields_are_stored_encrypted_and_revealed_while_the_key_lives(
    servers: Servers, territory: Territory
) -> None:
    pool = pool_of(servers, territory)
    person = new_id()
    async with work_on(pool, territory, servers) as work:
        event = ProfileCreated(account_id=person, username="anna", display_name="Anna Ærø")
        await _append_profile(work, person, event)
    connection = await servers.postgres.connect_to(territory.database)
    stored = await connection.fetchval(f"SELECT data::text FROM {territory.schema}.events")
    await connection.close()
    assert "anna" not in stored
    assert "cipher" in stored
    await pool.close()


async def _append_profile(work: UnitOfWork, person: UUID, event: ProfileCreated) -> None:
    await work.append(f"profile-{person}", "none", event)


async def test_a_value_that_cannot_be_hashed_twice_the_same_is_refused(servers: Servers, territory: Territory) -> None:
    pool = pool_of(servers, territory)
    with pytest.raises(ServiceError, match="not-canonical"):
        async with work_on(pool, territory, servers) as work:
            await work.append(f"decision-{new_id()}", "any", DecisionRecorded(title="a\x00b", outcome="c"))
    await pool.close()
