"""A pod in containers goes back to a date, by the script that operators know."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from ops.deployment.snapshots import FOLDER
from tests.compose.deployments import Deployed
from tests.compose.machine import Machine
from tests.support.citizen import Citizen, PodAddress
from tests.support.compose import in_container
from tests.support.eventually import eventually
from tests.support.pod import ROOT, Outcome, command_environment, ended

pytestmark = [pytest.mark.compose, pytest.mark.deployment, pytest.mark.timeout(600)]


@pytest.fixture
def dk(pod_dk: Machine) -> Iterator[Deployed]:
    yield Deployed(pod_dk.dk)
    for folder in FOLDER.glob(f"{pod_dk.dk.settings['STAGE']}-*"):
        shutil.rmtree(folder)


@pytest_asyncio.fixture
async def anna(pod_dk: Machine) -> AsyncIterator[Citizen]:
    ports = pod_dk.dk.settings
    address = PodAddress(f"http://127.0.0.1:{ports['API_PORT']}/api", f"ws://127.0.0.1:{ports['WEBSOCKET_PORT']}/ws")
    async with Citizen(address) as citizen:
        yield await citizen.register()


async def saved(dk: Deployed) -> str:
    outcome = await dk.command("snapshots", "save", "dk")
    assert outcome.code == 0, outcome.err
    return outcome.out.strip()


async def rolled_back(dk: Deployed, date: str) -> Outcome:
    process = await asyncio.create_subprocess_exec(
        ROOT / "scripts" / "rollback-pod.sh", "dk", date,
        env=command_environment(dict(dk.project.settings)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    return await ended(process, within=300)


def sql(dk: Deployed, statement: str) -> None:
    words = ("psql", "-h", "/var/run/postgresql", "-U", "unityplan", "-d", "unityplan_dk", "-c", statement)
    assert in_container(dk.name("postgres"), *words).returncode == 0


async def test_what_was_written_since_is_gone_and_the_pod_goes_on_from_there(dk: Deployed, anna: Citizen) -> None:
    community = await anna.create_community(f"Bakers {anna.username}")
    before = await anna.post(community["id"], "Rye")
    date = await saved(dk)
    after = await anna.post(community["id"], "Wheat")
    outcome = await rolled_back(dk, date)
    assert outcome.code == 0, outcome.err
    assert (await anna.read_post(before["id"]))["title"] == "Rye"
    assert (await anna.call("GET", f"/posts/{after['id']}")).status_code == 404
    word = f"spelt{anna.username}"
    later = await anna.post(community["id"], word)

    async def found() -> list[str]:
        return [one["id"] for one in await anna.search(word) if one["id"] == later["id"]]

    # Sealed, published, and taken up by those who had been further.
    await eventually(found, within=60)
    newest = (await dk.record())[0]
    assert (newest["kind"], newest["result"]) == ("restore", "done")
    # What was there before is kept, and can be had again.
    dates = (await dk.command("snapshots", "list", "dk")).out.split()
    assert dates[0] == date
    assert f"what was there before: {dates[1]}" in outcome.out


async def test_nobody_goes_back_behind_an_erasure_or_to_what_is_not_whole(dk: Deployed) -> None:
    refused = await rolled_back(dk, "20200101_000000")
    assert (refused.code, "there is no snapshot 20200101_000000" in refused.err) == (2, True), refused.err
    date = await saved(dk)
    sql(dk, "INSERT INTO territory_dk.erased_persons (person, event_id) VALUES (gen_random_uuid(), gen_random_uuid())")
    refused = await rolled_back(dk, date)
    assert (refused.code, "were erased since, and would come back" in refused.err) == (2, True), refused.err
    sql(dk, "DELETE FROM territory_dk.erased_persons WHERE erased_at > now() - interval '10 minutes'")
    (file,) = (FOLDER / f"{dk.name('postgres')}-{date}").iterdir()
    file.write_bytes(file.read_bytes()[:-200])
    refused = await rolled_back(dk, date)
    assert (refused.code, "is missing or damaged" in refused.err) == (2, True), refused.err
