"""How a username and an e-mail address are compared, and what a citizen is called who gave no other name."""

from shared.errors import FieldError, Kind, ServiceError

USERNAME_PATTERN = r"^[A-Za-z0-9_]{3,30}$"
MAX_EMAIL_CHARACTERS = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
# What a mail server can be asked about, not all that RFC 5322 allows: no quoted local parts, no address literals.
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL_PATTERN = (
    rf"^[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{{1,64}}@({_LABEL}\.){{1,8}}[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])$"
)


def folded_username(username: str) -> str:
    """The one stored form of a username: people write Anna and anna and mean one person."""
    return username.lower()


def folded_email(email: str) -> str:
    """The form in which e-mail addresses are compared."""
    return email.casefold()


def shown_name(display_name: str | None, username: str) -> str:
    """The given display name, or the username as it was typed."""
    return display_name or username


def require_no_invitation(invitation: str | None) -> None:
    """Sign-up is open and nobody has been invited. Raises: invalid `invitation-unknown`."""
    if invitation is not None:
        fault = FieldError("/invitation", "invitation-unknown", "There is no such invitation.")
        raise ServiceError(Kind.INVALID, "invitation-unknown", fault.detail, errors=[fault])
