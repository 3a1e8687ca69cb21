"""`python -m ops.migrations revision -m MESSAGE`: write the next migration from what changed in the tables.

`python -m ops.migrations plan FROM TO`: say as JSON what lies between two revisions; `base` is before the first one.
"""

import argparse
import asyncio
import json
import sys

from ops.migrations.plan import UnknownRevisionError, described, steps
from ops.migrations.revision import write_revision


def main() -> int:
    """0 when the file was written, or the plan printed."""
    parser = argparse.ArgumentParser(prog="python -m ops.migrations")
    verbs = parser.add_subparsers(dest="verb", required=True)
    revision = verbs.add_parser("revision", help="write the next migration")
    revision.add_argument("-m", "--message", required=True, help="what it changes, in a few words")
    plan = verbs.add_parser("plan", help="what lies between two revisions")
    plan.add_argument("current", help="a revision, or base")
    plan.add_argument("target", help="a revision, base, or head")
    given = parser.parse_args()
    failure = _plan(given.current, given.target) if given.verb == "plan" else asyncio.run(write_revision(given.message))
    if failure:
        sys.stderr.write(f"{failure}\n")
    return 1 if failure else 0


def _plan(current: str, target: str) -> str | None:
    try:
        found = described(steps(current, target))
    except UnknownRevisionError as error:
        return str(error)
    sys.stdout.write(f"{json.dumps(found)}\n")
    return None


if __name__ == "__main__":
    sys.exit(main())
