"""What the commands and scripts of deployments refuse before they touch anything; no engine is needed for that."""

import asyncio

import pytest

from tests.support.compose import has_compose
from tests.support.pod import ROOT, Pod, command_environment, unityplan


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (("deploy", "latest", "--pod", "dk"), "'latest' may move"),
        (("deploy", "1.2.3"), "give --pod POD, as often as you like, or --all"),
        (("deploy", "1.2.3", "--all", "--pod", "dk"), "give --pod POD, as often as you like, or --all"),
        (("deploy", "1.2.3", "--pod", "atlantis"), "there is no pod 'atlantis'"),
        (("rollback", "dk", "kitchen"), "there is no service 'kitchen'"),
        (("rollback", "dk", "--to", "stable"), "'stable' may move"),
    ],
)
async def test_what_cannot_be_meant_is_refused(argv: tuple[str, ...], reason: str) -> None:
    outcome = await unityplan(*argv)
    assert (outcome.code, reason in outcome.err) == (2, True), outcome.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("deploy-production.sh", "latest", "dk", "no"), "'latest' may move"),
        (("deploy-staging.sh", "develop"), "'develop' may move"),
        (("rollback.sh", "dk", "auth", "stable"), "'stable' may move"),
        (("rollback.sh", "atlantis"), "there is no pod 'atlantis'"),
        (("rollback-pod.sh", "atlantis"), "there is no pod 'atlantis'"),
        (("rollback-pod.sh", "dk", "yesterday"), "'yesterday' is no date of a snapshot"),
        (("rollback-migration.sh", "atlantis", "0004"), "there is no pod 'atlantis'"),
    ],
)
async def test_scripts_hand_on_what_they_are_given(words: tuple[str, ...], reason: str) -> None:
    script, *argv = words
    process = await asyncio.create_subprocess_exec(
        ROOT / "scripts" / script, *argv, env=command_environment(), stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert (process.returncode, reason in said.decode()) == (2, True), said


async def test_without_an_engine_the_command_says_what_is_missing() -> None:
    nowhere = await unityplan("deploy", "1.2.3", "--pod", "dk", environment={"PATH": "/nowhere"})
    assert (nowhere.code, "there is no docker command on this machine" in nowhere.err) == (1, True), nowhere.err
    if has_compose():
        away = await unityplan("rollback", "dk", environment={"DOCKER_HOST": "unix:///nowhere.sock"})
        assert (away.code, "Cannot connect to the Docker daemon" in away.err) == (1, True), away.err


async def test_an_embedded_pod_says_what_a_way_down_would_take_and_does_not_go_it_unasked(dk: Pod) -> None:
    told = await dk.command("migrate", "--to", "0004", "--dry-run")
    assert (told.code, "takes away column notifications.gathering_id" in told.out) == (0, True), told.out
    refused = await dk.command("migrate", "--to", "0004")
    assert (refused.code, "--destructive to do it" in refused.err) == (2, True)
    unknown = await dk.command("migrate", "--to", "9999")
    assert (unknown.code, "there is no revision '9999'" in unknown.err) == (2, True)
    there = await dk.command("migrate", "--to", "head")
    assert (there.code, "DK at" in there.out) == (0, True)
