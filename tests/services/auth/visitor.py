"""Someone at the door of the auth service, with a window into its territory's tables."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import httpx
from argon2 import PasswordHasher
from sqlalchemy import (
    DateTime,
    Integer,
    Interval,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)

from ops.desks.desk import opened
from services.auth.accounts.commands import forget_unadmitted
from services.auth.accounts.tables import accounts
from services.auth.app import create_app
from services.auth.delays.commands import forget_old
from services.auth.delays.subjects import SubjectNames
from services.auth.delays.tables import known_networks, login_delays
from services.auth.erasure.commands import close_account
from services.auth.invitations.tables import invitations
from services.auth.letters.tables import letter_tokens, letters
from services.auth.roles.commands import grant_role
from services.auth.sessions.repository import delete_finished
from services.auth.sessions.retention import KEPT
from services.auth.sessions.tables import refresh_tokens, sessions
from services.auth.settings import AuthSettings
from services.auth.signing_keys.tables import signing_keys
from services.auth.single_sign_on.tables import sign_on_flows
from shared.clock import utc_now
from shared.database.pool import Pool
from shared.database.statements import compiled
from shared.events.tables import events
from shared.events.unit_of_work import UnitOfWork
from shared.settings.secrets import Secret
from shared.territory.territory import Territory
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.eventually import eventually
from tests.support.servers import Servers

R = TypeVar("R")

_ACCOUNT = bindparam("account", type_=Uuid)
_COUNT = compiled(select(func.count()).select_from(events))
_EVENTS = compiled(select(events.c.stream, events.c.type, events.c.data).order_by(events.c.seq))
_DISABLE = compiled(update(accounts).values(status="disabled").where(accounts.c.id == _ACCOUNT))
_HASH = compiled(select(accounts.c.password_hash).where(accounts.c.id == _ACCOUNT))
_SET_HASH = compiled(
    update(accounts).values(password_hash=bindparam("weak", type_=Text)).where(accounts.c.id == _ACCOUNT)
)
_AGE = compiled(
    update(refresh_tokens)
    .values(used_at=refresh_tokens.c.used_at - bindparam("age", type_=Interval))
    .where(refresh_tokens.c.used_at.is_not(None))
)
_EXPIRE = compiled(
    update(sessions)
    .values(expires_at=func.now() - bindparam("ago", type_=Interval))
    .where(sessions.c.account_id == _ACCOUNT)
)
_AGE_NETWORKS = compiled(
    update(known_networks).values(used_at=known_networks.c.used_at - bindparam("age", type_=Interval))
)
_AGE_ACCOUNTS = compiled(update(accounts).values(created_at=accounts.c.created_at - bindparam("age", type_=Interval)))
_END_DELAYS = compiled(
    update(login_delays).values(
        failed_at=login_delays.c.failed_at - bindparam("ago", type_=Interval),
        blocked_until=func.now() - bindparam("ago", type_=Interval),
    )
)
_PROLONG_DELAYS = compiled(
    update(login_delays)
    .values(blocked_until=func.now() + timedelta(hours=1))
    .where(login_delays.c.blocked_until > login_delays.c.failed_at)
)
_FAIL = compiled(
    insert(login_delays).values(
        subject=bindparam("failed_subject", type_=LargeBinary),
        failures=bindparam("times", type_=Integer),
        failed_at=bindparam("now", type_=DateTime(timezone=True)),
        blocked_until=bindparam("wait_until", type_=DateTime(timezone=True)),
    )
)
_DELAYS = compiled(select(func.count()).select_from(login_delays))
_WAITING_LETTERS = compiled(select(func.count()).select_from(letters).where(letters.c.sent_at.is_(None)))
# One that is being carried is tried again later than this, when its lease ends.
_FIRST_PAUSES = timedelta(seconds=30)
_POSTPONED_LETTERS = compiled(
    select(func.count())
    .select_from(letters)
    .where(letters.c.sent_at.is_(None), letters.c.tries == 1, letters.c.next_try_at < func.now() + _FIRST_PAUSES)
)
_HURRY_LETTERS = compiled(update(letters).values(next_try_at=func.now()).where(letters.c.sent_at.is_(None)))
_AGE_LETTERS = compiled(
    update(letter_tokens).values(expires_at=letter_tokens.c.expires_at - bindparam("age", type_=Interval))
)
_LETTERS = compiled(select(letters))
_TOKENS = compiled(select(letter_tokens))
_AGE_FLOWS = compiled(
    update(sign_on_flows).values(expires_at=sign_on_flows.c.expires_at - bindparam("age", type_=Interval))
)
_VERIFY_EMAIL = compiled(update(accounts).values(email_verified_at=func.now()).where(accounts.c.id == _ACCOUNT))
_AGE_INVITATION = compiled(
    update(invitations)
    .values(expires_at=invitations.c.expires_at - bindparam("age", type_=Interval))
    .where(invitations.c.id == bindparam("invitation", type_=Uuid))
)
_AGE_UNADMITTED = compiled(
    update(accounts)
    .values(updated_at=accounts.c.updated_at - bindparam("age", type_=Interval))
    .where(accounts.c.status.in_([literal_column("'unverified'"), literal_column("'refused'")]))
)
_SESSIONS = compiled(select(func.count()).select_from(sessions).where(sessions.c.account_id == _ACCOUNT))
_AGE_KEYS = compiled(
    update(signing_keys).values(
        created_at=signing_keys.c.created_at - bindparam("age", type_=Interval),
        state_changed_at=signing_keys.c.state_changed_at - bindparam("age", type_=Interval),
    )
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Speaks HTTP to the service; what it changes behind the service's back is time and an operator's deeds."""

    http: httpx.AsyncClient
    pool: Pool
    secret: Secret
    territory: Territory
    settings: AuthSettings

    async def post(self, path: str, body: object, access_token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        return await self.http.post(path, json=body, headers=headers)

    async def operate(self, command: Callable[[UnitOfWork], Awaitable[R]]) -> R:
        """As the operator's commands do it."""
        async with opened(self.settings, self.territory.code, "test") as desk:
            return await desk.run(command)

    async def become(self, tokens: Json, role: str, expires_at: datetime | None = None) -> None:
        """Give the citizen a role."""
        await self.operate(partial(grant_role, username=tokens["user"]["username"], role=role, expires_at=expires_at))

    async def get(self, path: str, access_token: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.http.get(path, headers={"Authorization": f"Bearer {access_token}", **(headers or {})})

    async def put(self, path: str, body: object, access_token: str) -> httpx.Response:
        return await self.http.put(path, json=body, headers={"Authorization": f"Bearer {access_token}"})

    async def delete(self, path: str, access_token: str) -> httpx.Response:
        return await self.http.delete(path, headers={"Authorization": f"Bearer {access_token}"})

    async def register(self, password: str = PASSWORD, address: str | None = None) -> Json:
        name = unused_name()
        body = {"username": name, "email": f"{name}@example.org", "password": password}
        answer = await self.http.post("/auth/register", json=body, headers=_from(address))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def login(self, identifier: str, password: str = PASSWORD, address: str | None = None) -> httpx.Response:
        body = {"identifier": identifier, "password": password}
        return await self.http.post("/auth/login", json=body, headers=_from(address))

    async def change_password(self, access_token: str, old: str, new: str) -> httpx.Response:
        body = {"password": old, "new_password": new}
        headers = {"Authorization": f"Bearer {access_token}"}
        return await self.http.post("/auth/password", json=body, headers=headers)

    async def refresh(self, token: str) -> httpx.Response:
        return await self.post("/auth/refresh", {"refresh_token": token})

    async def logout(self, token: str) -> httpx.Response:
        return await self.post("/auth/logout", {"refresh_token": token})

    async def is_revoked(self, access_token: str, within: float = 2) -> None:
        """Wait until the access token is refused, within the promised two seconds."""

        async def is_refused() -> bool:
            answer = await self.get("/auth/me", access_token)
            return answer.status_code == 401 and answer.json()["code"] == "token-revoked"

        await eventually(is_refused, within=within)

    async def is_refused(self, path: str, token: str, within: float = 2) -> None:
        """Wait until the token buys nothing there, within the promised two seconds."""

        async def is_worthless() -> bool:
            return (await self.get(path, token)).status_code == 401

        await eventually(is_worthless, within=within)

    async def keys_are_made(self) -> None:
        """Wait until the service has a key to sign with and one to change to."""

        async def are_there() -> bool:
            return len((await self.http.get("/auth/jwks.json")).json()["keys"]) == 2

        await eventually(are_there)

    async def age_keys(self, age: timedelta) -> None:
        """Let it be so much later for every signing key."""
        await self.pool.execute(_AGE_KEYS, age=age)

    async def count_events(self) -> int:
        count: int = await self.pool.fetch_value(_COUNT)
        return count

    async def all_events(self) -> list[dict[str, Any]]:
        return [dict(row.items()) for row in await self.pool.fetch(_EVENTS)]

    async def events_about(self, account_id: str) -> list[dict[str, Any]]:
        """In the order in which they were appended."""
        return [event for event in await self.all_events() if account_id in str(event)]

    async def disable(self, account_id: str) -> None:
        await self.pool.execute(_DISABLE, account=UUID(account_id))

    async def erase(self, account_id: str) -> None:
        """As auth does it when a person is erased."""
        await self.operate(partial(close_account, person=UUID(account_id)))

    async def hash_of(self, account_id: str) -> str:
        found: str = await self.pool.fetch_value(_HASH, account=UUID(account_id))
        return found

    async def weaken_hash(self, account_id: str, password: str) -> None:
        weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)
        await self.pool.execute(_SET_HASH, account=UUID(account_id), weak=weak)

    async def age_tokens(self, age: timedelta) -> None:
        """Let it be so much later for every token that was used."""
        await self.pool.execute(_AGE, age=age)

    async def expire_sessions(self, account_id: str, ago: timedelta = timedelta()) -> None:
        await self.pool.execute(_EXPIRE, account=UUID(account_id), ago=ago)

    async def count_sessions(self, account_id: str) -> int:
        count: int = await self.pool.fetch_value(_SESSIONS, account=UUID(account_id))
        return count

    async def wait_out_delays(self, ago: timedelta = timedelta(seconds=1)) -> None:
        """Let every delay that has begun be over, and the failures so long ago."""
        await self.pool.execute(_END_DELAYS, ago=ago)

    async def prolong_delays(self) -> None:
        """Let every delay that has begun be an hour long."""
        await self.pool.execute(_PROLONG_DELAYS)

    async def fail_before(self, address: str, times: int) -> None:
        """As if so many logins from an address had just failed."""
        network = SubjectNames(self.secret).of("", address).network
        now = utc_now()
        await self.pool.execute(
            _FAIL, failed_subject=network, times=times, now=now, wait_until=now + timedelta(hours=1)
        )

    async def age_networks(self, age: timedelta) -> None:
        """Let it be so much later for where owners have come from, and for their accounts."""
        await self.pool.execute(_AGE_NETWORKS, age=age)
        await self.pool.execute(_AGE_ACCOUNTS, age=age)

    async def count_delays(self) -> int:
        count: int = await self.pool.fetch_value(_DELAYS)
        return count

    async def count_letters(self) -> int:
        """How many wait to be sent."""
        count: int = await self.pool.fetch_value(_WAITING_LETTERS)
        return count

    async def has_postponed_letter(self) -> bool:
        count: int = await self.pool.fetch_value(_POSTPONED_LETTERS)
        return count > 0

    async def hurry_letters(self) -> None:
        """Let every letter that was postponed be due."""
        await self.pool.execute(_HURRY_LETTERS)

    async def age_letters(self, age: timedelta) -> None:
        """Let it be so much later for the tokens in letters."""
        await self.pool.execute(_AGE_LETTERS, age=age)

    async def everything_about_letters(self) -> str:
        return str([dict(row.items()) for row in [*await self.pool.fetch(_LETTERS), *await self.pool.fetch(_TOKENS)]])

    async def age_flows(self, age: timedelta) -> None:
        """Let it be so much later for logins at providers that are under way."""
        await self.pool.execute(_AGE_FLOWS, age=age)

    async def verify_email(self, account_id: str) -> None:
        """As if the citizen had confirmed the address."""
        await self.pool.execute(_VERIFY_EMAIL, account=UUID(account_id))

    async def age_invitation(self, invitation_id: str, age: timedelta) -> None:
        """Let it be so much later for one invitation."""
        await self.pool.execute(_AGE_INVITATION, invitation=UUID(invitation_id), age=age)

    async def forget_unadmitted(self, age: timedelta) -> None:
        """Let it be so much later for who was not let in, and have them forgotten."""
        await self.pool.execute(_AGE_UNADMITTED, age=age)
        await forget_unadmitted(self.pool)

    async def sweep_delays(self) -> None:
        await forget_old(self.pool)

    async def sweep(self) -> None:
        now = utc_now()
        await delete_finished(self.pool, now - KEPT, now)


def _from(address: str | None) -> dict[str, str]:
    """What the gateway says of where a call comes from."""
    return {"X-Forwarded-For": address} if address else {}


@asynccontextmanager
async def visiting(servers: Servers, territory: Territory, **settings: object) -> AsyncIterator[Visitor]:
    """An auth service of its own for the territory."""
    given = servers.settings(AuthSettings, territory)
    url = given.database_url_for(territory.slug)
    pool = Pool(url, max_size=2, application_name="test")
    async with servers.running(AuthSettings, create_app, territory, **settings) as http:
        yield Visitor(http, pool, given.jwt_secret, territory, given)
    await pool.close()
