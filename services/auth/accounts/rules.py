"""How a username is compared, and what a citizen is called who gave no other name."""

USERNAME_PATTERN = r"^[A-Za-z0-9_]{3,30}$"
MAX_APPLICATION_CHARACTERS = 2000


def folded_username(username: str) -> str:
    """The one stored form of a username: people write Anna and anna and mean one person."""
    return username.lower()


def shown_name(display_name: str | None, username: str) -> str:
    """The given display name, or the username as it was typed."""
    return display_name or username
