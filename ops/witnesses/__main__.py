"""`python -m ops.witnesses TERRITORY VERB ARGUMENT` with the event service's environment; one line on failure."""

import asyncio
import sys

from ops.desks.program import told
from ops.witnesses.desk import accept, look_up, own_line
from services.event.settings import EventSettings
from services.event.witnesses.queries import Fork, SeenHead
from shared.clock import format_time
from shared.settings.service_settings import load_settings


def main(code: str, verb: str, argument: str) -> int:
    """Exit code 0 when it was done."""
    settings = load_settings(EventSettings)
    return told("witnesses", lambda: _lines(settings, verb, code, argument))


def _lines(settings: EventSettings, verb: str, code: str, argument: str) -> list[str]:
    match verb:
        case "address":
            return [own_line(settings, code, argument)]
        case "accept":
            accepted = asyncio.run(accept(settings, code, argument))
            return [f"{argument}: accepted as of {head.tree_size} events, {head.root_hash.hex()}" for head in accepted]
        case "show":
            peers = [peer.code for peer in settings.witness_peers if argument in {"", peer.code}]
            return [line for peer in peers or [argument] for line in _shown(settings, code, peer)]
        case _:
            message = f"no verb {verb}"
            raise ValueError(message)


def _shown(settings: EventSettings, code: str, neighbour: str) -> list[str]:
    if not neighbour:
        return ["no neighbours: set WITNESS_PEERS"]
    last, forks = asyncio.run(look_up(settings, code, neighbour))
    return [_last_line(neighbour, last), *(_fork_line(neighbour, fork) for fork in forks)]


def _last_line(neighbour: str, last: SeenHead | None) -> str:
    if last is None:
        return f"{neighbour}: nothing seen yet"
    return f"{neighbour}: {last.head.tree_size} events seen at {format_time(last.seen_at)}"


def _fork_line(neighbour: str, fork: Fork) -> str:
    known = f"{fork.known.tree_size} events, {fork.known.root_hash.hex()}" if fork.known else "nothing"
    seen = f"{fork.seen.head.tree_size} events, {fork.seen.head.root_hash.hex()}"
    state = "accepted" if fork.seen.is_accepted else "NOT accepted: nothing is cosigned"
    return f"{neighbour}: {fork.seen.fault} at {format_time(fork.seen.seen_at)}: {known} -> {seen} ({state})"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
