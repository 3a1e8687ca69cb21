"""The keyspace: one pipelined connection that nobody waits for."""

import asyncio
import os
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from ops.servers.valkey import Valkey
from ops.supervisor.child import Child
from shared.keyspace.connection import Keyspace, KeyspaceUnavailable
from shared.keyspace.wire import Script
from shared.settings.service_settings import ServiceSettings
from shared.territory.territory import Territory
from tests.support.eventually import eventually
from tests.support.servers import Servers

ECHO = Script("return {tonumber(ARGV[1]), tonumber(redis.call('incr', KEYS[1]))}")


class Settings(ServiceSettings):
    service = "test"


@asynccontextmanager
async def keyspace_of(servers: Servers, territory: Territory) -> AsyncIterator[Keyspace]:
    url = servers.settings(Settings, territory).redis_url_for(territory.slug)
    async with Keyspace(url) as keyspace:
        yield keyspace


def valkey_process(servers: Servers) -> int:
    return next(p.pid for p in servers.processes if "valkey" in Path(f"/proc/{p.pid}/cmdline").read_text())


async def test_a_script_runs_where_the_server_has_never_seen_it(servers: Servers, territory: Territory) -> None:
    async with keyspace_of(servers, territory) as keyspace:
        script = Script(f"return {{{random.randint(1, 10**6)}}}")
        first = await keyspace.run(script, [f"{territory.key_prefix}a"], [])
        assert await keyspace.run(script, [f"{territory.key_prefix}a"], []) == first


async def test_it_answers_on_the_loop_that_services_run_on(servers: Servers, territory: Territory) -> None:
    async def ask() -> list[int]:
        async with keyspace_of(servers, territory) as keyspace:
            return await keyspace.run(ECHO, [f"{territory.key_prefix}loop"], [7])

    assert await asyncio.to_thread(uvloop.run, ask()) == [7, 1]


async def test_no_reply_goes_to_another_caller_however_many_calls_are_cancelled(
    servers: Servers, territory: Territory
) -> None:
    answered = 0

    async def call(keyspace: Keyspace, nonce: int) -> None:
        nonlocal answered
        task = asyncio.create_task(keyspace.run(ECHO, [f"{territory.key_prefix}n"], [nonce]))
        if random.random() < 0.5:
            asyncio.get_running_loop().call_later(random.random() / 500, task.cancel)
        try:
            answer = await task
        except (asyncio.CancelledError, KeyspaceUnavailable):
            return
        assert answer[0] == nonce
        answered += 1

    async with keyspace_of(servers, territory) as keyspace:
        await keyspace.run(ECHO, [f"{territory.key_prefix}n"], [0])
        for start in range(1, 4001, 50):
            await asyncio.gather(*(call(keyspace, nonce) for nonce in range(start, start + 50)))
    assert answered > 1000


async def test_a_neighbours_keys_are_refused(servers: Servers, territory: Territory) -> None:
    async with keyspace_of(servers, territory) as keyspace:
        with pytest.raises(KeyspaceUnavailable):
            await keyspace.call("GET", "dk:limit:address:192.0.2.1")


async def test_a_server_that_stopped_costs_fifty_milliseconds_once_and_is_used_again_when_it_is_back(
    servers: Servers, territory: Territory
) -> None:
    process = valkey_process(servers)
    async with keyspace_of(servers, territory) as keyspace:
        await keyspace.call("SET", f"{territory.key_prefix}a", 1)
        os.kill(process, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(KeyspaceUnavailable):
                await keyspace.call("GET", f"{territory.key_prefix}a")
            first = time.monotonic() - began
            began = time.monotonic()
            for _ in range(100):
                with pytest.raises(KeyspaceUnavailable):
                    await keyspace.call("GET", f"{territory.key_prefix}a")
            hundred = time.monotonic() - began
        finally:
            os.kill(process, signal.SIGCONT)
        assert first < 0.25
        assert hundred < 0.25
        assert not keyspace.is_available

        async def is_back() -> bool:
            return bool(await keyspace.call("GET", f"{territory.key_prefix}a") == b"1")

        await eventually(is_back)
        assert keyspace.is_available


async def test_a_server_that_is_not_there_is_no_error_but_unavailable(tmp_path: Path) -> None:
    async with Keyspace(f"unix://dk:pw@{tmp_path}/none.sock") as keyspace:
        with pytest.raises(KeyspaceUnavailable):
            await keyspace.call("GET", "dk:a")


async def test_a_restarted_server_that_forgot_its_scripts_is_used_again(servers: Servers, territory: Territory) -> None:
    with tempfile.TemporaryDirectory() as folder:
        valkey = Valkey(Path(folder), Path(folder) / "valkey.sock")
        valkey.prepare([territory], servers.secrets)
        url = f"unix://{territory.slug}:{servers.secrets.of('redis', territory)}@{valkey.socket}"
        async with Keyspace(url) as keyspace:

            async def echoed() -> bool:
                return await keyspace.run(ECHO, [f"{territory.key_prefix}n"], [2]) == [2, 1]

            for _ in range(2):
                child = Child.start(valkey.plan(), lambda _name, _line: None)
                try:
                    await eventually(valkey.is_ready)
                    await eventually(echoed)
                finally:
                    child.send(signal.SIGKILL)
                    await child.exited()
                    await child.drained()
