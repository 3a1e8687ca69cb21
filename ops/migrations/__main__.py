"""`python -m ops.migrations revision -m MESSAGE`: write the next migration from what changed in the tables."""

import argparse
import asyncio
import sys

from ops.migrations.revision import write_revision


def main() -> int:
    """0 when the file was written."""
    parser = argparse.ArgumentParser(prog="python -m ops.migrations")
    revision = parser.add_subparsers(required=True).add_parser("revision", help="write the next migration")
    revision.add_argument("-m", "--message", required=True, help="what it changes, in a few words")
    failure = asyncio.run(write_revision(parser.parse_args().message))
    if failure:
        sys.stderr.write(f"{failure}\n")
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main())
