"""Which sessions and accounts are revoked, as one process remembers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.identity.principal import Principal


@dataclass(frozen=True, slots=True)
class Revoked:
    """`not_before`: tokens issued later are good; None for a session, which is revoked whole."""

    not_before: datetime | None
    expires_at: datetime


class RevokedSubjects:
    """Grows with what is read and forgets what has expired."""

    def __init__(self) -> None:
        self._subjects: dict[UUID, Revoked] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        """A row of the view, in the order of epochs."""
        not_before = row["not_before"] if row["kind"] == "account" else None
        self._subjects[row["subject"]] = Revoked(not_before, row["expires_at"])

    def covers(self, principal: Principal) -> bool:
        """Whether the principal's session was revoked, or the account after the token was issued."""
        if principal.session_id in self._subjects:
            return True
        account = self._subjects.get(principal.account_id)
        return account is not None and account.not_before is not None and principal.issued_at <= account.not_before

    def forget_expired(self, now: datetime) -> None:
        """Every token that they were about has expired."""
        self._subjects = {subject: each for subject, each in self._subjects.items() if each.expires_at > now}

    def __len__(self) -> int:
        return len(self._subjects)
