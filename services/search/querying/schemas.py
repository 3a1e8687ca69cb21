"""The shapes of search."""

from typing import Literal

from pydantic import BaseModel

from shared.web.formats import IdText

DocumentType = Literal["community", "post", "person"]


class SearchItem(BaseModel):
    """One result; `excerpt` is plain text."""

    type: DocumentType
    id: IdText
    title: str
    excerpt: str
    url: str
    score: float


class SearchAnswer(BaseModel):
    """Results, best first; facets count what this viewer may find."""

    items: list[SearchItem]
    facets: dict[str, dict[str, int]]
    took_ms: float
