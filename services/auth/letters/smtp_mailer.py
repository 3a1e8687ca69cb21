"""Letters by SMTP."""

from dataclasses import dataclass
from email.errors import MessageError
from uuid import UUID

import aiosmtplib

from services.auth.letters.mailer import NotSentError, Outgoing
from services.auth.letters.relay import SmtpRelay

SEND_SECONDS = 20.0
_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands each letter to one mail server, over a connection of its own."""

    relay: SmtpRelay

    async def send(self, outgoing: Outgoing) -> None:
        """Raises: NotSentError; final when the server says so for good."""
        relay = self.relay
        try:
            await aiosmtplib.send(
                outgoing.message,
                hostname=relay.host,
                port=relay.port,
                username=relay.username,
                password=relay.password,
                use_tls=relay.is_tls,
                start_tls=relay.is_starttls,
                timeout=SEND_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refusal.code for refusal in error.recipients]
            raise NotSentError("recipient refused", is_final=all(code >= _PERMANENT for code in codes)) from None
        except aiosmtplib.SMTPResponseException as error:
            raise NotSentError(f"refused with {error.code}", is_final=error.code >= _PERMANENT) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise NotSentError(type(error).__name__) from None
        except (MessageError, UnicodeError, ValueError) as error:
            raise NotSentError(type(error).__name__, is_final=True) from None

    async def forget(self, account_id: UUID) -> None:
        """What was handed on is no longer ours."""
