"""`python -m ops.verification [--json] [--head FILE]… [--key BASE64]… [CODE…]` with the event service's environment.

Exit code 0 when every record is whole, 1 when one is not, 2 when it could not be looked at.
"""

import argparse
import asyncio
import base64
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import asyncpg

from ops.verification.checking import Check
from ops.verification.report import Report
from services.event.proofs.tree_head import TreeHead, TreeHeadSigner
from services.event.settings import EventSettings
from services.event.witnesses.answers import GarbageError, read_head
from shared.errors import ServiceError
from shared.events.envelope import event_of
from shared.messaging.bus import MessageBus
from shared.messaging.errors import BusUnavailable
from shared.observability.logging import configure_logging
from shared.service.lifespan import registry_of
from shared.settings.service_settings import load_settings
from shared.territory.territory import Territory

WHOLE, NOT_WHOLE, NOT_LOOKED_AT = 0, 1, 2
NATS_SECONDS = 5.0
# Messages that are compared; heads are signed far more often than for so many events.
PUBLISHED = 2_000
KEY_BYTES = 32
MOST_LINES = 20


def main(argv: Sequence[str]) -> int:
    """Check and tell."""
    parser = argparse.ArgumentParser(prog="unityplan audit verify")
    parser.add_argument("territories", nargs="*")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--head", action="append", default=[], type=Path)
    parser.add_argument("--key", action="append", default=[])
    given = parser.parse_args(argv)
    settings = load_settings(EventSettings)
    # What the bus logs would stand in the report.
    configure_logging("verification", "critical")
    heads = [_read_head(path) for path in given.head]
    keys = [_read_key(text) for text in given.key]
    try:
        registry = registry_of(settings)
        territories = [registry.get(code.upper()) for code in given.territories] or list(registry)
        _require_among(heads, territories)
        reports = [asyncio.run(_check(settings, territory, keys, heads)) for territory in territories]
    except (OSError, asyncpg.PostgresError) as error:
        _refuse(f"the database cannot be read: {error}")
    except ServiceError as error:
        _refuse(f"{error.detail} ({error.code})")
    if given.json:
        sys.stdout.write(json.dumps([report.to_json() for report in reports], indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for report in reports for line in _lines(report))
    return NOT_WHOLE if any(report.faults for report in reports) else WHOLE


async def _check(
    settings: EventSettings, territory: Territory, keys: Sequence[bytes], heads: Sequence[TreeHead]
) -> Report:
    own = TreeHeadSigner(settings.tree_head_secret, territory).public_key
    kept = [head for head in heads if head.territory == territory.code]
    published = await _published(settings, territory)
    return await Check(settings.database_url_for(territory.slug), territory.code, [own, *keys], kept, published).run()


async def _published(settings: EventSettings, territory: Territory) -> Mapping[int, bytes]:
    """The newest leaves in the message stream, by position; nothing while that cannot be asked."""
    async with MessageBus(territory, settings.nats_url_for(territory.slug), "unityplan-verify") as bus:
        with suppress(TimeoutError, BusUnavailable):
            async with asyncio.timeout(NATS_SECONDS):
                await bus.wait_connected()
                events = filter(None, map(event_of, await bus.newest_messages(PUBLISHED)))
                return {event.position: event.leaf_hash() for event in events}
    sys.stderr.write("unityplan: the message stream could not be asked what was published\n")
    return {}


def _require_among(heads: Sequence[TreeHead], territories: Sequence[Territory]) -> None:
    for head in heads:
        if head.territory not in {territory.code for territory in territories}:
            _refuse(f"the head given is of {head.territory}, which is not among those checked")


def _lines(report: Report) -> list[str]:
    looked_at = f"{report.territory}: {report.events} events, {report.heads} signed heads, {report.seconds:.1f} s"
    if report.first is None:
        return [f"{looked_at}: whole"]
    found = [f"  position {fault.position}: {fault.what}" for fault in sorted(report.faults)[:MOST_LINES]]
    if len(report.faults) > MOST_LINES:
        found.append(f"  and {len(report.faults) - MOST_LINES} more: --json has them all")
    return [f"{looked_at}: NOT WHOLE, first bad position {report.first.position}", *found]


def _read_head(path: Path) -> TreeHead:
    try:
        return read_head(json.loads(path.read_bytes()))
    except OSError as error:
        _refuse(f"{path}: {error.strerror}")
    except (GarbageError, ValueError, RecursionError):
        _refuse(f"{path}: not a signed head as GET /api/events/head gives it")


def _read_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        _refuse("--key: not base64")
    if len(key) != KEY_BYTES:
        _refuse(f"--key: not the {KEY_BYTES} bytes of a public key")
    return key


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"unityplan: {why}\n")
    sys.exit(NOT_LOOKED_AT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
