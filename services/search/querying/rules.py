"""What a result shows."""

from services.search.engines.engine import Document
from services.search.engines.folding import words_of

EXCERPT_CHARACTERS = 200
_PATHS = {"community": "/api/communities/", "post": "/api/posts/", "person": "/api/users/"}


def url_of(document: Document) -> str:
    """Where it can be read."""
    return f"{_PATHS[document.type]}{document.id}"


def excerpt_of(body: str, words: tuple[str, ...]) -> str:
    """A piece of the text around the first word that was looked for; plain text."""
    text = " ".join(body.split())
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    start = max(_first(text, words) - EXCERPT_CHARACTERS // 4, 0)
    piece = text[start : start + EXCERPT_CHARACTERS].strip()
    return f"{'… ' if start else ''}{piece}{' …' if start + EXCERPT_CHARACTERS < len(text) else ''}"


def _first(text: str, words: tuple[str, ...]) -> int:
    at = 0
    for token in text.split(" "):
        if set(words_of(token)) & set(words):
            return at
        at += len(token) + 1
    return 0
