"""The steps of `.drone.yml` on this machine: `.ci/pipeline --event push --branch develop`; 1 when one fails."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ops.pipeline.choosing import Happening, chosen
from ops.pipeline.document import UnreadablePipeline, read_pipelines
from ops.pipeline.doing import do_step
from ops.pipeline.faults import find_faults

ROOT = Path(__file__).resolve().parents[2]
WRONG_USE = 2


def main(argv: Sequence[str]) -> int:
    """Check the file, then do what the event asks for."""
    given = _parse(argv)
    try:
        pipelines = read_pipelines(ROOT / ".drone.yml")
    except UnreadablePipeline as error:
        sys.stderr.write(f".drone.yml: {error}\n")
        return WRONG_USE
    faults = find_faults(pipelines, ROOT)
    if faults or given.lint:
        sys.stderr.writelines(f".drone.yml: {fault}\n" for fault in faults)
        return 1 if faults else 0
    happening = Happening(given.event, given.branch, given.tag, given.target)
    for pipeline, step in chosen(pipelines, happening):
        name = f"{pipeline.name}/{step.name}"
        if (given.step and step.name not in given.step) or step.name in given.skip:
            continue
        sys.stdout.write(f"== {name}\n")
        if not given.list and (code := do_step(step, happening, ROOT)):
            sys.stderr.write(f"{name} failed with {code}\n")
            return 1
    return 0


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=".ci/pipeline", description="Do the steps of .drone.yml on this machine.")
    parser.add_argument("--event", default="push", choices=["push", "tag", "pull_request", "promote"])
    parser.add_argument("--branch", default="main")
    parser.add_argument("--tag", default="", help="v1.2.3, with --event tag")
    parser.add_argument("--target", default="", help="production, with --event promote")
    parser.add_argument("--step", action="append", default=[], help="only this one; may be given again")
    parser.add_argument("--skip", action="append", default=[], help="all but this one; may be given again")
    parser.add_argument("--list", action="store_true", help="say which, and do nothing")
    parser.add_argument("--lint", action="store_true", help="check the file, and do nothing")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
