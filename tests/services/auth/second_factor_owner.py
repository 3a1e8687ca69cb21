"""A citizen with an authenticator app."""

import base64
from dataclasses import dataclass, field

import httpx
from sqlalchemy import update

from services.auth.second_factors.tables import totp_factors
from services.auth.second_factors.totp import code_at, step_at
from shared.clock import utc_now
from shared.database.statements import compiled
from tests.services.auth.visitor import Visitor
from tests.support.citizen import PASSWORD, Json

# The clock is not turned; what was used lies back instead.
_FORGET_STEPS = compiled(update(totp_factors).values(used_step=0))


@dataclass(slots=True)
class Owner:
    """Somebody with an authenticator app."""

    visitor: Visitor
    tokens: Json
    secret: bytes = b""
    recovery: list[str] = field(default_factory=list)

    @property
    def token(self) -> str:
        return str(self.tokens["access_token"])

    def code(self) -> str:
        """What the app shows now."""
        return code_at(self.secret, step_at(utc_now()))

    async def fresh_code(self) -> str:
        """What the app shows once the code before was used."""
        await self.visitor.pool.execute(_FORGET_STEPS)
        return self.code()

    async def set_up(self) -> httpx.Response:
        begun = await self.visitor.post("/auth/factors/totp", None, self.token)
        assert begun.status_code == 201, begun.text
        self.secret = base64.b32decode(begun.json()["secret"])
        confirmed = await self.visitor.post("/auth/factors/totp/confirm", {"code": self.code()}, self.token)
        self.recovery = confirmed.json().get("recovery_codes", [])
        return confirmed

    async def login(self, code: str | None) -> httpx.Response:
        body = {"identifier": self.tokens["user"]["username"], "password": PASSWORD, "totp": code}
        return await self.visitor.post("/auth/login", body)
