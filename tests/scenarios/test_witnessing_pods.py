"""Two pods that cosign each other over their gateways: a history that one of them rewrites is seen by the other."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest_asyncio
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ops.embedded.places import find_place
from tests.support.citizen import Citizen, Json
from tests.support.eventually import eventually
from tests.support.pod import Outcome, Pod, unityplan

REWRITTEN = (
    "UPDATE events SET actor = 'nobody' WHERE seq = (SELECT min(seq) FROM events)",
    "DELETE FROM tree_heads",
    "DELETE FROM tree_nodes",
    "DELETE FROM seals",
)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Denmark and Norway, and the keys they were told of each other."""

    dk: Pod
    no: Pod
    keys: dict[str, bytes]


async def witness(pod: Pod, verb: str, *argv: str) -> Outcome:
    return await unityplan("witness", verb, pod.name, *argv, "--data", str(pod.data), environment=pod.environment)


async def line_of(pod: Pod) -> str:
    """As `unityplan witness address` gives it to a neighbour."""
    outcome = await witness(pod, "address")
    assert outcome.code == 0, outcome.err
    return outcome.out.strip()


async def ask(pod: Pod, path: str) -> Json:
    async with httpx.AsyncClient(base_url=pod.address().api_url) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def cosigned(pod: Pod, size: int) -> Json:
    """A cosignature that the pod collected of a head of its own of at least this size."""

    async def found() -> Json:
        items = (await ask(pod, "/events/cosignatures"))["items"]
        return next((item for item in items if item["tree_size"] >= size), None)

    return await eventually(found, within=20)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pods() -> AsyncIterator[Neighbours]:
    no = await Pod.start("no")
    line_of_no = await line_of(no)
    dk = await Pod.start("dk", WITNESS_PEERS=line_of_no, WITNESS_INTERVAL="0.5")
    line_of_dk = await line_of(dk)
    await no.down()
    no.settings.update(WITNESS_PEERS=line_of_dk, WITNESS_INTERVAL="0.5")
    await no.up()
    keys = {line.partition("=")[0]: base64.b64decode(line.partition("#")[2]) for line in (line_of_dk, line_of_no)}
    yield Neighbours(dk, no, keys)
    await dk.destroy()
    await no.destroy()


async def test_what_citizens_do_in_one_pod_is_cosigned_by_the_other(pods: Neighbours) -> None:
    for pod, other in ((pods.dk, "NO"), (pods.no, "DK")):
        async with Citizen(pod.address()) as citizen:
            await citizen.register()
            await citizen.create_community("Seen by the neighbours")
        size = (await ask(pod, "/events/head"))["tree_size"]
        cosignature = await cosigned(pod, size)
        assert (cosignature["witness"], cosignature["territory"]) == (other, pod.name.upper())
        fields = {name: value for name, value in cosignature.items() if name != "signature"}
        key = Ed25519PublicKey.from_public_bytes(pods.keys[other])
        key.verify(base64.b64decode(cosignature["signature"]), rfc8785.dumps(fields))


async def test_an_operator_sees_what_was_last_seen(pods: Neighbours) -> None:
    async def seen() -> bool:
        return "events seen at" in (await witness(pods.dk, "show")).out

    await eventually(seen)
    nothing = await witness(pods.dk, "accept", "NO")
    assert (nothing.code, nothing.err.count("\n")) == (1, 1)
    assert "fork-not-found" in nothing.err


async def test_a_rewritten_history_is_seen_by_the_neighbour_until_an_operator_accepts_it(pods: Neighbours) -> None:
    async with Citizen(pods.no.address()) as citizen:
        await citizen.register()
        size = (await ask(pods.no, "/events/head"))["tree_size"]
        await cosigned(pods.no, size)
        await rewrite(pods.no)

        async def is_forked() -> Json:
            saw = await ask(pods.dk, "/events/witness/NO")
            return saw if saw["state"] == "fork" else None

        (fork,) = (await eventually(is_forked, within=30))["forks"]
        assert fork["known"]["tree_size"] >= size
        assert fork["known"]["root_hash"] != fork["seen"]["root_hash"]
        assert "NOT accepted" in (await witness(pods.dk, "show", "NO")).out

        accepted = await witness(pods.dk, "accept", "NO")
        assert accepted.code == 0, accepted.err
        await citizen.create_community("Written anew")

        async def is_consistent() -> bool:
            saw = await ask(pods.dk, "/events/witness/NO")
            newest = (await ask(pods.no, "/events/head"))["tree_size"]
            return bool(saw["state"] == "consistent" and saw["items"][0]["head"]["tree_size"] >= newest)

        await eventually(is_consistent, within=30)


async def test_a_malformed_neighbour_is_one_line(pods: Neighbours) -> None:
    await pods.dk.down()
    pods.dk.settings["WITNESS_PEERS"] = "NO=nowhere"
    outcome = await pods.dk.command("up", "--detach")
    assert outcome.code != 0
    assert "WITNESS_PEERS" in outcome.out + outcome.err + pods.dk.log_tail()


async def rewrite(pod: Pod) -> None:
    """Whoever owns the machine changes the first event, and has the service seal and sign all of it anew."""
    place = find_place(pod.name, pod.data)
    connection = await place.postgres.connect_to("unityplan_no")
    await connection.execute("SET search_path = territory_no, pg_catalog")
    async with connection.transaction():
        for statement in REWRITTEN:
            await connection.execute(statement)
    await connection.close()
    killed = pod.kill("event")
    await pod.is_back("event", killed)
