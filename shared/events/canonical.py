"""Canonical JSON (RFC 8785), and whether a value survives storage as jsonb and that encoding unchanged."""

import re
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

import orjson
import rfc8785

from shared.errors import FieldError, Kind, ServiceError

# RFC 8785 §3.2.2.3 and RFC 7493 §2.2: integers beyond this lose digits in a double; and a float beyond it comes back
# from jsonb as an integer.
LARGEST_NUMBER = 2**53 - 1
DEEPEST = 32
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


_PLAIN = frozenset({str, bool, type(None)})


def canonical_bytes(value: dict[str, Any]) -> bytes:
    """RFC 8785 JSON of an object with text keys.

    orjson's sorted output is the same, at a fiftieth of the cost (measured: 0.34 µs instead of 19), unless there are
    fractions, whose form differs, or a key beyond ASCII, whose place may differ; then the reference encoder answers.

    Raises:
        rfc8785.CanonicalizationError: an integer beyond 2^53-1, or a number that is not finite.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) if _are_plain((value,)) else rfc8785.dumps(value)


def _are_plain(values: Iterable[Any]) -> bool:
    for value in values:
        kind = type(value)
        if kind in _PLAIN:
            continue
        if kind is dict:
            is_plain = "".join(value).isascii() and _are_plain(value.values())
        elif kind is list:
            is_plain = _are_plain(value)
        else:
            is_plain = kind is int and -LARGEST_NUMBER <= value <= LARGEST_NUMBER
        if not is_plain:
            return False
    return True


def require_canonical(data: Any, pointer: str = "/data") -> None:  # noqa: ANN401 (any JSON value)
    """Refuse what cannot be hashed the same way twice.

    Raises:
        ServiceError: invalid `not-canonical` with a pointer to each value: a number beyond 2^53-1 or not finite,
            text with NUL or a lone surrogate, or nesting beyond 32.
    """
    if _is_canonical((data,), 0):
        return
    errors = [FieldError(where, "not-canonical", why) for where, why in _complaints(data, pointer, 0)]
    if errors:
        raise ServiceError(Kind.INVALID, "not-canonical", "The event cannot be encoded canonically.", errors=errors)


def _is_canonical(values: Iterable[Any], depth: int) -> bool:
    """Whether there is nothing to complain of: most often so, and told in a twentieth of the time."""
    for value in values:
        kind = type(value)
        if kind is str:
            is_right = (value.isascii() and "\x00" not in value) or _wrong_scalar(value) is None
        elif kind is dict:
            is_right = depth <= DEEPEST and _is_canonical(value, depth) and _is_canonical(value.values(), depth + 1)
        elif kind is list:
            is_right = depth <= DEEPEST and _is_canonical(value, depth + 1)
        else:
            is_right = _wrong_scalar(value) is None
        if not is_right:
            return False
    return True


def _complaints(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, str]]:  # noqa: ANN401 (any JSON value)
    if depth > DEEPEST:
        yield pointer, f"nested deeper than {DEEPEST}"
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _complaints(name, pointer, depth)
            yield from _complaints(member, f"{pointer}/{_escaped(str(name))}", depth + 1)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _complaints(member, f"{pointer}/{index}", depth + 1)
    elif (why := _wrong_scalar(value)) is not None:
        yield pointer, why


def _wrong_scalar(value: object) -> str | None:
    if isinstance(value, str):
        is_wrong = "\x00" in value if value.isascii() else _UNSTORABLE.search(value) is not None
        return "text with NUL or a lone surrogate" if is_wrong else None
    match value:
        case bool() | None:
            return None
        case float() if not isfinite(value):
            return "not a finite number"
        case int() | float() if abs(value) > LARGEST_NUMBER:
            return "a number beyond 2^53-1"
        case _:
            return None


def _escaped(name: str) -> str:
    """A member's name in a JSON pointer (RFC 6901 §3), without what cannot be written."""
    return _UNSTORABLE.sub("\ufffd", name).replace("~", "~0").replace("/", "~1")
