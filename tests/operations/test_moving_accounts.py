"""Accounts move from one territory to another with what they are logged in to by."""

import base64
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from ops.accounts.desk import UnreadableLine, export_accounts, import_accounts
from ops.accounts.importing import Outcome
from services.auth.second_factors.totp import code_at, step_at
from services.auth.settings import AuthSettings
from shared.clock import utc_now
from shared.territory.territory import Territory
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD, Json
from tests.support.servers import Servers


@dataclass(frozen=True, slots=True)
class Pair:
    """Where accounts come from, and where they go."""

    servers: Servers
    old: Territory
    new: Territory
    from_old: Visitor
    to_new: Visitor

    def settings(self, territory: Territory) -> AuthSettings:
        return self.servers.settings(AuthSettings, territory)


@pytest_asyncio.fixture(scope="module")
async def pair(servers: Servers) -> AsyncIterator[Pair]:
    old, new = await servers.new_territory(), await servers.new_territory()
    async with visiting(servers, old) as from_old, visiting(servers, new) as to_new:
        yield Pair(servers, old, new, from_old, to_new)


async def with_an_app(visitor: Visitor) -> tuple[Json, list[str]]:
    """Somebody with an authenticator app, and their recovery codes."""
    tokens = await visitor.register()
    token = tokens["access_token"]
    begun = await visitor.post("/auth/factors/totp", None, token)
    code = code_at(base64.b32decode(begun.json()["secret"]), step_at(utc_now()))
    confirmed = await visitor.post("/auth/factors/totp/confirm", {"code": code}, token)
    assert confirmed.status_code == 200, confirmed.text
    return tokens["user"], confirmed.json()["recovery_codes"]


async def test_citizens_log_in_at_the_new_place_as_at_the_old_one(pair: Pair, tmp_path: Path) -> None:
    user = (await pair.from_old.register())["user"]
    careful, recovery = await with_an_app(pair.from_old)
    namesake = (await pair.from_old.register())["user"]
    body = {"username": namesake["username"], "email": "other@example.net", "password": PASSWORD}
    assert (await pair.to_new.post("/auth/register", body)).status_code == 201
    path = tmp_path / "accounts"
    assert await export_accounts(pair.settings(pair.old), pair.old.code, path, "moving") == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    done = await import_accounts(pair.settings(pair.new), pair.new.code, path, "moving")
    assert (done.counts[Outcome.OPENED], done.taken, done.without_recovery) == (2, [namesake["username"]], False)
    moved = (await pair.to_new.login(user["username"])).json()
    assert moved["user"] == user
    without_code = await pair.to_new.login(careful["username"])
    assert (without_code.status_code, without_code.json()["code"]) == (401, "second-factor-required")
    body = {"identifier": careful["username"], "password": PASSWORD, "totp": recovery[0]}
    assert (await pair.to_new.post("/auth/login", body)).status_code == 200
    again = await import_accounts(pair.settings(pair.new), pair.new.code, path, None)
    assert (again.counts[Outcome.OPENED], again.counts[Outcome.KNOWN]) == (0, 2)
    (registered,) = [e for e in await pair.to_new.events_about(user["id"]) if e["type"] == "auth.account.registered"]
    assert set(registered["data"]["email"]) == {"person", "cipher"}
    assert "event.sensitive.read" in {event["type"] for event in await pair.from_old.all_events()}
    with pytest.raises(FileExistsError):
        await export_accounts(pair.settings(pair.old), pair.old.code, path, None)


HEADER = (
    '{"format":"unityplan-accounts","version":1,"territory":"DK","exported_at":"2026-11-26T12:00:00Z",'
    '"recovery_key":"x"}\n'
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "line 1"),
        ("[]\n", "line 1"),
        (HEADER.replace('version":1', 'version":2'), "line 1"),
        (HEADER + "{}\n", "line 2: id"),
        (HEADER + '{"id":"x"}\n', "line 2: id"),
        (HEADER + "\xff\n", "line 2"),
        (HEADER + '{"id":"0192f7a0-0000-7000-8000-000000000000","username":"Robert\'); --"}\n', "line 2: username"),
    ],
)
async def test_a_file_of_something_else_opens_nothing(pair: Pair, tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "accounts"
    path.write_text(content)
    before = await pair.to_new.count_events()
    with pytest.raises(UnreadableLine, match=words):
        await import_accounts(pair.settings(pair.new), pair.new.code, path, None)
    assert await pair.to_new.count_events() == before
