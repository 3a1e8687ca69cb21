"""What is known of an address before it is confirmed or changed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeldAddress:
    """An account's address, and how far the account has come."""

    email: str
    email_folded: str
    status: str

    @property
    def is_closed(self) -> bool:
        """Whether nothing of the account is to be changed by letters any more."""
        return self.status in ("disabled", "refused")
