"""The shapes of the directory."""

from pydantic import BaseModel


class TerritoryAnswer(BaseModel):
    """The territory that the request was for."""

    code: str
    name: str
    locale: str
    pod: str
    host: str


class DirectoryEntry(BaseModel):
    """A public community."""

    id: str
    slug: str
    name: str
    description: str
    visibility: str
    member_count: int
    created_at: str


class Directory(BaseModel):
    """Public communities, newest first."""

    items: list[DirectoryEntry]
    next_cursor: str | None
