"""All four pods run side by side on one machine, each with its own data."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.citizen import Citizen
from tests.support.pod import Pod

MEBIBYTE = 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def neighbours() -> AsyncIterator[tuple[Pod, Pod]]:
    norway, sweden = await Pod.start("no"), await Pod.start("se")
    yield norway, sweden
    await norway.destroy()
    await sweden.destroy()


async def test_each_pod_answers_for_its_own_territory(dk: Pod, eu: Pod, neighbours: tuple[Pod, Pod]) -> None:
    norway, sweden = neighbours
    visits: list[tuple[Pod, str | None, str]] = [(dk, None, "DK"), (norway, None, "NO"), (sweden, None, "SE")]
    visits += [(eu, f"{code.lower()}.localhost", code) for code in ("DE", "FR", "ES")]
    for pod, host, code in visits:
        async with Citizen(pod.address(host)) as citizen:
            territory = await citizen.get("/territory")
            assert territory["code"] == code
            await citizen.register()
            await citizen.create_community(f"In {code}")
            assert [community["name"] for community in await citizen.directory()].count(f"In {code}") == 1


async def test_a_community_of_one_territory_is_in_no_other_directory(
    dk: Pod, eu: Pod, neighbours: tuple[Pod, Pod]
) -> None:
    norway, sweden = neighbours
    async with Citizen(norway.address()) as citizen:
        await citizen.register()
        community = await citizen.create_community("Only in the north")
    for pod, host in ((dk, None), (sweden, None), (eu, "de.localhost"), (eu, "fr.localhost"), (eu, "es.localhost")):
        async with Citizen(pod.address(host)) as visitor:
            assert community["id"] not in [found["id"] for found in await visitor.directory()]


async def test_an_idle_pod_takes_less_than_a_gibibyte(neighbours: tuple[Pod, Pod]) -> None:
    for pod in neighbours:
        assert (await pod.status())["rss_bytes"] < 1024 * MEBIBYTE


async def test_a_pod_keeps_everything_over_a_restart(neighbours: tuple[Pod, Pod]) -> None:
    norway, _ = neighbours
    async with Citizen(norway.address()) as citizen:
        await citizen.register()
        community = await citizen.create_community("Before the restart")
        post = await citizen.post(community["id"], "Still here")
        await norway.down()
        await norway.up()
        assert (await citizen.read_post(post["id"]))["title"] == "Still here"
        await citizen.refresh()
        await citizen.post(community["id"], "And after")
