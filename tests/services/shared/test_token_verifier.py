"""Verification against the territory's keys and revocations."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.errors import ServiceError
from shared.identity.principal import Principal
from shared.identity.revocation import revoke_account, revoke_session
from shared.identity.step_up import require_second_factor
from shared.identity.verifier import TerritoryVerifier, TokenVerifier
from shared.service.lifespan import open_resources
from shared.settings.service_settings import ServiceSettings
from shared.territory.registry import TerritoryRegistry
from shared.territory.router import TerritoryRouter
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, Settings, event_store
from tests.support.eventually import eventually
from tests.support.forger import KID, public_bytes, signed, true_claims
from tests.support.servers import Servers


@dataclass(frozen=True, slots=True)
class Gatehouse:
    """A territory with one signing key, and two processes that verify."""

    servers: Servers
    store: EventStore
    key: Ed25519PrivateKey
    verifier: TokenVerifier
    other: TokenVerifier

    @property
    def territory(self) -> Territory:
        """The territory."""
        return self.store.territory

    async def verify(self, token: str) -> Principal:
        """By the first process."""
        return await self.verifier.verify(token, self.territory)

    async def set_key(self, key: Ed25519PrivateKey, kid: str, state: str = "current") -> None:
        """Put a key where auth keeps them."""
        connection = await self.servers.postgres.connect_to(self.territory.database)
        await connection.execute(
            f"INSERT INTO {self.territory.schema}.signing_keys "  # noqa: S608 (names of ours)
            "(kid, state, public_key, private_key, created_at, state_changed_at) "
            "VALUES ($1, $2, $3, '', now(), now()) ON CONFLICT (kid) DO UPDATE SET state = excluded.state",
            kid,
            state,
            public_bytes(key),
        )
        await connection.close()


@asynccontextmanager
async def gatehouse(servers: Servers, territory: Territory) -> AsyncIterator[Gatehouse]:
    """With the key `current`."""
    async with event_store(servers, territory) as store:
        router = TerritoryRouter(TerritoryRegistry([territory], ()), lambda _: store.pool)
        house = Gatehouse(servers, store, Ed25519PrivateKey.generate(), TokenVerifier(router), TokenVerifier(router))
        await house.set_key(house.key, KID)
        yield house


async def refusal_of(house: Gatehouse, token: str) -> str:
    with pytest.raises(ServiceError) as refused:
        await house.verify(token)
    return refused.value.code


async def test_a_process_that_has_just_started_knows_keys_and_revocations(
    servers: Servers, territory: Territory
) -> None:
    async with gatehouse(servers, territory) as house:
        claims = true_claims(territory)
        good, ended = signed(house.key, true_claims(territory)), signed(house.key, claims)
        async with house.store.work() as work:
            await revoke_session(work, UUID(claims["sid"]))
        assert (await house.verify(good)).territory == territory.code
        assert await refusal_of(house, ended) == "token-revoked"


async def test_a_token_of_a_neighbour_is_forbidden_before_it_is_looked_at(
    servers: Servers, territory: Territory
) -> None:
    async with gatehouse(servers, territory) as house:
        token = signed(Ed25519PrivateKey.generate(), true_claims(await servers.new_territory()))
        assert await refusal_of(house, token) == "territory-mismatch"


async def test_a_key_that_was_just_made_is_found_at_once_by_all_who_ask(servers: Servers, territory: Territory) -> None:
    async with gatehouse(servers, territory) as house:
        await house.verify(signed(house.key, true_claims(territory)))
        new = Ed25519PrivateKey.generate()
        await house.set_key(new, "new", "standby")
        tokens = [signed(new, true_claims(territory), kid="new") for _ in range(20)]
        await asyncio.gather(*(house.verify(token) for token in tokens))


async def test_a_key_that_nobody_knows_costs_one_look_a_second(servers: Servers, territory: Territory) -> None:
    async with gatehouse(servers, territory) as house:
        await house.verify(signed(house.key, true_claims(territory)))
        began = time.monotonic()
        for number in range(500):
            token = signed(house.key, true_claims(territory), kid=f"unknown-{number}")
            assert await refusal_of(house, token) == "token-unknown-key"
        assert time.monotonic() - began < 2


async def test_a_revoked_key_is_refused_after_the_next_look_though_its_token_was_cached(
    servers: Servers, territory: Territory
) -> None:
    async with gatehouse(servers, territory) as house:
        token = signed(house.key, true_claims(territory))
        await house.verify(token)
        await house.set_key(house.key, KID, "revoked")
        await house.verifier.of(territory).load()
        assert await refusal_of(house, token) == "token-unknown-key"


async def test_a_revoked_session_is_refused_by_every_process_within_six_seconds_without_nats(
    servers: Servers, territory: Territory
) -> None:
    async with gatehouse(servers, territory) as house:
        claims = true_claims(territory)
        token = signed(house.key, claims)
        follow = [asyncio.create_task(v.follow(territory)) for v in (house.verifier, house.other)]
        for verifier in (house.verifier, house.other):
            await verifier.verify(token, territory)
        async with house.store.work() as work:
            await revoke_session(work, UUID(claims["sid"]))

        async def is_refused() -> bool:
            for verifier in (house.verifier, house.other):
                try:
                    await verifier.verify(token, territory)
                except ServiceError as error:
                    if error.code == "token-revoked":
                        continue
                return False
            return True

        await eventually(is_refused, within=6)
        for task in follow:
            task.cancel()


async def test_a_revoked_account_loses_the_tokens_issued_until_then_and_no_later_one(
    servers: Servers, territory: Territory
) -> None:
    async with gatehouse(servers, territory) as house:
        claims = true_claims(territory)
        before = signed(house.key, claims | {"iat": claims["iat"] - 10})
        after = signed(house.key, claims | {"iat": claims["iat"] + 2})
        async with house.store.work() as work:
            await revoke_account(work, UUID(claims["sub"]))
        assert await refusal_of(house, before) == "token-revoked"
        await house.verify(after)


async def test_a_revocation_that_commits_late_is_not_skipped(servers: Servers, territory: Territory) -> None:
    """Epochs are given before the commit, so a reader may have seen a higher one."""
    async with gatehouse(servers, territory) as house:
        claims = true_claims(territory)
        token = signed(house.key, claims)
        verifier = house.verifier.of(territory)
        async with house.store.work() as slow:
            await revoke_session(slow, UUID(claims["sid"]))
            async with house.store.work() as quick:
                await revoke_session(quick, UUID(true_claims(territory)["sid"]))
            await verifier.load()
            await house.verify(token)
        await verifier.load()
        assert await refusal_of(house, token) == "token-revoked"


async def test_a_cached_token_ends_when_it_expires(servers: Servers, territory: Territory) -> None:
    async with gatehouse(servers, territory) as house:
        claims = true_claims(territory)
        token = signed(
            house.key, claims | {"iat": claims["iat"] - 10, "nbf": claims["iat"] - 10, "exp": claims["iat"] + 1}
        )
        await house.verify(token)

        async def is_expired() -> bool:
            try:
                await house.verify(token)
            except ServiceError as error:
                return error.code == "token-expired"
            return False

        await eventually(is_expired, within=3)


async def test_what_is_dangerous_is_not_done_in_anothers_name_nor_without_news_of_revocations(
    servers: Servers, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with gatehouse(servers, territory) as house:
        verifier, pool = house.verifier.of(territory), house.store.pool
        claims = true_claims(territory)
        await require_second_factor(pool, verifier, await house.verify(signed(house.key, claims)))
        helped = await house.verify(signed(house.key, claims | {"act": {"sub": claims["jti"]}}))
        assert str(helped.impersonator) == claims["jti"]
        with pytest.raises(ServiceError, match="person-required"):
            await require_second_factor(pool, verifier, helped)
        monkeypatch.setattr("shared.identity.step_up.OLDEST_NEWS_SECONDS", 0.0)
        with pytest.raises(ServiceError, match="revocations-unknown"):
            await require_second_factor(pool, verifier, await house.verify(signed(house.key, claims)))


async def test_the_cache_stays_bounded_and_a_hit_is_cheap(
    servers: Servers, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.identity.verifier.CACHED_TOKENS", 50)
    async with gatehouse(servers, territory) as house:
        for _ in range(120):
            await house.verify(signed(house.key, true_claims(territory)))
        verifier: TerritoryVerifier = house.verifier.of(territory)
        assert verifier.cached_tokens == 50


async def test_without_a_database_nobody_is_let_in_and_nobody_is_refused(
    servers: Servers, territory: Territory
) -> None:
    async with gatehouse(servers, territory) as house:
        settings: ServiceSettings = servers.settings(
            Settings, territory, database_url="postgresql://nobody:none@127.0.0.1:9/none"
        )
        async with open_resources(settings) as resources:
            with pytest.raises(ServiceError, match="database-unavailable"):
                await resources.verifier.verify(signed(house.key, true_claims(territory)), territory)
            with pytest.raises(ServiceError, match="token-malformed"):
                await resources.verifier.verify("a.b.c", territory)


async def test_a_hint_ends_a_session_in_every_process_at_once(servers: Servers, territory: Territory) -> None:
    settings = servers.settings(Settings, territory)
    async with gatehouse(servers, territory) as house, open_resources(settings) as resources:
        claims = true_claims(territory)
        token = signed(house.key, claims)
        await house.store.bus.wait_connected()
        await resources.buses[territory.code].wait_connected()
        await resources.verifier.verify(token, territory)
        async with house.store.work() as work:
            await revoke_session(work, UUID(claims["sid"]))
        for hint in work.hints:
            await house.store.bus.publish_hint(hint)

        async def is_refused() -> bool:
            try:
                await resources.verifier.verify(token, territory)
            except ServiceError as error:
                return error.code == "token-revoked"
            return False

        await eventually(is_refused, within=2)
