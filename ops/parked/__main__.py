"""`python -m ops.parked CODE VERB`, with the event service's environment; exit 1 with one line on failure."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ops.desks.program import told
from ops.parked.desk import list_all, run, show
from services.event.parked.commands import discard, discard_some, replay, replay_some
from services.event.settings import EventSettings
from shared.settings.service_settings import load_settings

DONE = {"replay": "to be handled again", "discard": "discarded"}


def main(argv: Sequence[str]) -> int:
    """Look, replay or discard, and tell."""
    parser = argparse.ArgumentParser(prog="unityplan events parked")
    parser.add_argument("territory")
    parser.add_argument("verb", choices=("list", "show", "replay", "discard"))
    parser.add_argument("--consumer")
    parser.add_argument("--position", type=int)
    parser.add_argument("--reason", default="")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    return told("parked", lambda: asyncio.run(_answer(load_settings(EventSettings), given)))


async def _answer(settings: EventSettings, given: argparse.Namespace) -> list[str]:
    match given.verb:
        case "list":
            parked = await list_all(settings, given.territory, given.consumer)
            return [json.dumps(parked)] if given.json else [_line(each) for each in parked] or ["nothing is parked"]
        case "show":
            found = await show(settings, given.territory, given.consumer, given.position)
            return [json.dumps(found, indent=None if given.json else 2)]
        case _:
            count = await _change(settings, given)
            return [json.dumps({"taken": count})] if given.json else [f"{given.consumer}: {count} {DONE[given.verb]}"]


async def _change(settings: EventSettings, given: argparse.Namespace) -> int:
    if given.position is not None:
        one = replay if given.verb == "replay" else discard
        command = partial(one, consumer=given.consumer, position=given.position)
        await run(settings, given.territory, given.reason, command)
        return 1
    some = partial(replay_some if given.verb == "replay" else discard_some, consumer=given.consumer)
    count = 0
    while True:
        progress = await run(settings, given.territory, given.reason, some)
        count += progress.taken
        if not progress.left:
            return count


def _line(parked: Mapping[str, Any]) -> str:
    tries = f"{parked['attempts']} attempts, {parked['state']} since {parked['parked_at']}"
    return f"{parked['consumer']} {parked['position']}  {parked['type']}  {tries}: {parked['reason']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
