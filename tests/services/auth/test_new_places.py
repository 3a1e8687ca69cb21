"""The owner of an account hears of a login from where nobody has logged in lately, and of no other."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest_asyncio

from tests.services.auth.test_passkeys import challenged, registered
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.eventually import eventually
from tests.support.postbox import Postbox, postbox
from tests.support.servers import Servers
from tests.support.soft_authenticator import SoftAuthenticator

HOME, HOTEL = "192.0.2.10", "198.51.100.7"
ABOUT = "A login from a new place"


@dataclass(frozen=True, slots=True)
class Town:
    visitor: Visitor
    box: Postbox

    async def told(self, citizen: Json) -> int:
        """How often somebody was told, once all letters are carried."""

        async def is_empty() -> bool:
            return await self.visitor.count_letters() == 0

        await eventually(is_empty, within=30)
        return len([each for each in self.box.to(citizen["user"]["email"]) if ABOUT in each["Subject"]])

    async def enter(self, citizen: Json, address: str | None, password: str = PASSWORD) -> int:
        return (await self.visitor.login(citizen["user"]["username"], password, address)).status_code


@pytest_asyncio.fixture(scope="module")
async def town(servers: Servers) -> AsyncIterator[Town]:
    territory = await servers.new_territory()
    async with (
        postbox() as box,
        visiting(servers, territory, smtp_url=box.url, auth_verification="optional") as visitor,
    ):
        await visitor.keys_are_made()
        yield Town(visitor, box)


async def test_a_login_from_a_new_network_is_told_once_and_one_from_home_is_not(town: Town) -> None:
    anna = await town.visitor.register(address=HOME)
    assert await town.enter(anna, HOME) == 200
    assert await town.enter(anna, HOTEL, "not this one") == 401
    assert await town.told(anna) == 0
    # Of two who come at one moment one is the first.
    entered = await asyncio.gather(town.enter(anna, HOTEL), town.enter(anna, HOTEL))
    assert list(entered) == [200, 200]
    assert await town.told(anna) == 1
    letter = (await town.box.letter_to(anna["user"]["email"], ABOUT)).get_content()
    assert "/reset-password" in letter
    assert HOTEL not in letter
    assert await town.enter(anna, HOTEL) == await town.enter(anna, HOME) == 200
    assert await town.told(anna) == 1


async def test_one_household_is_one_place_and_the_machine_itself_is_none(town: Town) -> None:
    anna = await town.visitor.register(address="2001:db8:1:2::a")
    for address in ("2001:db8:1:2:ffff::b", "127.0.0.1", None):
        assert await town.enter(anna, address) == 200
    assert await town.told(anna) == 0
    assert await town.enter(anna, "2001:db8:1:3::a") == 200
    assert await town.told(anna) == 1


async def test_the_first_login_of_all_is_not_told(servers: Servers) -> None:
    async with (
        postbox() as box,
        visiting(servers, await servers.new_territory(), smtp_url=box.url) as visitor,
    ):
        town, name = Town(visitor, box), unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        assert (await visitor.post("/auth/register", body)).status_code == 202
        token = await box.token_to(body["email"])
        assert (await visitor.post("/auth/email/confirm", {"token": token})).status_code == 200
        anna = (await visitor.login(name, address=HOME)).json()
        assert await town.told(anna) == 0
        assert await town.enter(anna, HOTEL) == 200
        assert await town.told(anna) == 1


async def test_who_was_away_for_two_months_is_told_though_no_place_is_known_any_more(town: Town) -> None:
    anna = await town.visitor.register(address=HOME)
    await town.visitor.age_networks(timedelta(days=61))
    await town.visitor.sweep_delays()
    assert await town.enter(anna, HOME) == 200
    assert await town.told(anna) == 1
    assert await town.enter(anna, HOME) == 200
    assert await town.told(anna) == 1


async def test_a_login_by_passkey_is_told_too(town: Town) -> None:
    visitor, device = town.visitor, SoftAuthenticator()
    anna = await visitor.register(address=HOME)
    assert (await registered(visitor, anna["access_token"], device)).status_code == 201
    for address, count in ((HOME, 0), (HOTEL, 1), (HOTEL, 1)):
        challenge = await challenged(visitor)
        body = {"challenge_id": challenge["challenge_id"], "credential": device.get(challenge["options"])}
        entered = await visitor.http.post("/auth/passkeys/login", json=body, headers={"X-Forwarded-For": address})
        assert entered.status_code == 200, entered.text
        assert await town.told(anna) == count
