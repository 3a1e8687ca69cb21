"""Who may change second factors."""

from datetime import datetime, timedelta

from shared.errors import Kind, ServiceError

# Whoever finds a session open shall not make it theirs with a factor of their own.
RECENT = timedelta(hours=1)


def require_recent(began_at: datetime, now: datetime) -> None:
    """Go on only in a session that began lately. Raises: unauthenticated `login-not-recent`."""
    if now - began_at > RECENT:
        detail = "Log in again: a first second factor is set up within an hour of a login."
        raise ServiceError(Kind.UNAUTHENTICATED, "login-not-recent", detail)


def already_set_up() -> ServiceError:
    """409: it is to be removed first, which asks for it."""
    return ServiceError(Kind.CONFLICT, "second-factor-exists", "An authenticator app is set up; remove it first.")


def not_begun() -> ServiceError:
    """409: there is no secret that a code could confirm."""
    return ServiceError(Kind.CONFLICT, "second-factor-none", "No authenticator app is being set up.")
