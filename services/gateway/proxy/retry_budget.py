"""How often requests may be sent a second time: a tenth of what is sent, so that retries never feed an outage.

Source: the retry budget of Finagle (Twitter), com.twitter.finagle.service.RetryBudget. Pure: it looks at no clock.
"""

SHARE = 0.1
# What a quiet service may retry at once, and what a busy one may save up.
RESERVE = 10.0
MOST = 100.0


class RetryBudget:
    """Each request earns a tenth of a retry."""

    def __init__(self) -> None:
        self._balance = RESERVE

    def earn(self) -> None:
        """A request is sent for the first time."""
        if self._balance < MOST:
            self._balance += SHARE

    def spend(self) -> bool:
        """Whether one more retry may be made; it is counted."""
        if self._balance < 1:
            return False
        self._balance -= 1
        return True
