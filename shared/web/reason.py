"""Why somebody asks: the header `X-Reason`, kept in the metadata of every event that the call leaves."""

import unicodedata

from fastapi import Request

from shared.errors import Kind, ServiceError

REASON_HEADER = "x-reason"
LONGEST_REASON = 300
# Joiners, without which some scripts and emoji cannot be written.
_JOINERS = frozenset("\u200c\u200d")


def reason_of(request: Request) -> str | None:
    """The header's text, which is UTF-8; None when there is none.

    Raises:
        ServiceError: invalid `bad-reason`.
    """
    given = request.headers.getlist(REASON_HEADER)
    if not given:
        return None
    if len(given) > 1:
        raise _bad_reason()
    try:
        # Servers hand headers over byte for byte, as Latin-1.
        text = given[0].encode("latin-1").decode()
    except UnicodeError:
        raise _bad_reason() from None
    return checked_reason(text)


def checked_reason(text: str) -> str:
    """A reason that can be printed on one line.

    Raises:
        ServiceError: invalid `bad-reason`.
    """
    reason = text.strip()
    if not 0 < len(reason) <= LONGEST_REASON or not all(map(_is_printable, reason)):
        raise _bad_reason()
    return reason


def _is_printable(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def _bad_reason() -> ServiceError:
    detail = f"X-Reason is one line of 1 to {LONGEST_REASON} printable characters in UTF-8."
    return ServiceError(Kind.INVALID, "bad-reason", detail)
