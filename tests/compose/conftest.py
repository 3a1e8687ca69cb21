"""Pods in containers, started once for all that look at them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.compose.machine import Machine, machine
from tests.support.compose import build_images, has_engine


@pytest.fixture(scope="session", autouse=True)
def engine() -> None:
    """Where there is none these tests are skipped."""
    if not has_engine():
        pytest.skip("no Docker engine")


@pytest_asyncio.fixture(scope="session")
async def images(engine: None) -> None:  # noqa: ARG001 (first of all)
    """Every image of the pod, built from this checkout."""
    await build_images()


@pytest_asyncio.fixture(scope="session")
async def pod_dk(images: None) -> AsyncIterator[Machine]:  # noqa: ARG001 (first of all)
    """Traefik and pod dk; more is described, and does not run yet."""
    made = machine()
    try:
        await made.up(made.traefik, made.dk)
        yield made
    finally:
        await asyncio.gather(*(project.destroy() for project in made.projects))


@pytest_asyncio.fixture(scope="session")
async def pods(pod_dk: Machine) -> Machine:
    """Beside them pod eu of the same machine, and staging of dk."""
    await pod_dk.up(pod_dk.eu, pod_dk.staging)
    return pod_dk
