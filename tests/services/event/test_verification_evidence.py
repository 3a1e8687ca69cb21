"""A tail that is cut off with its heads leaves a tree whole in itself: only what remembers more can tell."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio

from ops.verification.checking import Check
from ops.verification.report import Report
from services.event.proofs.queries import read_frontier
from services.event.proofs.repository import keep_head, record_key
from services.event.proofs.tree_head import TreeHead, TreeHeadSigner
from services.event.sealing.sealer import Sealer
from shared.clock import utc_now
from shared.database.connection import Connection
from shared.events import store
from shared.identifiers import Position, new_id
from shared.read_models.event_store import epoch_of
from shared.settings.secrets import Secret
from tests.support.event_store import EventStore, decision, event_store
from tests.support.servers import Servers

STREAM = "decision-0190a000-0000-7000-8000-000000000001"
SHORT = "decision-0190a000-0000-7000-8000-000000000002"
CUT_OFF = (
    "DELETE FROM events WHERE seq IN (SELECT seq FROM seals WHERE position > 255)",
    "DELETE FROM seals WHERE position > 255",
    "DELETE FROM tree_heads WHERE tree_size > 255",
)
INSERTED = (
    "INSERT INTO events (id, stream, version, type, schema_version, actor, occurred_at, data, metadata)"
    " SELECT gen_random_uuid(), 'decision-' || gen_random_uuid(), 1, type, 1, actor, {at}, data, metadata"
    " FROM events ORDER BY seq LIMIT 1"
)


@dataclass(slots=True)
class Place:
    """A record of 260 events, heads at 255 and 260, all in one stream but the first 250."""

    record: EventStore
    connection: Connection
    sealer: Sealer
    signer: TreeHeadSigner
    superuser: Any

    async def check(self, *, given: Sequence[TreeHead] = (), published: Mapping[int, bytes] | None = None) -> Report:
        trusted = [self.signer.public_key]
        return await Check(self.record.database_url, self.record.territory.code, trusted, given, published).run()

    async def published(self, after: int = 0) -> dict[int, bytes]:
        """Leaves as the message stream has them."""
        events = await store.read_after(self.record.pool, Position(after), 1_000)
        return {event.position: event.leaf_hash() for event in events}

    async def tamper(self, *statements: str) -> None:
        for statement in statements:
            await self.superuser.execute(statement)

    async def grow(self, count: int, stream: str | None = None) -> TreeHead:
        await self.record.append(*(decision(str(number)) for number in range(count)), stream=stream)
        await self.sealer.seal()
        return await self.sign()

    async def sign(self) -> TreeHead:
        epoch = await epoch_of(self.record.pool)
        assert epoch is not None
        root = (await read_frontier(self.connection, self.sealer.size)).root
        head = self.signer.sign(epoch, self.sealer.size, root, utc_now())
        await keep_head(self.connection, head)
        return head


@pytest_asyncio.fixture
async def place(servers: Servers) -> AsyncIterator[Place]:
    territory = await servers.new_territory()
    async with event_store(servers, territory) as record, record.sealer.acquire() as connection:
        sealer = Sealer(connection, territory.code)
        await sealer.begin()
        superuser = await servers.postgres.connect_to(territory.database)
        await superuser.execute(f"SET search_path = {territory.schema}, pg_catalog")
        signer = TreeHeadSigner(Secret(secrets.token_urlsafe(32)), territory)
        place = Place(record, connection, sealer, signer, superuser)
        await place.grow(250)
        await place.grow(5, STREAM)
        await place.grow(5, STREAM)
        yield place
        await superuser.close()


SPEAKING = {
    "a stored subtree": "SELECT 1",
    "an event parked by search": (
        "INSERT INTO parked_events (consumer, position, event_id, reason, attempts)"
        " VALUES ('search', 258, gen_random_uuid(), 'x', 1)"
    ),
    "an archived block": (
        "INSERT INTO archived_blocks (first_position, last_position, sha256, body) VALUES (1, 257, 'x', 'x')"
    ),
    "consumer search": "INSERT INTO checkpoints (consumer, position) VALUES ('search', 259)",
    f"a snapshot of stream {STREAM}": (
        "INSERT INTO stream_snapshots (stream, version, catalogue, state)"
        " VALUES ('decision-0190a000-0000-7000-8000-000000000001', 8, 'c', '{}')"
    ),
}


@pytest.mark.parametrize("name", SPEAKING)
async def test_what_is_left_in_the_database_speaks_of_the_tail(place: Place, name: str) -> None:
    await place.tamper(*CUT_OFF)
    if name != "a stored subtree":
        await place.tamper("DELETE FROM tree_nodes")
    await place.tamper(SPEAKING[name])
    report = await place.check()
    assert report.first is not None
    assert report.first.position == 256
    assert name in report.first.what


async def test_the_message_stream_and_a_head_that_was_kept_speak_of_it(place: Place) -> None:
    newest, published = await place.sign(), await place.published(250)
    await place.tamper(*CUT_OFF, "DELETE FROM tree_nodes")
    for report in (
        await place.check(published=published),
        await place.check(given=[newest]),
    ):
        assert report.first is not None
        assert report.first.position == 256


async def test_where_nothing_speaks_of_it_nobody_can_tell(place: Place) -> None:
    await place.tamper(*CUT_OFF, "DELETE FROM tree_nodes")
    assert (await place.check(published=await place.published())).faults == []


RENUMBERED = (
    "DELETE FROM events WHERE seq = (SELECT seq FROM seals WHERE position = {at})",
    "DELETE FROM seals WHERE position = {at}",
    "UPDATE seals SET position = -position WHERE position > {at}",
    "UPDATE seals SET position = -position - 1 WHERE position < 0",
)
EXCHANGED = (
    "UPDATE seals SET position = -position WHERE position IN ({at}, {at} + 1)",
    "UPDATE seals SET position = 2 * {at} + 1 + position WHERE position < 0",
)


@pytest.mark.parametrize("statements", [RENUMBERED, EXCHANGED], ids=["renumbered", "exchanged"])
async def test_what_heads_can_only_bound_the_message_stream_names_exactly(
    place: Place, statements: Sequence[str]
) -> None:
    published = await place.published(200)
    await place.tamper(*(statement.format(at=230) for statement in statements))
    report = await place.check(published=published)
    assert (report.first and report.first.position, report.to_json()["first_bad_position"]) == (230, 230)
    without = await place.check()
    assert without.first is not None
    assert without.first.position <= 230


async def test_after_the_tail_grew_anew_a_kept_head_still_tells(place: Place) -> None:
    newest = await place.sign()
    await place.tamper(*CUT_OFF, "DELETE FROM tree_nodes")
    await place.sealer.begin()
    await place.grow(40)
    report = await place.check(given=[newest])
    assert report.first is not None
    assert report.first.position == 256
    assert "the given head of size 260" in report.first.what


async def test_a_given_head_of_another_store_or_key_fits_nothing(place: Place) -> None:
    head = await place.sign()
    stranger = TreeHeadSigner(Secret(secrets.token_urlsafe(32)), place.record.territory)
    for other, said in (
        (replace(head, epoch=new_id()), "of another store"),
        (stranger.sign(head.epoch, 260, head.root_hash, utc_now()), "not signed rightly"),
        (replace(head, root_hash=bytes(32)), "not signed rightly"),
    ):
        report = await place.check(given=[other])
        assert report.first is not None
        assert said in report.first.what


async def test_after_a_new_secret_the_former_key_is_vouched_for_by_whoever_has_it(place: Place) -> None:
    former = place.signer
    await record_key(place.connection, former.key_id, former.public_key)
    place.signer = TreeHeadSigner(Secret(secrets.token_urlsafe(32)), place.record.territory)
    report = await place.check()
    assert report.first is not None
    assert former.key_id in report.first.what
    database = place.record.database_url
    both = [place.signer.public_key, former.public_key]
    assert (await Check(database, place.record.territory.code, both).run()).faults == []
    await place.grow(1)
    assert (await place.check()).faults == []


@pytest.mark.parametrize("at", ["now() - interval '1 minute'", "now() + interval '1 year'"])
async def test_an_event_put_in_without_a_seal_is_told(place: Place, at: str) -> None:
    await place.tamper(INSERTED.format(at=at))
    report = await place.check()
    assert [fault.position for fault in report.faults] == [261]


async def test_an_event_sealed_before_the_first_position_is_told(place: Place) -> None:
    await place.tamper(
        INSERTED.format(at="now()"),
        "INSERT INTO seals SELECT 0, max(seq), sha256('x') FROM events",
    )
    report = await place.check()
    assert report.first is not None
    assert report.first.position == 0


async def test_a_version_that_was_never_sealed_is_missed(place: Place) -> None:
    await place.record.append(decision(), decision(), stream=SHORT)
    await place.tamper(
        "DELETE FROM events WHERE stream = 'decision-0190a000-0000-7000-8000-000000000002' AND version = 1"
    )
    await place.sealer.seal()
    await place.sign()
    report = await place.check()
    assert [(fault.position, SHORT in fault.what) for fault in report.faults] == [(261, True)]
