"""An operator changes the keys that sign access tokens while citizens go on using the pod."""

import asyncio
import json
import time
from collections import Counter

import jwt
from websockets.exceptions import ConnectionClosed

from tests.support.citizen import Citizen, Json, Live
from tests.support.eventually import eventually
from tests.support.pod import Pod, unityplan

# One of each service that verifies by itself.
PATHS = ("/auth/me", "/users/me", "/events?limit=1", "/feed", "/search?q=boats")


async def keys(pod: Pod, verb: str, *argv: str) -> Json:
    outcome = await unityplan(
        "keys", verb, pod.name, "--json", "--data", str(pod.data), *argv, environment=pod.environment
    )
    assert outcome.code == 0, outcome.out + outcome.err
    return json.loads(outcome.out)


def kid_of(citizen: Citizen) -> str:
    return str(jwt.get_unverified_header(citizen.access_token)["kid"])


async def refused_at(citizen: Citizen) -> set[str]:
    answers = [await citizen.call("GET", path) for path in PATHS]
    return {path for path, answer in zip(PATHS, answers, strict=True) if answer.status_code == 401}


async def closed_with(live: Live) -> int | None:
    try:
        while True:
            await live.socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


async def test_a_rotation_refuses_nobody_and_a_revocation_all_that_the_key_signed(dk: Pod) -> None:
    statuses: Counter[int] = Counter()
    over = asyncio.Event()

    async def use_the_pod() -> None:
        async with Citizen(dk.address()) as citizen:
            await citizen.register()
            while not over.is_set():
                for path in PATHS:
                    statuses[(await citizen.call("GET", path)).status_code] += 1
                await citizen.refresh()

    async with Citizen(dk.address()) as before, Citizen(dk.address()) as after:
        await before.register()
        old = kid_of(before)
        async with asyncio.TaskGroup() as users:
            for _ in range(4):
                users.create_task(use_the_pod())
            rotated = [(await keys(dk, "rotate"))["kid"] for _ in range(2)]
            await after.register()
            over.set()
        assert set(statuses) == {200}
        assert len({old, *rotated}) == 3
        assert kid_of(after) == rotated[-1]
        assert await refused_at(before) == set()

        live = await before.connect()
        listed = {key["kid"]: key["state"] for key in await keys(dk, "list")}
        assert (listed[old], listed[rotated[0]], listed[rotated[1]]) == ("previous", "previous", "current")
        assert (await keys(dk, "revoke", "--reason", "it was seen elsewhere", "--", old))["revoked"]
        began = time.monotonic()

        async def is_refused_everywhere() -> bool:
            return await refused_at(before) == set(PATHS)

        await eventually(is_refused_everywhere, within=2)
        assert await closed_with(live) == 4401
        assert time.monotonic() - began < 2
        assert await refused_at(after) == set()
        # Only the token is worthless, not the session.
        before.access_token = ""
        await before.refresh()
        assert await refused_at(before) == set()
