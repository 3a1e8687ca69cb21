"""A citizen's first page on a real pod: whole, and with what can be had while a service hangs or is killed."""

import os
import signal
from datetime import timedelta
from time import monotonic

from shared.clock import format_time, utc_now
from tests.support.citizen import Citizen, Json
from tests.support.eventually import eventually
from tests.support.pod import Pod

BY_SERVICE = {"user": {"profile", "unread"}, "community": {"feed", "gatherings"}}


async def page_of(citizen: Citizen) -> Json:
    """Always an answer, and in time, whatever it holds."""
    began = monotonic()
    page = await citizen.get("/home")
    assert monotonic() - began < 4
    return page


def missing(page: Json) -> set[str]:
    return {each["part"] for each in page["unavailable"]}


async def test_everything_that_concerns_one_is_on_the_first_page(dk: Pod) -> None:
    async with Citizen(dk.address()) as anna, Citizen(dk.address()) as bo:
        await anna.register()
        await bo.register()
        community = await anna.create_community(f"Harbour {anna.username}")
        await bo.join(community["id"])
        post = await anna.post(community["id"], "Festival by the harbour")
        await bo.comment(post["id"], "I do.")
        gathering = await _announced(bo, community["id"])

        async def is_told() -> bool:
            return bool((await page_of(anna))["unread"]["unread_count"] == 3)

        await eventually(is_told)
        page = await page_of(anna)
        assert (page["partial"], page["unavailable"]) == (False, [])
        assert page["profile"]["username"] == anna.username
        assert [item["id"] for item in page["feed"]["items"]] == [post["id"]]
        assert [item["title"] for item in page["unread"]["items"]] == ["Launching the boats"]
        assert [item["id"] for item in page["gatherings"]["items"]] == [gathering["id"]]
        assert (await page_of(bo))["unread"]["unread_count"] == 0


async def _announced(organiser: Citizen, community_id: str) -> Json:
    starts = utc_now() + timedelta(days=7)
    body = {
        "title": "Launching the boats",
        "starts_at": format_time(starts),
        "ends_at": format_time(starts + timedelta(hours=2)),
        "time_zone": "Europe/Copenhagen",
    }
    answer = await organiser.call("POST", f"/communities/{community_id}/gatherings", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_service_that_hangs_or_dies_leaves_the_rest_of_the_page(dk: Pod) -> None:
    async with Citizen(dk.address()) as anna:
        await anna.register()
        assert missing(await page_of(anna)) == set()
        await _hangs(dk, anna, "community")
        await _dies(dk, anna, "user")


async def _hangs(pod: Pod, citizen: Citizen, service: str) -> None:
    pid = pod.processes()[service].pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        assert missing(await page_of(citizen)) == BY_SERVICE[service]
    finally:
        os.kill(pid, signal.SIGCONT)
    await _is_whole(citizen)


async def _dies(pod: Pod, citizen: Citizen, service: str) -> None:
    killed = pod.kill(service)
    assert missing(await page_of(citizen)) == BY_SERVICE[service]
    await pod.is_back(service, killed)
    await _is_whole(citizen)


async def _is_whole(citizen: Citizen) -> None:
    async def is_whole() -> bool:
        return missing(await page_of(citizen)) == set()

    await eventually(is_whole, within=20)
