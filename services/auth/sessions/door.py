"""The door to a session: by password or by refresh token; how the tokens are handed over is the caller's to say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypeAlias, TypeVar

from fastapi import Depends, Response

from services.auth.second_factors.commands import CodeOutcome, outcome_refusal
from services.auth.second_factors.dependencies import FactorSealDep
from services.auth.second_factors.factor_seal import FactorSeal
from services.auth.sessions.commands import CheckedLogin, Issued, log_in, note_failed_login, renew_session
from services.auth.sessions.dependencies import LoginOrigin, OriginDep, TokenDesksDep
from services.auth.sessions.login_body import LoginBody
from services.auth.sessions.password_check import PasswordCheck, PasswordCheckDep
from services.auth.sessions.refusals import login_refusal, refresh_refusal, refused
from services.auth.sessions.rules import LoginFault
from services.auth.sessions.token_answer import HOLDS_TOKENS
from services.auth.sessions.token_desk import TokenDesk
from shared.errors import ServiceError
from shared.events.unit_of_work import UnitOfWork
from shared.web.dependencies import AnonymousCall, AnonymousCallDep
from shared.web.execution import Rendered, execute

R = TypeVar("R")

Handing: TypeAlias = Callable[[TokenDesk, Issued], Rendered]


def in_the_body(desk: TokenDesk, issued: Issued) -> Rendered:
    """Both tokens in the answer's body."""
    return Rendered(200, desk.answer(issued), HOLDS_TOKENS)


@dataclass(frozen=True, slots=True)
class Door:
    """Of one call."""

    call: AnonymousCall
    check: PasswordCheck
    desk: TokenDesk
    origin: LoginOrigin
    seal: FactorSeal

    async def enter(self, body: LoginBody, handing: Handing = in_the_body) -> Response:
        """Begin a session for who knows the password, and the code where one is asked; a refusal is put on record."""
        return await self.let_in(body, log_in, partial(handing, self.desk), partial(refused, self.call))

    async def let_in(
        self,
        body: LoginBody,
        begin: Callable[[UnitOfWork, CheckedLogin, str], Awaitable[R | CodeOutcome | None]],
        welcome: Callable[[R], Rendered],
        turn_away: Callable[[ServiceError], Rendered],
    ) -> Response:
        """The same, where a session begins by another command, and both answers are the caller's to write."""
        checked = await self.check.run(self.call, body.identifier, body.password)
        found = checked.credentials
        if found is None or checked.fault is not None:
            fault = checked.fault or LoginFault.UNKNOWN
            failure = self.check.failure(checked, fault)
            return await execute(
                self.call, note_failed_login, failure, render=lambda _: turn_away(login_refusal(fault))
            )

        def answered(outcome: R | CodeOutcome | None) -> Rendered:
            if isinstance(outcome, CodeOutcome):
                return turn_away(outcome_refusal(outcome))
            return turn_away(login_refusal(LoginFault.CHANGED)) if outcome is None else welcome(outcome)

        login = CheckedLogin(
            found.account_id,
            found.password_hash,
            checked.new_hash,
            self.origin.user_agent,
            checked.tried,
            self.seal,
            body.totp,
        )
        return await execute(self.call, begin, login, self.desk.kid, render=answered)

    async def renew(self, refresh_token: str, handing: Handing = in_the_body) -> Response:
        """Exchange a refresh token for the next pair."""
        successor = self.desk.successor_of(refresh_token)
        return await execute(
            self.call,
            renew_session,
            refresh_token,
            successor,
            self.desk.kid,
            render=lambda outcome: (
                handing(self.desk, outcome)
                if isinstance(outcome, Issued)
                else refused(self.call, refresh_refusal(outcome))
            ),
        )


async def door(
    call: AnonymousCallDep, check: PasswordCheckDep, desks: TokenDesksDep, origin: OriginDep, seal: FactorSealDep
) -> Door:
    """The dependency behind `DoorDep`."""
    return Door(call, check, await desks.open(call.territory), origin, seal)


DoorDep = Annotated[Door, Depends(door)]
