"""A neighbour may answer what it likes: the service stays well, and only a signed contradiction is a fork."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import httpx
import orjson
import pytest

from services.event.app import create_app
from services.event.proofs.merkle_tree import EMPTY_ROOT, Frontier, consistency_ranges
from services.event.proofs.tree_head import TreeHeadSigner
from services.event.settings import EventSettings
from services.event.witnesses.commands import accept_fork
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.events.unit_of_work import unit_of_work
from shared.identifiers import SYSTEM, new_id
from shared.observability.metrics import registry
from shared.observability.request_context import new_context
from shared.outbound import http_client
from shared.settings.secrets import Secret
from shared.territory.territory import Territory
from tests.support.citizen import Json
from tests.support.eventually import eventually
from tests.support.servers import Servers, described
from tests.support.stranger import Answering, Stranger, always, answer, json_of, stranger

NAME = "XX"
SIGNER = TreeHeadSigner(Secret("hV3nq8Zt0wJrX5yLb2mKs9cPd7fGa4eU"), described(NAME))
OTHER_SIGNER = TreeHeadSigner(Secret("Qm4cT9xWv7RbN2sLk6jHf3ZpY8dGa5eX"), described(NAME))
EPOCH = new_id()


def root_of(size: int, salt: bytes = b"") -> bytes:
    tree = Frontier()
    tree.extend(bytes([number]) * 31 + (salt or b"\x00") for number in range(size))
    return tree.root


def true_path(old: int, new: int) -> list[str]:
    return [root_of_range(*bounds).hex() for bounds in consistency_ranges(old, new)]


def root_of_range(start: int, end: int) -> bytes:
    tree = Frontier()
    tree.extend(bytes([number]) * 31 + b"\x00" for number in range(start, end))
    return tree.root


def head(size: int, *, epoch: UUID = EPOCH, root: bytes | None = None, signer: TreeHeadSigner = SIGNER) -> Json:
    return signer.sign(epoch, size, root if root is not None else root_of(size), utc_now()).to_json()


def only_head(value: Json, path: list[str] | None = None) -> Answering:
    """A neighbour with this head, this consistency path, and nothing seen of us."""

    async def answering(asked: str, writer: asyncio.StreamWriter) -> None:
        if asked.startswith("/events/head"):
            writer.write(answer(200, orjson.dumps(value)))
        elif asked.startswith("/events/consistency") and path is not None:
            writer.write(answer(200, orjson.dumps({"path": path})))
        else:
            writer.write(answer(404, b"{}"))

    return answering


async def drip(_: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def drip_fields(_: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silence(_: str, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def endless(_: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"[" * 65536 + b"\r\n")
        await writer.drain()


def without(value: Json, name: str) -> Json:
    return {key: member for key, member in value.items() if key != name}


@dataclass(slots=True)
class Watched:
    """A territory that watches a stranger."""

    territory: Territory
    events: httpx.AsyncClient
    stranger: Stranger

    async def seen(self) -> Json:
        return (await self.events.get(f"/events/witness/{NAME}")).json()

    async def is_ready(self) -> None:
        async def ready() -> bool:
            return (await self.events.get("/health/ready")).status_code == 200

        await eventually(ready)

    def rounds(self, outcome: str) -> float:
        labels = {"territory": self.territory.code, "neighbour": NAME, "outcome": outcome}
        return registry.get_sample_value("witness_rounds_total", labels) or 0

    async def next_round(self, outcome: str, within: float = 15) -> None:
        before = self.rounds(outcome)
        await eventually(lambda: self.rounds(outcome) > before, within=within)


@asynccontextmanager
async def watched(servers: Servers, answering: Answering) -> AsyncIterator[Watched]:
    key = base64.b64encode(SIGNER.public_key).decode()
    territory = await servers.new_territory()
    async with stranger(answering) as who:
        peers = f"{NAME}={who.url}#{key}"
        async with servers.running(
            EventSettings, create_app, territory, witness_peers=peers, witness_interval=0.1
        ) as events:
            yield Watched(territory, events, who)


HOSTILE = {
    "500": (always(answer(500, b"{}")), "away"),
    "404": (always(answer(404, b"{}")), "away"),
    "a redirect into the cloud": (always(answer(302, b"", location="http://169.254.169.254/latest/meta-data")), "away"),
    "a redirect to itself": (always(answer(307, b"", location="/events/head")), "away"),
    "no http": (always(b"\x00\xff\x00 good day\r\n\r\n"), "away"),
    "nothing": (always(b""), "away"),
    "no json": (always(answer(200, b"<html>")), "away"),
    "text that is not utf-8": (always(answer(200, b'{"territory": "\xff\xfe"}')), "away"),
    "10 MB": (always(answer(200, b'"' + b"a" * 10_000_000 + b'"')), "away"),
    "10 MB of fields": (always(b"HTTP/1.1 200 OK\r\n" + b"x: " + b"a" * 10_000_000 + b"\r\n\r\n"), "away"),
    "an endless body": (endless, "away"),
    "a packed body": (always(answer(200, b"\x1f\x8b\x08\x00", content_encoding="gzip")), "away"),
    "too short a body": (always(answer(200, b"{}", content_length="100")), "away"),
    "deep nesting": (always(answer(200, b"[" * 100_000)), "away"),
    "a list": (json_of([]), "garbage"),
    "null": (json_of(None), "garbage"),
    "an empty object": (json_of({}), "garbage"),
    **{f"no {name}": (json_of(without(head(3), name)), "garbage") for name in head(3)},
    "a size in words": (json_of(head(3) | {"tree_size": "three"}), "garbage"),
    "a size as text": (json_of(head(3) | {"tree_size": "3"}), "garbage"),
    "a true size": (json_of(head(3) | {"tree_size": True}), "garbage"),
    "half a size": (json_of(head(3) | {"tree_size": 3.5}), "garbage"),
    "a negative size": (json_of(head(3) | {"tree_size": -1}), "garbage"),
    "a size beyond bigint": (json_of(head(3) | {"tree_size": 2**63}), "garbage"),
    "a short root": (json_of(head(3) | {"root_hash": "ab"}), "garbage"),
    "a root in capitals": (json_of(head(3) | {"root_hash": root_of(3).hex().upper()}), "garbage"),
    "no such day": (json_of(head(3) | {"signed_at": "2026-02-30T00:00:00.000000Z"}), "garbage"),
    "another form of time": (json_of(head(3) | {"signed_at": "2026-02-03T00:00:00Z"}), "garbage"),
    "an epoch that is none": (json_of(head(3) | {"epoch": "x" * 36}), "garbage"),
    "a very long signature": (json_of(head(3) | {"signature": "A" * 200_000}), "garbage"),
    "NUL in a name": (json_of(head(3) | {"territory": "X\x00"}), "garbage"),
    "another territory": (json_of(head(3) | {"territory": "YY"}), "garbage"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_no_head_does_no_harm(servers: Servers, name: str) -> None:
    answering, outcome = HOSTILE[name]
    async with watched(servers, answering) as pair:
        await pair.next_round(outcome)
        assert await pair.seen() == {
            "witness": pair.territory.code,
            "territory": NAME,
            "state": "nothing-seen",
            "items": [],
            "forks": [],
        }
        await pair.is_ready()
        pair.stranger.answering = only_head(head(3))
        await pair.next_round("cosigned")
        assert set(map(path_of, pair.stranger.asked)) <= {"/events/head", f"/events/witness/{pair.territory.code}"}


def path_of(asked: str) -> str:
    return asked.partition("?")[0]


@pytest.mark.parametrize("answering", [drip, drip_fields, silence], ids=["body", "fields", "silence"])
async def test_a_slow_neighbour_holds_nothing_up(
    servers: Servers, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "ANSWER_SECONDS", 1.0)
    async with watched(servers, answering) as pair:
        await pair.next_round("away")
        await pair.is_ready()
        assert (await pair.events.get("/events/head")).status_code == 200


async def test_a_neighbour_that_is_away_is_asked_less_often(servers: Servers) -> None:
    async with watched(servers, always(answer(500, b"{}"))) as pair:
        # Five looks at a steady tenth of a second would take half a second; each pause is double the one before.
        began = asyncio.get_running_loop().time()
        await eventually(lambda: pair.rounds("away") >= 4)
        assert asyncio.get_running_loop().time() - began > 0.8 * 0.1 * (2 + 4 + 8)
        pair.stranger.answering = only_head(head(3))
        await pair.next_round("cosigned")


FORKS = {
    "other-root": (only_head(head(5, root=root_of(5, b"\x07"))), "other-root"),
    "smaller": (only_head(head(4)), "smaller-tree"),
    "empty": (only_head(head(0, root=EMPTY_ROOT)), "smaller-tree"),
    "another epoch": (only_head(head(5, epoch=new_id())), "other-epoch"),
    "another epoch that has grown": (only_head(head(9, epoch=new_id()), []), "other-epoch"),
    "an empty path": (only_head(head(9), []), "not-consistent"),
    "a path of something": (only_head(head(9), ["ab" * 32] * 4), "not-consistent"),
    "another key": (only_head(head(9, signer=OTHER_SIGNER)), "bad-signature"),
    "a changed size": (only_head(head(5) | {"tree_size": 6}), "bad-signature"),
    "a signature that is none": (only_head(head(9) | {"signature": "no base64!"}), "bad-signature"),
}


@pytest.mark.parametrize("name", FORKS)
async def test_a_head_that_contradicts_is_kept_beside_the_one_before(servers: Servers, name: str) -> None:
    answering, fault = FORKS[name]
    async with watched(servers, only_head(head(5))) as pair:
        await pair.next_round("cosigned")
        known = (await pair.seen())["items"][0]["head"]
        pair.stranger.answering = answering
        await pair.next_round("fork")
        seen = await pair.seen()
        assert seen["state"] == "fork"
        (fork,) = seen["forks"]
        assert (fork["fault"], fork["known"], fork["is_accepted"]) == (fault, known, False)
        labels = {"territory": pair.territory.code, "neighbour": NAME}
        assert registry.get_sample_value("witness_fork", labels) == 1
        # The true history again: evidence stays, and so does the refusal.
        pair.stranger.answering = only_head(head(5))
        await pair.next_round("refused")
        assert (await pair.seen())["forks"] == [fork]


@pytest.mark.parametrize("path", [None, ["zz"], ["ab" * 32] * 65, "text"], ids=["none", "no-hash", "long", "text"])
async def test_a_neighbour_that_shows_no_proof_is_neither_cosigned_nor_accused(
    servers: Servers, path: list[str] | None
) -> None:
    async with watched(servers, only_head(head(5))) as pair:
        await pair.next_round("cosigned")
        pair.stranger.answering = only_head(head(9), path)
        await pair.next_round("away" if path is None else "garbage")
        seen = await pair.seen()
        assert (seen["state"], [item["head"]["tree_size"] for item in seen["items"]]) == ("consistent", [5])


async def test_a_key_that_was_changed_is_pinned_anew_and_the_head_accepted(servers: Servers) -> None:
    """Until then nothing is cosigned: it is for the neighbour's operator to say whose the new key is."""
    async with watched(servers, only_head(head(5))) as pair:
        await pair.next_round("cosigned")
        pair.stranger.answering = only_head(head(9, signer=OTHER_SIGNER), true_path(5, 9))
        await pair.next_round("fork")
        settings = servers.settings(EventSettings, pair.territory)
        pool = Pool(settings.database_url_for(pair.territory.slug), max_size=1, application_name="test")
        async with unit_of_work(pool, pair.territory, SYSTEM, person_keys=None, context=new_context()) as work:
            (accepted,) = await accept_fork(work, NAME)
        assert accepted.tree_size == 9
        # Under the old pin it is a head of nobody still.
        await pair.next_round("fork")
        async with unit_of_work(pool, pair.territory, SYSTEM, person_keys=None, context=new_context()) as work:
            await accept_fork(work, NAME)
        await pool.close()
    key = base64.b64encode(OTHER_SIGNER.public_key).decode()
    async with stranger(only_head(head(9, signer=OTHER_SIGNER), true_path(5, 9))) as who:
        peers = f"{NAME}={who.url}#{key}"
        async with servers.running(
            EventSettings, create_app, pair.territory, witness_peers=peers, witness_interval=0.1
        ) as events:
            again = Watched(pair.territory, events, who)
            await again.next_round("cosigned")
            await again.next_round("unchanged")
            newest = (await again.seen())["items"][0]
            assert (newest["head"]["key_id"], newest["fault"]) == (OTHER_SIGNER.key_id, None)


async def test_a_first_head_of_another_key_is_not_trusted(servers: Servers) -> None:
    async with watched(servers, only_head(head(5, signer=OTHER_SIGNER))) as pair:
        await pair.next_round("fork")
        (fork,) = (await pair.seen())["forks"]
        assert (fork["fault"], fork["known"]) == ("bad-signature", None)


async def test_a_broken_signature_on_the_head_that_is_known_accuses_nobody(servers: Servers) -> None:
    async with watched(servers, only_head(head(5))) as pair:
        await pair.next_round("cosigned")
        pair.stranger.answering = only_head(head(5, signer=OTHER_SIGNER))
        await pair.next_round("garbage")
        assert (await pair.seen())["state"] == "consistent"


async def test_cosignatures_that_are_not_the_neighbours_or_not_of_us_are_passed_over(servers: Servers) -> None:
    cosigned: dict[str, str | int] = {
        "witness": NAME,
        "territory": "DK",
        "epoch": str(new_id()),
        "tree_size": 3,
        "root_hash": root_of(3).hex(),
        "cosigned_at": "2026-01-01T00:00:00.000000Z",
        "key_id": SIGNER.key_id,
    }

    async def answering(asked: str, writer: asyncio.StreamWriter) -> None:
        if asked.startswith("/events/head"):
            writer.write(answer(200, orjson.dumps(head(3))))
            return
        ours = asked.split("/")[3].partition("?")[0]
        statements = [
            {**cosigned, "territory": ours, "signature": OTHER_SIGNER.signature_over({**cosigned, "territory": ours})},
            {**cosigned, "signature": SIGNER.signature_over(cosigned)},
            {**cosigned, "territory": ours, "signature": "x"},
        ]
        items = [{"cosignature": statement} for statement in statements]
        writer.write(answer(200, orjson.dumps({"state": "fork", "items": [*items, {"cosignature": None}]})))

    async with watched(servers, answering) as pair:
        await pair.next_round("cosigned")
        await pair.next_round("unchanged")
        assert (await pair.events.get("/events/cosignatures")).json()["items"] == []
        labels = {"territory": pair.territory.code, "neighbour": NAME}
        assert registry.get_sample_value("witness_own_fork_reported", labels) == 1


async def test_cosignatures_are_kept_and_shown_page_by_page(servers: Servers) -> None:
    """Also those of a tree that is not ours: then it is ours that was rewritten."""

    async def answering(asked: str, writer: asyncio.StreamWriter) -> None:
        if asked.startswith("/events/head"):
            writer.write(answer(200, orjson.dumps(head(3))))
            return
        ours = asked.split("/")[3].partition("?")[0]
        items = []
        for size in range(1, 8):
            fields: dict[str, str | int] = {
                "witness": NAME,
                "territory": ours,
                "epoch": str(EPOCH),
                "tree_size": size,
                "root_hash": root_of(size).hex(),
                "cosigned_at": "2026-01-01T00:00:00.000000Z",
                "key_id": SIGNER.key_id,
            }
            items.append({"cosignature": {**fields, "signature": SIGNER.signature_over(fields)}})
        writer.write(answer(200, orjson.dumps({"state": "consistent", "items": items})))

    async with watched(servers, answering) as pair:

        async def all_kept() -> bool:
            return len((await pair.events.get("/events/cosignatures")).json()["items"]) == 7

        await eventually(all_kept)
        sizes: list[int] = []
        query = {"limit": "3"}
        while True:
            page = (await pair.events.get("/events/cosignatures", params=query)).json()
            sizes += [item["tree_size"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert sizes == [7, 6, 5, 4, 3, 2, 1]
