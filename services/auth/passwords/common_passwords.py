"""The block-list of common passwords: the 30,000 of zxcvbn, which ship with the library, so no network is asked."""

from zxcvbn.frequency_lists import FREQUENCY_LISTS


def common_passwords() -> frozenset[str]:
    """The case-folded block-list; built anew at each call (some ms), so a service asks once, at start."""
    return frozenset(password.casefold() for password in FREQUENCY_LISTS["passwords"])
