"""What applies until a citizen says otherwise, and which preferences a change really changes."""

from collections.abc import Mapping

# `locale: None` is the territory's own.
DEFAULTS: Mapping[str, object] = {
    "locale": None,
    "time_zone": "UTC",
    "theme": "system",
    "email_notifications": True,
    "email_digest": "off",
}


def changed_names(before: Mapping[str, object], change: Mapping[str, object]) -> tuple[str, ...]:
    """The names in `change` whose value differs from the one `before`, in alphabetical order."""
    return tuple(sorted(name for name, value in change.items() if before[name] != value))


def shown(preferences: Mapping[str, object], territory_locale: str) -> dict[str, object]:
    """The preferences as an answer: every one has a value."""
    return {**preferences, "locale": preferences["locale"] or territory_locale}
