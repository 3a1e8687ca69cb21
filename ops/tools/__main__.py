"""`python -m ops.tools TERRITORY VERB`, with auth's environment; exit 1 with one line on failure."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from functools import partial

from ops.desks.desk import opened
from ops.desks.program import told
from services.auth.identity_provider.commands import add_client, remove_client
from services.auth.identity_provider.queries import list_clients
from services.auth.settings import AuthSettings
from shared.settings.service_settings import load_settings


def main(argv: Sequence[str]) -> int:
    """List, add or remove, and tell."""
    parser = argparse.ArgumentParser(prog="unityplan tools")
    parser.add_argument("territory")
    parser.add_argument("verb", choices=("list", "add", "remove"))
    parser.add_argument("--name", default="")
    parser.add_argument("--client", default="")
    parser.add_argument("--redirect", action="append", default=[])
    parser.add_argument("--public", action="store_true")
    parser.add_argument("--reason")
    given = parser.parse_args(argv)
    return told("tools", lambda: [json.dumps(asyncio.run(_answer(load_settings(AuthSettings), given)), indent=2)])


async def _answer(settings: AuthSettings, given: argparse.Namespace) -> object:
    async with opened(settings, given.territory, "unityplan-tools") as desk:
        match given.verb:
            case "add":
                add = partial(add_client, name=given.name, redirect_uris=given.redirect, is_public=given.public)
                client_id, secret = await desk.run(add, given.reason)
                return {"client_id": client_id, "client_secret": secret}
            case "remove":
                await desk.run(partial(remove_client, client_id=given.client), given.reason)
                return {"removed": given.client}
            case _:
                clients = await list_clients(desk.pool)
                return [
                    {
                        "client_id": client.id,
                        "name": client.name,
                        "redirect_uris": list(client.redirect_uris),
                        "has_secret": client.secret_hash is not None,
                    }
                    for client in clients
                ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
