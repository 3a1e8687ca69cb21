"""Logging a citizen in for a tool."""

from services.auth.identity_provider.commands import authorize
from services.auth.identity_provider.rules import Wish
from services.auth.second_factors.commands import CodeOutcome
from services.auth.sessions.commands import CheckedLogin, Issued, log_in
from shared.events.unit_of_work import UnitOfWork


async def log_in_for_tool(wish: Wish, work: UnitOfWork, login: CheckedLogin, kid: str) -> str | CodeOutcome | None:
    """The tool's code, of a session that begins with it; else what came of the login, as `log_in` says it."""
    outcome = await log_in(work, login, kid)
    return await authorize(work, outcome, wish) if isinstance(outcome, Issued) else outcome
