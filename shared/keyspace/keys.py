"""Every key there is, below the territory's prefix."""

from shared.territory.territory import Territory


def limit_key(territory: Territory, limit_class: str, subject: str) -> str:
    """What a rate limit counts for one subject: `dk:limit:address:203.0.113.7`."""
    return f"{territory.key_prefix}limit:{limit_class}:{subject}"
