"""The pods that scenario tests share: each is started once a session, as real processes."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.pod import Pod


@pytest_asyncio.fixture(scope="session")
async def dk() -> AsyncIterator[Pod]:
    """Denmark: a pod of one territory."""
    pod = await Pod.start("dk")
    yield pod
    await pod.destroy()


@pytest_asyncio.fixture(scope="session")
async def eu() -> AsyncIterator[Pod]:
    """Europe: a pod of several territories."""
    pod = await Pod.start("eu")
    yield pod
    await pod.destroy()
