"""What a citizen may write on their profile, and how a profile is shown."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.user.profiles.rules import Change, Link
from shared.web.bodies import RequestBody, example
from shared.web.formats import TRIMMED, IdText, TimeText

MAX_LINKS = 10

DisplayName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$"),
    TRIMMED,
]


class LinkBody(RequestBody):
    label: str = Field(min_length=1, max_length=80)
    # Only these two schemes: a profile that links to `javascript:` attacks whoever reads it.
    url: str = Field(max_length=500, pattern=r"^https?://[^\s\x00-\x1f\x7f<>\"]+$")


class ProfileChangeBody(RequestBody):
    """Absent fields stay as they are."""

    model_config = example(
        {
            "display_name": "Anna Holm",
            "bio": "At home by the sea.",
            "links": [{"label": "Boats", "url": "https://example.org/boats"}],
        }
    )

    display_name: DisplayName | None = None
    bio: str | None = Field(default=None, max_length=2000)
    links: list[LinkBody] | None = Field(default=None, max_length=MAX_LINKS)

    def to_change(self) -> Change:
        """What is asked for; None is what stays as it is."""
        links = None if self.links is None else tuple(Link(link.label, link.url) for link in self.links)
        return Change(self.display_name, self.bio, links)


class LinkAnswer(BaseModel):
    label: str
    url: str


class ProfileAnswer(BaseModel):
    """A profile as everyone sees it."""

    id: IdText
    username: str
    display_name: str
    bio: str
    links: list[LinkAnswer]
    created_at: TimeText
    updated_at: TimeText
    version: int
