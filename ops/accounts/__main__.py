"""`python -m ops.accounts TERRITORY export|import FILE`, with auth's environment; exit 1 with one line on failure."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from ops.accounts.desk import Imported, UnreadableLine, export_accounts, import_accounts
from ops.accounts.importing import Outcome
from services.auth.settings import AuthSettings
from shared.errors import ServiceError
from shared.observability.logging import configure_logging
from shared.settings.service_settings import load_settings


def main(argv: Sequence[str]) -> int:
    """0 when every account was moved."""
    parser = argparse.ArgumentParser(prog="unityplan accounts")
    parser.add_argument("territory")
    parser.add_argument("verb", choices=("export", "import"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--reason")
    given = parser.parse_args(argv)
    configure_logging("accounts", "critical")
    try:
        return asyncio.run(_move(load_settings(AuthSettings), given))
    except ServiceError as error:
        sys.stderr.write(f"unityplan: {error.detail} ({error.code})\n")
    except UnreadableLine as error:
        sys.stderr.write(f"unityplan: {error}\n")
    except OSError as error:
        sys.stderr.write(f"unityplan: {given.file}: {error.strerror}\n")
    return 1


async def _move(settings: AuthSettings, given: argparse.Namespace) -> int:
    if given.verb == "export":
        count = await export_accounts(settings, given.territory, given.file, given.reason)
        sys.stdout.write(f"{count} accounts of {given.territory} are in {given.file}, which opens every one of them\n")
        return 0
    return _tell(await import_accounts(settings, given.territory, given.file, given.reason))


def _tell(done: Imported) -> int:
    counts = done.counts
    sys.stdout.write(f"{counts[Outcome.OPENED]} accounts opened, {counts[Outcome.KNOWN]} were there already\n")
    if done.without_recovery:
        sys.stdout.write("recovery codes were left out: they were hashed under another JWT_SECRET\n")
    if done.taken:
        sys.stderr.write(f"unityplan: the name or address of others: {', '.join(done.taken)}\n")
    return 1 if done.taken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
