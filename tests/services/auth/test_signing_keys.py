"""The keys of a territory, seen by an outsider who verifies tokens with any JOSE library."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial

import jwt
import pytest

from services.auth.settings import AuthSettings
from services.auth.signing_keys.commands import revoke_key, rotate_keys
from services.auth.signing_keys.key_material import KeySeal, thumbprint
from services.auth.signing_keys.provisioning import retire_outlived_keys
from services.auth.signing_keys.rules import KNOWN_AFTER, OUTLIVED_AFTER
from shared.errors import ServiceError
from shared.territory.territory import Territory
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import Json
from tests.support.eventually import eventually
from tests.support.servers import Servers


async def keys_of(visitor: Visitor, path: str = "/auth/jwks.json") -> list[Json]:
    answer = await visitor.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    keys: list[Json] = answer.json()["keys"]
    return keys


def verified(token: str, keys: list[Json]) -> Json:
    by_kid = {key["kid"]: jwt.PyJWK(key) for key in keys}
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.decode(token, by_kid[kid], algorithms=["EdDSA"], audience="unityplan")


async def test_an_outsider_verifies_a_token_with_the_published_keys(visitor: Visitor) -> None:
    tokens = await visitor.register()
    keys = await keys_of(visitor)
    claims = verified(tokens["access_token"], keys)
    assert claims["sub"] == tokens["user"]["id"]
    assert claims["exp"] - claims["iat"] == tokens["expires_in"]
    assert (claims["aal"], claims["roles"]) == ("aal1", [])
    assert claims["iss"].startswith("https://tt-")
    assert jwt.get_unverified_header(tokens["access_token"])["typ"] == "at+jwt"


async def test_only_public_halves_are_published_under_their_thumbprints(visitor: Visitor) -> None:
    keys = await keys_of(visitor)
    assert keys == await keys_of(visitor, "/.well-known/jwks.json")
    assert len(keys) == 2
    for key in keys:
        assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}
        assert key["kid"] == thumbprint(jwt.utils.base64url_decode(key["x"]))


async def test_instances_that_start_together_agree(servers: Servers, territory: Territory) -> None:
    async with AsyncExitStack() as stack:
        visitors = await asyncio.gather(*(stack.enter_async_context(visiting(servers, territory)) for _ in range(4)))
        tokens = await asyncio.gather(*(visitor.register() for visitor in visitors))
        keys = await keys_of(visitors[0])
        assert len(keys) == 2
        assert len({jwt.get_unverified_header(token["access_token"])["kid"] for token in tokens}) == 1
        made = [event for event in await visitors[0].all_events() if event["type"] == "auth.signing_key.created"]
        assert len(made) == 2


async def test_a_rotation_takes_the_standby_key_and_keeps_what_was_signed(
    servers: Servers, territory: Territory
) -> None:
    async with visiting(servers, territory) as visitor:
        await visitor.keys_are_made()
        before = await visitor.register()
        standby = {key["kid"] for key in await keys_of(visitor)} - {
            jwt.get_unverified_header(before["access_token"])["kid"]
        }
        seal = KeySeal(servers.settings(AuthSettings, territory).jwt_secret)
        # A key that verifiers may not have seen yet does not sign.
        with pytest.raises(ServiceError, match="standby-too-new"):
            await visitor.operate(partial(rotate_keys, seal=seal))
        await visitor.age_keys(KNOWN_AFTER)
        new_kid = await visitor.operate(partial(rotate_keys, seal=seal))
        assert {new_kid} == standby
        assert len(await keys_of(visitor)) == 3
        assert (await visitor.get("/auth/me", before["access_token"])).status_code == 200
        async with visiting(servers, territory) as later:
            after = await later.register()
            assert jwt.get_unverified_header(after["access_token"])["kid"] == new_kid
            assert (await later.get("/auth/me", before["access_token"])).status_code == 200
            verified(before["access_token"], await keys_of(later))


async def test_twenty_rotations_in_a_row_refuse_nobody(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        await visitor.keys_are_made()
        seal = KeySeal(servers.settings(AuthSettings, territory).jwt_secret)
        statuses: set[int] = set()
        over = asyncio.Event()

        async def use_tokens() -> None:
            tokens = await visitor.register()
            while not over.is_set():
                statuses.add((await visitor.get("/auth/me", tokens["access_token"])).status_code)
                tokens = (await visitor.refresh(tokens["refresh_token"])).json()

        async with asyncio.TaskGroup() as users:
            for _ in range(3):
                users.create_task(use_tokens())
            kids = set()
            for _ in range(20):
                await visitor.age_keys(KNOWN_AFTER)
                kids.add(await visitor.operate(partial(rotate_keys, seal=seal)))
            over.set()
        assert (statuses, len(kids)) == ({200}, 20)


async def test_a_revoked_key_is_destroyed_and_another_signs_at_once(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        await visitor.keys_are_made()
        before = await visitor.register()
        kid = jwt.get_unverified_header(before["access_token"])["kid"]
        seal = KeySeal(servers.settings(AuthSettings, territory).jwt_secret)
        assert await visitor.operate(partial(revoke_key, seal=seal, kid=kid))
        assert not await visitor.operate(partial(revoke_key, seal=seal, kid=kid))
        with pytest.raises(ServiceError, match="signing-key-not-found"):
            await visitor.operate(partial(revoke_key, seal=seal, kid="unheard-of"))
        keys = await keys_of(visitor)
        assert len(keys) == 2
        assert kid not in {key["kid"] for key in keys}

        async def is_refused() -> bool:
            answer = await visitor.get("/auth/me", before["access_token"])
            return answer.status_code == 401 and answer.json()["code"] == "token-unknown-key"

        await eventually(is_refused, within=2)
        verified((await visitor.register())["access_token"], keys)
        # The session is none of the key's: its refresh token buys a good access token.
        verified((await visitor.refresh(before["refresh_token"])).json()["access_token"], keys)
        revoked = [event["data"] for event in await visitor.all_events() if event["type"] == "auth.signing_key.revoked"]
        assert revoked == [{"kid": kid, "state": "current"}]


async def test_a_previous_key_is_taken_back_once_nothing_that_it_signed_is_left(
    servers: Servers, territory: Territory
) -> None:
    async with visiting(servers, territory) as visitor:
        await visitor.keys_are_made()
        seal = KeySeal(servers.settings(AuthSettings, territory).jwt_secret)
        await visitor.age_keys(KNOWN_AFTER)
        await visitor.operate(partial(rotate_keys, seal=seal))
        await retire_outlived_keys(visitor.pool, territory)
        assert len(await keys_of(visitor)) == 3
        await visitor.age_keys(OUTLIVED_AFTER)
        await retire_outlived_keys(visitor.pool, territory)
        assert len(await keys_of(visitor)) == 2


async def test_keys_sealed_under_another_secret_are_not_used(servers: Servers, territory: Territory) -> None:
    async with visiting(servers, territory) as visitor:
        await visitor.keys_are_made()
    async with visiting(servers, territory, jwt_secret="Zx!0fV2mPr9TyLc4Ws8Hn1Bd6Jg3Ekq7") as visitor:
        answer = await visitor.login("anna")
        assert (answer.status_code, answer.json()["code"]) == (503, "signing-key-sealed")


@pytest.mark.parametrize("secret", ["changethis", "x" * 40, "short", "please_changethis_before_production_"])
def test_a_weak_secret_is_refused_at_start(servers: Servers, secret: str) -> None:
    with pytest.raises(ValueError, match="jwt_secret"):
        servers.settings(AuthSettings, servers.template, jwt_secret=secret)
