"""The one way in which a password is tried: with the delays that failures bring, and in one time whoever is meant."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.auth.delays.commands import Try, begin_try
from services.auth.delays.subjects import SubjectNames
from services.auth.passwords.hashing import PasswordHashing
from services.auth.sessions.commands import FailedLogin
from services.auth.sessions.pseudonyms import Pseudonyms
from services.auth.sessions.queries import Credentials, find_credentials
from services.auth.sessions.rules import LoginFault, judge_login
from shared.web.dependencies import AnonymousCall


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a try; without a fault there are credentials."""

    identifier: str
    credentials: Credentials | None
    tried: Try
    new_hash: str | None
    fault: LoginFault | None


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Checks passwords; made once, in the lifespan."""

    hashing: PasswordHashing
    names: SubjectNames
    pseudonyms: Pseudonyms

    async def run(self, call: AnonymousCall, identifier: str, password: str) -> Checked:
        """Try a password. The caller puts a failure on record, and forgives earlier ones after a success.

        Raises: too_many `login-delayed`, unavailable `login-busy`.
        """
        found = await find_credentials(call.pool, identifier)
        subjects = self.names.of(identifier, call.context.client_address)
        tried = await begin_try(call.pool, subjects, found.account_id if found else None)
        verdict = await self.hashing.check(found.password_hash if found else None, password)
        status = found.status if found else None
        return Checked(identifier, found, tried, verdict.new_hash, judge_login(status, is_right=verdict.is_right))

    def failure(self, checked: Checked, fault: LoginFault) -> FailedLogin:
        """As it goes on record: to the account's stream, or to that of a pseudonym."""
        account_id = checked.credentials.account_id if checked.credentials else None
        stream = f"account-{account_id or self.pseudonyms.of(checked.identifier)}"
        return FailedLogin(stream, account_id, fault, checked.tried)


async def password_check(request: Request) -> PasswordCheck:
    """The check that the lifespan made."""
    check: PasswordCheck = request.app.state.password_check
    return check


PasswordCheckDep = Annotated[PasswordCheck, Depends(password_check)]
