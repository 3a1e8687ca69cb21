"""Classes of routes that are counted apart, and how often each may be called: data.

What an address may do in the class `read` is what the settings say (`REQUESTS_PER_SECOND`, `REQUEST_BURST`); the other
classes are shares of it. An account has the same quota as an address, a whole territory a multiple of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class LimitClass:
    """Shares of the sustained rate and of the burst that the settings give. Each is the only one of its name."""

    name: str
    rate_share: float
    burst_share: float


READ = LimitClass("read", 1, 1)
APPEND = LimitClass("append", 1, 1)
WRITE = LimitClass("write", 0.2, 0.2)
SEARCH = LimitClass("search", 0.2, 0.2)
# Each try costs tens of milliseconds of hashing, and guessing must be slow; a school behind one address must get in.
LOGIN = LimitClass("login", 0.01, 0.1)
# Whole records at once.
EXPORT = LimitClass("export", 0.01, 0.02)

LIMIT_CLASSES = (READ, APPEND, WRITE, SEARCH, LOGIN, EXPORT)
