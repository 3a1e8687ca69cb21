from typing import Literal

PreferencesChangeBodyTheme = Literal["dark", "light", "system"]

PREFERENCES_CHANGE_BODY_THEME_VALUES: set[PreferencesChangeBodyTheme] = {
    "dark",
    "light",
    "system",
}


def check_preferences_change_body_theme(value: str) -> PreferencesChangeBodyTheme:
    if value in PREFERENCES_CHANGE_BODY_THEME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PREFERENCES_CHANGE_BODY_THEME_VALUES!r}")
