"""The block-list of common passwords: the 30,000 of zxcvbn, which ship with the library, so no network is asked."""

from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS


@cache
def common_passwords() -> frozenset[str]:
    """The case-folded block-list; made at the first call (some ms), which a service makes at its start."""
    return frozenset(password.casefold() for password in FREQUENCY_LISTS["passwords"])
