"""`python -m ops.retention VERB POD DATA …`: one verb on a pod whose PostgreSQL runs; one line on failure."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from ops.embedded.places import find_place
from ops.retention.archiving import DamagedRecord
from ops.retention.desk import ARCHIVE, ERASE, PURGE, REWRAP, archive_all, erase_one, purge_all, rewrap_all
from ops.retention.wiping import NotForgottenYet
from shared.errors import ServiceError


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when it was done."""
    given = _parsed(argv)
    place = find_place(given.pod, Path(given.data))
    try:
        match given.verb:
            case "archive":
                lines = asyncio.run(archive_all(place, given.older_than, is_compacted=given.compact))
            case "erase":
                lines = asyncio.run(erase_one(place, given.territory, given.person, given.reason))
            case "purge":
                lines = asyncio.run(purge_all(place))
            case _:
                lines = asyncio.run(rewrap_all(place))
    except ServiceError as error:
        return _failed(f"{error.detail} ({error.code})")
    except DamagedRecord as error:
        return _failed(str(error))
    except NotForgottenYet as error:
        return _failed(f"not forgotten yet by {error}: see to it that the services run, then purge again")
    except (OSError, asyncpg.PostgresError) as error:
        return _failed(f"the database: {error}")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="unityplan events")
    parser.add_argument("verb", choices=(ARCHIVE, ERASE, PURGE, REWRAP))
    parser.add_argument("pod")
    parser.add_argument("data")
    parser.add_argument("--older-than", type=float, default=0)
    parser.add_argument("--compact", action="store_true")
    parser.add_argument("--territory", default="")
    parser.add_argument("--person", default="")
    parser.add_argument("--reason")
    return parser.parse_args(argv)


def _failed(why: str) -> int:
    sys.stderr.write(f"unityplan: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
