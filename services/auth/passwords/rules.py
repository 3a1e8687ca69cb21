"""Which passwords are refused, after NIST SP 800-63B-4 §3.1.1.2: length and a block-list, no rules of composition."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import pairwise

from shared.errors import FieldError, Kind, ServiceError

MIN_CHARACTERS = 15
MAX_CHARACTERS = 128
# One composed character stands for four code points at the very most (Unicode TR15 §9), so what is longer than
# this cannot become short enough; it is refused before the cost of normalising it.
MAX_UNNORMALISED_CHARACTERS = 4 * MAX_CHARACTERS
# A repeated unit shorter than this is guessed like the unit alone.
MIN_UNIT_CHARACTERS = 8

TOO_SHORT = FieldError("/password", "password-too-short", f"Use at least {MIN_CHARACTERS} characters; words are fine.")
TOO_LONG = FieldError("/password", "password-too-long", f"Use at most {MAX_CHARACTERS} characters.")
TOO_COMMON = FieldError("/password", "password-too-common", "This password is among the first that anyone would try.")
LIKE_NAME = FieldError("/password", "password-like-name", "Do not use your username or e-mail address as password.")


def normalise(password: str) -> str:
    """The form that is counted, checked and hashed (Unicode NFC): one password typed on two keyboards is one."""
    return unicodedata.normalize("NFC", password)


def require_good_password(
    password: str, names: Iterable[str], common: Collection[str], pointer: str = "/password"
) -> None:
    """Raises: invalid `password-refused`, with the reason as a field error at `pointer`."""
    fault = password_fault(password, names, common)
    if fault is not None:
        fault = replace(fault, pointer=pointer)
        raise ServiceError(Kind.INVALID, "password-refused", fault.detail, errors=[fault])


def password_fault(password: str, names: Iterable[str], common: Collection[str]) -> FieldError | None:
    """Why `password` is refused, or None; `names` are the citizen's own, `common` the case-folded block-list."""
    if len(password) > MAX_UNNORMALISED_CHARACTERS:
        return TOO_LONG
    password = normalise(password)
    if len(password) < MIN_CHARACTERS:
        return TOO_SHORT
    if len(password) > MAX_CHARACTERS:
        return TOO_LONG
    folded = password.casefold()
    unit = repeated_unit(folded)
    if _is_a_name(folded, unit, names):
        return LIKE_NAME
    if folded in common or unit in common or len(unit) < MIN_UNIT_CHARACTERS or is_sequence(folded):
        return TOO_COMMON
    return None


def repeated_unit(text: str) -> str:
    """The shortest beginning that, repeated and cut, gives `text`; `text` itself when it does not repeat.

    Source: the failure function of Knuth, Morris and Pratt (1977); linear in the length.
    """
    borders = [0] * len(text)
    border = 0
    for index in range(1, len(text)):
        while border and text[index] != text[border]:
            border = borders[border - 1]
        if text[index] == text[border]:
            border += 1
        borders[index] = border
    period = len(text) - border
    return text[:period] if period * 2 <= len(text) else text


def is_sequence(text: str) -> bool:
    """Whether the characters only count up or down, one by one: `abcdefgh…`, `987654…`."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


def _is_a_name(folded: str, unit: str, names: Iterable[str]) -> bool:
    folded_names = {name.casefold() for name in names}
    folded_names |= {name.partition("@")[0] for name in folded_names}
    return folded in folded_names or unit in folded_names
