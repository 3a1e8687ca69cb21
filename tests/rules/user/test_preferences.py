"""What counts as a changed preference."""

import pytest

from services.user.preferences.rules import changed_names
from shared.time_zones import require_time_zone

BEFORE = {"theme": "dark", "locale": None, "email_notifications": True}


def test_only_what_differs_has_changed() -> None:
    assert changed_names(BEFORE, {"theme": "dark", "email_notifications": False}) == ("email_notifications",)
    assert changed_names(BEFORE, {"theme": "light", "locale": "da-DK"}) == ("locale", "theme")
    assert changed_names(BEFORE, {}) == ()


@pytest.mark.parametrize("name", ["UTC", "Europe/Copenhagen", "America/Argentina/Buenos_Aires"])
def test_a_time_zone_has_an_official_name(name: str) -> None:
    assert require_time_zone(name) == name


@pytest.mark.parametrize("name", ["", "Europe", "Mars/Olympus", "../etc/passwd", "europe/copenhagen\x00", "+02:00"])
def test_anything_else_is_not_a_time_zone(name: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        require_time_zone(name)
