"""What a provider says of somebody, and what follows from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.errors import Kind, ServiceError

_NOT_OF_A_NAME = re.compile(r"[^a-z0-9_]+")
_LONGEST_NAME = 24  # leaves room for what makes it different from another's
_SHORTEST_NAME = 3
_LONGEST_DISPLAY_NAME = 80
_LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at a provider. Who it is, issuer and subject say alone."""

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool
    wanted_name: str
    display_name: str | None


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that owns an address here."""

    account_id: UUID
    is_verified: bool


class Way(StrEnum):
    """What becomes of an identity that is not linked yet."""

    OPEN = "open"
    LINK = "link"
    REFUSE = "refuse"


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """From the claims of a verified ID token; of what is not of its form nothing is taken."""
    email = _text(claims, "email", _LONGEST_EMAIL)
    return Identity(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=email,
        # Not what only looks like it: some providers say "true", and some say it of addresses that anyone may claim.
        is_email_verified=email is not None and claims.get("email_verified") is True,
        wanted_name=username_from(_text(claims, "preferred_username", 200) or (email or "").partition("@")[0]),
        display_name=_text(claims, "name", _LONGEST_DISPLAY_NAME),
    )


def way_of(identity: Identity, owner: Owner | None, *, links_verified_email: bool) -> Way:
    """Whether an unknown identity opens an account, is linked to one, or neither.

    An address that the provider has not verified never links, nor does one that was never shown to be the account's.
    """
    if owner is None:
        return Way.OPEN
    both_verified = identity.is_email_verified and owner.is_verified
    return Way.LINK if links_verified_email and both_verified else Way.REFUSE


def username_from(text: str) -> str:
    """Something like it that is a username here."""
    name = _NOT_OF_A_NAME.sub("_", text.lower()).strip("_")[:_LONGEST_NAME]
    return name if len(name) >= _SHORTEST_NAME else f"citizen_{name}".strip("_")


def flow_invalid() -> ServiceError:
    """422: not begun here, used, too old, or begun in another browser."""
    detail = "This login was not begun here, or too long ago; begin again."
    return ServiceError(Kind.INVALID, "sign-on-flow-invalid", detail)


def sign_on_refused() -> ServiceError:
    """401: what the provider answered does not show who somebody is."""
    return ServiceError(Kind.UNAUTHENTICATED, "sign-on-refused", "The provider's answer does not log you in.")


def provider_unavailable() -> ServiceError:
    """503: the provider does not answer as it should."""
    detail = "The provider cannot be reached, or does not answer as it should."
    return ServiceError(Kind.UNAVAILABLE, "provider-unavailable", detail, retry_after_seconds=10)


def email_in_use() -> ServiceError:
    """409: somebody has an account with that address, which the provider's word alone does not open."""
    detail = "There is an account with this e-mail address: log in to it and link the provider there."
    return ServiceError(Kind.CONFLICT, "sign-on-email-taken", detail)


def email_missing() -> ServiceError:
    """422: an account needs an address."""
    return ServiceError(Kind.INVALID, "sign-on-email-missing", "The provider tells no e-mail address.")


def identity_in_use() -> ServiceError:
    """409: it opens another account."""
    return ServiceError(Kind.CONFLICT, "identity-taken", "This login is linked to another account.")


def last_way_in() -> ServiceError:
    """409: without it nobody could log in to the account."""
    detail = "There is no other way into the account: choose a password first."
    return ServiceError(Kind.CONFLICT, "last-way-in", detail)


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = claims.get(name)
    is_usable = isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()
    return value if is_usable else None
