"""Names and slugs of communities, and what a membership allows."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from shared.identifiers import parse_id

SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$"
SHORTEST_SLUG = 3
LONGEST_SLUG = 60
SUFFIX_CHARACTERS = 8

# What decomposition does not reach.
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "aa", "ß": "ss", "þ": "th", "ð": "d", "ł": "l", "œ": "oe"})


@dataclass(frozen=True, slots=True)
class NewCommunity:
    """A community about to be founded."""

    id: UUID
    slug: str
    name: str
    description: str
    visibility: str
    join_policy: str
    kind: str
    parent_id: UUID | None
    founder_id: UUID


def slug_of(name: str) -> str:
    """A slug from a name: ASCII, lower case, words joined by hyphens; `community` when nothing is left."""
    folded = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:LONGEST_SLUG].strip("-")
    return slug if len(slug) >= SHORTEST_SLUG and is_free_of_ids(slug) else "community"


def is_free_of_ids(slug: str) -> bool:
    """A slug in the form of an id could stand in the way of the community that has the id."""
    return parse_id(slug) is None


def with_suffix(slug: str, identity: str) -> str:
    """The same slug made unique by the end of an id, which in a UUIDv7 is the random part."""
    return f"{slug[: LONGEST_SLUG - SUFFIX_CHARACTERS - 1].rstrip('-')}-{identity[-SUFFIX_CHARACTERS:]}"
