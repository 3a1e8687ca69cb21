"""What guessing at passwords is worth, and that it keeps no owner out."""

import asyncio
from datetime import timedelta

import httpx

from shared.territory.territory import Territory
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD
from tests.support.servers import Servers

HOME = "198.51.100.7"
ELSEWHERE = "203.0.113.9"
WRONG = "a wrong guess it is"


async def try_from(visitor: Visitor, address: str, identifier: str, password: str = WRONG) -> int:
    answer = await visitor.login(identifier, password, address)
    return answer.status_code


async def test_after_five_failures_the_next_waits_longer_each_time_also_elsewhere_and_after_a_restart(
    servers: Servers, territory: Territory
) -> None:
    async with visiting(servers, territory) as visitor:
        name = (await visitor.register())["user"]["username"]
        tries = [await try_from(visitor, f"203.0.113.{n}", name) for n in range(6)]
        assert tries == [401] * 5 + [429]
        refused = await visitor.login(name, PASSWORD, ELSEWHERE)
        assert (refused.status_code, refused.json()["code"]) == (429, "login-delayed")
        assert refused.headers["retry-after"] == "1"
    async with visiting(servers, territory) as replica:
        assert await try_from(replica, ELSEWHERE, name) == 429
        await replica.wait_out_delays()
        assert await try_from(replica, ELSEWHERE, name) == 401
        again = await replica.login(name, PASSWORD, ELSEWHERE)
        assert (again.status_code, again.headers["retry-after"]) == (429, "2")
        await replica.wait_out_delays()
        assert await try_from(replica, ELSEWHERE, name, PASSWORD) == 200
        assert await try_from(replica, "203.0.113.77", name) == 401


async def test_who_is_unknown_waits_like_who_is_known(visitor: Visitor) -> None:
    name = (await visitor.register())["user"]["username"]
    for identifier in (name, "nobody_of_that_name"):
        assert [await try_from(visitor, "192.0.2.5", identifier) for _ in range(6)] == [401] * 5 + [429]


async def test_an_owner_gets_in_from_home_while_others_guess_and_is_delayed_like_them_when_guessing_there(
    visitor: Visitor,
) -> None:
    user = (await visitor.register(address=HOME))["user"]
    for n in range(20):
        await try_from(visitor, f"203.0.113.{n}", user["username"])
    assert await try_from(visitor, "192.0.2.200", user["username"], PASSWORD) == 429
    assert await try_from(visitor, HOME, user["username"], PASSWORD) == 200
    assert await try_from(visitor, HOME, user["email"], PASSWORD) == 200
    assert [await try_from(visitor, HOME, user["username"]) for _ in range(6)] == [401] * 5 + [429]


async def test_of_many_who_guess_at_one_moment_after_a_delay_one_is_heard(visitor: Visitor) -> None:
    name = (await visitor.register())["user"]["username"]
    for _ in range(5):
        await try_from(visitor, ELSEWHERE, name)
    await visitor.wait_out_delays()
    answers = await asyncio.gather(*(try_from(visitor, f"203.0.113.{n}", name) for n in range(12)))
    assert sorted(answers) == [401] + [429] * 11


async def test_an_address_that_tries_a_list_of_names_waits_whichever_comes_next(visitor: Visitor) -> None:
    name = (await visitor.register(address=HOME))["user"]["username"]
    await visitor.fail_before("192.0.2.99", times=100)
    answer: httpx.Response = await visitor.login(name, PASSWORD, "192.0.2.99")
    assert (answer.status_code, answer.json()["code"]) == (429, "login-delayed")
    assert (await visitor.login(name, PASSWORD, "192.0.2.98")).status_code == 200


async def test_failures_are_forgotten_after_a_day_and_kept_no_longer(visitor: Visitor) -> None:
    name = (await visitor.register())["user"]["username"]
    for _ in range(5):
        await try_from(visitor, ELSEWHERE, name)
    await visitor.wait_out_delays(timedelta(hours=25))
    assert [await try_from(visitor, ELSEWHERE, name) for _ in range(5)] == [401] * 5
    await visitor.wait_out_delays(timedelta(hours=25))
    await visitor.sweep_delays()
    assert await visitor.count_delays() == 0
