"""How an e-mail address is written, and which are one mailbox."""

from typing import Annotated

from pydantic import StringConstraints

MAX_EMAIL_CHARACTERS = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
# What a mail server can be asked about, not all that RFC 5322 allows: no quoted local parts, no address literals.
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL_PATTERN = (
    rf"^[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{{1,64}}@({_LABEL}\.){{1,8}}[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])$"
)

EmailAddress = Annotated[str, StringConstraints(max_length=MAX_EMAIL_CHARACTERS, pattern=EMAIL_PATTERN)]


def folded_email(email: str) -> str:
    """The form in which e-mail addresses are compared."""
    return email.casefold()
