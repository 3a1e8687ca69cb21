"""How a letter leaves: a port, whose implementations stand beside."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Protocol
from uuid import UUID

from services.auth.letters.commands import WrittenLetter
from shared.clock import utc_now
from shared.territory.territory import Territory


class NotSentError(Exception):
    """It did not leave; `is_final` when trying again is of no use. Holds no address and no text."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message, and whose it is."""

    message: EmailMessage
    account_id: UUID
    territory: Territory


class Mailer(Protocol):
    """Sends one message."""

    async def send(self, outgoing: Outgoing) -> None:
        """Return once it is somebody else's to deliver. Raises: NotSentError."""

    async def forget(self, account_id: UUID) -> None:
        """Leave nothing of what was sent to an account, as far as it is ours."""


def compose(written: WrittenLetter, territory: Territory, sender: str) -> Outgoing:
    """The message as it goes over the wire (RFC 5322), marked as written by a program (RFC 3834)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = written.address
    message["Subject"] = written.text.subject
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = make_msgid(domain=territory.host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text.body)
    return Outgoing(message, written.account_id, territory)
