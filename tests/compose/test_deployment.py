"""Versions of a pod in containers, while citizens use it: put in place, gone back from, taken back."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from ops.migrations.runner import head_version
from tests.compose.deployments import (
    BUILT,
    CRASHING,
    GOOD,
    SILENT,
    UNMIGRATABLE,
    Deployed,
    make_other,
    make_versions,
)
from tests.compose.machine import Machine
from tests.support.citizen import PodAddress
from tests.support.compose import SERVICES
from tests.support.eventually import eventually
from tests.support.load import Follower, Load, under_load

pytestmark = [pytest.mark.compose, pytest.mark.deployment, pytest.mark.timeout(900)]

HOST = "dk.unityplan.org"
RESTART = 1012


@pytest_asyncio.fixture(scope="module")
async def dk(pod_dk: Machine) -> Deployed:
    await make_versions(head_version(), GOOD, SILENT, CRASHING, UNMIGRATABLE)
    deployed = Deployed(pod_dk.dk)
    if deployed.versions() != {BUILT}:
        outcome = await deployed.deploy(BUILT)
        assert outcome.code == 0, outcome.err
    return deployed


@pytest_asyncio.fixture
async def used(pod_dk: Machine) -> AsyncIterator[tuple[Load, list[Follower]]]:
    """Used by the pod's own port, and through Traefik by the territory's host; both sockets are followed."""
    ports = pod_dk.dk.settings
    straight = PodAddress(f"http://127.0.0.1:{ports['API_PORT']}/api", f"ws://127.0.0.1:{ports['WEBSOCKET_PORT']}/ws")
    by_host = PodAddress(f"http://127.0.0.1:{pod_dk.door}/api", f"ws://127.0.0.1:{pod_dk.door}/ws", HOST)
    async with httpx.AsyncClient(headers={"Host": HOST}) as client:

        async def is_routed() -> bool:
            return (await client.get(f"{by_host.api_url}/territory")).status_code == 200

        await eventually(is_routed, within=20)
    live_urls = (straight.live_url, f"ws://127.0.0.1:{ports['API_PORT']}/ws")
    async with under_load(straight, by_host, live_urls) as (load, followers):
        await load.goes_on()
        yield load, followers
        await load.goes_on()


async def test_a_version_is_deployed_while_citizens_use_the_pod(
    dk: Deployed, used: tuple[Load, list[Follower]]
) -> None:
    load, followers = used
    before = dk.containers()
    outcome = await dk.deploy(GOOD)
    assert outcome.code == 0, outcome.out + outcome.err
    assert dk.versions() == {GOOD}
    assert not set(dk.containers().values()) & set(before.values())
    await load.goes_on()
    assert load.refused == []
    # Each was told whenever what it was connected by was replaced, and lost nothing.
    assert {code for follower in followers for code in follower.closings} == {RESTART}
    newest = (await dk.record())[0]
    assert (newest["kind"], newest["result"], len(newest["steps"])) == ("deploy", "done", len(SERVICES))
    assert (set(newest["before"].values()), set(newest["after"].values())) == ({BUILT}, {GOOD})


async def test_a_version_that_never_answers_goes_back_by_itself_and_nobody_notices(
    dk: Deployed, used: tuple[Load, list[Follower]]
) -> None:
    before, versions = dk.containers(), dk.versions()
    deploying = asyncio.create_task(dk.deploy(SILENT, "--within", "60"))
    # Meanwhile nobody else may change the pod.
    await eventually(lambda: dk.containers()["websocket"] != before["websocket"], within=180)
    second = await dk.deploy(CRASHING)
    assert (second.code, "is being changed: deploy by" in second.err) == (2, True), second.err
    outcome = await deploying
    assert outcome.code == 1
    assert "went back: search: the new instance did not answer within 60 s" in outcome.err
    assert (dk.containers(), dk.versions()) == (before, versions)
    assert used[0].refused == []


async def test_a_version_that_ends_at_once_leaves_the_one_that_serves(dk: Deployed) -> None:
    before = dk.containers()
    outcome = await dk.deploy(CRASHING)
    assert outcome.code == 1
    assert "went back: websocket: the new instance ended" in outcome.err
    assert "there is no bread" in outcome.err
    assert dk.containers() == before
    newest = (await dk.record())[0]
    assert (newest["result"], "there is no bread" in newest["reason"]) == ("went back", True)


async def test_a_migration_that_fails_stops_everything_before_any_service_is_replaced(dk: Deployed) -> None:
    before, schema = dk.containers(), dk.schema()
    outcome = await dk.deploy(UNMIGRATABLE)
    assert outcome.code == 1
    assert "the migrations of 0.1.4 failed" in outcome.err
    assert (dk.containers(), dk.schema()) == (before, schema)


async def test_a_rollback_goes_to_the_version_on_record_or_to_the_one_that_is_named(dk: Deployed) -> None:
    outcome = await dk.command("rollback", "dk", "auth")
    assert outcome.code == 0, outcome.err
    assert dk.version("auth") == BUILT
    assert dk.versions() == {GOOD, BUILT}
    outcome = await dk.command("rollback", "dk", "gateway")
    assert outcome.code == 0, outcome.err
    assert dk.version("api-gateway") == BUILT
    outcome = await dk.command("rollback", "dk", "auth", "--to", GOOD)
    assert outcome.code == 0, outcome.err
    assert dk.version("auth") == GOOD


async def test_what_may_mean_something_else_tomorrow_or_does_today_is_refused(dk: Deployed) -> None:
    await make_other(GOOD, "auth")
    before = dk.containers()
    for version, reason in (
        ("latest", "may move"),
        ("develop", "may move"),
        ("9.9.9", "there is no image"),
        (GOOD, "is another image than the one deployed as 0.1.1 before"),
    ):
        outcome = await dk.deploy(version)
        assert (outcome.code, reason in outcome.err) == (2, True), outcome.err
    assert dk.containers() == before


async def test_schemas_go_down_and_up_again_and_are_the_same(dk: Deployed) -> None:
    async def migrate(revision: str, *argv: str) -> tuple[int, str]:
        outcome = await dk.command("migrate", "dk", "--to", revision, "--environment", "production", *argv)
        return outcome.code, outcome.out + outcome.err

    schema = dk.schema()
    below = f"{int(head_version()) - 1:04}"
    code, said = await migrate(below)
    assert code == 2
    assert "takes away" in said
    assert (await migrate(below, "--dry-run"))[0] == 0
    assert dk.schema() == schema
    for revision, argv in ((below, ["--destructive"]), ("head", [])):
        code, said = await migrate(revision, *argv)
        assert code == 0, said
        assert (dk.schema() == schema) == (revision == "head")
