"""Which sockets are open, by account."""

from collections import Counter
from uuid import UUID

from services.websocket.protocol.close_codes import CloseCode, Closing

MOST_PER_ACCOUNT = 20


class OpenSockets:
    """Counts the sockets of each account in this process."""

    def __init__(self) -> None:
        self._by_account: Counter[UUID] = Counter()

    def enter(self, account_id: UUID) -> None:
        """One more.

        Raises:
            Closing: 4409, there are twenty already.
        """
        if self._by_account[account_id] >= MOST_PER_ACCOUNT:
            raise Closing(CloseCode.TOO_MANY_CONNECTIONS, "too-many-connections")
        self._by_account[account_id] += 1

    def leave(self, account_id: UUID) -> None:
        """One less."""
        self._by_account[account_id] -= 1
        if self._by_account[account_id] <= 0:
            del self._by_account[account_id]
