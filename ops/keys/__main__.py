"""`python -m ops.keys TERRITORY VERB`, with auth's environment; exit 1 with one line on failure."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from functools import partial

from ops.desks.desk import Desk, opened
from ops.desks.program import told
from services.auth.settings import AuthSettings
from services.auth.signing_keys.commands import revoke_key, rotate_keys
from services.auth.signing_keys.key_material import KeySeal
from services.auth.signing_keys.queries import KeyLife, list_keys
from shared.clock import format_time
from shared.errors import ServiceError
from shared.settings.service_settings import load_settings


def main(argv: Sequence[str]) -> int:
    """Look, rotate or revoke, and tell."""
    parser = argparse.ArgumentParser(prog="unityplan keys")
    parser.add_argument("territory")
    parser.add_argument("verb", choices=("list", "rotate", "revoke"))
    parser.add_argument("--kid", default="")
    parser.add_argument("--reason")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    return told("keys", lambda: asyncio.run(_answer(load_settings(AuthSettings), given)))


async def _answer(settings: AuthSettings, given: argparse.Namespace) -> list[str]:
    seal = KeySeal(settings.jwt_secret)
    async with opened(settings, given.territory, "unityplan-keys") as desk:
        match given.verb:
            case "rotate":
                kid = await _rotate(desk, seal, given.reason)
                return [json.dumps({"kid": kid}) if given.json else f"{given.territory} signs with {kid}"]
            case "revoke":
                is_new = await desk.run(partial(revoke_key, seal=seal, kid=given.kid), given.reason)
                told = f"{given.kid} is revoked{'' if is_new else ' already'}"
                return [json.dumps({"kid": given.kid, "revoked": is_new}) if given.json else told]
            case _:
                keys = await list_keys(desk.pool)
                return [json.dumps([_fields(key) for key in keys])] if given.json else [_line(key) for key in keys]


async def _rotate(desk: Desk, seal: KeySeal, reason: str | None) -> str:
    """Waits until the next key is known to whoever verifies, where it was made just now."""
    while True:
        try:
            return await desk.run(partial(rotate_keys, seal=seal), reason)
        except ServiceError as error:
            if error.code != "standby-too-new" or error.retry_after_seconds is None:
                raise
            await asyncio.sleep(error.retry_after_seconds)


def _fields(key: KeyLife) -> dict[str, str]:
    return {
        "kid": key.kid,
        "state": key.state,
        "created_at": format_time(key.created_at),
        "state_changed_at": format_time(key.state_changed_at),
    }


def _line(key: KeyLife) -> str:
    return (
        f"{key.kid}  {key.state:<8}  made {format_time(key.created_at)}, so since {format_time(key.state_changed_at)}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
