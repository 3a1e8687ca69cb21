"""Getting what was deleted off the disk: tables rewritten, write-ahead log begun anew, the search index made again.

PostgreSQL keeps deleted bytes in three places: in pages, where even VACUUM leaves them in free space; in its
statistics, which sample values; and in segments of the log, which are used again under a new name.
"""

import asyncio
import os
import shutil
import signal
from typing import Any

from ops.embedded.places import Place
from ops.retention.doors import as_superuser
from shared.territory.territory import Territory

# Every table from which an erasure takes something.
TABLES = (
    "person_keys",
    "idempotency_keys",
    "request_origins",
    "accounts",
    "sessions",
    "refresh_tokens",
    "known_networks",
    "letters",
    "letter_tokens",
    "linked_identities",
    "role_grants",
    "access_tokens",
    "totp_factors",
    "recovery_codes",
    "passkeys",
    "factor_failures",
    "profiles",
    "preferences",
    "posts",
    "comments",
    "notifications",
    "gatherings",
    "rsvps",
)
CONSUMERS = ("auth-erasure", "community-erasure", "user-erasure", "user-notifications")
WAIT_SECONDS = 60
_BEHIND = (
    "SELECT coalesce(string_agg(wanted.name, ', '), '') FROM unnest($1::text[]) wanted(name)"
    " LEFT JOIN checkpoints c ON c.consumer = wanted.name WHERE coalesce(c.position, 0) <"
    " (SELECT coalesce(max(s.position), 0) FROM erased_persons p JOIN events e ON e.id = p.event_id"
    " JOIN seals s ON s.seq = e.seq)"
)
_IS_UNSEALED = (
    "SELECT exists (SELECT FROM erased_persons p JOIN events e ON e.id = p.event_id"
    " LEFT JOIN seals s ON s.seq = e.seq WHERE s.seq IS NULL)"
)


class NotForgottenYet(Exception):
    """A service has not blanked yet what an erased person wrote."""


async def wipe_territory(place: Place, territory: Territory) -> None:
    """Rewrite the tables from which erasures take something. Each is locked for as long as that takes.

    Raises:
        NotForgottenYet: after a minute of waiting; nothing was rewritten.
    """
    async with as_superuser(place, territory) as connection:
        await _wait_for_consumers(connection)
        for table in TABLES:
            await connection.execute(f"VACUUM (FULL, ANALYZE) {territory.schema}.{table}")
        await connection.execute("VACUUM FULL pg_catalog.pg_statistic")


async def wipe_log(place: Place) -> None:
    """Fill every segment of the write-ahead log anew, and remove those from before."""
    connection: Any = await place.postgres.connect_to("postgres")
    try:
        await connection.execute("ALTER SYSTEM SET wal_recycle = off")
        await connection.execute("SELECT pg_reload_conf()")
        # The segments that lie ready were used before: they are gone through, and then removed as old.
        await connection.execute("CHECKPOINT")
        for _ in range(await connection.fetchval("SELECT count(*) FROM pg_ls_waldir()") + 1):
            await connection.execute("SELECT pg_logical_emit_message(false, 'wipe', '')")
            await connection.execute("SELECT pg_switch_wal()")
        await connection.execute("CHECKPOINT")
        await connection.execute("ALTER SYSTEM RESET wal_recycle")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


def wipe_search_index(place: Place) -> None:
    """Take the index away and end the search service, which its supervisor begins again: it makes a new one."""
    folder, away = place.data / "search", place.data / "search.wiped"
    shutil.rmtree(away, ignore_errors=True)
    if folder.exists():
        folder.rename(away)
    running = place.running()
    for process in running.processes if running else ():
        if process.name == "search" and process.pid is not None:
            os.kill(process.pid, signal.SIGTERM)
    shutil.rmtree(away, ignore_errors=True)


async def _wait_for_consumers(connection: Any) -> None:  # noqa: ANN401 (driver's)
    behind = "the sealer"
    for _ in range(WAIT_SECONDS):
        is_unsealed = await connection.fetchval(_IS_UNSEALED)
        behind = "the sealer" if is_unsealed else await connection.fetchval(_BEHIND, list(CONSUMERS))
        if not behind:
            return
        await asyncio.sleep(1)
    raise NotForgottenYet(behind)
