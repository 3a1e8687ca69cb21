"""Deployments that are broken off, and pods that do not run: what is left serves, and the next change finds its way."""

import signal
from pathlib import Path

import pytest
import pytest_asyncio

from ops.migrations.runner import head_version
from tests.compose.deployments import BUILT, NEXT, SILENT, TAKING, Deployed, make_versions
from tests.compose.machine import Machine
from tests.support.eventually import eventually
from tests.support.pod import ended
from tests.support.way import way_to

pytestmark = [pytest.mark.compose, pytest.mark.deployment, pytest.mark.timeout(900)]

ENGINE = Path("/var/run/docker.sock")


@pytest_asyncio.fixture(scope="module")
async def versions(pod_dk: Machine) -> Deployed:
    await make_versions(head_version(), NEXT, SILENT, TAKING)
    return Deployed(pod_dk.dk)


@pytest_asyncio.fixture
async def dk(versions: Deployed) -> Deployed:
    """At the version that was built, whatever it was at."""
    outcome = await versions.deploy(BUILT)
    assert outcome.code == 0, outcome.err
    return versions


async def kill_a_deployment(dk: Deployed) -> None:
    """With -9, between two services."""
    process = await dk.begin(SILENT)
    process.kill()
    await process.wait()
    assert dk.versions() == {BUILT, SILENT}


async def test_after_a_deployment_that_was_killed_a_rollback_goes_back(dk: Deployed) -> None:
    await kill_a_deployment(dk)
    outcome = await dk.command("rollback", "dk")
    assert outcome.code == 0, outcome.err
    assert (dk.versions(), dk.left_over()) == ({BUILT}, [])
    results = [one["result"] for one in await dk.record()]
    assert results[:2] == ["done", "broken off"]


async def test_after_a_deployment_that_was_killed_the_next_one_goes_on_and_can_be_taken_back(dk: Deployed) -> None:
    await kill_a_deployment(dk)
    outcome = await dk.deploy(NEXT)
    assert outcome.code == 0, outcome.err
    assert (dk.versions(), dk.left_over()) == ({NEXT}, [])
    outcome = await dk.command("rollback", "dk")
    assert outcome.code == 0, outcome.err
    assert dk.versions() == {BUILT}


async def test_ctrl_c_means_to_go_back(dk: Deployed) -> None:
    before = dk.containers()
    process = await dk.begin(SILENT)
    process.send_signal(signal.SIGINT)
    outcome = await ended(process)
    assert (outcome.code, "it was interrupted" in outcome.err) == (1, True), outcome.err
    assert (dk.containers(), dk.left_over()) == (before, [])


async def test_an_engine_that_goes_away_is_named_and_the_pod_goes_back_when_it_is_there_again(dk: Deployed) -> None:
    async with way_to(ENGINE) as way:
        process = await dk.begin(SILENT, DOCKER_HOST=f"unix://{way.path}")
        way.cut()
        outcome = await ended(process)
    assert outcome.code == 1
    assert "could not go back: websocket: Cannot connect to the Docker daemon" in outcome.err
    outcome = await dk.command("rollback", "dk")
    assert outcome.code == 0, outcome.err
    assert (dk.versions(), dk.left_over()) == ({BUILT}, [])


async def test_what_takes_something_away_waits_for_contract_and_is_undone_before_the_services(dk: Deployed) -> None:
    refused = await dk.deploy(TAKING)
    assert (refused.code, "takes away table bread" in refused.err) == (2, True), refused.err
    assert "--contract" in refused.err
    outcome = await dk.deploy(TAKING, "--contract")
    assert outcome.code == 0, outcome.err
    assert dk.versions() == {TAKING}
    refused = await dk.command("rollback", "dk")
    undo = f"migrate dk --to {head_version()}"
    assert (refused.code, undo in refused.err) == (2, True), refused.err
    outcome = await dk.command(*undo.split(), "--environment", "production", "--destructive")
    assert outcome.code == 0, outcome.err
    outcome = await dk.command("rollback", "dk")
    assert outcome.code == 0, outcome.err
    assert dk.versions() == {BUILT}


async def test_a_pod_that_was_stopped_is_not_rolled_back_but_started_by_a_deployment(dk: Deployed) -> None:
    await dk.project.run("stop", "--timeout", "20")
    refused = await dk.command("rollback", "dk")
    assert (refused.code, "pod dk: it does not run" in refused.err) == (2, True), refused.err
    outcome = await dk.deploy(NEXT)
    assert outcome.code == 0, outcome.err
    assert (dk.versions(), dk.left_over()) == ({NEXT}, [])
    await eventually(lambda: set(dk.healths()) == {"healthy"}, within=120)
