"""`python -m ops.backups save|restore POD DATA …`: on a pod whose PostgreSQL runs; one line on failure."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from ops.backups.failures import Unusable
from ops.backups.restoring import restore
from ops.backups.saving import save
from ops.embedded.places import find_place


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when it was done."""
    parser = argparse.ArgumentParser(prog="unityplan")
    parser.add_argument("verb", choices=("save", "restore"))
    parser.add_argument("pod")
    parser.add_argument("data", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keys", type=Path)
    given = parser.parse_args(argv)
    place = find_place(given.pod, given.data)
    act = save if given.verb == "save" else restore
    try:
        lines = asyncio.run(act(place, given.folder, given.keys))
    except Unusable as error:
        return _failed(str(error))
    except asyncpg.PostgresError as error:
        return _failed(f"the database: {error}")
    except OSError as error:
        return _failed(str(error))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _failed(why: str) -> int:
    sys.stderr.write(f"unityplan: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
