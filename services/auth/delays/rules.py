"""How long who failed has to wait: not at all at first, then twice as long each time, and never for ever.

Failures of an account are counted for each identifier; where its owner has logged in lately they are counted apart, so
that who guesses elsewhere does not keep the owner out. Source: NIST SP 800-63B-4 §3.2.2, OWASP device cookies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_DELAY = timedelta(minutes=15)
_FIRST_DELAY = timedelta(seconds=1)
# Twice as long for each failure: beyond this many the longest delay is reached whatever the first was.
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures cost nothing, and after how much quiet they are forgotten."""

    free: int
    forgotten_after: timedelta

    def delay(self, failures: int) -> timedelta:
        """How long to wait after so many failures."""
        return doubling_delay(failures - self.free, _FIRST_DELAY)


def doubling_delay(charged: int, first: timedelta) -> timedelta:
    """How long to wait after failures of which so many, counted from 0, were not free; not at all below that."""
    if charged < 0:
        return timedelta()
    doublings: int = min(charged, _MOST_DOUBLINGS)
    return min(first * (1 << doublings), LONGEST_DELAY)


OF_ACCOUNT = Limit(free=5, forgotten_after=timedelta(days=1))
# A school behind one address makes mistakes too; who tries a list of stolen passwords makes nothing else.
OF_NETWORK = Limit(free=100, forgotten_after=timedelta(hours=1))
# How long it is remembered where an owner has logged in.
KNOWN_FOR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is on record of a subject."""

    failures: int
    failed_at: datetime
    blocked_until: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A try after a delay: it is taken by whoever first moves the end of the delay on to `blocked_until`."""

    subject: bytes
    blocked_until: datetime


def waiting_time(standings: Mapping[bytes, Standing], now: datetime) -> timedelta:
    """How long until all subjects may try again; nothing when they may."""
    return max((each.blocked_until - now for each in standings.values()), default=timedelta())


def turns_to_take(standings: Mapping[bytes, Standing], limits: Mapping[bytes, Limit], now: datetime) -> list[Turn]:
    """Subjects that have had their delay: of those who try them at one moment one may, and the next delay begins."""
    return [
        Turn(subject, now + limits[subject].delay(standing.failures))
        for subject, standing in standings.items()
        if standing.failures >= limits[subject].free and now - standing.failed_at < limits[subject].forgotten_after
    ]
