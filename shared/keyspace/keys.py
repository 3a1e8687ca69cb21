"""Every key there is, below the territory's prefix."""


def limit_key(key_prefix: str, limit_class: str, subject: str) -> str:
    """What a rate limit counts for one subject: `dk:limit:read:address:203.0.113.7`."""
    return f"{key_prefix}limit:{limit_class}:{subject}"
