"""The shapes of the directory."""

from pydantic import BaseModel

from shared.web.formats import IdText, TimeText


class TerritoryAnswer(BaseModel):
    """The territory that the request was for."""

    code: str
    name: str
    locale: str
    pod: str
    host: str


class DirectoryEntry(BaseModel):
    """A public community."""

    id: IdText
    slug: str
    name: str
    description: str
    visibility: str
    member_count: int
    created_at: TimeText


class Directory(BaseModel):
    """Public communities, newest first."""

    items: list[DirectoryEntry]
    next_cursor: str | None
