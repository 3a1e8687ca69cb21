"""Text as it is compared: lower case, without diacritics, letters of the north spelled out."""

import re
import unicodedata

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "þ": "th", "ð": "d", "ł": "l", "œ": "oe"})
_WORD = re.compile(r"[^\W_]+")

LONGEST_WORD = 40
MOST_WORDS = 10


def folded(text: str) -> str:
    """The same for `Ærø`, `ærø` and `aero`; `å` is `a`, `ö` is `o`, `ü` is `u`."""
    # Letters of other faces (𝕬) are plain ones only when decomposed, and so cannot be made small before.
    small = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return "".join(letter for letter in unicodedata.normalize("NFKD", small) if not unicodedata.combining(letter))


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a query, at most ten."""
    return tuple(word[:LONGEST_WORD] for word in _WORD.findall(folded(text))[:MOST_WORDS])
