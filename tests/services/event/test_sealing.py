"""Sealing under concurrent writers, and the proofs that follow."""

import asyncio
import base64
import hashlib
import random

import httpx
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.event.app import create_app
from services.event.settings import EventSettings
from shared.database.errors import RetryableConflict
from shared.database.pool import Pool
from shared.events import store
from shared.events.catalogue.event import DecisionRecorded
from shared.events.envelope import StoredEvent
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, Position, new_id
from shared.observability.request_context import new_context
from shared.territory.territory import Territory
from tests.rules.event.test_merkle_tree import check_consistency, root_from_inclusion
from tests.support.eventually import eventually
from tests.support.servers import Servers

WRITERS = 64
EVENTS_EACH = 8


class Rollback(Exception):
    pass


def pool_of(servers: Servers, territory: Territory) -> Pool:
    settings = servers.settings(EventSettings, territory)
    return Pool(settings.database_url_for(territory.slug), max_size=WRITERS, application_name="test")


async def append_one(pool: Pool, territory: Territory, *, hold: float = 0, gives_up: bool = False) -> None:
    try:
        async with unit_of_work(pool, territory, SYSTEM, person_keys=None, context=new_context()) as work:
            await work.append(f"decision-{new_id()}", "none", DecisionRecorded(title="t", outcome="o"))
            await asyncio.sleep(hold)
            _roll_back_if(gives_up)
    except (Rollback, RetryableConflict):
        return


def _roll_back_if(gives_up: bool) -> None:  # noqa: FBT001 (one question)
    if gives_up:
        raise Rollback


async def test_positions_are_gapless_whatever_order_writers_commit_in(servers: Servers, territory: Territory) -> None:
    pool = pool_of(servers, territory)
    chance = random.Random(7)
    kept = 0

    async def write() -> None:
        nonlocal kept
        for _ in range(EVENTS_EACH):
            gives_up = chance.random() < 0.2
            await append_one(pool, territory, hold=chance.random() * 0.03, gives_up=gives_up)
            kept += not gives_up

    async with (
        servers.running(EventSettings, create_app, territory),
        servers.running(EventSettings, create_app, territory),
    ):
        await asyncio.gather(*(write() for _ in range(WRITERS)))

        async def all_sealed() -> bool:
            return await store.head(pool) == kept

        await eventually(all_sealed)
        events: list[StoredEvent] = []
        while page := await store.read_after(pool, Position(len(events)), 200):
            events += page
    assert [event.position for event in events] == list(range(1, kept + 1))
    assert len({event.id for event in events}) == kept
    await pool.close()


async def get(client: httpx.AsyncClient, path: str) -> dict[str, object]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


async def test_every_event_is_proved_by_a_signed_head(servers: Servers, territory: Territory) -> None:
    pool = pool_of(servers, territory)
    async with servers.running(EventSettings, create_app, territory) as client:
        for _ in range(5):
            await append_one(pool, territory)
        await eventually(lambda: _head_reaches(pool, 5))
        early = await get(client, "/events/head")
        for _ in range(300):
            await append_one(pool, territory)
        await eventually(lambda: _head_reaches(pool, 305))
        head = await get(client, "/events/head")
        keys = await get(client, "/events/keys")
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys["items"][0]["public_key"]))  # type: ignore[index]
        signed = {name: value for name, value in head.items() if name != "signature"}
        public.verify(base64.b64decode(str(head["signature"])), rfc8785.dumps(signed))  # type: ignore[arg-type]
        for event in await store.read_after(pool, Position(0), 400):
            if event.position in {1, 5, 255, 256, 257, 305}:
                proof = await get(client, f"/events/{event.position}/proof?tree_size=305")
                leaf = hashlib.sha256(b"\x00" + rfc8785.dumps(event.hashed_fields())).hexdigest()
                assert proof["leaf_hash"] == leaf
                path = [bytes.fromhex(step) for step in proof["path"]]  # type: ignore[attr-defined]
                root = root_from_inclusion(event.position - 1, 305, bytes.fromhex(leaf), path)
                assert root.hex() == head["root_hash"]
        old = early["tree_size"]
        consistency = await get(client, f"/events/consistency?from={old}&to=305")
        path = [bytes.fromhex(step) for step in consistency["path"]]  # type: ignore[attr-defined]
        roots = bytes.fromhex(str(early["root_hash"])), bytes.fromhex(str(head["root_hash"]))
        assert check_consistency(int(str(old)), 305, *roots, path)
    await pool.close()


async def _head_reaches(pool: Pool, position: int) -> bool:
    return await store.head(pool) >= position


async def test_a_position_that_does_not_exist_has_no_proof(servers: Servers, territory: Territory) -> None:
    async with servers.running(EventSettings, create_app, territory) as client:
        await eventually(lambda: _answers(client, "/events/head"))
        answer = await client.get("/events/1/proof")
        assert answer.status_code == 404
        assert answer.json()["code"] in {"position-not-found", "tree-size-not-found"}
        head = await get(client, "/events/head")
        assert head["root_hash"] == hashlib.sha256(b"").hexdigest()


async def _answers(client: httpx.AsyncClient, path: str) -> bool:
    return (await client.get(path)).status_code == 200
