"""A superuser who changes the record is found out by recomputation from what the service shows."""

from collections.abc import Sequence

import pytest

from services.event.proofs.merkle_tree import Frontier
from tests.services.event.record import Caller, Record, a_stream, record
from tests.support.proofs import leaf_hash, root_from_path
from tests.support.servers import Servers

SWAPPED = (
    "UPDATE seals SET seq = CASE position WHEN 3 THEN (SELECT seq FROM seals WHERE position = 4)"
    " ELSE (SELECT seq FROM seals WHERE position = 3) END WHERE position IN (3, 4)"
)


async def as_superuser(servers: Servers, place: Record, *statements: str) -> None:
    connection = await servers.postgres.connect_to(place.territory.database)
    await connection.execute(f"SET search_path = {place.territory.schema}, pg_catalog")
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def first_bad_position(auditor: Caller, place: Record, size: int) -> int | None:
    """What an outsider finds: the first position whose event does not lead to the signed root."""
    head = (await place.events.get("/events/head")).json()
    shown = {event["position"]: event for event in await auditor.pages("/events", limit=100)}
    for position in range(1, size + 1):
        proof = (await place.events.get(f"/events/{position}/proof")).json()
        if position not in shown:
            return position
        root = root_from_path(leaf_hash(shown[position]), position - 1, proof["tree_size"], proof["path"])
        if root != head["root_hash"]:
            return position
    return None


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((), None),
        (("UPDATE events SET actor = 'nobody' WHERE seq = (SELECT seq FROM seals WHERE position = 5)",), 5),
        (("DELETE FROM events WHERE seq = (SELECT seq FROM seals WHERE position = 6)",), 6),
        (
            (
                "ALTER TABLE seals DROP CONSTRAINT seals_seq_key",
                SWAPPED,
            ),
            3,
        ),
    ],
    ids=["nothing", "update", "delete", "swap"],
)
async def test_a_changed_row_is_found_and_named(
    servers: Servers, statements: Sequence[str], expected: int | None
) -> None:
    async with record(servers, await servers.new_territory()) as place:
        admin = await place.caller("admin")
        answer = await admin.append(a_stream(), *"abcdefgh")
        last = await place.sealed(answer.json()["ids"][-1], admin)
        await as_superuser(servers, place, *statements)
        assert await first_bad_position(admin, place, last["position"]) == expected


async def test_the_root_is_recomputed_from_what_is_shown(home: Record, admin: Caller) -> None:
    answer = await admin.append(a_stream(), *"abc")
    await home.sealed(answer.json()["ids"][-1], admin)
    head = (await home.events.get("/events/head")).json()
    tree = Frontier()
    shown = await admin.pages("/events", limit=100)
    tree.extend(leaf_hash(event) for event in shown if event["position"] <= head["tree_size"])
    assert tree.root.hex() == head["root_hash"]
