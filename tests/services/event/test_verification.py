"""Whoever changes the record behind its back, with all rights, is found out, and the first bad position is named."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from ops.verification.checking import Check
from ops.verification.report import Report
from services.event.proofs.queries import read_frontier
from services.event.proofs.repository import keep_head
from services.event.proofs.tree_head import TreeHead, TreeHeadSigner
from services.event.sealing.sealer import Sealer
from shared.clock import utc_now
from shared.database.connection import Connection
from shared.read_models.event_store import epoch_of
from shared.settings.secrets import Secret
from shared.territory.territory import Territory
from tests.support.event_store import EventStore, decision, event_store
from tests.support.servers import Servers

# More than two tiles of 256, and heads inside of tiles.
TABLES = ("events", "seals", "tree_nodes", "tree_heads", "tree_head_keys", "checkpoints", "cosignatures")
SEQ_OF = "CREATE FUNCTION seq_of(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT seq FROM seals WHERE position = $1'"
SIZES = (40, 300, 560, 600)


@dataclass(frozen=True, slots=True)
class Place:
    record: EventStore
    signer: TreeHeadSigner
    superuser: Any
    heads: Sequence[TreeHead]
    connection: Connection

    async def check(self, *given: TreeHead) -> Report:
        return await Check(self.record.database_url, self.record.territory.code, [self.signer.public_key], given).run()

    async def tamper(self, *statements: str) -> None:
        for statement in statements:
            await self.superuser.execute(statement)


def a_signer(territory: Territory) -> TreeHeadSigner:
    return TreeHeadSigner(Secret(secrets.token_urlsafe(32)), territory)


async def sign(connection: Connection, record: EventStore, signer: TreeHeadSigner, size: int) -> TreeHead:
    epoch = await epoch_of(record.pool)
    assert epoch is not None
    head = signer.sign(epoch, size, (await read_frontier(record.pool, size)).root, utc_now())
    await keep_head(connection, head)
    return head


@pytest_asyncio.fixture(scope="module")
async def untouched(servers: Servers) -> AsyncIterator[Place]:
    """A record of 600 events with four signed heads, and a superuser; no service runs."""
    territory = await servers.new_territory()
    async with event_store(servers, territory) as record, record.sealer.acquire() as connection:
        signer = a_signer(territory)
        sealer = Sealer(connection, territory.code)
        await sealer.begin()
        heads = []
        for size in SIZES:
            await record.append(*(decision(str(number)) for number in range(size - sealer.size)))
            await sealer.seal()
            heads.append(await sign(connection, record, signer, size))
        superuser = await servers.postgres.connect_to(territory.database)
        await superuser.execute(f"SET search_path = {territory.schema}, pg_catalog")
        await superuser.execute(SEQ_OF)
        for table in TABLES:
            await superuser.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
        yield Place(record, signer, superuser, heads, connection)
        await superuser.close()


@pytest_asyncio.fixture
async def place(untouched: Place) -> AsyncIterator[Place]:
    """The same, put back as it was afterwards."""
    yield untouched
    for table in TABLES:
        await untouched.tamper(
            f"TRUNCATE {table}",
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE kept_{table}",
        )


async def test_a_record_that_nobody_touched_is_whole(place: Place) -> None:
    report = await place.check(*place.heads)
    assert report.faults == []
    assert (report.events, report.heads) == (600, 4)


@pytest.mark.parametrize(
    "change",
    [
        """data = jsonb_set(data, '{outcome}', '"no"')""",
        """data = data || '{"more": 1}'""",
        "data = NULL",
        "data = '1e400'::jsonb",
        """metadata = metadata || '{"request_id": "x"}'""",
        "actor = 'nobody'",
        "type = 'auth.role.granted'",
        "schema_version = 2",
        "occurred_at = occurred_at + interval '1 microsecond'",
        "version = 7",
        "stream = 'decision-' || gen_random_uuid()",
        "id = gen_random_uuid()",
    ],
)
async def test_a_changed_event_is_named(place: Place, change: str) -> None:
    changed = f"UPDATE events SET {change} WHERE seq IN (seq_of(301), seq_of(400))"  # noqa: S608 (words of this file)
    await place.tamper(changed)
    report = await place.check()
    assert report.first is not None
    assert report.first.position == 301


SWAPPED_SEALS = (
    "UPDATE seals SET seq = -seq WHERE position IN (310, 311)",
    "UPDATE seals s SET seq = -(SELECT seq FROM seals o WHERE o.position = 621 - s.position) WHERE seq < 0",
)
SWAPPED_POSITIONS = (
    "UPDATE seals SET position = -position WHERE position IN (310, 311)",
    "UPDATE seals SET position = 621 + position WHERE position < 0",
)
SWAPPED_DATA = (
    "UPDATE events e SET data = (SELECT data FROM events o WHERE o.seq IN (seq_of(5), seq_of(9)) AND o.seq <> e.seq)"
    " WHERE seq IN (seq_of(5), seq_of(9))"
)
ONE_MORE = (
    "INSERT INTO events (id, stream, version, type, schema_version, actor, occurred_at, data, metadata)"
    " SELECT gen_random_uuid(), 'decision-' || gen_random_uuid(), 1, type, 1, actor, now(), data, metadata"
    " FROM events WHERE seq = seq_of(50)"
)
MOVED_UP = (
    "UPDATE seals SET position = -position WHERE position > 77",
    "UPDATE seals SET position = -position - 1 WHERE position < 0",
)
MOVED_DOWN = (
    "UPDATE seals SET position = -position WHERE position > 99",
    "UPDATE seals SET position = -position + 1 WHERE position < 0",
)

TAMPERINGS: dict[str, tuple[tuple[str, ...], int, int]] = {
    "an event is deleted": (("DELETE FROM events WHERE seq = seq_of(257)",), 257, 257),
    "the first event is deleted": (("DELETE FROM events WHERE seq = seq_of(1)",), 1, 1),
    "a seal is deleted": (("DELETE FROM seals WHERE position = 77",), 77, 77),
    "event and seal are deleted": (
        ("DELETE FROM events WHERE seq = seq_of(77)", "DELETE FROM seals WHERE position = 77"),
        77,
        77,
    ),
    "event and seal are deleted and the rest moves up": (
        (
            "DELETE FROM events WHERE seq = seq_of(77)",
            "DELETE FROM seals WHERE position = 77",
            *MOVED_UP,
        ),
        41,
        77,
    ),
    "two seals are swapped": (SWAPPED_SEALS, 310, 310),
    "the data of two events are swapped": (
        (SWAPPED_DATA,),
        5,
        5,
    ),
    "two events are swapped with their leaves": (SWAPPED_POSITIONS, 301, 310),
    "an event is put in between with a seal": (
        (
            *MOVED_DOWN,
            ONE_MORE,
            "INSERT INTO seals SELECT 100, max(seq), sha256('a leaf of its own') FROM events",
        ),
        100,
        100,
    ),
    "the tail is cut off": (("DELETE FROM seals WHERE position > 580",), 581, 581),
    "the tail is cut off with its events": (
        (
            "DELETE FROM events WHERE seq IN (SELECT seq FROM seals WHERE position > 580)",
            "DELETE FROM seals WHERE position > 580",
        ),
        581,
        581,
    ),
    "a stored subtree is forged": (
        ("UPDATE tree_nodes SET hash = sha256('x') WHERE level = 8 AND index = 1",),
        257,
        257,
    ),
    "a head is forged": (("UPDATE tree_heads SET root_hash = sha256('x') WHERE tree_size = 560",), 560, 560),
}


@pytest.mark.parametrize("how", TAMPERINGS)
async def test_tampering_is_found_and_the_first_bad_position_named(place: Place, how: str) -> None:
    statements, at_least, at_most = TAMPERINGS[how]
    await place.tamper(*statements)
    report = await place.check()
    assert report.first is not None
    assert at_least <= report.first.position <= at_most, report.to_json()


# The tail, and all that speaks of it.
CUT_OFF = (
    "DELETE FROM events WHERE seq IN (SELECT seq FROM seals WHERE position > 560)",
    "DELETE FROM seals WHERE position > 560",
    "DELETE FROM tree_heads WHERE tree_size > 560",
    "DELETE FROM tree_nodes WHERE (index + 1) << level > 560",
)


async def a_kept_head(place: Place) -> Report:
    return await place.check(place.heads[-1])


async def a_consumer(place: Place) -> Report:
    await place.tamper("INSERT INTO checkpoints (consumer, position) VALUES ('search', 590)")
    return await place.check()


async def a_neighbour(place: Place) -> Report:
    head = place.heads[-1]
    await place.superuser.execute(
        "INSERT INTO cosignatures VALUES ('NO', $1, $2, $3, now(), 'k', 's')",
        head.epoch,
        head.tree_size,
        head.root_hash,
    )
    return await place.check()


@pytest.mark.parametrize("remember", [a_kept_head, a_consumer, a_neighbour], ids=lambda f: f.__name__)
async def test_a_tail_that_is_gone_with_its_heads_is_missed_by_whoever_remembers(
    place: Place, remember: Callable[[Place], Awaitable[Report]]
) -> None:
    await place.tamper(*CUT_OFF)
    report = await remember(place)
    assert report.first is not None
    assert report.first.position == 561


async def test_a_history_signed_anew_with_another_key_is_not_taken_for_the_territorys(place: Place) -> None:
    forger = a_signer(place.record.territory)
    await place.tamper("DELETE FROM tree_heads")
    await place.superuser.execute(
        "INSERT INTO tree_head_keys (key_id, public_key) VALUES ($1, $2)", forger.key_id, forger.public_key
    )
    await sign(place.connection, place.record, forger, 600)
    report = await place.check()
    assert report.first is not None
    assert "nobody vouches" in report.first.what


async def test_an_event_that_was_never_sealed_is_told(place: Place) -> None:
    await place.record.append(decision("left out"))
    assert (await place.check()).faults == []
    await place.tamper("UPDATE events SET occurred_at = occurred_at - interval '1 minute' WHERE seq > 600")
    report = await place.check()
    assert [fault.position for fault in report.faults] == [601]
