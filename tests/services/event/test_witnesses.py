"""Neighbours watch one another: heads that extend what was seen are cosigned, a changed history is found out."""

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.event.app import create_app
from services.event.sealing.sealer import Sealer
from services.event.settings import EventSettings
from shared.events import store
from shared.identifiers import Position
from shared.observability.metrics import registry
from shared.territory.territory import Territory
from tests.services.event.record import Record, record
from tests.support.citizen import Json
from tests.support.event_process import EventProcess, event_process, peer, public_key
from tests.support.event_store import EventStore, decision, event_store
from tests.support.eventually import eventually
from tests.support.pod import free_port
from tests.support.servers import Servers

OFTEN = 0.2
# A neighbour that was away is asked up to 16 times more rarely.
PATIENCE = 20.0
CHANGED = "UPDATE events SET actor = 'nobody' WHERE seq = (SELECT min(seq) FROM events)"
UNSEALED = ("DELETE FROM tree_heads", "DELETE FROM tree_nodes", "DELETE FROM seals")


@dataclass(frozen=True, slots=True)
class Watched:
    """A neighbour as a process, its store, and the record of the territory that watches it."""

    home: Record
    neighbour: EventProcess
    store: EventStore

    async def seen(self) -> Json:
        answer = await self.home.events.get(f"/events/witness/{self.neighbour.territory.code}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def grow(self, count: int) -> None:
        await self.store.append(*(decision(str(number)) for number in range(count)))

    async def cosigned(self, size: int) -> Json:
        """The item of a cosigned head of at least this size."""

        async def found() -> Json | None:
            items = (await self.seen())["items"]
            return next((i for i in items if i["head"]["tree_size"] >= size and i["cosignature"]), None)

        return await eventually(found, within=PATIENCE)

    async def forked(self) -> Json:
        async def found() -> Json | None:
            seen = await self.seen()
            return seen if seen["state"] == "fork" else None

        return await eventually(found, within=PATIENCE)

    async def rewritten(self, *statements: str) -> None:
        """While the neighbour's service is stopped a superuser changes its database and seals what has no seal."""
        await self.neighbour.stop()
        connection = await self.neighbour.servers.postgres.connect_to(self.neighbour.territory.database)
        await connection.execute(f"SET search_path = {self.neighbour.territory.schema}, pg_catalog")
        for statement in statements:
            await connection.execute(statement)
        await connection.close()
        async with self.store.sealer.acquire() as leading:
            sealer = Sealer(leading, self.neighbour.territory.code)
            await sealer.begin()
            await sealer.seal()
        await self.neighbour.start()

    async def on_record(self, event_type: str) -> list[Json]:
        events = await store.read_after(self.home.pool, Position(0), 1000)
        return [event.to_json() for event in events if event.type == event_type]

    def rounds(self, outcome: str) -> float:
        return rounds(self.home.territory, self.neighbour.territory.code, outcome)


def rounds(territory: Territory, neighbour: str, outcome: str) -> float:
    labels = {"territory": territory.code, "neighbour": neighbour, "outcome": outcome}
    return registry.get_sample_value("witness_rounds_total", labels) or 0


@asynccontextmanager
async def watched(servers: Servers, folder: Path) -> AsyncIterator[Watched]:
    async with AsyncExitStack() as stack:
        neighbour = await stack.enter_async_context(event_process(servers, folder))
        territory = await servers.new_territory()
        home = await stack.enter_async_context(
            record(servers, territory, witness_peers=neighbour.as_peer, witness_interval=OFTEN)
        )
        yield Watched(home, neighbour, await stack.enter_async_context(event_store(servers, neighbour.territory)))


def is_signed(key: bytes, statement: Json) -> bool:
    """As an outsider checks it, from docs/api.md alone."""
    fields = {name: value for name, value in statement.items() if name != "signature"}
    Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(statement["signature"]), rfc8785.dumps(fields))
    return True


async def test_a_growing_neighbour_is_cosigned_again_and_again(servers: Servers, tmp_path: Path) -> None:
    async with watched(servers, tmp_path) as pair:
        for size in (1, 4, 300):
            await pair.grow(size)
            item = await pair.cosigned(size)
            cosignature = item["cosignature"]
            assert is_signed(public_key(servers, pair.home.territory), cosignature)
            assert is_signed(public_key(servers, pair.neighbour.territory), item["head"])
            assert cosignature["witness"] == pair.home.territory.code
            assert {n: cosignature[n] for n in ("territory", "epoch", "tree_size", "root_hash")} == {
                n: item["head"][n] for n in ("territory", "epoch", "tree_size", "root_hash")
            }
        seen = await pair.seen()
        assert (seen["state"], seen["forks"]) == ("consistent", [])
        keys = (await pair.home.events.get("/events/keys")).json()["items"]
        assert seen["items"][0]["cosignature"]["key_id"] in {key["key_id"] for key in keys}


async def test_no_content_leaves_a_territory(servers: Servers, tmp_path: Path) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.store.append(decision("a word that is found nowhere else"))
        await pair.cosigned(1)
        answer = await pair.home.events.get(f"/events/witness/{pair.neighbour.territory.code}")
        assert b"a word" not in answer.content


async def test_a_history_changed_and_sealed_again_with_the_right_key_is_seen(servers: Servers, tmp_path: Path) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.grow(5)
        before = await pair.cosigned(5)
        await pair.rewritten(CHANGED, *UNSEALED)
        (fork,) = (await pair.forked())["forks"]
        assert fork["fault"] == "other-root"
        assert fork["known"] == before["head"]
        assert fork["seen"]["root_hash"] != before["head"]["root_hash"]
        for head in (fork["known"], fork["seen"]):
            assert is_signed(public_key(servers, pair.neighbour.territory), head)


async def test_a_changed_history_that_has_grown_is_seen(servers: Servers, tmp_path: Path) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.grow(5)
        await pair.cosigned(5)
        await pair.neighbour.stop()
        await pair.grow(7)
        await pair.rewritten(CHANGED, *UNSEALED)
        (fork,) = (await pair.forked())["forks"]
        assert (fork["fault"], fork["known"]["tree_size"], fork["seen"]["tree_size"]) == ("not-consistent", 5, 12)


async def test_a_history_cut_back_to_a_head_that_was_cosigned_is_seen(servers: Servers, tmp_path: Path) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.grow(3)
        await pair.cosigned(3)
        await pair.grow(3)
        last = await pair.cosigned(6)
        await pair.rewritten(
            "DELETE FROM tree_heads WHERE tree_size > 3",
            "CREATE TEMPORARY TABLE gone AS SELECT seq FROM seals WHERE position > 3",
            "DELETE FROM seals WHERE position > 3",
            "DELETE FROM events WHERE seq IN (SELECT seq FROM gone)",
        )
        (fork,) = (await pair.forked())["forks"]
        assert (fork["fault"], fork["known"], fork["seen"]["tree_size"]) == ("smaller-tree", last["head"], 3)


async def test_another_store_under_the_same_name_is_seen(servers: Servers, tmp_path: Path) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.grow(2)
        await pair.cosigned(2)
        await pair.rewritten("UPDATE sealer_terms SET epoch = gen_random_uuid()", "DELETE FROM tree_heads")
        assert (await pair.forked())["forks"][0]["fault"] == "other-epoch"


async def test_a_fork_is_put_on_record_once_and_nothing_is_cosigned_until_an_operator_accepts(
    servers: Servers, tmp_path: Path
) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.grow(5)
        before = await pair.cosigned(5)
        await pair.rewritten(CHANGED, *UNSEALED)
        await pair.forked()
        await pair.grow(4)
        await pair.neighbour.has_sealed(9)
        refused = pair.rounds("refused")
        await eventually(lambda: pair.rounds("refused") >= refused + 3)

        seen = await pair.seen()
        assert max(item["head"]["tree_size"] for item in seen["items"] if item["cosignature"]) == 5
        (event,) = await pair.on_record("event.witness.fork_seen")
        assert event["data"]["neighbour"] == pair.neighbour.territory.code
        assert event["data"]["known"] == before["head"]
        assert event["data"]["seen"] == seen["forks"][0]["seen"]

        operator = await pair.home.caller("admin")
        answer = await operator.accept(pair.neighbour.territory.code)
        assert answer.status_code == 200, answer.text
        assert answer.json()["accepted"] == [seen["forks"][0]["seen"]]
        await pair.cosigned(9)
        after = await pair.seen()
        assert after["state"] == "consistent"
        assert [(fork["fault"], fork["is_accepted"]) for fork in after["forks"]] == [("other-root", True)]
        assert len(await pair.on_record("event.witness.fork_seen")) == 1
        (accepted,) = await pair.on_record("event.witness.fork_accepted")
        assert operator.account_id in accepted["actor"]


async def test_a_neighbour_that_forks_again_after_it_was_accepted_is_seen_again(
    servers: Servers, tmp_path: Path
) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.grow(4)
        await pair.cosigned(4)
        operator = await pair.home.caller("admin")
        for name in ("one", "two"):
            await pair.rewritten(CHANGED.replace("nobody", name), *UNSEALED)
            await pair.forked()
            assert (await operator.accept(pair.neighbour.territory.code)).status_code == 200
        assert len(await pair.on_record("event.witness.fork_seen")) == 2


async def test_only_operators_accept_a_fork_and_only_where_there_is_one(servers: Servers, tmp_path: Path) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.grow(1)
        await pair.cosigned(1)
        code = pair.neighbour.territory.code
        citizen, auditor, operator = [await pair.home.caller(role) for role in (None, "auditor", "admin")]
        for caller in (citizen, auditor):
            assert (await caller.accept(code)).json()["code"] == "permission-required"
        assert (await operator.accept(code)).json()["code"] == "fork-not-found"
        assert (await pair.home.events.post(f"/events/witness/{code}/accept")).status_code == 401


async def test_a_neighbour_that_comes_back_is_cosigned_again(servers: Servers, tmp_path: Path) -> None:
    async with watched(servers, tmp_path) as pair:
        await pair.grow(2)
        await pair.cosigned(2)
        await pair.neighbour.stop()
        await eventually(lambda: pair.rounds("away") >= 2)
        assert (await pair.seen())["state"] == "consistent"
        await pair.grow(2)
        await pair.neighbour.start()
        await pair.cosigned(4)


async def test_two_services_of_one_territory_look_once(servers: Servers, tmp_path: Path) -> None:
    """The leader alone watches: the other one would ask the neighbour twice."""
    async with watched(servers, tmp_path) as pair:
        await pair.grow(2)
        await pair.cosigned(2)
        settings = {"witness_peers": pair.neighbour.as_peer, "witness_interval": OFTEN}
        async with servers.running(EventSettings, create_app, pair.home.territory, **settings):
            await pair.rewritten("UPDATE events SET actor = 'nobody'", *UNSEALED)
            await pair.forked()
            refused = pair.rounds("refused")
            await eventually(lambda: pair.rounds("refused") >= refused + 3)
            assert len(await pair.on_record("event.witness.fork_seen")) == 1


async def test_neighbours_keep_what_was_cosigned_of_them(servers: Servers, tmp_path: Path) -> None:
    one, two = await servers.new_territory(), await servers.new_territory()
    ports = {one.code: free_port(), two.code: free_port()}
    peers = {t.code: peer(servers, t, f"http://127.0.0.1:{ports[t.code]}") for t in (one, two)}
    async with AsyncExitStack() as stack:
        for territory, other in ((one, two), (two, one)):
            running = EventProcess(
                servers,
                territory,
                tmp_path,
                {"WITNESS_PEERS": peers[other.code], "WITNESS_INTERVAL": str(OFTEN)},
                ports[territory.code],
            )
            stack.push_async_callback(running.stop)
            await running.start()
            place = await stack.enter_async_context(event_store(servers, territory))
            await place.append(decision("first"), decision("second"))
        for territory, other in ((one, two), (two, one)):
            base = f"http://127.0.0.1:{ports[territory.code]}"
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=base))

            async def collected(client: httpx.AsyncClient = client) -> Json:
                items = (await client.get("/events/cosignatures")).json()["items"]
                return items[0] if items and items[0]["tree_size"] >= 2 else {}

            cosignature = await eventually(collected)
            assert (cosignature["witness"], cosignature["territory"]) == (other.code, territory.code)
            assert is_signed(public_key(servers, other), cosignature)
            head = (await client.get("/events/head")).json()
            assert (cosignature["epoch"], cosignature["root_hash"]) == (head["epoch"], head["root_hash"])


async def test_territories_of_one_pod_watch_each_other_and_never_themselves(servers: Servers, tmp_path: Path) -> None:
    one, two = await servers.new_territory(), await servers.new_territory()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "TERRITORIES": f"{one.code},{two.code}",
        "TERRITORY_NAME": "One,Two",
        "TERRITORY_LOCALE": "da-DK,da-DK",
        "WITNESS_PEERS": f"{peer(servers, one, url)},{peer(servers, two, url)}",
        "WITNESS_INTERVAL": str(OFTEN),
    }
    both = EventProcess(servers, one, tmp_path, settings, port)
    try:
        await both.start()
        for territory, other in ((one, two), (two, one)):
            headers = {"X-Territory-ID": territory.code}
            async with httpx.AsyncClient(base_url=url, headers=headers) as client:

                async def is_cosigned(client: httpx.AsyncClient = client, other: Territory = other) -> bool:
                    answer = await client.get(f"/events/witness/{other.code}")
                    return bool(answer.json()["items"][0]["cosignature"])

                await eventually(is_cosigned)
                itself = (await client.get(f"/events/witness/{territory.code}")).json()
                assert itself["state"] == "nothing-seen"
    finally:
        await both.stop()


async def test_cosignatures_are_shown_page_by_page(servers: Servers, tmp_path: Path) -> None:
    territory = await servers.new_territory()
    ports = free_port()
    async with AsyncExitStack() as stack:
        watcher_code = await servers.new_territory()
        own = EventProcess(servers, territory, tmp_path, {}, ports)
        own.settings["WITNESS_PEERS"] = peer(servers, watcher_code, f"http://127.0.0.1:{free_port()}")
        stack.push_async_callback(own.stop)
        await own.start()
        async with own.client as client:
            assert (await client.get("/events/cosignatures")).json() == {"items": [], "next_cursor": None}
            for cursor in ("x", "WzFd", "WyJBQSIsIngiLDEsIngiXQ"):
                refused = await client.get("/events/cosignatures", params={"cursor": cursor})
                assert (refused.status_code, refused.json()["code"]) == (422, "bad-cursor")
            nothing = (await client.get(f"/events/witness/{watcher_code.code}")).json()
            assert (nothing["state"], nothing["items"]) == ("nothing-seen", [])
            unknown = await client.get("/events/witness/ZZ")
            assert (unknown.status_code, unknown.json()["code"]) == (404, "neighbour-not-found")
            assert (await client.get("/events/witness/zz")).status_code == 422


@pytest.mark.parametrize("value", ["", "  "])
async def test_without_peers_nothing_is_watched(servers: Servers, value: str) -> None:
    settings = servers.settings(EventSettings, await servers.new_territory(), witness_peers=value)
    assert settings.witness_peers == ()
