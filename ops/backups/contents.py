"""What of a territory goes into which part of a backup.

Everything goes as it is but for two kinds of tables: those with the text of persons, of which each row is sealed under
its person's key, and those that nobody misses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.events.erasure import DELETED_USER, deleted_username

KEYS = "person_keys"
LEFT_OUT = (
    "sessions",
    "refresh_tokens",
    "idempotency_keys",
    "request_origins",
    "factor_failures",
    "known_networks",
    "letters",
    "letter_tokens",
)
"""Whoever was logged in logs in again; answers and letters are kept for a day, and where requests came from is no
record."""
PASSING = (
    "past_ranks",
    "access_token_uses",
    "passkey_challenges",
    "authorization_codes",
    "login_delays",
    "sign_on_flows",
)
"""Nobody's, and of use for an hour or a day; transactions are numbered anew after a restore."""

Blank = Callable[[UUID], object]


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table with the text of persons; in a row that cannot be opened the text is blank, as after an erasure."""

    name: str
    identity: str
    person: str
    order: str
    blanks: Mapping[str, Blank]
    """The columns that are sealed. None of them: the whole row is, and there is no row without the key."""
    computed: frozenset[str] = frozenset()
    """The columns that PostgreSQL computes, and nobody may insert."""


def _empty(_person: UUID) -> object:
    return ""


def _nothing(_person: UUID) -> object:
    return None


def _none_of_them(_person: UUID) -> object:
    return []


def _deleted(_person: UUID) -> object:
    return DELETED_USER


def _disabled(_person: UUID) -> object:
    return "disabled"


# In the order in which they refer to one another.
PERSONAL = (
    PersonalTable(
        "accounts",
        "id",
        "id",
        "id",
        {
            "username": deleted_username,
            "email": _empty,
            "email_folded": deleted_username,
            "display_name": _deleted,
            "email_verified_at": _nothing,
            "password_hash": _empty,
            "application": _empty,
            "status": _disabled,
        },
    ),
    PersonalTable("role_grants", "role", "account_id", "account_id, role, id", {}),
    PersonalTable("access_tokens", "id", "account_id", "account_id, id", {}),
    PersonalTable("linked_identities", "provider", "account_id", "account_id, issuer, subject", {}),
    PersonalTable("totp_factors", "account_id", "account_id", "account_id", {}),
    PersonalTable("recovery_codes", "code_hash", "account_id", "account_id, code_hash", {}),
    PersonalTable("passkeys", "id", "account_id", "account_id, id", {}),
    PersonalTable(
        "profiles",
        "account_id",
        "account_id",
        "account_id",
        {"username": deleted_username, "display_name": _deleted, "bio": _empty, "links": _none_of_them},
    ),
    PersonalTable("preferences", "account_id", "account_id", "account_id", {}),
    PersonalTable(
        "posts",
        "id",
        "author_id",
        "created_at, id",
        {"title": _empty, "body": _empty, "body_html": _empty, "tags": _none_of_them},
        computed=frozenset({"hot"}),
    ),
    PersonalTable("comments", "id", "author_id", "created_at, id", {"body": _empty, "body_html": _empty}),
    PersonalTable("notifications", "position", "account_id", "account_id, position", {}),
    PersonalTable(
        "gatherings",
        "id",
        "organiser_id",
        "created_at, id",
        {"title": _empty, "place": _nothing, "url": _nothing},
    ),
    PersonalTable("rsvps", "gathering_id", "account_id", "gathering_id, number", {}),
)
BY_NAME = {table.name: table for table in PERSONAL}

WITHOUT_ROWS = (KEYS, *LEFT_OUT, *PASSING, *BY_NAME)
"""Tables of which the readable part holds the definition alone."""


def parted(table: PersonalTable, row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of a row stays readable, and what is sealed."""
    if not table.blanks:
        return {table.person: row[table.person], table.identity: row[table.identity]}, dict(row)
    sealed = {name: row[name] for name in table.blanks}
    return {name: value for name, value in row.items() if name not in sealed}, sealed


def blanked(table: PersonalTable, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """A row whose person's key is gone; None when nothing of it is left."""
    if not table.blanks:
        return None
    person = UUID(row[table.person])
    return {**row, **{name: blank(person) for name, blank in table.blanks.items()}}
