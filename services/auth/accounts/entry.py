"""What it takes to open an account, and what is answered then."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends
from pydantic import BaseModel

from services.auth.accounts.commands import Arrival
from services.auth.sessions.commands import Issued
from services.auth.sessions.dependencies import OriginDep, TokenDesksDep
from services.auth.sessions.token_answer import HOLDS_TOKENS
from services.auth.sessions.token_desk import TokenDesk
from services.auth.sign_up.dependencies import TermsDep
from services.auth.sign_up.rules import Status, Terms
from shared.web.dependencies import AnonymousCallDep
from shared.web.execution import Rendered


class WaitingAnswer(BaseModel):
    """The account is not open yet."""

    waits_for: Literal["email-verification", "approval"]


@dataclass(frozen=True, slots=True)
class Entry:
    """On which terms somebody may open an account, where they come from, and the desk that gives them tokens."""

    terms: Terms
    arrival: Arrival
    desk: TokenDesk


async def entry(call: AnonymousCallDep, terms: TermsDep, desks: TokenDesksDep, origin: OriginDep) -> Entry:
    """The dependency behind `EntryDep`."""
    desk = await desks.open(call.territory)
    return Entry(terms, Arrival(origin.user_agent, origin.network, desk.kid), desk)


EntryDep = Annotated[Entry, Depends(entry)]


def registered(desk: TokenDesk, outcome: Issued | Status) -> Rendered:
    """Tokens of a new account, or what there is to wait for."""
    if isinstance(outcome, Issued):
        location = f"/api/users/{outcome.account_id}"
        return Rendered(201, desk.answer(outcome), {**HOLDS_TOKENS, "location": location})
    return entered(desk, outcome)


def entered(desk: TokenDesk, outcome: Issued | Status) -> Rendered:
    """Tokens, or what there is to wait for."""
    match outcome:
        case Issued():
            return Rendered(200, desk.answer(outcome), HOLDS_TOKENS)
        case Status.PENDING:
            return Rendered(202, {"waits_for": "approval"})
        case _:
            return Rendered(202, {"waits_for": "email-verification"})
