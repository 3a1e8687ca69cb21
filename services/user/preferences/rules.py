"""Which preferences a change really changes."""

from collections.abc import Mapping


def changed_names(before: Mapping[str, object], change: Mapping[str, object]) -> list[str]:
    """The names in `change` whose value differs from the one `before`, in alphabetical order."""
    return sorted(name for name, value in change.items() if before[name] != value)
